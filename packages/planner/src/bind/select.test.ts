import { expect, test } from 'vitest';
import { plan } from '../testing/bind.ts';
import { dedent } from '../testing/dedent.ts';

test.each([
  [
    `select origin, count(*), avg(delay) from 'flights.parquet' where distance > 500 group by 1`,
    `
      Project origin, "count(*)", "avg(delay)"
        Aggregate by origin: "count(*)" := count_star(), "avg(delay)" := avg(CAST(delay AS DOUBLE))
          Filter distance > 500
            Scan flights.parquet: origin, delay, distance
    `,
  ],
  [
    'select 1',
    `
      Project "1" := 1
        OneRow
    `,
  ],
  [
    'select 1 where false',
    `
      Project "1" := 1
        Filter false
          OneRow
    `,
  ],
  [
    'from t',
    `
      Project a, b, c
        Scan t: a, b, c
    `,
  ],
  [
    'table t',
    `
      Project a, b, c
        Scan t: a, b, c
    `,
  ],
  [
    'select a, b from t order by c desc, a + 1 limit 3 offset 1',
    `
      Limit 3 offset 1
        Sort c desc, "a + 1"
          Project a, b, c, "a + 1" := a + 1
            Scan t: a, b, c
    `,
  ],
  [
    'select distinct a, b from t order by b',
    `
      Sort b
        Distinct
          Project a, b
            Scan t: a, b, c
    `,
  ],
  [
    'select distinct on (a) b, c from t order by a, c desc',
    `
      Sort a, c desc
        Distinct on a order by a, c desc
          Project b, c, a
            Scan t: a, b, c
    `,
  ],
  [
    'select b, sum(c) from t group by all order by all desc',
    `
      Sort b desc, "sum(c)" desc
        Project b, "sum(c)"
          Aggregate by b: "sum(c)" := sum(c)
            Scan t: a, b, c
    `,
  ],
  [
    'select sum(c) from t having count(*) > 1',
    `
      Project "sum(c)"
        Filter "count(*)" > 1
          Aggregate: "sum(c)" := sum(c), "count(*)" := count_star()
            Scan t: a, b, c
    `,
  ],
  [
    'select a from t limit 10%',
    `
      Limit 10%
        Project a
          Scan t: a, b, c
    `,
  ],
  [
    'select a from t order by a fetch first 3 rows with ties',
    `
      Limit 3 with ties
        Sort a
          Project a
            Scan t: a, b, c
    `,
  ],
  [
    'select a from t limit all offset 2',
    `
      Limit all offset 2
        Project a
          Scan t: a, b, c
    `,
  ],
  [
    'select b from t order by b collate nocase desc',
    `
      Sort "b collate nocase" desc
        Project b, "b collate nocase" := lower(b)
          Scan t: a, b, c
    `,
  ],
])('clauses: %s', async (sql, expected) => {
  expect(await plan(sql)).toBe(dedent(expected));
});

test.each([
  [
    'select *, a + 1 from t',
    `
      Project a, b, c, "a + 1" := a + 1
        Scan t: a, b, c
    `,
  ],
  [
    'select t.* exclude (a, b), u.d from t, u',
    `
      Project c, d
        Join inner on true
          Scan t: a, b, c
          Scan u: a#2, d, n
    `,
  ],
  [
    'select * replace (a + 1 as a) rename (b as label) from t',
    `
      Project a#2 := a + 1, b, c
        Scan t: a, b, c
    `,
  ],
  [
    'select home.* from people',
    `
      Project city := struct_extract(home, 'city'), zip := struct_extract(home, 'zip')
        Scan people: name, home
    `,
  ],
  [
    'select min(columns(*)), max(columns(*)) from u',
    `
      Project "min(columns(*))", "min(columns(*))"#2, "min(columns(*))"#3, "max(columns(*))", "max(columns(*))"#2, "max(columns(*))"#3
        Aggregate: "min(columns(*))" := min(a), "min(columns(*))"#2 := min(d), "min(columns(*))"#3 := min(n), "max(columns(*))" := max(a), "max(columns(*))"#2 := max(d), "max(columns(*))"#3 := max(n)
          Scan u: a, d, n
    `,
  ],
  [
    `select columns(['a', 'c']) * 2 from t`,
    `
      Project a#2 := a * 2, c#2 := c * 2
        Scan t: a, b, c
    `,
  ],
  [
    'select t.columns(* exclude b) from t, u',
    `
      Project a, c
        Join inner on true
          Scan t: a, b, c
          Scan u: a#2, d, n
    `,
  ],
  [
    'select #2, #1 from t',
    `
      Project b, a
        Scan t: a, b, c
    `,
  ],
])('stars: %s', async (sql, expected) => {
  expect(await plan(sql)).toBe(dedent(expected));
});

