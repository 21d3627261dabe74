import { expect, test } from 'vitest';
import { plan } from '../testing/bind.ts';
import { dedent } from '../testing/dedent.ts';

test.each([
  [
    'select * from t, u x where t.a = x.a',
    `
      Project a, b, c, a#2, d, n
        Filter a = a#2
          Join inner on true
            Scan t: a, b, c
            Scan u: a#2, d, n
    `,
  ],
  [
    'select t.a from t left join u on t.a = u.a and u.n > 3',
    `
      Project a
        Join left on a = a#2 AND n > 3.00
          Scan t: a, b, c
          Scan u: a#2, d, n
    `,
  ],
  [
    'select d, b from t right join u using (a)',
    `
      Project d, b
        Join right on a = a#2
          Scan t: a, b, c
          Scan u: a#2, d, n
    `,
  ],
  [
    'select * from t full join u using (a)',
    `
      Project a#3, b, c, d, n
        Project a, b, c, a#2, d, n, a#3 := coalesce(a, a#2)
          Join full on a = a#2
            Scan t: a, b, c
            Scan u: a#2, d, n
    `,
  ],
  [
    'select a, t.a, u.a from t join u using (a)',
    `
      Project a, a#2
        Join inner on a = a#2
          Scan t: a, b, c
          Scan u: a#2, d, n
    `,
  ],
  [
    'select * from t natural join u',
    `
      Project a, b, c, d, n
        Join inner on a = a#2
          Scan t: a, b, c
          Scan u: a#2, d, n
    `,
  ],
  [
    'select * from t semi join u on t.a = u.a',
    `
      Project a, b, c
        Join semi on a = a#2
          Scan t: a, b, c
          Scan u: a#2, d, n
    `,
  ],
  [
    'select * from t anti join u using (a)',
    `
      Project a, b, c
        Join anti on a = a#2
          Scan t: a, b, c
          Scan u: a#2, d, n
    `,
  ],
  [
    'select * from t cross join u',
    `
      Project a, b, c, a#2, d, n
        Join inner on true
          Scan t: a, b, c
          Scan u: a#2, d, n
    `,
  ],
  [
    'select * from t positional join u',
    `
      Project a, b, c, a#2, d, n
        Sort coalesce(row_number, row_number#2)
          Join full on row_number = row_number#2
            Window: row_number := row_number() over rows unbounded preceding to unbounded following
              Scan t: a, b, c
            Window: row_number#2 := row_number() over rows unbounded preceding to unbounded following
              Scan u: a#2, d, n
    `,
  ],
  [
    'select t.a from (t join u using (a)) as j (k) join t on k = t.a',
    `
      Project a#3
        Join inner on a = a#3
          Join inner on a = a#2
            Scan t: a, b, c
            Scan u: a#2, d, n
          Scan t: a#3, b#2, c#2
    `,
  ],
  [
    'select * from t join u on exists (select 1 from small where k = t.a and v = u.a)',
    `
      Project a, b, c, a#2, d, n
        DependentJoin semi on true
          Join inner on true
            Scan t: a, b, c
            Scan u: a#2, d, n
          Project "1" := 1
            Filter CAST(k AS INTEGER) = a AND v = CAST(a#2 AS BIGINT)
              Scan small: k, v, tags
    `,
  ],
  [
    'select * from t left join u on u.n > (select max(n) from u w where w.a = t.a)',
    `
      Project a, b, c, a#2, d, n
        DependentJoin left on true
          Scan t: a, b, c
          Filter n > "max(n)"
            Join left on true
              Scan u: a#2, d, n
              Project "max(n)"
                Aggregate: "max(n)" := max(n#2)
                  Filter a#3 = a
                    Scan u: a#3, d#2, n#2
    `,
  ],
  [
    'select * from t right join u on u.n > (select max(n) from u w where w.a = t.a)',
    `
      Project a#2, b, c, a, d, n
        DependentJoin left on true
          Scan u: a, d, n
          Filter n > "max(n)"
            DependentJoin left on true
              Scan t: a#2, b, c
              Project "max(n)"
                Aggregate: "max(n)" := max(n#2)
                  Filter a#3 = a#2
                    Scan u: a#3, d#2, n#2
    `,
  ],
])('joins: %s', async (sql, expected) => {
  expect(await plan(sql)).toBe(dedent(expected));
});

