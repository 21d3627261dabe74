import { expect, test } from 'vitest';
import { plan } from '../testing/bind.ts';
import { dedent } from '../testing/dedent.ts';

test.each([
  [
    `select a from t where exists (select 1 from u where u.a = t.a) and b = 'x'`,
    `
      Project a
        DependentJoin semi on true
          Filter b = 'x'
            Scan t: a, b, c
          Project "1" := 1
            Filter a#2 = a
              Scan u: a#2, d, n
    `,
  ],
  [
    'select a from t where not exists (select 1 from u) and a in (select a from u)',
    `
      Project a
        Join semi on a = a#3
          Join anti on true
            Scan t: a, b, c
            Project "1" := 1
              Scan u: a#2, d, n
          Project a#3
            Scan u: a#3, d#2, n#2
    `,
  ],
  [
    'select a from t where a not in (select a from u)',
    `
      Project a
        Filter NOT mark
          Join mark mark on a = a#2
            Scan t: a, b, c
            Project a#2
              Scan u: a#2, d, n
    `,
  ],
  [
    'select a from t where not a in (select k from small)',
    `
      Project a
        Filter NOT mark
          Join mark mark on a = CAST(k AS INTEGER)
            Scan t: a, b, c
            Project k
              Scan small: k, v, tags
    `,
  ],
  [
    'select k from small where k not in (select k from small)',
    `
      Project k
        Join anti on k = k#2
          Scan small: k, v, tags
          Project k#2
            Scan small: k#2, v#2, tags#2
    `,
  ],
  [
    'select a from t where (a, c) in (select a, n from u)',
    `
      Project a
        Join semi on a = a#2 AND c = CAST(n AS DOUBLE)
          Scan t: a, b, c
          Project a#2, n
            Scan u: a#2, d, n
    `,
  ],
  [
    'select a from t where a = any (select a from u) and a > all (select a from u)',
    `
      Project a
        Filter NOT mark
          Join mark mark on a <= a#3
            Join semi on a = a#2
              Scan t: a, b, c
              Project a#2
                Scan u: a#2, d, n
            Project a#3
              Scan u: a#3, d#2, n#2
    `,
  ],
  [
    'select a from t where a = 1 or a in (select a from u)',
    `
      Project a
        Filter a = 1 OR mark
          Join mark mark on a = a#2
            Scan t: a, b, c
            Project a#2
              Scan u: a#2, d, n
    `,
  ],
])('filters: %s', async (sql, expected) => {
  expect(await plan(sql)).toBe(dedent(expected));
});

test.each([
  [
    'select (select max(a) from u), exists (select 1 from u), a in (select a from u) from t',
    `
      Project "max(a)", mark, mark#2
        Join mark mark#2 on a = a#4
          Join mark mark on true
            Join left on true
              Scan t: a, b, c
              Project "max(a)"
                Aggregate: "max(a)" := max(a#2)
                  Scan u: a#2, d, n
            Project "1" := 1
              Scan u: a#3, d#2, n#2
          Project a#4
            Scan u: a#4, d#3, n#3
    `,
  ],
  [
    'select (select a from u) from t',
    `
      Project a#2
        Join single on true
          Scan t: a, b, c
          Project a#2
            Scan u: a#2, d, n
    `,
  ],
  [
    'select (select a from u limit 1), (values (1)) from t',
    `
      Project a#2, col0
        Join left on true
          Join left on true
            Scan t: a, b, c
            Limit 1
              Project a#2
                Scan u: a#2, d, n
          Values col0: (1)
    `,
  ],
  [
    'select a, array(select n from u where u.a = t.a order by d) from t',
    `
      Project a, "array(select n from u where u.a = t.a order by d)" := coalesce(array, [])
        DependentJoin left on true
          Scan t: a, b, c
          Aggregate: array := array_agg(n)
            Sort d
              Project n, d
                Filter a#2 = a
                  Scan u: a#2, d, n
    `,
  ],
  [
    'select case when (select count(*) from u) > 1 then a end from t',
    `
      Project "case when (select count(*) from u) > 1 then a end" := CASE WHEN "count(*)" > 1 THEN a END
        Join left on true
          Scan t: a, b, c
          Project "count(*)"
            Aggregate: "count(*)" := count_star()
              Scan u: a#2, d, n
    `,
  ],
  [
    'select sum(c) over (order by (select max(a) from u)) from t',
    `
      Project sum
        Window order by "max(a)": sum := sum(c) over range unbounded preceding to current row
          Join left on true
            Scan t: a, b, c
            Project "max(a)"
              Aggregate: "max(a)" := max(a#2)
                Scan u: a#2, d, n
    `,
  ],
  [
    'select a, (select rank() over (order by n) from u limit 1) r from t order by (select max(d) from u where u.a = t.a)',
    `
      Sort "max(d)"
        Project a, rank, "max(d)"
          DependentJoin left on true
            Join left on true
              Scan t: a, b, c
              Limit 1
                Project rank
                  Window order by n: rank := rank() over range unbounded preceding to current row
                    Scan u: a#2, d, n
            Project "max(d)"
              Aggregate: "max(d)" := max(d#2)
                Filter a#3 = a
                  Scan u: a#3, d#2, n#2
    `,
  ],
])('values: %s', async (sql, expected) => {
  expect(await plan(sql)).toBe(dedent(expected));
});