test.each([
  [
    'select a + 1 as x, x * 2 as y from t where x > 3',
    `
      Project x := a + 1, y := (a + 1) * 2
        Filter a + 1 > 3
          Scan t: a, b, c
    `,
  ],
  [
    'select -a as a, a from t order by a',
    `
      Sort a#2
        Project a#2 := -a, a
          Scan t: a, b, c
    `,
  ],
  [
    'select b as g, count(*) as n from t group by g having n > 1 order by n desc',
    `
      Sort n desc
        Project b, n
          Filter n > 1
            Aggregate by b: n := count_star()
              Scan t: a, b, c
    `,
  ],
  [
    'select lower(b) as b, count(*) from t group by b order by b',
    `
      Sort b#2
        Project b#2 := lower(b), "count(*)"
          Aggregate by b: "count(*)" := count_star()
            Scan t: a, b, c
    `,
  ],
  [
    'select total: sum(c), total / 2 from t',
    `
      Project total, "total / 2" := total / 2
        Aggregate: total := sum(c)
          Scan t: a, b, c
    `,
  ],
])('aliases: %s', async (sql, expected) => {
  expect(await plan(sql)).toBe(dedent(expected));
});

test.each([
  [
    'select a, b, count(*) from t group by a, (b), (a, b)',
    `
      Project a, b, "count(*)"
        Aggregate by a, b: "count(*)" := count_star()
          Scan t: a, b, c
    `,
  ],
  [
    'select a, b, count(*) from t group by grouping sets ((a, b), a, ())',
    `
      Project a#2, b#2, "count(*)"
        Aggregate by a#2 := a, b#2 := b sets (a#2, b#2), (a#2), (): "count(*)" := count_star()
          Scan t: a, b, c
    `,
  ],
  [
    'select a, b, count(*) from t group by rollup (a, b)',
    `
      Project a#2, b#2, "count(*)"
        Aggregate by a#2 := a, b#2 := b sets (a#2, b#2), (a#2), (): "count(*)" := count_star()
          Scan t: a, b, c
    `,
  ],
  [
    'select a, b, c, count(*) from t group by a, cube (b, c)',
    `
      Project a#2, b#2, c#2, "count(*)"
        Aggregate by a#2 := a, b#2 := b, c#2 := c sets (a#2, b#2, c#2), (a#2, b#2), (a#2, c#2), (a#2): "count(*)" := count_star()
          Scan t: a, b, c
    `,
  ],
  [
    'select a, b, count(*) from t group by distinct rollup (a, b), rollup (a)',
    `
      Project a#2, b#2, "count(*)"
        Aggregate by a#2 := a, b#2 := b sets (a#2, b#2), (a#2), (): "count(*)" := count_star()
          Scan t: a, b, c
    `,
  ],
  [
    'select a, b, sum(c) from t group by a, b with rollup',
    `
      Project a#2, b#2, "sum(c)"
        Aggregate by a#2 := a, b#2 := b sets (a#2, b#2), (a#2), (): "sum(c)" := sum(c)
          Scan t: a, b, c
    `,
  ],
  [
    'select a, b, grouping(a, b), grouping(b), grouping_id() from t group by rollup (a, b)',
    `
      Project a#2, b#2, grouping_id, "grouping(b)" := bitwise_and(grouping_id, 1)
        Aggregate by a#2 := a, b#2 := b sets (a#2, b#2), (a#2), (): grouping_id := grouping id
          Scan t: a, b, c
    `,
  ],
  [
    'select a + 1, (a + 1) * 2, count(*) from t group by a + 1',
    `
      Project "a + 1", "(a + 1) * 2" := "a + 1" * 2, "count(*)"
        Aggregate by "a + 1" := a + 1: "count(*)" := count_star()
          Scan t: a, b, c
    `,
  ],
  [
    'select a, grouping(a) from t group by a',
    `
      Project a, "grouping(a)" := 0
        Aggregate by a
          Scan t: a, b, c
    `,
  ],
  [
    'select count(*) from t group by ()',
    `
      Project "count(*)"
        Aggregate: "count(*)" := count_star()
          Scan t: a, b, c
    `,
  ],
])('grouping: %s', async (sql, expected) => {
  expect(await plan(sql)).toBe(dedent(expected));
});

