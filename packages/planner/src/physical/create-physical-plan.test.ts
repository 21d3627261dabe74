import { type ColumnPredicate, DOUBLE, type FilterSupport, INTEGER, VARCHAR } from '@windrow/core';
import { expect, test } from 'vitest';
import { printPhysicalShape } from '../explain/explain.ts';
import { planned } from '../testing/plan.ts';
import { sizedTable } from '../testing/sized-table.ts';
import { testCatalog } from '../testing/tables.ts';

const shape = async (sql: string): Promise<string> =>
  printPhysicalShape((await planned(sql)).physical);

/** A table of which everything that reaches its provider is written down. */
function spyTable(answer: (predicate: ColumnPredicate) => FilterSupport) {
  const columns = { a: INTEGER, b: VARCHAR, c: DOUBLE };
  const provider = sizedTable(1_000, columns, []);
  const seen: ColumnPredicate[] = [];
  const catalog = testCatalog({
    t: {
      ...provider,
      supports: answer,
      scan: (request) => {
        seen.push(...request.predicates);
        return provider.scan(request);
      },
    },
  });
  return {
    seen,
    shape: async (sql: string): Promise<string> =>
      printPhysicalShape((await planned(sql, { catalog })).physical),
  };
}

test('what a source applies exactly is not tested again', async () => {
  const table = spyTable((p) => (p.column === 0 ? 'exact' : 'inexact'));
  expect(
    await table.shape("select c from t where a > 1 and b = 'x' and c * 2 > 3"),
  ).toMatchInlineSnapshot(`
    "Project c
      Filter c * 2 > 3 AND b = 'x'
        Scan t: b, c where a > 1 and b = 'x'"
  `);
  expect(table.seen).toEqual([
    { kind: 'compare', column: 0, operator: '>', value: 1 },
    { kind: 'compare', column: 1, operator: '=', value: 'x' },
  ]);
});

test('a source that says no is not asked', async () => {
  const table = spyTable(() => 'no');
  expect(await table.shape('select c from t where a > 1')).toMatchInlineSnapshot(`
    "Project c
      Filter a > 1
        Scan t: a, c"
  `);
  expect(table.seen).toEqual([]);
});

test('the prefix of a pattern prunes, and the pattern is tested', async () => {
  const table = spyTable(() => 'exact');
  expect(await table.shape("select a from t where b like 'ab%c'")).toMatchInlineSnapshot(`
    "Project a
      Filter b LIKE 'ab%c'
        Scan t: a, b where b LIKE 'ab%c'"
  `);
  expect(table.seen).toEqual([
    { kind: 'compare', column: 1, operator: '>=', value: 'ab' },
    { kind: 'compare', column: 1, operator: '<', value: 'ac' },
  ]);
});

test('lists and NULL tests prune', async () => {
  const table = spyTable(() => 'exact');
  await table.shape('select c from t where a in (1, 2) and b is not null and c is null');
  expect(table.seen).toContainEqual({ kind: 'in', column: 0, values: [1, 2] });
  expect(table.seen).toContainEqual({ kind: 'isNotNull', column: 1 });
  expect(table.seen).toContainEqual({ kind: 'isNull', column: 2 });
});

test('an upper range of floats does not prune, as NaN lies outside of maxima', async () => {
  const table = spyTable(() => 'exact');
  await table.shape('select a from t where c > 1 and c < 5');
  expect(table.seen).toEqual([{ kind: 'compare', column: 2, operator: '<', value: 5 }]);
});

test('a sort under a limit is a top-N', async () => {
  expect(await shape('select a from t order by a limit 5 offset 2')).toMatchInlineSnapshot(`
    "Top 5 after 2 by a
      Scan t: a"
  `);
  expect(
    await shape('select a from t order by a fetch first 5 rows with ties'),
  ).toMatchInlineSnapshot(`
    "Top 5 with ties by a
      Scan t: a"
  `);
});

test('a long limit sorts', async () => {
  expect(await shape('select a from t order by a limit 1000000')).toMatchInlineSnapshot(`
    "Limit 1000000
      Sort a
        Scan t: a"
  `);
});

test('a bound on a rank is a top-N in each partition', async () => {
  expect(
    await shape(
      'select a from (select a, row_number() over (partition by b order by c) as r from t) q where r <= 3',
    ),
  ).toMatchInlineSnapshot(`
    "Project a
      Top 3 row_number per b by c
        Scan t: a, b, c"
  `);
  expect(
    await shape(
      'select a, r from (select a, rank() over (partition by b order by c) as r from t) q where r = 2 and a > 0',
    ),
  ).toMatchInlineSnapshot(`
    "Project a, r
      Filter r = 2 AND a > 0
        Top 2 rank as r per b by c
          Scan t: a, b, c"
  `);
});

