/*
 * What a query comes to, in one form for both databases, and whether two outcomes agree.
 */

/** A number, or a value's SQL text; intervals as microseconds of 30-day months, for they compare so. */
export type Cell = number | string | null;

export type Outcome =
  | { readonly kind: 'rows'; readonly types: readonly string[]; readonly rows: readonly Cell[][] }
  | { readonly kind: 'error'; readonly code: string; readonly message: string };

export type DifferenceKind = 'crash' | 'error' | 'missing error' | 'types' | 'rows';

export interface Difference {
  readonly kind: DifferenceKind;
  readonly detail: string;
}

/** How `actual` differs from the oracle's `expected`; undefined when it does not. */
export function differenceOf(
  actual: Outcome,
  expected: Outcome,
  ordered: boolean,
): Difference | undefined {
  if (actual.kind === 'error') {
    const detail = `${actual.code}: ${actual.message}`;
    if (actual.code === 'internal' || actual.code === 'cancelled') return { kind: 'crash', detail };
    return expected.kind === 'error' ? undefined : { kind: 'error', detail };
  }
  if (expected.kind === 'error') return { kind: 'missing error', detail: expected.message };
  const types = { actual: actual.types.join(', '), expected: expected.types.join(', ') };
  if (types.actual !== types.expected) {
    return { kind: 'types', detail: `${types.actual} instead of ${types.expected}` };
  }
  const detail = rowDifference(
    ordered ? actual.rows : sorted(actual.rows),
    ordered ? expected.rows : sorted(expected.rows),
    expected.types,
  );
  return detail === undefined ? undefined : { kind: 'rows', detail };
}

function rowDifference(
  actual: readonly Cell[][],
  expected: readonly Cell[][],
  types: readonly string[],
): string | undefined {
  if (actual.length !== expected.length) {
    return `${actual.length} rows instead of ${expected.length}`;
  }
  for (const [index, row] of actual.entries()) {
    const wanted = expected[index] ?? [];
    const isSame = row.every((cell, column) =>
      sameCell(cell, wanted[column] ?? null, types[column] === 'FLOAT' ? 1e-5 : 1e-9),
    );
    if (!isSame) return `row ${index + 1}: ${show(row)} instead of ${show(wanted)}`;
  }
  return undefined;
}

const show = (row: readonly Cell[]): string => `(${row.map(String).join(', ')})`;

function sameCell(a: Cell, b: Cell, tolerance: number): boolean {
  if (a === b) return true;
  if (typeof a !== 'number' || typeof b !== 'number') return false;
  if (Number.isNaN(a) && Number.isNaN(b)) return true;
  if (!Number.isFinite(a) || !Number.isFinite(b)) return false;
  return Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b), 1e-3);
}

/** Rows by their texts, then by their numbers: those that differ by a rounding only stay side by side. */
function sorted(rows: readonly Cell[][]): Cell[][] {
  const keyed = rows.map((row) => ({
    row,
    exact: row.map((cell) => (typeof cell === 'number' ? '#' : String(cell))).join('\t'),
  }));
  keyed.sort((a, b) => (a.exact < b.exact ? -1 : a.exact > b.exact ? 1 : byNumbers(a.row, b.row)));
  return keyed.map(({ row }) => row);
}

function byNumbers(a: readonly Cell[], b: readonly Cell[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (typeof left !== 'number' || typeof right !== 'number') continue;
    if (sameCell(left, right, 1e-9)) continue;
    // NaN last, as SQL has it.
    if (Number.isNaN(left)) return 1;
    if (Number.isNaN(right)) return -1;
    return left - right;
  }
  return 0;
}
