import { expect, test } from 'vitest';
import { unnested } from '../testing/bind.ts';
import { dedent } from '../testing/dedent.ts';

test.each([
  [
    'select a from t where exists (select 1 from u where u.a = t.a and u.n > 2)',
    `
      Project a
        Join semi on a#2 = a
          Scan t: a, b, c
          Project "1" := 1, a#2
            Filter n > 2.00
              Scan u: a#2, d, n
    `,
  ],
  [
    'select a from t where not exists (select 1 from u where u.a = t.a and u.n > t.c)',
    `
      Project a
        Join anti on a#2 = a AND CAST(n AS DOUBLE) > c
          Scan t: a, b, c
          Project "1" := 1, a#2, n
            Scan u: a#2, d, n
    `,
  ],
  [
    'select a from t where a in (select a from u where u.n > t.c)',
    `
      Project a
        Join semi on CAST(n AS DOUBLE) > c AND a = a#2
          Scan t: a, b, c
          Project a#2, n
            Scan u: a#2, d, n
    `,
  ],
  [
    'select a from t where a in (select u.a + t.c from u where u.n > t.c)',
    `
      Project a
        Join semi on CAST(n AS DOUBLE) > c AND CAST(a AS DOUBLE) = CAST(a#2 AS DOUBLE) + c
          Scan t: a, b, c
          Project a#2, n
            Scan u: a#2, d, n
    `,
  ],
])('conditions of filters become conditions of joins: %s', async (sql, expected) => {
  expect(await unnested(sql)).toBe(dedent(expected));
});

test.each([
  [
    'select a from t where a not in (select a from u where u.n = t.c)',
    `
      Project a
        Filter NOT mark
          Join mark mark on c IS NOT DISTINCT FROM CAST(n AS DOUBLE) AND a = a#2
            Scan t: a, b, c
            Filter CAST(n AS DOUBLE) IS NOT NULL
              Project a#2, n
                Scan u: a#2, d, n
    `,
  ],
  [
    'select a from t where a not in (select a from u where u.n > t.c)',
    `
      Project a
        Filter NOT mark
          Join mark mark on CAST(n AS DOUBLE) > c IS TRUE AND a = a#2
            Scan t: a, b, c
            Project a#2, n
              Scan u: a#2, d, n
    `,
  ],
  [
    'select a, exists (select 1 from u where u.a = t.a) from t',
    `
      Project a, mark
        Join mark mark on a IS NOT DISTINCT FROM a#2
          Scan t: a, b, c
          Filter a#2 IS NOT NULL
            Project "1" := 1, a#2
              Scan u: a#2, d, n
    `,
  ],
])('marks are never NULL for the sake of a filter: %s', async (sql, expected) => {
  expect(await unnested(sql)).toBe(dedent(expected));
});

test.each([
  [
    'select a, (select max(n) from u where u.a = t.a) from t',
    `
      Project a, "max(n)"
        Project a, b, c, "max(n)"
          Join left on a#2 = a
            Scan t: a, b, c
            Aggregate by a#2: "max(n)" := max(n)
              Scan u: a#2, d, n
    `,
  ],
  [
    'select a, (select count(*) + t.c from u where u.a = t.a) from t',
    `
      Project a, "count(*) + t.c"
        Project a, b, c, "count(*) + t.c" := CAST(coalesce("count(*)", 0) AS DOUBLE) + c
          Join left on a#2 = a
            Scan t: a, b, c
            Aggregate by a#2: "count(*)" := count_star()
              Scan u: a#2, d, n
    `,
  ],
  [
    `select a from t where c < (select avg(n) from u where u.a = t.a and u.d > '2020-01-01')`,
    `
      Project a
        Filter c < "avg(n)"
          Project a, b, c, "avg(n)"
            Join left on a#2 = a
              Scan t: a, b, c
              Aggregate by a#2: "avg(n)" := avg(CAST(n AS DOUBLE))
                Filter d > CAST('2020-01-01' AS DATE)
                  Scan u: a#2, d, n
    `,
  ],
  [
    'select a, (select n from (select n, count(*) c from u where u.a = t.a group by n) x where c > 1) from t',
    `
      Project a, n
        Join single on a#2 = a
          Scan t: a, b, c
          Project n, a#2
            Filter c#2 > 1
              Project n, c#2, a#2
                Aggregate by n, a#2: c#2 := count_star()
                  Scan u: a#2, d, n
    `,
  ],
])('aggregates are split by the inner side: %s', async (sql, expected) => {
  expect(await unnested(sql)).toBe(dedent(expected));
});

test.each([
  [
    'select a, (select n from u where u.a = t.a order by d limit 1) from t',
    `
      Project a, n
        Join left on a#2 = a
          Scan t: a, b, c
          Filter row_number <= 1
            Window partition by a#2 order by d: row_number := row_number() over rows unbounded preceding to unbounded following
              Project n, d, a#2
                Scan u: a#2, d, n
    `,
  ],
  [
    'select * from t, lateral (select d from u where u.a = t.a order by d desc limit 2 offset 1) x',
    `
      Project a, b, c, d
        Join inner on a#2 = a
          Scan t: a, b, c
          Filter row_number <= 3
            Filter row_number > 1
              Window partition by a#2 order by d desc: row_number := row_number() over rows unbounded preceding to unbounded following
                Project d, a#2
                  Scan u: a#2, d, n
    `,
  ],
  [
    'select * from t, lateral (select d from u where u.a = t.a order by d fetch first 2 rows with ties) x',
    `
      Project a, b, c, d
        Join inner on a#2 = a
          Scan t: a, b, c
          Filter rank <= 2
            Window partition by a#2 order by d: row_number := row_number() over rows unbounded preceding to unbounded following, rank := rank() over rows unbounded preceding to unbounded following
              Project d, a#2
                Scan u: a#2, d, n
    `,
  ],
  [
    'select * from t, lateral (select distinct d from u where u.a = t.a) x',
    `
      Project a, b, c, d
        Join inner on a#2 = a
          Scan t: a, b, c
          Distinct
            Project d, a#2
              Project d, a#2
                Scan u: a#2, d, n
    `,
  ],
  [
    'select * from t, lateral (select rank() over (order by d) r from u where u.a = t.a) x',
    `
      Project a, b, c, r
        Join inner on a#2 = a
          Scan t: a, b, c
          Project r, a#2
            Window partition by a#2 order by d: r := rank() over range unbounded preceding to current row
              Scan u: a#2, d, n
    `,
  ],
])('limits, windows and distinct rows too: %s', async (sql, expected) => {
  expect(await unnested(sql)).toBe(dedent(expected));
});

