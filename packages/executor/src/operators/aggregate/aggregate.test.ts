import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  INTEGER,
  type LiteralValue,
  SharedMemory,
  SMALLINT,
  type SqlType,
  VARCHAR,
} from '@windrow/core';
import type { AggregateCall, PhysicalAggregate, PhysicalPlan } from '@windrow/planner';
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
import { call as testCall } from '../../testing/reference.test.support.ts';
import {
  aggregateOf,
  columnRef,
  naiveAggregate,
  returnTypeOf,
  type TestCall,
} from './fixture.test.support.ts';

const memory = SharedMemory.create();
const executors = [
  createTestExecutor(memory, { minParallelRows: Number.POSITIVE_INFINITY, batchRows: 1 }),
  createTestExecutor(memory, { minParallelRows: Number.POSITIVE_INFINITY }),
  createTestExecutor(memory, { batchRows: 3 }),
  createTestExecutor(memory, { batchRows: 2048 }),
  createTestExecutor(memory, { threads: 3 }),
];

afterAll(() => Promise.all(executors.map((executor) => executor.close())));

const STRATEGIES = ['direct', 'hash', 'partitioned'] as const;

const COLUMNS: readonly (readonly [string, SqlType])[] = [
  ['small', SMALLINT],
  ['text', VARCHAR],
  ['n', BIGINT],
  ['x', DOUBLE],
  ['i', INTEGER],
  ['flag', BOOLEAN],
];

const nullable = (arbitrary: fc.Arbitrary<LiteralValue>) => fc.option(arbitrary, { freq: 6 });
const tableRows = fc.array(
  fc.tuple(
    nullable(fc.integer({ min: -2, max: 2 })),
    nullable(fc.constantFrom('', 'a', 'bb', 'a longer text than eight bytes')),
    nullable(fc.bigInt(-5n, 5n)),
    nullable(fc.integer({ min: -3, max: 3 })),
    nullable(fc.integer({ min: 0, max: 1000 })),
    nullable(fc.boolean()),
  ),
  { maxLength: 200 },
);

const STATE_CALLS: readonly TestCall[] = [
  { name: 'count_star', args: [] },
  { name: 'count', args: [2] },
  { name: 'sum', args: [2] },
  { name: 'float_sum', args: [3] },
  { name: 'nulls', args: [2] },
  { name: 'count_star', args: [], filter: 5 },
  { name: 'sum', args: [2], filter: 5 },
];

const ORDER = { column: 4, descending: true, nullsFirst: true };

const COLLECTED_CALLS: readonly TestCall[] = [
  { name: 'median', args: [2] },
  { name: 'median', args: [2], filter: 5 },
  { name: 'text_list', args: [1] },
  { name: 'text_list', args: [1], distinct: true },
  { name: 'text_list', args: [1], orderBy: [ORDER, { ...ORDER, column: 2, descending: false }] },
  { name: 'all_list', args: [2] },
  { name: 'all_list', args: [2], filter: 5, distinct: true },
  { name: 'all_list', args: [{ value: 7n, type: BIGINT }], filter: 5 },
  { name: 'text_list', args: [{ value: null, type: VARCHAR }] },
  { name: 'ordered_first', args: [2] },
  { name: 'ordered_first', args: [2], orderBy: [{ ...ORDER, nullsFirst: false }] },
  { name: 'ordered_last_text', args: [1], filter: 5 },
  { name: 'count', args: [2], distinct: true },
  { name: 'sum', args: [2], distinct: true, filter: 5 },
];

const someKeys = fc.subarray([0, 1, 2, 3, 4, 5]);
const partitionRows = fc.integer({ min: 1, max: 40 });

const asSet = (rows: readonly LiteralValue[][]): Set<string> =>
  new Set(rows.map((row) => row.map((value) => String(value)).join(' | ')));

