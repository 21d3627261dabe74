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

/** Formats that are told rather than found out. */
export interface ToldFormats {
  readonly date?: TimeFormat | undefined;
  readonly timestamp?: TimeFormat | undefined;
}

/** Infers a column's type from a sample of its texts. */
export function inferType(
  refs: Address,
  length: number,
  arena: Arena,
  told: ToldFormats = {},
): InferredType {
  const shapes = countShapes(refs, length, arena);
  const type = typeOfShapes(shapes);
  const isOther = shapes.size === 1 && shapes.has('other');
  const isToldOtherwise = told[type.kind as keyof ToldFormats] !== undefined;
  if (isOther || isToldOtherwise) {
    const formatted = inferFormat(refs, length, arena, candidateFormats(told));
    if (formatted !== undefined) return { ...formatted, shapes };
  }
  // A told format is the only one: what is not written so is text.
  return { type: isToldOtherwise ? VARCHAR : type, format: undefined, shapes };
}

interface CandidateFormat {
  readonly type: SqlType;
  readonly format: TimeFormat;
}

function candidateFormats(told: ToldFormats): CandidateFormat[] {
  const candidates = FORMATS.filter(
    ([type]) => told[type.kind as keyof ToldFormats] === undefined,
  ).map(([type, text]) => ({ type, format: timeFormat(text) }));
  if (told.date !== undefined) candidates.push({ type: DATE, format: told.date });
  if (told.timestamp !== undefined) candidates.push({ type: TIMESTAMP, format: told.timestamp });
  return candidates;
}

const DATE_FORMATS = ['%Y/%m/%d', '%d/%m/%Y', '%m/%d/%Y', '%d-%m-%Y', '%m-%d-%Y', '%d.%m.%Y'];
const TIME_FORMATS = ['%H:%M:%S', '%H:%M', '%I:%M:%S %p', '%I:%M %p'];
const FORMATS: readonly (readonly [SqlType, string])[] = DATE_FORMATS.flatMap((date) => [
  [DATE, date] as const,
  ...TIME_FORMATS.map((time) => [TIMESTAMP, `${date} ${time}`] as const),
]);

const GUESSED: ReadonlySet<string> = new Set(FORMATS.map(([, text]) => text));

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
  candidates: readonly CandidateFormat[],
): CandidateFormat | undefined {
  let left = candidates;
  for (let row = 0; row < length && left.length > 0; row++) {
    if (arena.memory.u32[(refs >>> 2) + row * 2] === 0) continue;
    const text = textAt(arena.memory, refs, row).trim();
    const hasYear = HAS_YEAR.test(text);
    left = left.filter(
      ({ format }) =>
        (hasYear || !GUESSED.has(format.text)) && parseFormatted(format, text) !== undefined,
    );
  }
  return left.length === 1 ? left[0] : undefined;
}
