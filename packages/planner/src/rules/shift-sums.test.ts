import { expect, test } from 'vitest';
import { effectOf } from '../testing/plan.ts';

const effect = (sql: string): Promise<string> => effectOf('shift-sums', sql);

test('sums that differ by constants become one sum and one count', async () => {
  expect(
    await effect('select b, sum(a + 1), sum(2 + a), sum(a - 3), max(a) from t group by b'),
  ).toMatchInlineSnapshot(`
    "Aggregate by b: "sum(a + 1)" := sum(a + 1), "sum(2 + a)" := sum(2 + a), "sum(a - 3)" := sum(a - 3), "max(a)" := max(a)
      Scan t: a, b
    =>
    Project b, "sum(a + 1)" := sum + CAST(count AS HUGEINT) * 1, "sum(2 + a)" := sum + CAST(count AS HUGEINT) * 2, "sum(a - 3)" := sum + CAST(count AS HUGEINT) * -3, "max(a)"
      Aggregate by b: "max(a)" := max(a), sum := sum(a), count := count(a)
        Scan t: a, b"
  `);
});

test('two sums stay: a sum and a count would be as much work', async () => {
  expect(await effect('select sum(a + 1), sum(a + 2) from t')).toMatchInlineSnapshot(`"unchanged"`);
});

test('what is filtered differently, or added DISTINCT, stays', async () => {
  expect(
    await effect(
      'select sum(a + 1), sum(a + 2), sum(a + 3) filter (a > 1), sum(distinct a + 4) from t',
    ),
  ).toMatchInlineSnapshot(`"unchanged"`);
});
