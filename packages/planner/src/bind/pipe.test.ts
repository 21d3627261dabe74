import { expect, test } from 'vitest';
import { failure, plan } from '../testing/bind.ts';
import { dedent } from '../testing/dedent.ts';

test.each([
  [
    'from t |> where t.a > 1 and exists (select 1 from u where u.a = t.a) |> select a, b',
    `
      Project a, b
        DependentJoin semi on true
          Filter a > 1
            Scan t: a, b, c
          Project "1" := 1
            Filter a#2 = a
              Scan u: a#2, d, n
    `,
  ],
  [
    'from t |> extend a + 1 as x |> where x > 2 |> select t.b, x',
    `
      Project b, x
        Filter x > 2
          Project a, b, c, x := a + 1
            Scan t: a, b, c
    `,
  ],
  [
    'from t |> aggregate sum(c) as s, count(*) as n group by b |> where n > 1 |> order by s desc |> limit 2 offset 1',
    `
      Limit 2 offset 1
        Sort s desc
          Filter n > 1
            Project b, s, n
              Aggregate by b: s := sum(c), n := count_star()
                Scan t: a, b, c
    `,
  ],
  [
    'from t |> aggregate count(*) as n',
    `
      Project n
        Aggregate: n := count_star()
          Scan t: a, b, c
    `,
  ],
  [
    'from t |> set a = a * 2 |> drop c |> rename b as label',
    `
      Project a#2, b
        Project a#2, b
          Project a#2 := a * 2, b, c
            Scan t: a, b, c
    `,
  ],
  [
    'from t |> as x |> join u on x.a = u.a |> select x.a, n',
    `
      Project a, n
        Join inner on a = a#2
          Scan t: a, b, c
          Scan u: a#2, d, n
    `,
  ],
  [
    'from t |> left join u using (a) |> select a, n',
    `
      Project a, n
        Join left on a = a#2
          Scan t: a, b, c
          Scan u: a#2, d, n
    `,
  ],
  [
    'from t |> select a |> union all (select a from u), (select 1) |> distinct',
    `
      Distinct
        Union all: a#3
          Project a
            Scan t: a, b, c
          Project a#2
            Scan u: a#2, d, n
          Project "1" := 1
            OneRow
    `,
  ],
  [
    'from u |> pivot (sum(n) for a in (1, 2)) |> where "1" > 0',
    `
      Filter "1" > 0.00
        Project d, "1", "2"
          Aggregate by d: "1" := sum(n) filter (a IS NOT DISTINCT FROM 1), "2" := sum(n) filter (a IS NOT DISTINCT FROM 2)
            Scan u: a, d, n
    `,
  ],
  [
    'from t |> unpivot (v for k in (a, c))',
    `
      Filter v IS NOT NULL
        Project b, k := CASE WHEN item = 0 THEN 'a' ELSE 'c' END, v := CASE WHEN item = 0 THEN CAST(a AS DOUBLE) ELSE c END
          Join inner on true
            Scan t: a, b, c
            Values item: (0), (1)
    `,
  ],
  [
    'select a, c from t |> extend row_number() over (order by c) as r |> where r <= 3',
    `
      Filter r <= 3
        Project a, c, r
          Window order by c: r := row_number() over range unbounded preceding to current row
            Project a, c
              Scan t: a, b, c
    `,
  ],
])('steps: %s', async (sql, expected) => {
  expect(await plan(sql)).toBe(dedent(expected));
});

test.each([
  [
    'from t |> where nope = 1',
    'bind 42703: column "nope" does not exist at [nope] | Table "t" has columns a, b, c.',
  ],
  [
    'from t |> select a |> where b = 1',
    'bind 42703: column "b" does not exist at [b] | The subquery has columns a.',
  ],
])('errors: %s', async (sql, expected) => {
  expect(await failure(sql)).toBe(expected);
});