describe('aggregate', () => {
  it('groups as the definition says, whatever the threads, batches and strategies', async () => {
    await fc.assert(
      fc.asyncProperty(
        tableRows,
        someKeys,
        fc.subarray([...STATE_CALLS]),
        partitionRows,
        async (rows, keys, some, partitionRows) => {
          const options = { keys, calls: keys.length === 0 ? STATE_CALLS : some };
          const expected = naiveAggregate(rows, options);
          const table = { columns: COLUMNS, rows, partitionRows, volatile: true };
          for (const strategy of STRATEGIES) {
            const plan = aggregateOf(memory, table, { ...options, strategy });
            for (const executor of executors) {
              const found = await rowsOf(executor, memory, plan);
              if (strategy === 'partitioned') {
                expect(found).toHaveLength(expected.length);
                expect(asSet(found)).toEqual(asSet(expected));
              } else expect(found).toEqual(expected);
            }
          }
        },
      ),
      { numRuns: 20 },
    );
  }, 60_000);

  it('collects rows as the definition says, whatever the threads, batches and partitions', async () => {
    await fc.assert(
      fc.asyncProperty(
        tableRows,
        someKeys,
        fc.subarray([...COLLECTED_CALLS, ...STATE_CALLS], { minLength: 1 }),
        partitionRows,
        async (rows, keys, calls, partitionRows) => {
          const expected = naiveAggregate(rows, { keys, calls });
          const table = { columns: COLUMNS, rows, partitionRows, volatile: true };
          for (const estimatedRows of [0, 1_000_000]) {
            const plan = aggregateOf(memory, table, { keys, calls, estimatedRows });
            for (const executor of executors) {
              const found = await rowsOf(executor, memory, plan);
              if (estimatedRows > 0) {
                expect(found).toHaveLength(expected.length);
                expect(asSet(found)).toEqual(asSet(expected));
              } else expect(found).toEqual(expected);
            }
          }
        },
      ),
      { numRuns: 30 },
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
    const calls = [
      { name: 'sum', args: [1] },
      { name: 'count_star', args: [] },
    ];
    const plan = aggregateOf(memory, table, { keys: [0], calls, strategy });
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
    for (const calls of [STATE_CALLS, COLLECTED_CALLS]) {
      const expected = naiveAggregate([], { keys: [], calls });
      for (const executor of executors) {
        const all = aggregateOf(memory, table, { keys: [], calls });
        expect(await rowsOf(executor, memory, all)).toEqual(expected);
        const grouped = aggregateOf(memory, table, { keys: [1], calls });
        expect(await rowsOf(executor, memory, grouped)).toEqual([]);
      }
    }
  });

  it('reports the groups it hands up and frees what it took', async () => {
    const rows = Array.from({ length: 1000 }, (_, i): LiteralValue[] => [i % 7, BigInt(i)]);
    const table: TestTable = {
      columns: [
        ['k', INTEGER],
        ['n', BIGINT],
      ],
      rows,
      partitionRows: 100,
    };
    for (const name of ['count', 'median']) {
      const plan = aggregateOf(memory, table, { keys: [0], calls: [{ name, args: [1] }] });
      const before = memory.usedBytes;
      const { batches, stats } = executors[2]!.execute(plan, { session: testSession });
      for await (const _ of batches);
      const { nodes } = await stats;
      expect(nodes.find(({ nodeId }) => nodeId === plan.nodeId)?.rows).toBe(7);
      expect(memory.usedBytes).toBe(before);
    }
  });
});

describe('an aggregate over a projection and a filter', () => {
  const rows = Array.from({ length: 500 }, (_, i): LiteralValue[] => [
    BigInt(i % 10),
    i % 11 === 0 ? null : BigInt(i),
    `t${i % 3}`,
  ]);
  const table: TestTable = {
    columns: [
      ['a', BIGINT],
      ['b', BIGINT],
      ['s', VARCHAR],
    ],
    rows,
    partitionRows: 60,
    volatile: true,
  };

  /** Aggregates of `a + b`, `upper(s)` and a column, over rows with `b < 300`. */
  const planOf = (hasKeys: boolean, names: readonly string[]): PhysicalAggregate => {
    const scan = scanOf(memory, table);
    const [a, b, s] = scan.output.map(columnRef);
    const predicate = testCall('less', b!, { kind: 'literal', value: 300n, type: BIGINT });
    const filter: PhysicalPlan = { ...node(scan.output), kind: 'filter', input: scan, predicate };
    const outputs = [column('sum', BIGINT), column('upper', VARCHAR), column('a', BIGINT)];
    const exprs = [testCall('add', a!, b!), testCall('upper', s!), a!];
    const project: PhysicalPlan = {
      ...node(outputs),
      kind: 'project',
      input: filter,
      expressions: exprs.map((expr, i) => ({ output: outputs[i]!, expr })),
    };
    const [sum, upper, third] = outputs.map(columnRef);
    const aggregates = names.map(
      (name): AggregateCall => ({
        output: column(name, returnTypeOf(name)),
        function: name,
        overload: 0,
        args: name === 'text_list' ? [upper!] : [sum!],
        distinct: name === 'text_list',
        filter: undefined,
        orderBy: [],
      }),
    );
    const keys = hasKeys
      ? [upper!, third!].map((expr) => ({ output: column('key', expr.type), expr }))
      : [];
    const output = [...keys.map((key) => key.output), ...aggregates.map((call) => call.output)];
    return {
      ...node(output),
      kind: 'aggregate',
      input: project,
      keys,
      aggregates,
      strategy: hasKeys ? 'hash' : 'global',
      estimatedGroups: 0,
    };
  };

  const projected = rows
    .filter(([, b]) => b !== null && (b as bigint) < 300n)
    .map(([a, b, s]): LiteralValue[] => [
      (a as bigint) + (b as bigint),
      String(s).toUpperCase(),
      a!,
    ]);

  it.each([
    [false, ['sum', 'count', 'sum']],
    [true, ['sum', 'count']],
    [false, ['text_list', 'sum']],
    [true, ['text_list', 'median']],
  ])('sees what they hand up (keys: %s, %j)', async (hasKeys, names) => {
    const calls = names.map(
      (name): TestCall =>
        name === 'text_list' ? { name, args: [1], distinct: true } : { name, args: [0] },
    );
    const expected = naiveAggregate(projected, { keys: hasKeys ? [1, 2] : [], calls });
    for (const executor of executors) {
      expect(await rowsOf(executor, memory, planOf(hasKeys, names))).toEqual(expected);
    }
  });
});

it('groups more rows than memory holds', async () => {
  const limited = SharedMemory.create(48 << 20);
  const rows = Array.from({ length: 100_000 }, (_, i): LiteralValue[] => [
    `key ${(i * 7919) % 20_011}`,
    BigInt(i % 3),
  ]);
  const table: TestTable = {
    columns: [
      ['key', VARCHAR],
      ['n', BIGINT],
    ],
    rows,
    partitionRows: 10_000,
  };
  const calls: TestCall[] = [
    { name: 'sum', args: [1] },
    { name: 'count_star', args: [] },
  ];
  const once = aggregateOf(limited, table, { keys: [0], calls, strategy: 'partitioned' });
  // 4 million rows, of which each takes 32 bytes.
  const inputs = Array.from({ length: 40 }, () => once.input);
  const input: PhysicalPlan = { ...node(once.input.output), kind: 'union', inputs };
  const plan = { ...once, input };
  for (const options of [{ minParallelRows: Number.POSITIVE_INFINITY }, {}]) {
    const executor = createTestExecutor(limited, options);
    const found = await rowsOf(executor, limited, plan);
    const expected = naiveAggregate(rows, { keys: [0], calls });
    expect(found).toHaveLength(expected.length);
    const sums = new Map(expected.map(([key, sum]) => [key!, (sum as bigint) * 40n]));
    const wrong = found.filter(([key, sum]) => sum !== sums.get(key!));
    expect(wrong).toEqual([]);
    await executor.close();
  }
}, 60_000);