test.each([
  [
    'select (select t.a + 1) from t',
    `
      Project "t.a + 1"
        Project a, b, c, "t.a + 1" := a + 1
          Scan t: a, b, c
    `,
  ],
  [
    'select * from t, lateral (values (t.a + 1)) v (x)',
    `
      Project a, b, c, col0
        Project a, b, c, col0 := a + 1
          Scan t: a, b, c
    `,
  ],
])('one row needs no join: %s', async (sql, expected) => {
  expect(await unnested(sql)).toBe(dedent(expected));
});

test.each([
  [
    'select * from small, unnest(tags) x (tag)',
    `
      Project k, v, tags, unnest
        Unnest unnest := tags
          Scan small: k, v, tags
    `,
  ],
  [
    'select * from small left join unnest(tags) x (tag) on true',
    `
      Project k, v, tags, unnest
        Unnest outer unnest := tags
          Scan small: k, v, tags
    `,
  ],
  [
    `select * from small, lateral (select tag || '!' as loud from unnest(tags) x (tag) where tag <> 'a') y`,
    `
      Project k, v, tags, loud
        Project k, v, tags, loud := unnest || '!'
          Filter unnest <> 'a'
            Unnest unnest := tags
              Scan small: k, v, tags
    `,
  ],
])('lists are repeated in place: %s', async (sql, expected) => {
  expect(await unnested(sql)).toBe(dedent(expected));
});

test.each([
  [
    'select a, (select count(*) from u where u.a < t.a) from t',
    `
      Project a#2, "count(*)"#2
        With outer rows
          Scan t: a, b, c
          Project a#2, b#2, c#2, "count(*)"#2 := coalesce("count(*)", 0)
            Join left on a#2 IS NOT DISTINCT FROM a#4
              CteScan outer rows: a#2, b#2, c#2
              Aggregate by a#4: "count(*)" := count_star()
                Filter a#5 < a#4
                  Join inner on true
                    Distinct
                      Project a#4 := a#3
                        CteScan outer rows: a#3, b#3, c#3
                    Scan u: a#5, d, n
    `,
  ],
  [
    'select a from t where exists (select 1 from u where u.a = t.a union all select 1 from small where k = t.a)',
    `
      Project a#2
        With outer rows
          Scan t: a, b, c
          Join semi on a#2 IS NOT DISTINCT FROM a#8
            CteScan outer rows: a#2, b#2, c#2
            Union all: "1"#3, a#8
              Project "1" := 1, a#4
                Filter a#5 = a#4
                  Join inner on true
                    Distinct
                      Project a#4 := a#3
                        CteScan outer rows: a#3, b#3, c#3
                    Scan u: a#5, d, n
              Project "1"#2 := 1, a#7
                Filter CAST(k AS INTEGER) = a#7
                  Join inner on true
                    Distinct
                      Project a#7 := a#6
                        CteScan outer rows: a#6, b#4, c#4
                    Scan small: k, v, tags
    `,
  ],
  [
    `select k, (select count(*) from unnest(tags) x (tag) where tag > 'a') from small`,
    `
      Project k#2, "count(*)"#2
        With outer rows
          Window: row_number := row_number() over rows unbounded preceding to unbounded following
            Scan small: k, v, tags
          Project k#2, v#2, tags#2, row_number#2, "count(*)"#2 := coalesce("count(*)", 0)
            Join left on row_number#2 = row_number#4
              CteScan outer rows: k#2, v#2, tags#2, row_number#2
              Aggregate by row_number#4: "count(*)" := count_star()
                Filter unnest > 'a'
                  Unnest unnest := tags#4
                    Project tags#4 := tags#3, row_number#4 := row_number#3
                      CteScan outer rows: k#3, v#3, tags#3, row_number#3
    `,
  ],
  [
    'select a, (with recursive r (x) as (select t.a union all select x + 1 from r where x < t.a + 5) select max(x) from r) from t',
    `
      Project a#2, "max(x)"
        With outer rows
          Scan t: a, b, c
          Project a#2, b#2, c#2, "max(x)"
            Join left on a#2 IS NOT DISTINCT FROM a#7
              CteScan outer rows: a#2, b#2, c#2
              Aggregate by a#7: "max(x)" := max(x#3)
                Project x#3 := x#2, a#7
                  RecursiveCte r all: x#2, a#7
                    Project a#5 := a#4, a#4
                      Distinct
                        Project a#4 := a#3
                          CteScan outer rows: a#3, b#3, c#3
                    Project "x + 1" := x + 1, a#6
                      Filter x < a#6 + 5
                        CteScan r: x, a#6
    `,
  ],
])('the rest is computed for all distinct outer values: %s', async (sql, expected) => {
  expect(await unnested(sql)).toBe(dedent(expected));
});