test.each([
  [
    'select * from t, lateral (select d from u where u.a = t.a) x',
    `
      Project a, b, c, d
        DependentJoin inner on true
          Scan t: a, b, c
          Project d
            Filter a#2 = a
              Scan u: a#2, d, n
    `,
  ],
  [
    'select * from t, (select d from u where u.a = t.a) x',
    `
      Project a, b, c, d
        DependentJoin inner on true
          Scan t: a, b, c
          Project d
            Filter a#2 = a
              Scan u: a#2, d, n
    `,
  ],
  [
    'select * from t left join lateral (select d from u where u.a = t.a) x on true',
    `
      Project a, b, c, d
        DependentJoin left on true
          Scan t: a, b, c
          Project d
            Filter a#2 = a
              Scan u: a#2, d, n
    `,
  ],
  [
    'select * from small, unnest(tags) with ordinality x (tag, at)',
    `
      Project k, v, tags, unnest, ordinality
        DependentJoin inner on true
          Scan small: k, v, tags
          Unnest unnest := tags, ordinality := ordinality
            OneRow
    `,
  ],
  [
    'select * from small s, range(s.k) r (i)',
    `
      Project k, v, tags, range
        DependentJoin inner on true
          Scan small: k, v, tags
          Unnest range := range(CAST(k AS BIGINT))
            OneRow
    `,
  ],
  [
    'select * from small cross join unnest(tags, [1, 2]) x',
    `
      Project k, v, tags, unnest, unnest#2
        DependentJoin inner on true
          Scan small: k, v, tags
          Unnest unnest := tags, unnest#2 := list_value(1, 2)
            OneRow
    `,
  ],
])('lateral: %s', async (sql, expected) => {
  expect(await plan(sql)).toBe(dedent(expected));
});

test.each([
  [
    'select i from range(5) r (i)',
    `
      Project range
        Scan range: range
    `,
  ],
  [
    `select flights.delay from 'data/flights.parquet'`,
    `
      Project delay
        Scan data/flights.parquet: origin, delay, distance
    `,
  ],
  [
    `select f.delay from 'data/flights.parquet' f`,
    `
      Project delay
        Scan data/flights.parquet: origin, delay, distance
    `,
  ],
])('table functions and files: %s', async (sql, expected) => {
  expect(await plan(sql)).toBe(dedent(expected));
});

test.each([
  [
    'select more from grown',
    `
      Project more
        Project more := a + 1
          Scan t: a, b, c
    `,
  ],
  [
    'select x.p, q from t x (p, q)',
    `
      Project a, b
        Scan t: a, b, c
    `,
  ],
  [
    'select main.t.a from main.t',
    `
      Project a
        Scan t: a, b, c
    `,
  ],
])('views and names: %s', async (sql, expected) => {
  expect(await plan(sql)).toBe(dedent(expected));
});

test.each([
  [
    `values (1, 'a'), (2, null)`,
    `
      Values col0, col1: (1, 'a'), (2, NULL)
    `,
  ],
  [
    'select x + 0.5 from (values (1), (2.25)) v (x)',
    `
      Project "x + 0.5" := CAST(col0 AS DECIMAL(13,2)) + 0.50
        Values col0: (1.00), (2.25)
    `,
  ],
  [
    'select * from t, lateral (values (t.a), (t.a + 1)) v (x)',
    `
      Project a, b, c, col0#3
        DependentJoin inner on true
          Scan t: a, b, c
          Union all: col0#3
            Project col0 := a
              OneRow
            Project col0#2 := a + 1
              OneRow
    `,
  ],
])('values: %s', async (sql, expected) => {
  expect(await plan(sql)).toBe(dedent(expected));
});

