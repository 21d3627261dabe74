import type { LiteralValue } from '@windrow/core';
import type { PhysicalPlan, PhysicalScan } from '@windrow/planner';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { node, rowsOf, scanOf } from '../../runtime/fixture.test.support.ts';
import {
  COLUMNS,
  closeExecutors,
  compareRows,
  executors,
  type Key,
  memory,
  sorted,
  sortKeyOf,
  sortKeys,
  tableRows,
} from './order-reference.test.support.ts';

afterAll(closeExecutors);

interface Range {
  readonly limit: number;
  readonly offset: number;
  readonly withTies: boolean;
}

const topPlan = (scan: PhysicalScan, keys: readonly Key[], range: Range): PhysicalPlan => ({
  ...node(scan.output),
  kind: 'topN',
  input: scan,
  keys: keys.map((key) => sortKeyOf(scan, key)),
  ...range,
});

/** The rows of a range of the sorted input. */
function expectedRows(
  rows: readonly LiteralValue[][],
  keys: readonly Key[],
  { limit, offset, withTies }: Range,
): LiteralValue[][] {
  const all = sorted(rows, keys);
  const end = Math.min(offset + limit, all.length);
  const last = all[end - 1];
  const ties =
    withTies && limit > 0 && last !== undefined
      ? all.slice(end).filter((row) => compareRows(keys, row, last) === 0)
      : [];
  return [...all.slice(offset, end), ...(end > offset ? ties : [])];
}

describe.each(executors)('top N %s', (_name, executor) => {
  it('gives the rows of a range of the sorted input', async () => {
    const table = fc.record({
      rows: tableRows(80),
      keys: sortKeys(),
      partitionRows: fc.constantFrom(1, 7, 1000),
      volatile: fc.boolean(),
      range: fc.record({
        limit: fc.oneof(fc.nat(10), fc.constant(300_000)),
        offset: fc.oneof(fc.constant(0), fc.nat(20)),
        withTies: fc.boolean(),
      }),
    });
    await fc.assert(
      fc.asyncProperty(table, async ({ keys, range, ...table }) => {
        const scan = scanOf(memory, { columns: COLUMNS, ...table });
        const found = await rowsOf(executor, memory, topPlan(scan, keys, range));
        expect(found).toEqual(expectedRows(table.rows, keys, range));
      }),
      { numRuns: 40 },
    );
  });
});

describe('top N of many rows', () => {
  const scatter = (i: number): number => Math.imul(i, 2654435761) >>> 1;
  const distributions: Readonly<Record<string, (i: number) => LiteralValue>> = {
    'even numbers': scatter,
    'ascending numbers': (i) => i,
    'descending numbers': (i) => -i,
    'a third NULL': (i) => (i % 3 === 0 ? null : scatter(i)),
    'three numbers': (i) => i % 3,
  };
  const [, executor] = executors[1];
  it.each(Object.entries(distributions))('%s', async (_name, valueAt) => {
    const rows = Array.from({ length: 60_000 }, (_, i): LiteralValue[] => [
      valueAt(i),
      scatter(i + 7) % 100,
      `text ${scatter(i) % 1000}`,
      i,
    ]);
    const scan = scanOf(memory, { columns: COLUMNS, rows, partitionRows: 5000, volatile: true });
    for (const keys of [
      [[0, false, false]],
      [[0, true, true]],
      [
        [0, false, true],
        [2, true, false],
        [1, false, false],
      ],
    ] as const) {
      for (const range of [
        { limit: 10, offset: 0, withTies: false },
        { limit: 1500, offset: 2000, withTies: false },
        { limit: 7, offset: 3, withTies: true },
      ]) {
        const found = await rowsOf(executor, memory, topPlan(scan, keys, range));
        const expected = expectedRows(rows, keys, range);
        expect(found.length).toBe(expected.length);
        expect(found.findIndex((row, i) => row[3] !== expected[i]![3])).toBe(-1);
      }
    }
  });

  it('keeps few of them', async () => {
    const rows = Array.from({ length: 200_000 }, (_, i): LiteralValue[] => [scatter(i)]);
    const scan = scanOf(memory, { columns: [COLUMNS[0]!], rows, partitionRows: 20_000 });
    const plan = topPlan(scan, [[0, false, false]], { limit: 5, offset: 0, withTies: false });
    const { batches, stats } = executor.execute(plan, {
      session: { nowMicros: 0n, timeZone: 'UTC' },
    });
    for await (const _ of batches);
    expect((await stats).memoryBytes).toBeLessThan(4 * 1048576);
  });
});