test('DISTINCT ON keeps the first row of each key', async () => {
  expect(await shape('select distinct on (b) a, b from t order by b, c')).toMatchInlineSnapshot(`
    "Project a, b
      Sort b, c
        Top 1 row_number per b by b, c
          Scan t: a, b, c"
  `);
});

test('a window that finds its rows sorted says so', async () => {
  expect(
    await shape(
      'select rank() over (partition by a order by b), rank() over (partition by a order by b, c) from t',
    ),
  ).toMatchInlineSnapshot(`
    "Project rank#2, rank
      Window partition by a order by b (sorted already): rank#2 := rank() over range unbounded preceding to current row
        Window partition by a order by b, c: rank := rank() over range unbounded preceding to current row
          Scan t: a, b, c"
  `);
});

test('grouping sets expand, and an empty set has a group without rows', async () => {
  expect(
    await shape('select b, count(*), max(c) from t group by grouping sets ((b), (a, b))'),
  ).toMatchInlineSnapshot(`
    "Project b#3, "count(*)", "max(c)"
      Aggregate hash by b#3 := b#2, a#3 := a#2, grouping_set: "count(*)" := count_star(), "max(c)" := max(c)
        Expand into 2 grouping sets
          Scan t: a, b, c"
  `);
  expect(
    await shape('select b, count(*), max(c) from t group by rollup (b)'),
  ).toMatchInlineSnapshot(`
    "Project b#3, "count(*)" := CASE WHEN grouping_set IS NULL THEN 0 ELSE "count(*)" END, "max(c)"
      Hash join full on grouping_set = empty_set build right, broadcast
        probe: Aggregate direct by b#3 := b#2, grouping_set: "count(*)" := count_star(), "max(c)" := max(c)
          Expand into 2 grouping sets
            Scan t: b, c
        build: Values empty_set: (1)"
  `);
});

test('NOT IN over one nullable key is null-aware, over two it is not hashed', async () => {
  expect(await shape('select a from t where a not in (select a from u)')).toMatchInlineSnapshot(`
    "Hash join anti on a = a#2 null-aware build right, broadcast
      probe: Scan t: a
      build: Scan u: a#2"
  `);
  expect(
    await shape('select a from t where (a, c) not in (select a, n::double from u)'),
  ).toMatchInlineSnapshot(`
    "Nested loop join anti on a = a#2 IS NOT FALSE AND c = "n::double" IS NOT FALSE build right
      probe: Scan t: a, c
      build: Project a#2, "n::double" := CAST(n AS DOUBLE)
        Scan u: a#2, n"
  `);
});

test('a membership that is shown tells false from unknown', async () => {
  expect(await shape('select a in (select a from u) from t')).toMatchInlineSnapshot(`
    "Hash join mark on a = a#2 as mark null-aware build right, broadcast
      probe: Scan t: a
      build: Scan u: a#2"
  `);
});

test('a join without equality is a nested loop', async () => {
  expect(await shape('select t.a from t join u on t.a < u.a')).toMatchInlineSnapshot(`
    "Nested loop join inner on a < a#2 build right
      probe: Scan t: a
      build: Scan u: a#2"
  `);
});

test('a column that is wanted twice comes twice, in the order that was asked', async () => {
  const { physical, bound } = await planned('select b, a, b from t');
  expect(physical.output.map((column) => column.name)).toEqual(['b', 'a', 'b']);
  expect(new Set(physical.output.map((column) => column.id)).size).toBe(3);
  expect(bound.columns).toHaveLength(3);
});

test('a volatile row is computed when the query runs', async () => {
  expect(
    await shape('select * from (values (1), (2)) v (x) union all select random()'),
  ).toMatchInlineSnapshot(`
    "Union all x#2
      Project x := CAST(col0 AS DOUBLE)
        Values col0: (1), (2)
      Project "random()" := random()
        Values one row"
  `);
});

test('a count reads no column', async () => {
  expect(await shape('select count(*) from t')).toMatchInlineSnapshot(`
    "Aggregate global "count(*)" := count_star()
      Scan t"
  `);
});

test('nodes are numbered in pre-order', async () => {
  const { physical } = await planned('select t.a from t join u on t.a = u.a order by 1');
  const numbers: number[] = [];
  const visit = (node: typeof physical): void => {
    numbers.push(node.nodeId);
    if ('input' in node) visit(node.input);
    if ('probe' in node) {
      visit(node.probe);
      visit(node.build);
    }
  };
  visit(physical);
  expect(numbers).toEqual(numbers.map((_, i) => i));
});
