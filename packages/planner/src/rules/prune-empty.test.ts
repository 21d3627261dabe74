import { expect, test } from 'vitest';
import { effectOf } from '../testing/plan.ts';

const effect = (sql: string): Promise<string> => effectOf('prune-empty', sql);

test('a join with nothing is nothing', async () => {
  expect(
    await effect('select t.a from t join (select a from u where 1 = 2) q on t.a = q.a'),
  ).toMatchInlineSnapshot(`
    "Join inner on a = a#2
      Scan t: a, b, c
      Values a#2, d, n: 
    =>
    Values a, b, c, a#2, d, n: "
  `);
});

test('an outer join with nothing adds NULLs', async () => {
  expect(
    await effect('select t.a, q.n from t left join (select a, n from u limit 0) q on t.a = q.a'),
  ).toMatchInlineSnapshot(`
    "Join left on a = a#2
      Scan t: a, b, c
      Limit 0
        Scan u: a#2, d, n
    =>
    Project a, b, c, a#2 := NULL, d := NULL, n := NULL
      Scan t: a, b, c"
  `);
});
