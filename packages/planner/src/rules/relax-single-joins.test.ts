import { expect, test } from 'vitest';
import { effectOf } from '../testing/plan.ts';

const effect = (sql: string): Promise<string> => effectOf('relax-single-joins', sql);

test('an aggregate without keys has exactly one row', async () => {
  expect(await effect('select a, (select max(a) from u) as m from t')).toMatchInlineSnapshot(`
    "Join left on true
      Scan t: a, b, c
      Aggregate: "max(a)" := max(a#2)
        Scan u: a#2, d, n
    =>
    Join inner on true
      Scan t: a, b, c
      Aggregate: "max(a)" := max(a#2)
        Scan u: a#2, d, n"
  `);
});

test('a grouped key matches once', async () => {
  expect(
    await effect(
      'select a, (select m from (select a, max(n) as m from u group by a) q where q.a = t.a) from t',
    ),
  ).toMatchInlineSnapshot(`
    "Join single on a#2 = a
      Scan t: a, b, c
      Aggregate by a#2: m := max(n)
        Scan u: a#2, d, n
    =>
    Join left on a#2 = a
      Scan t: a, b, c
      Aggregate by a#2: m := max(n)
        Scan u: a#2, d, n"
  `);
});
