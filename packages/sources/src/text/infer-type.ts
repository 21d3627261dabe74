import type { Address, Arena, SqlType } from '@windrow/core';
import {
  BIGINT,
  BOOLEAN,
  DATE,
  DOUBLE,
  HUGEINT,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  VARCHAR,
} from '@windrow/core';
import { kernels, TEXT_SHAPES, type TextShape } from '@windrow/kernels';
import { parseFormatted, type TimeFormat, timeFormat } from './time-format.ts';
import { textAt } from './typed-column.ts';

/** How many values of a column have which shape; shapes that do not occur are missing. */
export type ShapeCounts = ReadonlyMap<TextShape, number>;

/** The type chosen for a column, with what speaks for it. */
export interface InferredType {
  readonly type: SqlType;
  /** The format of dates and timestamps that are not in ISO 8601's. */
  readonly format: TimeFormat | undefined;
  readonly shapes: ShapeCounts;
}

/** Counts the shapes of texts; a NULL is the reference 0 and counts for nothing. */
export function countShapes(refs: Address, length: number, arena: Arena): ShapeCounts {
  const out = arena.allocate(TEXT_SHAPES.length * 8);
  kernels(arena.memory).textShapes(refs, length, out);
  const counts = new Map<TextShape, number>();
  TEXT_SHAPES.forEach((shape, index) => {
    const count = arena.memory.u32[(out >>> 2) + index] ?? 0;
    if (count > 0) counts.set(shape, count);
  });
  return counts;
}

/** For each type the shapes that its values may have; the first type that has all of a column's wins. */
const RULES: readonly (readonly [SqlType, readonly TextShape[]])[] = [
  [BOOLEAN, ['boolean', 'booleanLetter']],
  [BIGINT, ['integer']],
  [HUGEINT, ['integer', 'wideInteger']],
  [DOUBLE, ['integer', 'wideInteger', 'number', 'specialNumber']],
  [DATE, ['date']],
  [TIMESTAMP, ['date', 'timestamp']],
  [TIMESTAMPTZ, ['zonedTimestamp']],
  [TIME, ['time']],
];

/** The narrowest type of all values; text without values, and what would lose digits, stays text. */
export function typeOfShapes(shapes: ShapeCounts): SqlType {
  const found = [...shapes.keys()];
  if (found.length === 0) return VARCHAR;
  const rule = RULES.find(([, allowed]) => found.every((shape) => allowed.includes(shape)));
  return rule?.[0] ?? VARCHAR;
}

/** Infers a column's type from a sample of its texts. */
export function inferType(refs: Address, length: number, arena: Arena): InferredType {
  const shapes = countShapes(refs, length, arena);
  const type = typeOfShapes(shapes);
  if (shapes.size === 1 && shapes.has('other')) {
    const formatted = inferFormat(refs, length, arena);
    if (formatted !== undefined) return { ...formatted, shapes };
  }
  return { type, format: undefined, shapes };
}

const DATE_FORMATS = ['%Y/%m/%d', '%d/%m/%Y', '%m/%d/%Y', '%d-%m-%Y', '%m-%d-%Y', '%d.%m.%Y'];
const TIME_FORMATS = ['%H:%M:%S', '%H:%M', '%I:%M:%S %p', '%I:%M %p'];
const FORMATS: readonly (readonly [SqlType, string])[] = DATE_FORMATS.flatMap((date) => [
  [DATE, date] as const,
  ...TIME_FORMATS.map((time) => [TIMESTAMP, `${date} ${time}`] as const),
]);

/** Two-digit years are nobody's to guess. */
const HAS_YEAR = /^(\d{4}\D|\d{1,2}\D\d{1,2}\D\d{4}(?!\d))/;

/**
 * The one format of dates or timestamps that all texts have. When day and month could change places in
 * every text, there are two: then none is chosen.
 */
function inferFormat(
  refs: Address,
  length: number,
  arena: Arena,
): { readonly type: SqlType; readonly format: TimeFormat } | undefined {
  let left = FORMATS.map(([type, text]) => ({ type, format: timeFormat(text) }));
  for (let row = 0; row < length && left.length > 0; row++) {
    if (arena.memory.u32[(refs >>> 2) + row * 2] === 0) continue;
    const text = textAt(arena.memory, refs, row).trim();
    if (!HAS_YEAR.test(text)) return undefined;
    left = left.filter(({ format }) => parseFormatted(format, text) !== undefined);
  }
  return left.length === 1 ? left[0] : undefined;
}
