import { expect, test } from 'vitest';
import { effectOf } from '../testing/plan.ts';

const effect = (sql: string): Promise<string> => effectOf('inline-ctes', sql);

test('a plain table is read again', async () => {
  expect(
    await effect('with q as (select a, b from t) select p.a from q p join q r on p.a = r.a'),
  ).toMatchInlineSnapshot(`
    "With q
      Project a, b
        Scan t: a, b, c
      Project a#2
        Join inner on a#2 = a#3
          CteScan q: a#2, b#2
          CteScan q: a#3, b#3
    =>
    Project a#2
      Join inner on a#2 = a#4
        Project a#2 := a, b#2 := b
          Project a, b
            Scan t: a, b, c
        Project a#4 := a#3, b#4 := b#3
          Project a#3, b#3
            Scan t: a#3, b#3, c#2"
  `);
});
