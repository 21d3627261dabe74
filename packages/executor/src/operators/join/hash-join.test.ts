import { INTEGER, type LiteralValue, SharedMemory } from '@windrow/core';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import {
  createTestExecutor,
  node,
  rowsOf,
  testSession,
} from '../../runtime/fixture.test.support.ts';
import {
  hashJoinOf,
  inAnyOrder,
  JOIN_KINDS,
  type JoinCase,
  joinCases,
  joinedRows,
} from './join-reference.test.support.ts';

const memory = SharedMemory.create();
const executors = [
  ['on the main thread', createTestExecutor(memory, { minParallelRows: Number.POSITIVE_INFINITY })],
  ['on workers', createTestExecutor(memory)],
  ['in batches of 1', createTestExecutor(memory, { batchRows: 1 })],
  ['in batches of 3', createTestExecutor(memory, { batchRows: 3 })],
] as const;

afterAll(() => Promise.all(executors.map(([, executor]) => executor.close())));

const cardinality = {
  code: 'execution',
  sqlState: '21000',
  message: 'more than one row returned by a subquery used as an expression',
};

describe.each(executors)('hash join %s', (_name, executor) => {
  it.each(JOIN_KINDS)('%s finds what the definition says', async (kind) => {
    await fc.assert(
      fc.asyncProperty(joinCases(kind, { keyed: true }), async (join) => {
        const expected = joinedRows(join);
        const found = rowsOf(executor, memory, hashJoinOf(memory, join));
        if (expected === 'cardinality') await expect(found).rejects.toMatchObject(cardinality);
        else expect(inAnyOrder(await found)).toEqual(inAnyOrder(expected));
      }),
      { numRuns: 30 },
    );
  });
});

describe('hash join of many rows', () => {
  const [, executor] = executors[1];
  const base = { nullAware: false, computed: false, residual: false, partitionRows: 10_000 };
  const rowsBy = (count: number, keyAt: (i: number) => LiteralValue): LiteralValue[][] =>
    Array.from({ length: count }, (_, i) => [keyAt(i), BigInt(i % 10), i]);

  /** Positions of both sides, as numbers that are quickly compared. */
  async function pairsOf(join: JoinCase): Promise<number[]> {
    const rows = await rowsOf(executor, memory, hashJoinOf(memory, join));
    return rows.map((row) => Number(row[2]) * 1_000_000 + Number(row[5]));
  }

  function expectedPairs(probe: LiteralValue[][], build: LiteralValue[][]): number[] {
    const byKey = new Map<LiteralValue, number[]>();
    for (const [key, , position] of build) {
      const positions = byKey.get(key!) ?? [];
      positions.push(Number(position));
      byKey.set(key!, positions);
    }
    return probe.flatMap(([key, , position]) =>
      (byKey.get(key!) ?? []).map((other) => Number(position) * 1_000_000 + other),
    );
  }

  const shapes: Readonly<Record<string, (i: number) => number>> = {
    'dense keys': (i) => i,
    'sparse keys': (i) => Math.imul(i, 2654435761) | 0,
    'keys that occur five times': (i) => Math.floor(i / 5) * 1000,
    'one key for a third of all rows': (i) => (i % 30_000 === 0 ? 7 : i * 11),
  };
  it.each(Object.entries(shapes))('%s, in the order of both sides', async (_name, keyAt) => {
    const build = rowsBy(100_000, keyAt);
    const probe = rowsBy(60_000, (i) => keyAt(Math.imul(i, 40503) % 120_000));
    const keys = [{ type: INTEGER, nullSafe: false }];
    const found = await pairsOf({ ...base, kind: 'inner', keys, probe, build });
    const expected = expectedPairs(probe, build);
    expect(found.length).toBe(expected.length);
    expect(found.findIndex((pair, i) => pair !== expected[i])).toBe(-1);
  });

  it.each([
    ['exact', (i: number) => i * 40],
    ['by hash', (i: number) => Math.imul(i, 2654435761) | 0],
  ] as const)('filters probe rows, %s', async (_name, keyAt) => {
    const build = rowsBy(100_000, keyAt);
    // One row in ten has a match, and then all have one: the filter is dropped on the way.
    const probe = rowsBy(120_000, (i) => keyAt(i % 10 === 0 || i > 60_000 ? i % 100_000 : -1 - i));
    const keys = [{ type: INTEGER, nullSafe: false }];
    const found = await pairsOf({ ...base, kind: 'inner', keys, probe, build });
    const expected = expectedPairs(probe, build);
    expect(found.length).toBe(expected.length);
    expect(found.findIndex((pair, i) => pair !== expected[i])).toBe(-1);
    const anti = hashJoinOf(memory, { ...base, kind: 'probeAnti', keys, probe, build });
    expect(await rowsOf(executor, memory, anti)).toHaveLength(120_000 - expected.length);
  });

  it('needs little memory for many pairs of one key', async () => {
    const build = rowsBy(4000, () => 1);
    const probe = rowsBy(2000, () => 1);
    const keys = [{ type: INTEGER, nullSafe: false }];
    const input = hashJoinOf(memory, { ...base, kind: 'inner', keys, probe, build });
    const limit = { kind: 'limit', input, limit: 5, offset: 0, percent: false } as const;
    // Two of them, as the root's own limit is applied while rows are handed out.
    const inner = { ...node(input.output), ...limit };
    const plan = { ...node(input.output), ...limit, input: inner };
    const { batches, stats } = executor.execute(plan, { session: testSession });
    let rows = 0;
    for await (const { length } of batches) rows += length;
    expect(rows).toBe(5);
    expect((await stats).memoryBytes).toBeLessThan(8 * 1048576);
  });
});
