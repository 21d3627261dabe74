import {
  DOUBLE,
  INTEGER,
  type LiteralValue,
  SharedMemory,
  type SqlType,
  VARCHAR,
} from '@windrow/core';
import type { PhysicalScan, SortKey } from '@windrow/planner';
import fc from 'fast-check';
import type { Executor } from '../../executor.ts';
import { createTestExecutor } from '../../runtime/fixture.test.support.ts';

/*
 * ORDER BY by its definition, over plain rows, with what the tests of sorting operators share.
 */

export const memory: SharedMemory = SharedMemory.create();

type Named = readonly [string, Executor];

export const executors: readonly [Named, Named, Named, Named] = [
  ['on the main thread', createTestExecutor(memory, { minParallelRows: Number.POSITIVE_INFINITY })],
  ['on workers', createTestExecutor(memory)],
  ['in batches of 1', createTestExecutor(memory, { batchRows: 1 })],
  ['in batches of 3', createTestExecutor(memory, { batchRows: 3 })],
];

export const closeExecutors = async (): Promise<void> => {
  await Promise.all(executors.map(([, executor]) => executor.close()));
};

/** Column, descending?, NULLs first? */
export type Key = readonly [number, boolean, boolean];

export const sortKeyOf = (scan: PhysicalScan, [column, descending, nullsFirst]: Key): SortKey => ({
  expr: { kind: 'column', ...scan.output[column]! },
  descending,
  nullsFirst,
});

/** SQL order of values that are not NULL: NaN above all numbers, text by bytes. */
function compareValues(a: LiteralValue, b: LiteralValue): number {
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b as string));
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return Number(a! > b!) - Number(a! < b!);
}

export function compareRows(keys: readonly Key[], a: LiteralValue[], b: LiteralValue[]): number {
  for (const [column, descending, nullsFirst] of keys) {
    const [x, y] = [a[column]!, b[column]!];
    if (x === null && y === null) continue;
    if (x === null) return nullsFirst ? -1 : 1;
    if (y === null) return nullsFirst ? 1 : -1;
    const order = compareValues(x, y);
    if (order !== 0) return descending ? -order : order;
  }
  return 0;
}

/** The rows as a stable comparison sort orders them. */
export const sorted = (rows: readonly LiteralValue[][], keys: readonly Key[]): LiteralValue[][] =>
  [...rows].sort((a, b) => compareRows(keys, a, b));

/** Rows of the tests; the position tells peers apart, so that stability is seen. */
export const COLUMNS: readonly (readonly [string, SqlType])[] = [
  ['n', INTEGER],
  ['d', DOUBLE],
  ['s', VARCHAR],
  ['position', INTEGER],
];

/** Rows of {@link COLUMNS}; −0 is left out, as it is not told from 0. */
export const tableRows = (maxRows: number): fc.Arbitrary<LiteralValue[][]> =>
  fc
    .array(
      fc.tuple(
        fc.option(fc.integer({ min: -3, max: 3 })),
        fc.option(fc.oneof(fc.constantFrom(0, 1, 1.5, Number.NaN), fc.double({ noNaN: true }))),
        fc.option(
          fc.constantFrom(
            '',
            'a',
            'a common prefix of many bytes, b',
            'a common prefix of many bytes, c',
            'é',
          ),
        ),
      ),
      { maxLength: maxRows },
    )
    .map((rows) => rows.map(([n, d, s], i): LiteralValue[] => [n, d === null ? d : d + 0, s, i]));

export const sortKeys = (minKeys = 1): fc.Arbitrary<Key[]> =>
  fc.array(fc.tuple(fc.nat(2), fc.boolean(), fc.boolean()), { minLength: minKeys, maxLength: 3 });
