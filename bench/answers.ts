import type { Cell } from './engines/engine.ts';

type Rows = readonly (readonly Cell[])[];

/** When two answers are the same. */
export interface AnswerOptions {
  /** Does the position of a row count? */
  readonly ordered: boolean;
  /** Relative difference that two numbers may have. */
  readonly tolerance: number;
}

/** What differs first, or undefined. */
export function differenceOf(
  actual: Rows,
  expected: Rows,
  { ordered, tolerance }: AnswerOptions,
): string | undefined {
  if (actual.length !== expected.length) {
    return `${actual.length} rows instead of ${expected.length}`;
  }
  const left = ordered ? actual : sorted(actual);
  const right = ordered ? expected : sorted(expected);
  for (const [index, row] of left.entries()) {
    const wanted = right[index] ?? [];
    const same =
      row.length === wanted.length &&
      row.every((cell, column) => sameCell(cell, wanted[column] ?? null, tolerance));
    if (!same) return `row ${index}: ${JSON.stringify(row)} instead of ${JSON.stringify(wanted)}`;
  }
  return undefined;
}

/** Rows in the order of their text; numbers count with six digits, so that rounding moves no row. */
function sorted(rows: Rows): Rows {
  const keyed = rows.map((row) => ({
    row,
    key: JSON.stringify(row.map((cell) => (typeof cell === 'number' ? cell.toPrecision(6) : cell))),
  }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ row }) => row);
}

function sameCell(a: Cell, b: Cell, tolerance: number): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return a === b;
  if (Object.is(a, b)) return true;
  return Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));
}
