import {
  BIGINT,
  DOUBLE,
  type Expr,
  INTEGER,
  type LiteralValue,
  SharedMemory,
  SMALLINT,
  type SqlType,
  VARCHAR,
} from '@windrow/core';
import type { AggregateCall, OutputColumn, PhysicalAggregate } from '@windrow/planner';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import {
  column,
  createTestExecutor,
  node,
  rowsOf,
  scanOf,
  type TestTable,
  testSession,
} from '../../runtime/fixture.test.support.ts';
import { aggregateReference, testAggregate } from '../../testing/aggregate-functions.ts';

const memory = SharedMemory.create();
const executors = [
  createTestExecutor(memory, { minParallelRows: Number.POSITIVE_INFINITY, batchRows: 1 }),
  createTestExecutor(memory, { minParallelRows: Number.POSITIVE_INFINITY }),
  createTestExecutor(memory, { batchRows: 3 }),
  createTestExecutor(memory, { batchRows: 2048 }),
  createTestExecutor(memory, { threads: 3 }),
];

afterAll(() => Promise.all(executors.map((executor) => executor.close())));

const ref = ({ id, type, name, nullable }: OutputColumn): Expr => ({
  kind: 'column',
  id,
  type,
  name,
  nullable,
});

const aggregateCall = (name: string, args: readonly Expr[]): AggregateCall => ({
  output: column(name, testAggregate(name).returns),
  function: name,
  overload: 0,
  args,
  distinct: false,
  filter: undefined,
  orderBy: [],
});

const STRATEGIES = ['direct', 'hash', 'partitioned'] as const;

function aggregateOf(
  table: TestTable,
  options: {
    readonly keys: readonly number[];
    readonly calls: readonly (readonly [name: string, ...columns: number[]])[];
    readonly strategy?: PhysicalAggregate['strategy'];
  },
): PhysicalAggregate {
  const input = scanOf(memory, table);
  const keys = options.keys.map((index) => {
    const from = input.output[index]!;
    return { output: column(from.name, from.type), expr: ref(from) };
  });
  const aggregates = options.calls.map(([name, ...columns]) =>
    aggregateCall(
      name,
      columns.map((index) => ref(input.output[index]!)),
    ),
  );
  const output = [...keys.map((key) => key.output), ...aggregates.map((call) => call.output)];
  return {
    ...node(output),
    kind: 'aggregate',
    input,
    keys,
    aggregates,
    strategy: keys.length === 0 ? 'global' : (options.strategy ?? 'hash'),
    estimatedGroups: 0,
  };
}

/** The answer by its definition, groups in the order of their first rows. */
function naive(
  rows: readonly (readonly LiteralValue[])[],
  options: Parameters<typeof aggregateOf>[1],
): LiteralValue[][] {
  const groups = new Map<string, (readonly LiteralValue[])[]>();
  if (options.keys.length === 0) groups.set('', []);
  for (const row of rows) {
    const key = options.keys
      .map((index) => row[index])
      .map((value) => (value === null ? 'NULL' : `${typeof value} ${String(value)}`))
      .join(' | ');
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map((group) => [
    ...options.keys.map((index) => group[0]?.[index] ?? null),
    ...options.calls.map(([name, ...columns]) =>
      aggregateReference(
        name,
        group.map((row) => columns.map((index) => row[index] ?? null)),
      ),
    ),
  ]);
}

const COLUMNS: readonly (readonly [string, SqlType])[] = [
  ['small', SMALLINT],
  ['text', VARCHAR],
  ['n', BIGINT],
  ['x', DOUBLE],
  ['i', INTEGER],
];

const nullable = (arbitrary: fc.Arbitrary<LiteralValue>) => fc.option(arbitrary, { freq: 6 });
const tableRows = fc.array(
  fc.tuple(
    nullable(fc.integer({ min: -2, max: 2 })),
    nullable(fc.constantFrom('', 'a', 'bb', 'a longer text than eight bytes')),
    nullable(fc.bigInt(-5n, 5n)),
    nullable(fc.integer({ min: -3, max: 3 })),
    nullable(fc.integer({ min: 0, max: 1000 })),
  ),
  { maxLength: 200 },
);

const CALLS = [['count_star'], ['count', 2], ['sum', 2], ['float_sum', 3], ['nulls', 2]] as const;

describe('aggregate', () => {
  it('groups as the definition says, whatever the threads, batches and strategies', async () => {
    await fc.assert(
      fc.asyncProperty(
        tableRows,
        fc.subarray([0, 1, 2, 3, 4]),
        fc.subarray([...CALLS]),
        fc.integer({ min: 1, max: 40 }),
        async (rows, keys, calls, partitionRows) => {
          const options = { keys, calls: keys.length === 0 ? CALLS : calls };
          const expected = naive(rows, options);
          const table = { columns: COLUMNS, rows, partitionRows, volatile: true };
          for (const strategy of STRATEGIES) {
            const plan = aggregateOf(table, { ...options, strategy });
            for (const executor of executors) {
              const found = await rowsOf(executor, memory, plan);
              if (strategy === 'partitioned') {
                expect(found).toHaveLength(expected.length);
                expect(new Set(found.map(String))).toEqual(new Set(expected.map(String)));
              } else expect(found).toEqual(expected);
            }
          }
        },
      ),
      { numRuns: 25 },
    );
  }, 60_000);

  it.each(STRATEGIES)('finds many groups (%s)', async (strategy) => {
    const rows = Array.from({ length: 200_000 }, (_, i): LiteralValue[] => [
      BigInt((i * 7919) % 70_001),
      1n,
    ]);
    const table: TestTable = {
      columns: [
        ['key', BIGINT],
        ['n', BIGINT],
      ],
      rows,
      partitionRows: 5000,
    };
    const plan = aggregateOf(table, { keys: [0], calls: [['sum', 1], ['count_star']], strategy });
    const expected = new Map<bigint, bigint>();
    for (const [key] of rows) {
      expected.set(key as bigint, (expected.get(key as bigint) ?? 0n) + 1n);
    }
    for (const executor of executors.slice(1)) {
      const found = await rowsOf(executor, memory, plan);
      expect(found).toHaveLength(70_001);
      const wrong = found.filter(
        ([key, sum, count]) => sum !== expected.get(key as bigint) || count !== sum,
      );
      expect(wrong).toEqual([]);
    }
  });

  it('makes one row of nothing without keys, and none with keys', async () => {
    const table: TestTable = { columns: COLUMNS, rows: [] };
    for (const executor of executors) {
      const all = aggregateOf(table, { keys: [], calls: CALLS });
      expect(await rowsOf(executor, memory, all)).toEqual([[0n, 0n, null, null, 0n]]);
      const grouped = aggregateOf(table, { keys: [1], calls: CALLS });
      expect(await rowsOf(executor, memory, grouped)).toEqual([]);
    }
  });

  it('reports the groups it hands up and frees what it took', async () => {
    const rows = Array.from({ length: 1000 }, (_, i): LiteralValue[] => [i % 7]);
    const table: TestTable = { columns: [['k', INTEGER]], rows, partitionRows: 100 };
    const plan = aggregateOf(table, { keys: [0], calls: [['count_star']] });
    const before = memory.usedBytes;
    const { batches, stats } = executors[2]!.execute(plan, { session: testSession });
    for await (const _ of batches);
    const { nodes } = await stats;
    expect(nodes.find(({ nodeId }) => nodeId === plan.nodeId)?.rows).toBe(7);
    expect(memory.usedBytes).toBe(before);
  });
});
