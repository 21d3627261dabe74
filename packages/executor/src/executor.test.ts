import {
  Arena,
  BIGINT,
  type Expr,
  INTEGER,
  type LiteralValue,
  SharedMemory,
  SqlError,
  VARCHAR,
} from '@windrow/core';
import type { AggregateCall, PhysicalPlan } from '@windrow/planner';
import { afterAll, describe, expect, it } from 'vitest';
import { createExecutor } from './executor.ts';
import { columnRef } from './operators/aggregate/fixture.test.support.ts';
import {
  column,
  createTestExecutor,
  node,
  rowsOf,
  scanOf,
  testFunctions,
  testSession,
  testSources,
  testWorkerUrl,
} from './runtime/fixture.test.support.ts';
import type { Progress } from './runtime/running-query.ts';
import {
  registryOf,
  TEST_FUNCTIONS,
  type TestFunction,
  testFunction,
} from './testing/scalar-functions.test.support.ts';

const memory = SharedMemory.create();
const inline = createTestExecutor(memory, { minParallelRows: Number.POSITIVE_INFINITY });
const parallel = createTestExecutor(memory);
const smallBatches = createTestExecutor(memory, { batchRows: 3 });
const executors = [
  ['on the main thread', inline],
  ['on workers', parallel],
  ['on workers in batches of 3', smallBatches],
] as const;

afterAll(() => Promise.all(executors.map(([, executor]) => executor.close())));

const numbers = (count: number): LiteralValue[][] =>
  Array.from({ length: count }, (_, i) => [i, i % 7 === 0 ? null : `text ${i}`]);

const table = (count: number, partitionRows = 100) =>
  scanOf(memory, {
    columns: [
      ['n', INTEGER],
      ['s', VARCHAR],
    ],
    rows: numbers(count),
    partitionRows,
    volatile: true,
  });

describe.each(executors)('%s', (_name, executor) => {
  it('scans in order', async () => {
    expect(await rowsOf(executor, memory, table(5000))).toEqual(numbers(5000));
  });

  it('scans nothing', async () => {
    expect(await rowsOf(executor, memory, table(0))).toEqual([]);
  });

  it('hands out the rows of a root limit', async () => {
    const input = table(5000);
    const limit = (limit: number | undefined, offset: number): PhysicalPlan => ({
      ...node(input.output),
      kind: 'limit',
      input,
      limit,
      offset,
      percent: false,
    });
    expect(await rowsOf(executor, memory, limit(3, 150))).toEqual(numbers(153).slice(150));
    expect(await rowsOf(executor, memory, limit(0, 0))).toEqual([]);
    expect(await rowsOf(executor, memory, limit(undefined, 4998))).toEqual(
      numbers(5000).slice(4998),
    );
    expect(await rowsOf(executor, memory, limit(10, 6000))).toEqual([]);
  });

  it('limits below a union, in order', async () => {
    const limited = (limit: number | undefined, offset: number, percent = false): PhysicalPlan => {
      const input = table(1000);
      return { ...node(input.output), kind: 'limit', input, limit, offset, percent };
    };
    const inputs = [limited(2, 120), limited(undefined, 998), limited(0, 5), limited(1, 0, true)];
    const output = [column('n', INTEGER), column('s', VARCHAR)];
    const union: PhysicalPlan = { ...node(output), kind: 'union', inputs };
    const all = numbers(1000);
    expect(await rowsOf(executor, memory, union)).toEqual([
      ...all.slice(120, 122),
      ...all.slice(998),
      ...all.slice(0, 10),
    ]);
  });

  it('computes a common table expression once for all its readers', async () => {
    const definition = table(300);
    const read = (): PhysicalPlan => ({
      ...node([column('n', INTEGER), column('s', VARCHAR)]),
      kind: 'cteScan',
      cteId: 1,
      name: 'c',
    });
    const output = [column('n', INTEGER), column('s', VARCHAR)];
    const body: PhysicalPlan = { ...node(output), kind: 'union', inputs: [read(), read()] };
    const plan: PhysicalPlan = {
      ...node(output),
      kind: 'cte',
      cteId: 1,
      name: 'c',
      definition,
      body,
    };
    expect(await rowsOf(executor, memory, plan)).toEqual([...numbers(300), ...numbers(300)]);
    const { batches, stats } = executor.execute(plan, { session: testSession });
    for await (const _ of batches);
    const scanned = (await stats).nodes.find(({ nodeId }) => nodeId === definition.nodeId);
    expect(scanned?.rows).toBe(300);
  });

  it('makes constant rows, also without columns', async () => {
    const output = [column('n', BIGINT), column('s', VARCHAR)];
    const rows = [
      [1n, 'a'],
      [null, 'b'],
    ];
    const values: PhysicalPlan = { ...node(output), kind: 'values', rows };
    expect(await rowsOf(executor, memory, values)).toEqual(rows);
    const bare: PhysicalPlan = { ...node([]), kind: 'values', rows: [[]] };
    expect(await rowsOf(executor, memory, bare)).toEqual([[]]);
  });

  it('reports what a source threw, once', async () => {
    const broken = scanOf(memory, {
      columns: [['n', INTEGER]],
      rows: numbers(1000),
      partitionRows: 10,
      failingPartition: 42,
    });
    await expect(rowsOf(executor, memory, broken)).rejects.toThrow(
      new SqlError('io', 'cannot read partition 42'),
    );
    expect(await rowsOf(executor, memory, table(10))).toEqual(numbers(10));
  });

  it('frees all memory, however a query ends', async () => {
    const plan = table(5000);
    const before = memory.usedBytes;
    await rowsOf(executor, memory, plan);
    expect(memory.usedBytes).toBe(before);
    for await (const _ of executor.execute(plan, { session: testSession }).batches) break;
    expect(memory.usedBytes).toBe(before);
    const { batches, stats } = executor.execute(plan, { session: testSession });
    await batches[Symbol.asyncIterator]().return?.();
    expect((await stats).nodes).toEqual([]);
  });

  it('says what each node did', async () => {
    const plan = table(5000);
    const { batches, stats } = executor.execute(plan, { session: testSession });
    for await (const _ of batches);
    const { nodes, memoryBytes } = await stats;
    expect(nodes).toHaveLength(1);
    expect(nodes[0]).toMatchObject({ nodeId: plan.nodeId, rows: 5000 });
    expect(memoryBytes).toBeGreaterThan(0);
  });
});

