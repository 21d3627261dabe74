import { expect, test } from 'vitest';
import { effectOf } from '../testing/plan.ts';

const effect = (sql: string): Promise<string> => effectOf('split-distinct-aggregates', sql);

test('DISTINCT becomes an aggregate of its own', async () => {
  expect(await effect('select b, count(distinct a) from t group by b')).toMatchInlineSnapshot(`
    "Aggregate by b: "count(distinct a)" := count(distinct a)
      Scan t: a, b
    =>
    Aggregate by b: "count(distinct a)" := count(a#2)
      Aggregate by b, a#2 := a
        Scan t: a, b"
  `);
});