test.each([
  [
    'select sum(c), sum(c) / count(*), sum(distinct c) from t',
    `
      Project "sum(c)", "sum(c) / count(*)" := "sum(c)" / CAST("count(*)" AS DOUBLE), "sum(distinct c)"
        Aggregate: "sum(c)" := sum(c), "count(*)" := count_star(), "sum(distinct c)" := sum(distinct c)
          Scan t: a, b, c
    `,
  ],
  [
    `select count(distinct a) filter (where b = 'x'), count(), min(distinct a) from t`,
    `
      Project "count(distinct a) filter (where b = 'x')", "count()", "min(distinct a)"
        Aggregate: "count(distinct a) filter (where b = 'x')" := count(distinct a) filter (b = 'x'), "count()" := count_star(), "min(distinct a)" := min(a)
          Scan t: a, b, c
    `,
  ],
  [
    `select string_agg(b, ',' order by c desc nulls first, a) from t`,
    `
      Project "string_agg(b, ',' order by c desc nulls first, a)"
        Aggregate: "string_agg(b, ',' order by c desc nulls first, a)" := string_agg(b, ',' order by c desc nulls first, a)
          Scan t: a, b, c
    `,
  ],
  [
    `select listagg(b, ',') within group (order by a), mode() within group (order by b) from t`,
    `
      Project "listagg(b, ',') within group (order by a)", "mode() within group (order by b)"
        Aggregate: "listagg(b, ',') within group (order by a)" := string_agg(b, ',' order by a), "mode() within group (order by b)" := mode(b order by b)
          Scan t: a, b, c
    `,
  ],
  [
    'select quantile_cont(0.25) within group (order by c), quantile_cont(0) within group (order by c desc) from t',
    `
      Project "quantile_cont(0.25) within group (order by c)", "quantile_cont(0) within group (order by c desc)"
        Aggregate: "quantile_cont(0.25) within group (order by c)" := quantile_cont(c, 0.25), "quantile_cont(0) within group (order by c desc)" := quantile_cont(c, 1)
          Scan t: a, b, c
    `,
  ],
  [
    'select first(b ignore nulls), first(b ignore nulls) filter (where a > 1) from t',
    `
      Project "first(b ignore nulls)", "first(b ignore nulls) filter (where a > 1)"
        Aggregate: "first(b ignore nulls)" := first(b) filter (b IS NOT NULL), "first(b ignore nulls) filter (where a > 1)" := first(b) filter (a > 1 AND b IS NOT NULL)
          Scan t: a, b, c
    `,
  ],
  [
    'select sum(case when a > 1 then c end), sum((select max(n) from u where u.a = t.a)) from t',
    `
      Project "sum(case when a > 1 then c end)", "sum((select max(n) from u where u.a = t.a))"
        Aggregate: "sum(case when a > 1 then c end)" := sum(CASE WHEN a > 1 THEN c END), "sum((select max(n) from u where u.a = t.a))" := sum("max(n)")
          DependentJoin left on true
            Scan t: a, b, c
            Project "max(n)"
              Aggregate: "max(n)" := max(n)
                Filter a#2 = a
                  Scan u: a#2, d, n
    `,
  ],
])('aggregates: %s', async (sql, expected) => {
  expect(await plan(sql)).toBe(dedent(expected));
});

