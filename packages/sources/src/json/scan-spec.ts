import type { LiteralValue, SqlType } from '@windrow/core';
import type { InputDescription } from '../input/byte-input.ts';
import type { JsonLayout } from './options.ts';

/** Name of the scan source that reads JSON files. */
export const JSON_SOURCE = 'json';

/** One column of a scan as a file has it: a key's values, or a constant. */
export type JsonCell =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'constant'; readonly value: LiteralValue };

/** A file of a scan; plain data. */
export interface JsonFile {
  readonly input: InputDescription;
  readonly layout: JsonLayout;
  readonly records: boolean;
  /** Keys of the file that are not wanted, but known. */
  readonly knownKeys: readonly string[];
  /** Are other keys an error? */
  readonly strictKeys: boolean;
  readonly cells: readonly JsonCell[];
  readonly dataStart: number;
  readonly pieceBytes: number;
}

export interface JsonColumn {
  readonly name: string;
  readonly type: SqlType;
}

/**
 * A part of a file: of one record a line, the piece of that number; else the bytes from `start` to `end`,
 * where elements begin.
 */
export type JsonPiece = { readonly file: number } & (
  | { readonly kind: 'lines'; readonly index: number }
  | { readonly kind: 'range'; readonly start: number; readonly end: number }
);

/** What a JSON scan tells its readers; a partition is a piece of a file. */
export interface JsonScan {
  readonly columns: readonly JsonColumn[];
  readonly files: readonly JsonFile[];
  readonly pieces: readonly JsonPiece[];
  readonly ignoreErrors: boolean;
  readonly maxObjectBytes: number;
  readonly dateFormat: string | undefined;
  readonly timestampFormat: string | undefined;
}