test.each([
  [
    'select a from t union all select k from small union all select 1',
    `
      Union all: a#3
        Project a
          Scan t: a, b, c
        Project a#2 := CAST(k AS INTEGER)
          Project k
            Scan small: k, v, tags
        Project "1" := 1
          OneRow
    `,
  ],
  [
    'select a from t union select a from u except select 1 order by 1',
    `
      Sort a#4
        Except: a#4
          Union: a#3
            Project a
              Scan t: a, b, c
            Project a#2
              Scan u: a#2, d, n
          Project "1" := 1
            OneRow
    `,
  ],
  [
    `select a, b from t intersect all (select a, 'x' from u)`,
    `
      Intersect all: a#3, b#2
        Project a, b
          Scan t: a, b, c
        Project a#2, "'x'" := 'x'
          Scan u: a#2, d, n
    `,
  ],
  [
    'select a, b from t union all by name select b, c from t',
    `
      Union all: a#5, b#3, c#5
        Project a, b, c#3 := CAST(c#2 AS DOUBLE)
          Project a, b, c#2 := NULL
            Project a, b
              Scan t: a, b, c
        Project a#4 := CAST(a#3 AS INTEGER), b#2, c#4
          Project b#2, c#4, a#3 := NULL
            Project b#2, c#4
              Scan t: a#2, b#2, c#4
    `,
  ],
  [
    '(select a from t order by b limit 1) union all select 2 order by a desc',
    `
      Sort a#2 desc
        Union all: a#2
          Project a
            Limit 1
              Sort b
                Project a, b
                  Scan t: a, b, c
          Project "2" := 2
            OneRow
    `,
  ],
])('set operations: %s', async (sql, expected) => {
  expect(await plan(sql)).toBe(dedent(expected));
});

test.each([
  [
    'with x as (select a from t) select * from x',
    `
      Project a#2
        Project a#2 := a
          Project a
            Scan t: a, b, c
    `,
  ],
  [
    'with x as (select a from t) select * from x, x y where x.a = y.a',
    `
      With x
        Project a
          Scan t: a, b, c
        Project a#2, a#3
          Filter a#2 = a#3
            Join inner on true
              CteScan x: a#2
              CteScan x: a#3
    `,
  ],
  [
    'with x (k) as materialized (select a from t) select k from x',
    `
      With x
        Project a
          Scan t: a, b, c
        Project k
          CteScan x: k
    `,
  ],
  [
    'with x as not materialized (select a from t) select * from x, x y',
    `
      Project a#2, a#4
        Join inner on true
          Project a#2 := a
            Project a
              Scan t: a, b, c
          Project a#4 := a#3
            Project a#3
              Scan t: a#3, b#2, c#2
    `,
  ],
  [
    'with x as (select random() as r) select * from x',
    `
      With x
        Project r := random()
          OneRow
        Project r#2
          CteScan x: r#2
    `,
  ],
  [
    'with x as (select a from t), y as (select a + 1 as b from x) select * from y join x on x.a = y.b',
    `
      With x
        Project a
          Scan t: a, b, c
        Project b#3, a#3
          Join inner on a#3 = b#3
            Project b#3 := b#2
              Project b#2 := a#2 + 1
                CteScan x: a#2
            CteScan x: a#3
    `,
  ],
  [
    'with t as (select 1 as one) select * from t',
    `
      Project one#2
        Project one#2 := one
          Project one := 1
            OneRow
    `,
  ],
  [
    'with recursive r (n) as (select 1 union all select n + 1 from r where n < 5) select * from r',
    `
      Project n#3
        Project n#3 := n#2
          RecursiveCte r all: n#2
            Project "1" := 1
              OneRow
            Project "n + 1" := n + 1
              Filter n < 5
                CteScan r: n
    `,
  ],
  [
    'with recursive r as (select a, c from t union select a, c * 2.5 from r) select * from r',
    `
      Project a#4, c#4
        Project a#4 := a#3, c#4 := c#3
          RecursiveCte r: a#3, c#3
            Project a, c
              Scan t: a, b, c
            Project a#2, "c * 2.5" := c#2 * 2.5
              CteScan r: a#2, c#2
    `,
  ],
  [
    'with recursive r (n) as (select 1 union all select cast(n + 1.5 as decimal(10, 1)) from r where n < 5) select * from r',
    `
      Project n#5
        Project n#5 := n#4
          RecursiveCte r all: n#4
            Project n := CAST("1" AS DECIMAL(11,1))
              Project "1" := 1
                OneRow
            Project n#3 := CAST("cast(n + 1.5 as decimal(10, 1))" AS DECIMAL(11,1))
              Project "cast(n + 1.5 as decimal(10, 1))" := CAST(CAST(n#2 AS DECIMAL(12,1)) + 1.5 AS DECIMAL(10,1))
                Filter n#2 < 5.0
                  CteScan r: n#2
    `,
  ],
])('common table expressions: %s', async (sql, expected) => {
  expect(await plan(sql)).toBe(dedent(expected));
});

