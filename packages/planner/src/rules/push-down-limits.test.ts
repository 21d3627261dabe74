import { expect, test } from 'vitest';
import { effectOf } from '../testing/plan.ts';

const effect = (sql: string): Promise<string> => effectOf('push-down-limits', sql);

test('below projections, next to the sort', async () => {
  expect(
    await effect('select a + 1 from (select a from t order by a) q limit 3'),
  ).toMatchInlineSnapshot(`
    "Limit 3
      Project "a + 1" := a + 1
        Sort a
          Scan t: a
    =>
    Project "a + 1" := a + 1
      Limit 3
        Sort a
          Scan t: a"
  `);
});

test('into each input of UNION ALL', async () => {
  expect(await effect('select a from t union all select a from u limit 5')).toMatchInlineSnapshot(`
    "Limit 5
      Union all: a#3
        Scan t: a
        Scan u: a#2
    =>
    Limit 5
      Union all: a#3
        Limit 5
          Scan t: a
        Limit 5
          Scan u: a#2"
  `);
});

test('to the kept side of an outer join', async () => {
  expect(
    await effect('select t.a, u.n from t left join u on t.a = u.a limit 5'),
  ).toMatchInlineSnapshot(`
    "Limit 5
      Join left on a = a#2
        Scan t: a
        Scan u: a#2, n
    =>
    Limit 5
      Join left on a = a#2
        Limit 5
          Scan t: a
        Scan u: a#2, n"
  `);
});
