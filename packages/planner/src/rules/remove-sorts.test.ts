import { expect, test } from 'vitest';
import { effectOf } from '../testing/plan.ts';

const effect = (sql: string): Promise<string> => effectOf('remove-sorts', sql);

test('below an aggregate that does not depend on order', async () => {
  expect(await effect('select sum(a) from (select a from t order by b) q')).toMatchInlineSnapshot(`
    "Aggregate: "sum(a)" := sum(a)
      Sort b
        Scan t: a, b
    =>
    Aggregate: "sum(a)" := sum(a)
      Scan t: a, b"
  `);
});
