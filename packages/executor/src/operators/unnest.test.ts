import {
  BIGINT,
  type Expr,
  INTEGER,
  type LiteralValue,
  list,
  SharedMemory,
  VARCHAR,
} from '@windrow/core';
import type { OutputColumn, PhysicalUnnest } from '@windrow/planner';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import {
  column,
  createTestExecutor,
  node,
  rowsOf,
  scanOf,
} from '../runtime/fixture.test.support.ts';

const memory = SharedMemory.create();
const executors = [1, 3, 4096].map((batchRows) =>
  createTestExecutor(memory, { minParallelRows: Number.POSITIVE_INFINITY, batchRows }),
);
afterAll(() => Promise.all(executors.map((executor) => executor.close())));

const ref = ({ id, type, name, nullable }: OutputColumn): Expr => ({
  kind: 'column',
  id,
  type,
  name,
  nullable,
});

type Row = readonly [LiteralValue, LiteralValue[] | null, LiteralValue[] | null];

function unnestOf(rows: readonly Row[], outer: boolean): PhysicalUnnest {
  const input = scanOf(memory, {
    columns: [
      ['n', INTEGER],
      ['numbers', list(BIGINT)],
      ['texts', list(VARCHAR)],
    ],
    rows,
    partitionRows: 5,
    volatile: true,
  });
  const [, numbers, texts] = input.output;
  const lists = [
    { output: column('number', BIGINT), expr: ref(numbers!) },
    { output: column('text', VARCHAR), expr: ref(texts!) },
  ];
  const ordinality = column('ordinality', BIGINT);
  const output = [...input.output, ...lists.map((entry) => entry.output), ordinality];
  return { ...node(output), kind: 'unnest', input, lists, ordinality, outer };
}

const naive = (rows: readonly Row[], outer: boolean): LiteralValue[][] =>
  rows.flatMap((row) => {
    const [, numbers, texts] = row;
    const count = Math.max(numbers?.length ?? 0, texts?.length ?? 0);
    const outputs = Array.from({ length: count }, (_, i) => [
      ...row,
      numbers?.[i] ?? null,
      texts?.[i] ?? null,
      BigInt(i + 1),
    ]);
    return outer && count === 0 ? [[...row, null, null, null]] : outputs;
  });

describe('unnest', () => {
  it.each([false, true])('repeats rows by their lists (outer: %s)', async (outer) => {
    const rows = fc.array(
      fc.tuple(
        fc.option(fc.integer({ min: 0, max: 9 })),
        fc.option(fc.array(fc.option(fc.bigInt(-9n, 9n)), { maxLength: 6 })),
        fc.option(fc.array(fc.option(fc.constantFrom('', 'a', 'long enough')), { maxLength: 70 })),
      ),
      { maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(rows, async (values) => {
        for (const executor of executors) {
          const found = await rowsOf(executor, memory, unnestOf(values, outer));
          expect(found).toEqual(naive(values, outer));
        }
      }),
      { numRuns: 40 },
    );
  });
});