describe('functions of the main thread', () => {
  let calls = 0;
  const closure: TestFunction = {
    ...testFunction('describe'),
    name: 'closure',
    implementation: {
      kind: 'js',
      mainThreadOnly: true,
      evaluate(context, args, result) {
        calls += 1;
        const { implementation } = testFunction('describe');
        if (implementation.kind === 'js') implementation.evaluate(context, args, result);
      },
    },
  };
  const functions = registryOf([...TEST_FUNCTIONS, closure], {
    aggregate: testFunctions.aggregate,
  });
  const executor = createTestExecutor(memory, { functions });
  afterAll(() => executor.close());

  const input = scanOf(memory, {
    columns: [['n', BIGINT]],
    rows: Array.from({ length: 3000 }, (_, i) => [BigInt(i % 5)]),
    partitionRows: 100,
  });
  const n: Expr = columnRef(input.output[0]!);
  const text: Expr = {
    kind: 'call',
    function: 'closure',
    overload: 0,
    args: [n],
    type: VARCHAR,
  };

  it('are called there, and the rest of the query runs on workers', async () => {
    calls = 0;
    const output = [column('text', VARCHAR)];
    const expressions = [{ output: output[0]!, expr: text }];
    const plan: PhysicalPlan = { ...node(output), kind: 'project', input, expressions };
    const rows = await rowsOf(executor, memory, plan);
    expect(rows).toEqual(Array.from({ length: 3000 }, (_, i) => [`n${i % 5}`]));
    expect(calls).toBe(30);
  });

  it.each(['hash', 'partitioned'] as const)(
    'serve as keys and arguments (%s)',
    async (strategy) => {
      const key = { output: column('key', VARCHAR), expr: text };
      const call: AggregateCall = {
        output: column('last', VARCHAR),
        function: 'last_text',
        overload: 0,
        args: [text],
        distinct: false,
        filter: undefined,
        orderBy: [],
      };
      const plan: PhysicalPlan = {
        ...node([key.output, call.output]),
        kind: 'aggregate',
        input,
        keys: [key],
        aggregates: [call],
        strategy,
        estimatedGroups: 5,
      };
      const rows = await rowsOf(executor, memory, plan);
      expect(rows.sort()).toEqual(Array.from({ length: 5 }, (_, i) => [`n${i}`, `n${i}`]));
    },
  );
});

