import { INTEGER, type LiteralValue, list } from '@windrow/core';
import type { PhysicalPlan, PhysicalScan } from '@windrow/planner';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { node, rowsOf, scanOf } from '../../runtime/fixture.test.support.ts';
import {
  COLUMNS,
  closeExecutors,
  executors,
  type Key,
  memory,
  sorted,
  sortKeyOf,
  sortKeys,
  tableRows,
} from './order-reference.test.support.ts';

afterAll(closeExecutors);

const sortPlan = (scan: PhysicalScan, keys: readonly Key[]): PhysicalPlan => ({
  ...node(scan.output),
  kind: 'sort',
  input: scan,
  keys: keys.map((key) => sortKeyOf(scan, key)),
});

describe.each(executors)('sort %s', (_name, executor) => {
  it('orders as a stable comparison sort does', async () => {
    const table = fc.record({
      rows: tableRows(80),
      keys: sortKeys(),
      partitionRows: fc.constantFrom(1, 7, 1000),
      volatile: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(table, async ({ keys, ...table }) => {
        const scan = scanOf(memory, { columns: COLUMNS, ...table });
        const found = await rowsOf(executor, memory, sortPlan(scan, keys));
        expect(found).toEqual(sorted(table.rows, keys));
      }),
      { numRuns: 40 },
    );
  });
});

describe('sort by nested values', () => {
  it.each(executors)('orders lists as SQL does, %s', async (_name, executor) => {
    const lists = [[2], null, [], [1, null], [1], [1, 0], [1], [null]];
    const rows = lists.map((value, i): LiteralValue[] => [value, i]);
    const columns = [['l', list(INTEGER)] as const, COLUMNS[3]!];
    const scan = scanOf(memory, { columns, rows, partitionRows: 3, volatile: true });
    const order = async (key: Key): Promise<LiteralValue[]> =>
      (await rowsOf(executor, memory, sortPlan(scan, [key]))).map((row) => row[1]!);
    expect(await order([0, false, true])).toEqual([1, 2, 4, 6, 5, 3, 0, 7]);
    expect(await order([0, true, false])).toEqual([7, 0, 3, 5, 4, 6, 2, 1]);
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

  it('splits ties that many rows share by further keys', async () => {
    // Doubles fill the first word; nine of ten are equal, more rows than a range should have.
    const rows = Array.from({ length: 400_000 }, (_, i): LiteralValue[] => [
      i % 10 === 0 ? Math.imul(i, 2654435761) / 3 : 0,
      (Math.imul(i, 40503) >>> 3) % 50_000,
      i,
    ]);
    const columns = [COLUMNS[1]!, COLUMNS[0]!, COLUMNS[3]!];
    const scan = scanOf(memory, { columns, rows, partitionRows: 65_536 });
    const keys: Key[] = [
      [0, false, false],
      [1, true, false],
    ];
    const found = await rowsOf(executor, memory, sortPlan(scan, keys));
    const expected = sorted(rows, keys);
    expect(found.length).toBe(expected.length);
    expect(found.findIndex((row, i) => row[2] !== expected[i]![2])).toBe(-1);
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
