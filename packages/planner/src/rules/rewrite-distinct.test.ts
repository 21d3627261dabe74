import { expect, test } from 'vitest';
import { effectOf } from '../testing/plan.ts';

const effect = (sql: string): Promise<string> => effectOf('rewrite-distinct', sql);

test('whole rows become the keys of an aggregate', async () => {
  expect(await effect('select distinct a, b from t')).toMatchInlineSnapshot(`
    "Distinct
      Project a, b
        Scan t: a, b, c
    =>
    Aggregate by a, b
      Project a, b
        Scan t: a, b, c"
  `);
});
