import type { Identifier } from '@windrow/parser';

/** Pieces of SQL text made of names and values that must not be misread. */

export const quotedName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export const quotedPath = (path: readonly string[]): string => path.map(quotedName).join('.');

/** `*` for no names. */
export const quotedList = (names: readonly Identifier[]): string =>
  names.length === 0 ? '*' : names.map(({ name }) => quotedName(name)).join(', ');

export const quotedText = (text: string): string => `'${text.replaceAll("'", "''")}'`;