test.each([
  [
    'select row_number() over (), rank() over (partition by a order by b desc) from t',
    `
      Project row_number, rank
        Window partition by a order by b desc: rank := rank() over range unbounded preceding to current row
          Window: row_number := row_number() over range unbounded preceding to unbounded following
            Scan t: a, b, c
    `,
  ],
  [
    'select sum(c) over (order by a), sum(c) over (order by a rows 2 preceding), avg(c) over (order by a) from t',
    `
      Project sum, sum#2, avg
        Window order by a: sum := sum(c) over range unbounded preceding to current row, sum#2 := sum(c) over rows 2 preceding to current row, avg := avg(c) over range unbounded preceding to current row
          Scan t: a, b, c
    `,
  ],
  [
    'select sum(c) over w, lag(a, 2, 0) over w from t window w as (partition by b order by a)',
    `
      Project sum, lag
        Window partition by b order by a: sum := sum(c) over range unbounded preceding to current row, lag := lag(a, 2, 0) over range unbounded preceding to current row
          Scan t: a, b, c
    `,
  ],
  [
    'select sum(c) over (w order by a), max(c) over (v range 1 preceding) from t window w as (partition by b), v as (w order by c)',
    `
      Project sum, max
        Window partition by b order by c: max := max(c) over range 1 preceding to current row
          Window partition by b order by a: sum := sum(c) over range unbounded preceding to current row
            Scan t: a, b, c
    `,
  ],
  [
    'select a, sum(sum(c)) over (order by a) from t group by a',
    `
      Project a, sum
        Window order by a: sum := sum("sum(c)") over range unbounded preceding to current row
          Aggregate by a: "sum(c)" := sum(c)
            Scan t: a, b, c
    `,
  ],
  [
    'select a from t qualify row_number() over (partition by b order by c) = 1',
    `
      Project a
        Filter row_number = 1
          Window partition by b order by c: row_number := row_number() over range unbounded preceding to current row
            Scan t: a, b, c
    `,
  ],
  [
    'select rank() over (order by a) as r from t qualify r <= 3 order by r',
    `
      Sort r
        Project r
          Filter r <= 3
            Window order by a: r := rank() over range unbounded preceding to current row
              Scan t: a, b, c
    `,
  ],
  [
    'select lag(a ignore nulls) over (order by c) from t',
    `
      Project lag
        Window order by c: lag := lag(a) ignore nulls over range unbounded preceding to current row
          Scan t: a, b, c
    `,
  ],
  [
    `select count(distinct a) filter (where b = 'x') over (partition by c) from t`,
    `
      Project count
        Window partition by c: count := count(distinct a) filter (b = 'x') over range unbounded preceding to unbounded following
          Scan t: a, b, c
    `,
  ],
  [
    'select sum(c) over (order by a range between 1.5 preceding and 2 following exclude ties) from t',
    `
      Project sum
        Window order by CAST(a AS DECIMAL(11,1)): sum := sum(c) over range 1.5 preceding to 2.0 following exclude ties
          Scan t: a, b, c
    `,
  ],
  [
    `select sum(price) over (order by at range interval '1' hour preceding) from events`,
    `
      Project sum
        Window order by at: sum := sum(price) over range INTERVAL '01:00:00' preceding to current row
          Scan events: id, at, price
    `,
  ],
  [
    `select sum(n) over (order by d range between 3 preceding and '1 day' following) from u`,
    `
      Project sum
        Window order by d: sum := sum(n) over range 3 preceding to CAST('1 day' AS INTERVAL) following
          Scan u: a, d, n
    `,
  ],
  [
    'select sum(c) over (order by a groups between a preceding and unbounded following) from t',
    `
      Project sum
        Window order by a: sum := sum(c) over groups CAST(a AS BIGINT) preceding to unbounded following
          Scan t: a, b, c
    `,
  ],
])('windows: %s', async (sql, expected) => {
  expect(await plan(sql)).toBe(dedent(expected));
});

test.each([
  [
    'select unnest(tags), k from small',
    `
      Project unnest, k
        Unnest unnest := tags
          Scan small: k, v, tags
    `,
  ],
  [
    'select unnest(tags) as tag, unnest([1, 2]) from small where k > 1 order by tag',
    `
      Sort unnest
        Project unnest, unnest#2
          Unnest unnest := tags, unnest#2 := list_value(1, 2)
            Filter k > 1
              Scan small: k, v, tags
    `,
  ],
])('unnest: %s', async (sql, expected) => {
  expect(await plan(sql)).toBe(dedent(expected));
});
