import { BIGINT, type Expr, type LiteralValue, SharedMemory, VARCHAR } from '@windrow/core';
import type { OutputColumn, PhysicalPlan } from '@windrow/planner';
import { afterAll, describe, expect, it } from 'vitest';
import {
  column,
  createTestExecutor,
  node,
  rowsOf,
  scanOf,
  testSession,
} from '../runtime/fixture.test.support.ts';

const memory = SharedMemory.create();
const executors = [
  ['on the main thread', createTestExecutor(memory, { minParallelRows: Number.POSITIVE_INFINITY })],
  ['on workers', createTestExecutor(memory, { batchRows: 3 })],
] as const;

afterAll(() => Promise.all(executors.map(([, executor]) => executor.close())));

const ref = ({ id, type, name, nullable }: OutputColumn): Expr => ({
  kind: 'column',
  id,
  type,
  name,
  nullable,
});
const call = (name: string, type: Expr['type'], ...args: Expr[]): Expr => ({
  kind: 'call',
  function: name,
  overload: 0,
  args,
  type,
});
const literal = (value: LiteralValue): Expr => ({ kind: 'literal', value, type: BIGINT });
const BOOL = { kind: 'boolean' } as const;

/** `n + 1` for the rows of the round before with `n < limit`, `copies` times each. */
function counting(limit: bigint, options: { all: boolean; copies: number; values: bigint[] }) {
  const { all, copies, values } = options;
  const n = column('n', BIGINT);
  const base: PhysicalPlan = { ...node([n]), kind: 'values', rows: values.map((v) => [v]) };
  const one = (): PhysicalPlan => {
    const read = column('n', BIGINT);
    const next = column('n', BIGINT);
    const scan: PhysicalPlan = { ...node([read]), kind: 'cteScan', cteId: 1, name: 't' };
    const filter: PhysicalPlan = {
      ...node([read]),
      kind: 'filter',
      input: scan,
      predicate: call('less', BOOL, ref(read), literal(limit)),
    };
    const expressions = [{ output: next, expr: call('add', BIGINT, ref(read), literal(1n)) }];
    return { ...node([next]), kind: 'project', input: filter, expressions };
  };
  const inputs = Array.from({ length: copies }, one);
  const step: PhysicalPlan = { ...node([column('n', BIGINT)]), kind: 'union', inputs };
  const output = [column('n', BIGINT)];
  return { ...node(output), kind: 'recursiveCte', cteId: 1, name: 't', base, step, all } as const;
}

describe.each(executors)('recursive CTE %s', (_name, executor) => {
  it('adds round to round until none brings rows', async () => {
    const plan = counting(50n, { all: true, copies: 1, values: [1n] });
    const expected = Array.from({ length: 50 }, (_, i) => [BigInt(i + 1)]);
    expect(await rowsOf(executor, memory, plan)).toEqual(expected);
  });

  it('keeps duplicates with ALL, and drops those of all rounds without', async () => {
    const doubled = counting(10n, { all: true, copies: 2, values: [1n] });
    expect(await rowsOf(executor, memory, doubled)).toHaveLength(2 ** 10 - 1);
    const distinct = counting(10n, { all: false, copies: 2, values: [1n, 1n, 5n] });
    const found = (await rowsOf(executor, memory, distinct)).map(([n]) => Number(n));
    expect(found.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('copes with rounds of many rows', async () => {
    const values = Array.from({ length: 20_000 }, (_, i) => BigInt(i % 15_000));
    const plan = counting(12_000n, { all: false, copies: 1, values });
    const found = await rowsOf(executor, memory, plan);
    expect(found).toHaveLength(15_000);
    expect(new Set(found.map(([n]) => n)).size).toBe(15_000);
  });

  it('needs little memory for many rounds', async () => {
    const plan = counting(2000n, { all: true, copies: 1, values: [1n] });
    const { batches, stats } = executor.execute(plan, { session: testSession });
    let rows = 0;
    for await (const batch of batches) rows += batch.length;
    expect(rows).toBe(2000);
    expect((await stats).memoryBytes).toBeLessThan(8_000_000);
  });

  it('computes what the rounds have in common once', async () => {
    const names = scanOf(memory, { columns: [['s', VARCHAR]], rows: [['a'], ['b'], ['a']] });
    const s = names.output[0]!;
    const kept = column('s', VARCHAR);
    // A step that reads, besides the rounds, an aggregate that is the same in each of them.
    const distinct: PhysicalPlan = {
      ...node([kept]),
      kind: 'aggregate',
      input: names,
      keys: [{ output: kept, expr: ref(s) }],
      aggregates: [],
      strategy: 'hash',
      estimatedGroups: 2,
    };
    const base = scanOf(memory, { columns: [['s', VARCHAR]], rows: [['c']] });
    const read: PhysicalPlan = {
      ...node([column('s', VARCHAR)]),
      kind: 'cteScan',
      cteId: 7,
      name: 't',
    };
    const output = [column('s', VARCHAR)];
    const step: PhysicalPlan = { ...node(output), kind: 'union', inputs: [read, distinct] };
    const plan: PhysicalPlan = {
      ...node([column('s', VARCHAR)]),
      kind: 'recursiveCte',
      cteId: 7,
      name: 't',
      base,
      step,
      all: false,
    };
    expect(await rowsOf(executor, memory, plan)).toEqual([['c'], ['a'], ['b']]);
    const { batches, stats } = executor.execute(plan, { session: testSession });
    for await (const _ of batches);
    const { nodes } = await stats;
    expect(nodes.find(({ nodeId }) => nodeId === names.nodeId)?.rows).toBe(3);
  });
});
