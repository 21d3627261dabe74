import { BIGINT, type LiteralValue } from '@windrow/core';
import type { PhysicalPartitionedTopN, PhysicalPlan, PhysicalScan } from '@windrow/planner';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { column, node, rowsOf, scanOf } from '../../runtime/fixture.test.support.ts';
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

interface Ranking {
  readonly partitionBy: readonly number[];
  readonly keys: readonly Key[];
  readonly limit: number;
  readonly ranking: PhysicalPartitionedTopN['ranking'];
  readonly withRank: boolean;
}

function planOf(scan: PhysicalScan, options: Ranking): PhysicalPlan {
  const { partitionBy, keys, limit, ranking, withRank } = options;
  const rank = withRank ? column('rank', BIGINT) : undefined;
  return {
    ...node(rank === undefined ? scan.output : [...scan.output, rank]),
    kind: 'partitionedTopN',
    input: scan,
    partitionBy: partitionBy.map((index) => ({ kind: 'column', ...scan.output[index]! })),
    keys: keys.map((key) => sortKeyOf(scan, key)),
    limit,
    ranking,
    rank,
  };
}

/** The rows of each partition with a rank of at most the limit, by the definition of ranks. */
function expectedRows(rows: readonly LiteralValue[][], options: Ranking): LiteralValue[][] {
  const { partitionBy, keys, limit, ranking, withRank } = options;
  const partition = partitionBy.map((index): Key => [index, false, false]);
  return sorted(rows, [...partition, ...keys]).flatMap((row, at, all) => {
    const peers = all.slice(0, at).filter((other) => compareRows(partition, row, other) === 0);
    const before = peers.filter((other) => compareRows(keys, other, row) < 0);
    const groups = new Set(
      before.map((other) => all.find((o) => compareRows(keys, o, other) === 0)),
    );
    const rank =
      ranking === 'row_number'
        ? peers.length + 1
        : ranking === 'rank'
          ? before.length + 1
          : groups.size + 1;
    if (rank > limit) return [];
    return [withRank ? [...row, BigInt(rank)] : row];
  });
}

const rankings = fc.record({
  partitionBy: fc.uniqueArray(fc.nat(2), { maxLength: 2 }),
  keys: sortKeys(0),
  limit: fc.integer({ min: 1, max: 4 }),
  ranking: fc.constantFrom('row_number' as const, 'rank' as const, 'dense_rank' as const),
  withRank: fc.boolean(),
});

describe.each(executors)('partitioned top N %s', (_name, executor) => {
  it('gives the rows of each partition that rank among the first', async () => {
    const table = fc.record({
      rows: tableRows(60),
      partitionRows: fc.constantFrom(1, 7, 1000),
      volatile: fc.boolean(),
      ranking: rankings,
    });
    await fc.assert(
      fc.asyncProperty(table, async ({ ranking, ...table }) => {
        const scan = scanOf(memory, { columns: COLUMNS, ...table });
        const found = await rowsOf(executor, memory, planOf(scan, ranking));
        expect(found).toEqual(expectedRows(table.rows, ranking));
      }),
      { numRuns: 40 },
    );
  });
});

describe('partitioned top N of many rows', () => {
  const [, executor] = executors[1];
  /** Rows a partition has: some end within the rows that threads claim at a time, some span several. */
  it.each([3, 50_000, 200_000])('with partitions of %d rows', async (partitionRows) => {
    const count = 200_000;
    const rows = Array.from({ length: count }, (_, i): LiteralValue[] => [
      Math.floor(((i * 7919) % count) / partitionRows),
      i % 1000,
      null,
      i,
    ]);
    const scan = scanOf(memory, { columns: COLUMNS, rows, partitionRows: 30_000 });
    const keys = [[1, true, false]] as const;
    for (const ranking of ['row_number', 'rank', 'dense_rank'] as const) {
      const limit = ranking === 'dense_rank' ? 2 : 150;
      const options = { partitionBy: [0], keys, limit, ranking, withRank: true };
      const found = await rowsOf(executor, memory, planOf(scan, options));
      const byPartition = new Map<LiteralValue, LiteralValue[][]>();
      for (const row of sorted(rows, [[0, false, false], ...keys])) {
        const partition = byPartition.get(row[0]!) ?? [];
        byPartition.set(row[0]!, partition);
        const last = partition.at(-1);
        const [, , , , lastRank = 0n] = last ?? [];
        const isPeer = last !== undefined && last[1] === row[1];
        const next = ranking === 'dense_rank' ? Number(lastRank) + 1 : partition.length + 1;
        const rank = isPeer && ranking !== 'row_number' ? lastRank : BigInt(next);
        partition.push([...row, rank!]);
      }
      const expected = [...byPartition.values()].flat().filter((row) => Number(row[4]) <= limit);
      expect(found.length).toBe(expected.length);
      const differs = (row: LiteralValue[], i: number): boolean =>
        row[3] !== expected[i]![3] || row[4] !== expected[i]![4];
      expect(found.findIndex(differs)).toBe(-1);
    }
  });
});