describe('a query on the main thread', () => {
  const slow = () =>
    scanOf(memory, {
      columns: [['n', INTEGER]],
      rows: numbers(300),
      partitionRows: 10,
      delayMs: 10,
    });

  it('lets others have their turn, and reports its progress', async () => {
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    const reports: Progress[] = [];
    const { batches } = inline.execute(slow(), {
      session: testSession,
      onProgress: (progress) => reports.push(progress),
    });
    let rows = 0;
    for await (const batch of batches) rows += batch.length;
    clearInterval(timer);
    expect(rows).toBe(300);
    expect(turns).toBeGreaterThan(3);
    expect(reports.length).toBeGreaterThan(0);
    for (const { claimed, total } of reports) expect(claimed).toBeLessThanOrEqual(total);
  });
});

describe('statistics', () => {
  it('count the rows of nodes that have no work of their own', async () => {
    const inputs = [table(300), table(200)];
    const output = [column('n', INTEGER), column('s', VARCHAR)];
    const union: PhysicalPlan = { ...node(output), kind: 'union', inputs };
    const limit: PhysicalPlan = {
      ...node(output),
      kind: 'limit',
      input: union,
      limit: 450,
      offset: 10,
      percent: false,
    };
    const { batches, stats } = parallel.execute(limit, { session: testSession });
    for await (const _ of batches);
    const rows = new Map((await stats).nodes.map((each) => [each.nodeId, each.rows]));
    expect(rows.get(limit.nodeId)).toBe(450);
    expect(rows.get(union.nodeId)).toBe(500);
    expect(inputs.map(({ nodeId }) => rows.get(nodeId))).toEqual([300, 200]);
  });
});

describe('write', () => {
  const arena = new Arena(memory, memory.newOwner());
  const write = (
    counters: number,
    options: { readonly parallel: boolean; readonly failAfterRows?: number },
  ): PhysicalPlan => {
    const { parallel, failAfterRows } = options;
    const sink = {
      sink: 'test',
      spec: { counters, failAfterRows },
      schema: { fields: [] },
      parallel,
    };
    return { ...node([column('rows', BIGINT)]), kind: 'write', input: table(2000), sink };
  };

  it.each([true, false])('closes its writers at the end (parallel: %s)', async (many) => {
    const counters = arena.allocateZeroed(12);
    expect(await rowsOf(parallel, memory, write(counters, { parallel: many }))).toEqual([[2000n]]);
    const [rows, closes, aborts] = memory.i32.subarray(counters / 4, counters / 4 + 3);
    expect([rows, aborts]).toEqual([2000, 0]);
    expect(closes).toBe(many ? 2 : 1);
  });

  it('closes none of its writers when one fails', async () => {
    const counters = arena.allocateZeroed(12);
    const plan = write(counters, { parallel: true, failAfterRows: 500 });
    await expect(rowsOf(parallel, memory, plan)).rejects.toThrow('the disk is full');
    const [, closes, aborts] = memory.i32.subarray(counters / 4, counters / 4 + 3);
    expect([closes, aborts]).toEqual([0, 2]);
  });
});

