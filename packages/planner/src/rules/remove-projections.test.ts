import { expect, test } from 'vitest';
import { effectOf } from '../testing/plan.ts';

const effect = (sql: string): Promise<string> => effectOf('remove-projections', sql);

test('readers of a renamed column read the original', async () => {
  expect(
    await effect("select y from (select a as y, b as z from t) q where z = 'x'"),
  ).toMatchInlineSnapshot(`
    "Project a
      Filter b = 'x'
        Project a, b
          Scan t: a, b, c
    =>
    Filter b = 'x'
      Scan t: a, b, c"
  `);
});

test('two projections become one', async () => {
  expect(
    await effect('select y * 2 as w from (select a + 1 as y from t) q'),
  ).toMatchInlineSnapshot(`
    "Project w := y * 2
      Project y := a + 1
        Scan t: a, b, c
    =>
    Project w := (a + 1) * 2
      Scan t: a, b, c"
  `);
});
