import { INTEGER } from '@windrow/core';
import { expect, test } from 'vitest';
import { planned } from '../testing/plan.ts';
import { sizedTable } from '../testing/sized-table.ts';
import { testCatalog } from '../testing/tables.ts';
import { explainJson, explainText, type MeasuredRun } from './explain.ts';

const orders = sizedTable(200_000, { id: [INTEGER], buyer: INTEGER, total: INTEGER }, [
  { min: 1, max: 200_000, distinctCount: 200_000 },
  { min: 1, max: 5_000, distinctCount: 5_000 },
  { min: 0, max: 999, distinctCount: 1_000 },
]);

const catalog = testCatalog({
  orders: {
    ...orders,
    supports: () => 'inexact',
    scan: (request) => {
      const description = orders.scan(request);
      const totals = {
        files: 1,
        filesTotal: 4,
        rowGroups: 2,
        rowGroupsTotal: 12,
        bytes: 1_572_864,
        bytesTotal: 10_485_760,
      };
      return { ...description, totals };
    },
  },
  buyers: sizedTable(5_000, { id: [INTEGER], city: INTEGER }, [
    { distinctCount: 5_000 },
    { distinctCount: 50 },
  ]),
});

const SQL = `select city, count(*) from orders join buyers on buyer = buyers.id
  where total >= 900 group by city order by city`;

test('shows both plans, rows, costs, and what is read of how much', async () => {
  expect(explainText(await planned(SQL, { catalog }))).toMatchInlineSnapshot(`
    "Logical plan
      Sort city
        Aggregate by city: "count(*)" := count_star()
          Join inner on buyer = id
            Filter total >= 900
              Scan orders: buyer, total
            Scan buyers: id, city
    Physical plan
      Sort city  [50 rows, cost 0.540 ms]
        Aggregate direct by city: "count(*)" := count_star()  [50 rows, cost 0.539 ms]
          Hash join inner on buyer = id build right, broadcast  [19,820 rows, cost 0.490 ms]
            probe: Filter total >= 900  [19,820 rows, cost 0.240 ms]
              Scan orders: buyer, total where total >= 900 reading 1 of 4 files, 2 of 12 row groups, 1.5 MiB of 10.0 MiB  [200,000 rows, cost 0.080 ms]
            build: Scan buyers: id, city  [5,000 rows, cost 0.002 ms]"
  `);
});

const RUN: MeasuredRun = {
  elapsedMs: 12.34,
  memoryBytes: 3_145_728,
  nodes: [
    { nodeId: 0, rows: 50, ms: 0.02, memoryBytes: 0, threads: 1 },
    { nodeId: 1, rows: 50, ms: 1.5, memoryBytes: 65_536, threads: 2 },
    {
      nodeId: 2,
      rows: 20_123,
      ms: 4.5,
      memoryBytes: 0,
      threads: 2,
      spilledBytes: 2048,
      changes: ['build side exchanged'],
    },
    { nodeId: 3, rows: 20_123, ms: 0.5, memoryBytes: 0, threads: 2 },
    { nodeId: 4, rows: 200_000, ms: 145, memoryBytes: 0, threads: 2 },
  ],
};

test('shows what a run measured beside what was estimated', async () => {
  const text = explainText(await planned(SQL, { catalog }), { measured: RUN });
  expect(text.slice(text.indexOf('Physical'))).toMatchInlineSnapshot(`
    "Physical plan
      Sort city  [50 rows, estimated 50, 0.020 ms on 1 thread]
        Aggregate direct by city: "count(*)" := count_star()  [50 rows, estimated 50, 1.50 ms on 2 threads, 64.0 KiB]
          Hash join inner on buyer = id build right, broadcast  [20,123 rows, estimated 19,820, 4.50 ms on 2 threads, 2.0 KiB spilled, build side exchanged]
            probe: Filter total >= 900  [20,123 rows, estimated 19,820, 0.500 ms on 2 threads]
              Scan orders: buyer, total where total >= 900 reading 1 of 4 files, 2 of 12 row groups, 1.5 MiB of 10.0 MiB  [200,000 rows, estimated 200,000, 145 ms on 2 threads]
            build: Scan buyers: id, city  [not run, estimated 5,000 rows]
    Ran in 12.3 ms with 3.0 MiB"
  `);
});

test('shows what each rule changed', async () => {
  const text = explainText(await planned('select distinct b from t where a = 1 + 1'), {
    verbose: true,
  });
  expect(text).toMatchInlineSnapshot(`
    "Bound plan
      Distinct
        Project b
          Filter a = 1 + 1
            Scan t: a, b, c
    After rewrite-distinct
      Aggregate by b
        Project b
          Filter a = 1 + 1
            Scan t: a, b, c
    After simplify-expressions
      Aggregate by b
        Project b
          Filter a = 2
            Scan t: a, b, c
    After remove-projections
      Aggregate by b
        Filter a = 2
          Scan t: a, b, c
    After prune-columns
      Aggregate by b
        Filter a = 2
          Scan t: a, b
    Logical plan
      Aggregate by b
        Filter a = 2
          Scan t: a, b
    Physical plan
      Aggregate direct by b  [5 rows, cost 0.000 ms]
        Filter a = 2  [0 rows, cost 0 ms]
          Scan t: a, b  [0 rows, cost 0 ms]"
  `);
});

test('is plain data as JSON', async () => {
  const { physical } = await planned('select city from buyers where city = 3', { catalog });
  const run = { nodeId: 0, rows: 90, ms: 1, memoryBytes: 0, threads: 1 };
  const json = explainJson(physical, { elapsedMs: 1, memoryBytes: 0, nodes: [run] });
  expect(JSON.parse(JSON.stringify(json))).toEqual({
    nodeId: 0,
    kind: 'filter',
    operator: 'Filter',
    details: 'city = 3',
    output: ['city'],
    estimatedRows: 100,
    costMs: 0.005,
    actual: { rows: 90, ms: 1, memoryBytes: 0, threads: 1 },
    inputs: [
      {
        nodeId: 1,
        kind: 'scan',
        operator: 'Scan',
        details: 'buyers: city',
        output: ['city'],
        estimatedRows: 5000,
        costMs: 0.001,
        read: {
          files: 0,
          filesTotal: 0,
          rowGroups: 0,
          rowGroupsTotal: 0,
          bytes: 0,
          bytesTotal: 0,
        },
        inputs: [],
      },
    ],
  });
});
