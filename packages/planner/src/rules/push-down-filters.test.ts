import { expect, test } from 'vitest';
import { effectOf } from '../testing/plan.ts';

const effect = (sql: string): Promise<string> => effectOf('push-down-filters', sql);

test('conditions sink to the tables they are about', async () => {
  expect(
    await effect("select t.a from t join u on t.a = u.a where t.b = 'x' and u.n > 1"),
  ).toMatchInlineSnapshot(`
    "Filter b = 'x' AND n > 1.00
      Join inner on a = a#2
        Scan t: a, b, c
        Scan u: a#2, d, n
    =>
    Join inner on a = a#2
      Filter b = 'x'
        Scan t: a, b, c
      Filter n > 1.00
        Scan u: a#2, d, n"
  `);
});

test('through projections and keys of aggregates, not past other results', async () => {
  expect(
    await effect(
      'select x, m from (select a + 1 as x, max(c) as m from t group by a + 1) q where x > 2 and m < 5',
    ),
  ).toMatchInlineSnapshot(`
    "Filter "a + 1" > 2 AND m < 5
      Aggregate by "a + 1" := a + 1: m := max(c)
        Scan t: a, b, c
    =>
    Filter m < 5
      Aggregate by "a + 1" := a + 1: m := max(c)
        Filter a + 1 > 2
          Scan t: a, b, c"
  `);
});

test('below windows only when they say something about partitions', async () => {
  expect(
    await effect(
      "select * from (select a, b, row_number() over (partition by a order by b) as r from t) q where a = 1 and b = 'x'",
    ),
  ).toMatchInlineSnapshot(`
    "Filter a = 1 AND b = 'x'
      Window partition by a order by b: r := row_number() over range unbounded preceding to current row
        Scan t: a, b, c
    =>
    Filter b = 'x'
      Window partition by a order by b: r := row_number() over range unbounded preceding to current row
        Filter a = 1
          Scan t: a, b, c"
  `);
});

test('across equalities', async () => {
  expect(
    await effect('select t.a from t join u on t.a = u.a where t.a = 7'),
  ).toMatchInlineSnapshot(`
    "Filter a = 7
      Join inner on a = a#2
        Scan t: a, b, c
        Scan u: a#2, d, n
    =>
    Join inner on a = a#2
      Filter a = 7
        Scan t: a, b, c
      Filter a#2 = 7
        Scan u: a#2, d, n"
  `);
});

test('into both inputs of UNION ALL', async () => {
  expect(
    await effect('select x from (select a as x from t union all select a from u) q where x > 3'),
  ).toMatchInlineSnapshot(`
    "Filter x > 3
      Union all: x
        Project a
          Scan t: a, b, c
        Project a#2
          Scan u: a#2, d, n
    =>
    Union all: x
      Project a
        Filter a > 3
          Scan t: a, b, c
      Project a#2
        Filter a#2 > 3
          Scan u: a#2, d, n"
  `);
});

test('what an OR over two tables says about each goes to each', async () => {
  expect(
    await effect(
      'select t.a from t join u on t.c = u.n where (t.a = 1 and u.a = 2) or (t.a = 3 and u.a = 4)',
    ),
  ).toMatchInlineSnapshot(`
    "Filter a = 1 AND a#2 = 2 OR a = 3 AND a#2 = 4
      Join inner on c = CAST(n AS DOUBLE)
        Scan t: a, b, c
        Scan u: a#2, d, n
    =>
    Join inner on (a = 1 AND a#2 = 2 OR a = 3 AND a#2 = 4) AND c = CAST(n AS DOUBLE)
      Filter a IN (1, 3)
        Scan t: a, b, c
      Filter a#2 IN (2, 4)
        Scan u: a#2, d, n"
  `);
});

test('NOT IN keeps rows whose membership is certainly false', async () => {
  expect(await effect('select a from t where a not in (select a from u)')).toMatchInlineSnapshot(`
    "Filter NOT mark
      Join mark mark on a = a#2
        Scan t: a, b, c
        Scan u: a#2, d, n
    =>
    Project a, b, c, mark := false
      Join anti on a = a#2 IS NOT FALSE
        Scan t: a, b, c
        Scan u: a#2, d, n"
  `);
});

test('what can fail does not pass a join', async () => {
  expect(
    await effect('select t.a from t join u on t.a = u.a where cast(t.b as integer) = 1'),
  ).toMatchInlineSnapshot(`
    "Filter CAST(b AS INTEGER) = 1
      Join inner on a = a#2
        Scan t: a, b, c
        Scan u: a#2, d, n
    =>
    Join inner on a = a#2 AND CAST(b AS INTEGER) = 1
      Scan t: a, b, c
      Scan u: a#2, d, n"
  `);
});

test('above a limit nothing moves', async () => {
  expect(
    await effect('select a from (select a from t order by b limit 3) q where a > 1'),
  ).toMatchInlineSnapshot(`"unchanged"`);
});