test.each([
  [
    'select b, (select max(d) from u where u.a = sum(t.a)) from t group by b',
    `
      Project b, "max(d)"
        DependentJoin left on true
          Aggregate by b: "sum(t.a)" := sum(a)
            Scan t: a, b, c
          Project "max(d)"
            Aggregate: "max(d)" := max(d)
              Filter CAST(a#2 AS HUGEINT) = "sum(t.a)"
                Scan u: a#2, d, n
    `,
  ],
  [
    'select b from t group by b having max(a) > (select min(a) from u where u.n > count(t.c))',
    `
      Project b
        Filter "max(a)" > "min(a)"
          DependentJoin left on true
            Aggregate by b: "max(a)" := max(a), "count(t.c)" := count(c)
              Scan t: a, b, c
            Project "min(a)"
              Aggregate: "min(a)" := min(a#2)
                Filter CAST(n AS DECIMAL(21,2)) > CAST("count(t.c)" AS DECIMAL(21,2))
                  Scan u: a#2, d, n
    `,
  ],
  [
    'select a + 1, (select max(n) from u where u.a = t.a + 1) from t group by a + 1',
    `
      Project "a + 1", "max(n)"
        DependentJoin left on true
          Aggregate by "a + 1" := a + 1
            Scan t: a, b, c
          Project "max(n)"
            Aggregate: "max(n)" := max(n)
              Filter a#2 = "a + 1"
                Scan u: a#2, d, n
    `,
  ],
  [
    'select (select count(*) from t), count(*) from u',
    `
      Project "count(*)"#2, "count(*)"
        Join left on true
          Aggregate: "count(*)" := count_star()
            Scan u: a, d, n
          Project "count(*)"#2
            Aggregate: "count(*)"#2 := count_star()
              Scan t: a#2, b, c
    `,
  ],
  [
    'select (select sum(t.c)) from t',
    `
      Project "sum(t.c)"#2
        DependentJoin left on true
          Aggregate: "sum(t.c)" := sum(c)
            Scan t: a, b, c
          Project "sum(t.c)"#2 := "sum(t.c)"
            OneRow
    `,
  ],
])('groups: %s', async (sql, expected) => {
  expect(await plan(sql)).toBe(dedent(expected));
});

test.each([
  [
    'select 1 in tags, k = any ([1, 2]), k <> all ([1, 2]), 1 = any (tags) from (select k, [k, 2] as tags from small) x',
    `
      Project "1 in tags" := list_contains(tags#2, 1), "k = any ([1, 2])" := k = 1 OR k = 2, "k <> all ([1, 2])" := k <> 1 AND k <> 2, "1 = any (tags)" := list_contains(tags#2, 1)
        Project k, tags#2 := list_value(k, 2)
          Scan small: k, v, tags
    `,
  ],
])('lists: %s', async (sql, expected) => {
  expect(await plan(sql)).toBe(dedent(expected));
});