describe('cancelling', () => {
  const slow = (count = 4000) =>
    scanOf(memory, {
      columns: [['n', INTEGER]],
      rows: numbers(count),
      partitionRows: 10,
      delayMs: 5,
    });

  it.each(executors)('rejects at once and frees the memory later, %s', async (_name, executor) => {
    const plan = slow();
    const before = memory.usedBytes;
    const output = plan.output;
    // A CTE keeps the query away from its first result.
    const cte: PhysicalPlan = {
      ...node(output),
      kind: 'cte',
      cteId: 9,
      name: 'c',
      definition: plan,
      body: { ...node(output), kind: 'cteScan', cteId: 9, name: 'c' },
    };
    const controller = new AbortController();
    const { batches, stats } = executor.execute(cte, {
      session: testSession,
      signal: controller.signal,
    });
    const first = batches[Symbol.asyncIterator]().next();
    setTimeout(() => controller.abort(), 100);
    const startedMs = performance.now();
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    expect(performance.now() - startedMs).toBeLessThan(1000);
    await stats;
    expect(memory.usedBytes).toBe(before);
    expect(await rowsOf(executor, memory, table(10))).toEqual(numbers(10));
  });

  it('refuses to start with a signal that has fired', async () => {
    const signal = AbortSignal.abort();
    await expect(rowsOf(parallel, memory, table(10), signal)).rejects.toMatchObject({
      code: 'cancelled',
      message: 'the query was cancelled',
    });
  });

  it('leaves later queries alone when its query is through', async () => {
    const controller = new AbortController();
    const [first, later] = [table(10), slow(400)];
    await rowsOf(parallel, memory, first, controller.signal);
    // It takes the memory that the first one gave back.
    const { batches } = parallel.execute(later, { session: testSession });
    let seen = 0;
    for await (const { length } of batches) {
      controller.abort();
      seen += length;
    }
    expect(seen).toBe(400);
  });

  it('ends a query between two batches', async () => {
    const before = memory.usedBytes;
    const controller = new AbortController();
    const { batches, stats } = parallel.execute(slow(), {
      session: testSession,
      signal: controller.signal,
    });
    const iterator = batches[Symbol.asyncIterator]();
    await iterator.next();
    controller.abort();
    await expect(iterator.next()).rejects.toMatchObject({ code: 'cancelled' });
    await stats;
    expect(memory.usedBytes - before).toBeLessThan(2_000_000);
  });
});

describe('sharing threads', () => {
  it('runs a query while another one waits for its reader', async () => {
    const outer = parallel.execute(table(20_000), { session: testSession });
    let seen = 0;
    for await (const { length } of outer.batches) {
      seen += length;
      expect(await rowsOf(parallel, memory, table(10))).toEqual(numbers(10));
    }
    expect(seen).toBe(20_000);
  });

  it('runs many queries at a time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => rowsOf(parallel, memory, table(500))),
    );
    for (const rows of answers) expect(rows).toEqual(numbers(500));
  });
});

it('fails when its workers cannot start, every time', async () => {
  const workerUrl = new URL('./no-such-worker.js', import.meta.url);
  const executor = createTestExecutor(memory, { workerUrl });
  const plan = table(10);
  const before = memory.usedBytes;
  for (let i = 0; i < 3; i++) {
    await expect(rowsOf(executor, memory, plan)).rejects.toThrow(
      /a worker thread ended: .*no-such-worker/,
    );
  }
  await executor.close();
  expect(memory.usedBytes).toBe(before);
});

it('does not grow over a thousand queries', async () => {
  const plan = table(100);
  for (let i = 0; i < 20; i++) await rowsOf(parallel, memory, plan);
  const before = memory.usedBytes;
  for (let i = 0; i < 500; i++) {
    await rowsOf(inline, memory, plan);
    await rowsOf(parallel, memory, plan);
  }
  expect(memory.usedBytes).toBe(before);
});

it('fails with a resource error at the memory limit, and stays usable', async () => {
  const limited = SharedMemory.create(16 * 1048576);
  const executor = createExecutor({
    memory: limited,
    threads: 2,
    functions: testFunctions,
    sources: testSources,
    workerUrl: testWorkerUrl,
    minParallelRows: 0,
  });
  const input = scanOf(limited, {
    columns: [['n', BIGINT]],
    rows: Array.from({ length: 100_000 }, (_, i) => [BigInt(i)]),
    partitionRows: 1000,
  });
  const inputs = Array.from({ length: 100 }, () => input);
  const union: PhysicalPlan = { ...node(input.output), kind: 'union', inputs };
  const output = input.output;
  const plan: PhysicalPlan = {
    ...node(output),
    kind: 'cte',
    cteId: 1,
    name: 'c',
    definition: union,
    body: { ...node(output), kind: 'cteScan', cteId: 1, name: 'c' },
  };
  const before = limited.usedBytes;
  await expect(rowsOf(executor, limited, plan)).rejects.toMatchObject({
    code: 'resource',
    sqlState: '53200',
  });
  expect(limited.usedBytes).toBe(before);
  expect(await rowsOf(executor, limited, input)).toHaveLength(100_000);
  await executor.close();
});
