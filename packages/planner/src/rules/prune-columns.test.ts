import { expect, test } from 'vitest';
import { effectOf } from '../testing/plan.ts';

const effect = (sql: string): Promise<string> => effectOf('prune-columns', sql);

test('scans read what is used', async () => {
  expect(await effect("select a from t where b = 'x'")).toMatchInlineSnapshot(`
    "Filter b = 'x'
      Scan t: a, b, c
    =>
    Filter b = 'x'
      Scan t: a, b"
  `);
});

test('an outer join that adds nothing goes', async () => {
  expect(
    await effect(
      'select t.a from t left join (select a, max(n) as m from u group by a) q on t.a = q.a',
    ),
  ).toMatchInlineSnapshot(`
    "Join left on a = a#2
      Scan t: a, b, c
      Aggregate by a#2: m := max(n)
        Scan u: a#2, d, n
    =>
    Scan t: a"
  `);
});

test('what only computed an unused column goes', async () => {
  expect(
    await effect('select a from (select a, sum(c) over (partition by b) as s from t) q'),
  ).toMatchInlineSnapshot(`
    "Window partition by b: s := sum(c) over range unbounded preceding to unbounded following
      Scan t: a, b, c
    =>
    Scan t: a"
  `);
});
