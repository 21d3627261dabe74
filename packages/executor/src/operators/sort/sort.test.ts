import {
  DOUBLE,
  INTEGER,
  type LiteralValue,
  SharedMemory,
  type SqlType,
  VARCHAR,
} from '@windrow/core';
import type { PhysicalPlan, PhysicalScan, SortKey } from '@windrow/planner';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createTestExecutor, node, rowsOf, scanOf } from '../../runtime/fixture.test.support.ts';

const memory = SharedMemory.create();
const executors = [
  ['on the main thread', createTestExecutor(memory, { minParallelRows: Number.POSITIVE_INFINITY })],
  ['on workers', createTestExecutor(memory)],
  ['in batches of 1', createTestExecutor(memory, { batchRows: 1 })],
  ['in batches of 3', createTestExecutor(memory, { batchRows: 3 })],
] as const;

afterAll(() => Promise.all(executors.map(([, executor]) => executor.close())));

/** Column, descending?, NULLs first? */
type Key = readonly [number, boolean, boolean];

const keyOf = (scan: PhysicalScan, [column, descending, nullsFirst]: Key): SortKey => {
  const { id, type, name, nullable } = scan.output[column]!;
  return { expr: { kind: 'column', id, type, name, nullable }, descending, nullsFirst };
};

const sortPlan = (scan: PhysicalScan, keys: readonly Key[]): PhysicalPlan => ({
  ...node(scan.output),
  kind: 'sort',
  input: scan,
  keys: keys.map((key) => keyOf(scan, key)),
});

/** SQL order of values that are not NULL: NaN above all numbers, text by bytes. */
function compareValues(a: LiteralValue, b: LiteralValue): number {
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b as string));
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return Number(a! > b!) - Number(a! < b!);
}

/** The rows as a stable comparison sort orders them. */
const sorted = (rows: readonly LiteralValue[][], keys: readonly Key[]): LiteralValue[][] =>
  [...rows].sort((a, b) => {
    for (const [column, descending, nullsFirst] of keys) {
      const [x, y] = [a[column]!, b[column]!];
      if (x === null && y === null) continue;
      if (x === null) return nullsFirst ? -1 : 1;
      if (y === null) return nullsFirst ? 1 : -1;
      const order = compareValues(x, y);
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  });

const COLUMNS: readonly (readonly [string, SqlType])[] = [
  ['n', INTEGER],
  ['d', DOUBLE],
  ['s', VARCHAR],
  ['position', INTEGER],
];

const value = fc.tuple(
  fc.option(fc.integer({ min: -3, max: 3 })),
  fc.option(fc.oneof(fc.constantFrom(0, 1, 1.5, Number.NaN), fc.double({ noNaN: true }))),
  fc.option(fc.constantFrom('', 'a', 'same prefix, b', 'same prefix, c', 'é')),
);

const keys = fc.array(fc.tuple(fc.nat(2), fc.boolean(), fc.boolean()), {
  minLength: 1,
  maxLength: 3,
});

describe.each(executors)('sort %s', (_name, executor) => {
  it('orders as a stable comparison sort does', async () => {
    const table = fc.record({
      rows: fc.array(value, { maxLength: 80 }),
      keys,
      partitionRows: fc.constantFrom(1, 7, 1000),
      volatile: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(table, async ({ rows, keys, partitionRows, volatile }) => {
        // Positions tell peers apart, so that stability is seen; −0 is not told from 0.
        const numbered = rows.map(([n, d, s], i): LiteralValue[] => [
          n,
          d === null ? d : d + 0,
          s,
          i,
        ]);
        const scan = scanOf(memory, { columns: COLUMNS, rows: numbered, partitionRows, volatile });
        expect(await rowsOf(executor, memory, sortPlan(scan, keys))).toEqual(
          sorted(numbered, keys),
        );
      }),
      { numRuns: 40 },
    );
  });
});

describe('sort in parallel ranges', () => {
  const executor = executors[1][1];
  const distributions: Readonly<Record<string, (i: number) => LiteralValue>> = {
    'even numbers': (i) => Math.imul(i, 2654435761) >>> 1,
    'mostly one number': (i) => (i % 10 === 0 ? i : 7),
    'two numbers': (i) => i % 2,
    'ascending numbers': (i) => i,
    NULLs: (i) => (i % 3 === 0 ? null : i % 1000),
  };
  it.each(Object.entries(distributions))('orders %s', async (_name, valueAt) => {
    const rows = Array.from({ length: 150_000 }, (_, i): LiteralValue[] => [valueAt(i), i]);
    const columns = [COLUMNS[0]!, COLUMNS[3]!];
    const scan = scanOf(memory, { columns, rows, partitionRows: 20_000 });
    for (const key of [
      [0, false, false],
      [0, true, true],
    ] as const) {
      const found = await rowsOf(executor, memory, sortPlan(scan, [key]));
      const expected = sorted(rows, [key]);
      // Whole arrays would take seconds to print if they differed.
      expect(found.length).toBe(expected.length);
      const at = found.findIndex(
        (row, i) => row[0] !== expected[i]![0] || row[1] !== expected[i]![1],
      );
      expect([at, found[at]]).toEqual([-1, undefined]);
    }
  });

  it('orders many texts', async () => {
    const rows = Array.from({ length: 100_000 }, (_, i): LiteralValue[] => [
      `http://example.org/${(Math.imul(i, 40503) >>> 4) % 50_000}/page`,
      i,
    ]);
    const columns = [COLUMNS[2]!, COLUMNS[3]!];
    const scan = scanOf(memory, { columns, rows, partitionRows: 30_000, volatile: true });
    const found = await rowsOf(executor, memory, sortPlan(scan, [[0, false, false]]));
    const expected = sorted(rows, [[0, false, false]]);
    expect(found.findIndex((row, i) => row[1] !== expected[i]![1])).toBe(-1);
  });

  it('gives back what it needed beside the rows', async () => {
    const rows = Array.from({ length: 100_000 }, (_, i): LiteralValue[] => [i % 977]);
    const scan = scanOf(memory, { columns: [COLUMNS[0]!], rows });
    const before = memory.usedBytes;
    await rowsOf(executor, memory, sortPlan(scan, [[0, false, false]]));
    expect(memory.usedBytes).toBe(before);
  });
});