test.each([
  [
    'pivot u on a in (1, 2) using sum(n) group by d',
    `
      Project d, "1", "2"
        Project d, "1", "2"
          Aggregate by d: "1" := sum(n) filter (a IS NOT DISTINCT FROM 1), "2" := sum(n) filter (a IS NOT DISTINCT FROM 2)
            Scan u: a, d, n
    `,
  ],
  [
    `pivot t on b in ('x' as xx, 'y') using sum(c) as s, count(*)`,
    `
      Project a, xx_s, "xx_count(*)", y_s, "y_count(*)"
        Project a, xx_s, "xx_count(*)", y_s, "y_count(*)"
          Aggregate by a: xx_s := sum(c) filter (b IS NOT DISTINCT FROM 'x'), "xx_count(*)" := count_star() filter (b IS NOT DISTINCT FROM 'x'), y_s := sum(c) filter (b IS NOT DISTINCT FROM 'y'), "y_count(*)" := count_star() filter (b IS NOT DISTINCT FROM 'y')
            Scan t: a, b, c
    `,
  ],
  [
    `select * from t pivot (max(c) for (a, b) in ((1, 'x'), (2, 'y')))`,
    `
      Project "1_x", "2_y"
        Project "1_x", "2_y"
          Aggregate: "1_x" := max(c) filter (a IS NOT DISTINCT FROM 1 AND b IS NOT DISTINCT FROM 'x'), "2_y" := max(c) filter (a IS NOT DISTINCT FROM 2 AND b IS NOT DISTINCT FROM 'y')
            Scan t: a, b, c
    `,
  ],
  [
    `select * from u pivot (sum(n) for a in (1, 2) d in (date '2020-01-01' as new))`,
    `
      Project "1_new", "2_new"
        Project "1_new", "2_new"
          Aggregate: "1_new" := sum(n) filter (a IS NOT DISTINCT FROM 1 AND d IS NOT DISTINCT FROM CAST('2020-01-01' AS DATE)), "2_new" := sum(n) filter (a IS NOT DISTINCT FROM 2 AND d IS NOT DISTINCT FROM CAST('2020-01-01' AS DATE))
            Scan u: a, d, n
    `,
  ],
  [
    `select * from t unpivot (v for k in (a, c as 'cc'))`,
    `
      Project b, k, v
        Filter v IS NOT NULL
          Project b, k := CASE WHEN item = 0 THEN 'a' ELSE 'cc' END, v := CASE WHEN item = 0 THEN CAST(a AS DOUBLE) ELSE c END
            Join inner on true
              Scan t: a, b, c
              Values item: (0), (1)
    `,
  ],
  [
    `select * from t unpivot include nulls ((v, w) for k in ((a, b), (c, b) as 'second'))`,
    `
      Project k, v, w
        Project k := CASE WHEN item = 0 THEN 'a_b' ELSE 'second' END, v := CASE WHEN item = 0 THEN CAST(a AS DOUBLE) ELSE c END, w := CASE WHEN item = 0 THEN b ELSE b END
          Join inner on true
            Scan t: a, b, c
            Values item: (0), (1)
    `,
  ],
  [
    'unpivot t on columns(* exclude b) into name k value v',
    `
      Project b, k, v
        Filter v IS NOT NULL
          Project b, k := CASE WHEN item = 0 THEN 'a' ELSE 'c' END, v := CASE WHEN item = 0 THEN CAST(a AS DOUBLE) ELSE c END
            Join inner on true
              Scan t: a, b, c
              Values item: (0), (1)
    `,
  ],
])('pivot and unpivot: %s', async (sql, expected) => {
  expect(await plan(sql)).toBe(dedent(expected));
});
