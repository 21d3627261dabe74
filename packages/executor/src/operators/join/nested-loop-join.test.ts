import { SharedMemory } from '@windrow/core';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createTestExecutor, rowsOf } from '../../runtime/fixture.test.support.ts';
import {
  inAnyOrder,
  JOIN_KINDS,
  type JoinCase,
  joinCases,
  joinedRows,
  nestedLoopOf,
} from './join-reference.test.support.ts';

const memory = SharedMemory.create();
const executors = [
  ['on the main thread', createTestExecutor(memory, { minParallelRows: Number.POSITIVE_INFINITY })],
  ['on workers', createTestExecutor(memory)],
  ['in batches of 1', createTestExecutor(memory, { batchRows: 1 })],
  ['in batches of 3', createTestExecutor(memory, { batchRows: 3 })],
] as const;

afterAll(() => Promise.all(executors.map(([, executor]) => executor.close())));

describe.each(executors)('nested loop join %s', (_name, executor) => {
  it.each(JOIN_KINDS)('%s finds what the definition says', async (kind) => {
    await fc.assert(
      fc.asyncProperty(joinCases(kind, { keyed: false }), async (join) => {
        const expected = joinedRows(join);
        const found = rowsOf(executor, memory, nestedLoopOf(memory, join));
        if (expected === 'cardinality') {
          await expect(found).rejects.toMatchObject({ code: 'execution', sqlState: '21000' });
        } else {
          expect(inAnyOrder(await found)).toEqual(inAnyOrder(expected));
        }
      }),
      { numRuns: 30 },
    );
  });

  it('hands up columns of one side alone', async () => {
    const base = { nullAware: false, computed: false, partitionRows: 2, keys: [] } as const;
    const rows = [0, 1, 2].map((i) => [BigInt(i), i]);
    const join: JoinCase = { ...base, kind: 'inner', probe: rows, build: rows, residual: false };
    const plan = nestedLoopOf(memory, join);
    for (const scan of [plan.probe, plan.build]) {
      const found = await rowsOf(executor, memory, { ...plan, output: [scan.output[1]!] });
      expect(found.flat().sort()).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2]);
    }
  });

  it('takes rows of either side one by one, and many pairs', async () => {
    const rows = (count: number) =>
      Array.from({ length: count }, (_, i) => [BigInt((i * 7) % 100), i]);
    const base = { nullAware: false, computed: false, partitionRows: 64, keys: [] } as const;
    for (const [probeRows, buildRows] of [
      [300, 40],
      [40, 300],
    ] as const) {
      const [probe, build] = [rows(probeRows), rows(buildRows)];
      for (const residual of [true, false]) {
        const join: JoinCase = { ...base, kind: 'inner', probe, build, residual };
        const found = await rowsOf(executor, memory, nestedLoopOf(memory, join));
        expect(inAnyOrder(found)).toEqual(inAnyOrder(joinedRows(join) as typeof found));
      }
    }
  });
});
