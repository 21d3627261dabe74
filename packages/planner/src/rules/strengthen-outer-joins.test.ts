import { expect, test } from 'vitest';
import { effectOf } from '../testing/plan.ts';

const effect = (sql: string): Promise<string> => effectOf('strengthen-outer-joins', sql);

test('a condition that NULL fails makes a left join inner', async () => {
  expect(
    await effect('select t.a from t left join u on t.a = u.a where u.n > 1'),
  ).toMatchInlineSnapshot(`
    "Filter n > 1.00
      Join left on a = a#2
        Scan t: a, b, c
        Scan u: a#2, d, n
    =>
    Filter n > 1.00
      Join inner on a = a#2
        Scan t: a, b, c
        Scan u: a#2, d, n"
  `);
});

test('a condition that NULL passes does not, and a right join is turned round', async () => {
  expect(
    await effect(
      'select t.a from t left join u on t.a = u.a right join small on t.a = k where u.n is null',
    ),
  ).toMatchInlineSnapshot(`
    "Filter n IS NULL
      Join right on a = CAST(k AS INTEGER)
        Join left on a = a#2
          Scan t: a, b, c
          Scan u: a#2, d, n
        Scan small: k, v, tags
    =>
    Filter n IS NULL
      Join left on a = CAST(k AS INTEGER)
        Scan small: k, v, tags
        Join left on a = a#2
          Scan t: a, b, c
          Scan u: a#2, d, n"
  `);
});

test('a full join loses the side whose NULLs are dropped', async () => {
  expect(
    await effect("select t.a from t full join u on t.a = u.a where t.b = 'x'"),
  ).toMatchInlineSnapshot(`
    "Filter b = 'x'
      Join full on a = a#2
        Scan t: a, b, c
        Scan u: a#2, d, n
    =>
    Filter b = 'x'
      Join left on a = a#2
        Scan t: a, b, c
        Scan u: a#2, d, n"
  `);
});

test('the condition of an inner join counts too', async () => {
  expect(
    await effect('select t.a from t left join u on t.a = u.a join small on u.a = small.k'),
  ).toMatchInlineSnapshot(`
    "Join inner on a#2 = CAST(k AS INTEGER)
      Join left on a = a#2
        Scan t: a, b, c
        Scan u: a#2, d, n
      Scan small: k, v, tags
    =>
    Join inner on a#2 = CAST(k AS INTEGER)
      Join inner on a = a#2
        Scan t: a, b, c
        Scan u: a#2, d, n
      Scan small: k, v, tags"
  `);
});
