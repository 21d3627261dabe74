import { expect, test } from 'vitest';
import { effectOf } from '../testing/plan.ts';

const effect = (sql: string): Promise<string> => effectOf('share-subplans', sql);

test('what is computed twice is computed once', async () => {
  expect(
    await effect(
      'select a from (select a, sum(c) as s from t group by a) q where s = (select max(s) from (select a, sum(c) as s from t group by a) p)',
    ),
  ).toMatchInlineSnapshot(`
    "Join inner on s = "max(s)"
      Aggregate by a: s := sum(c)
        Scan t: a, b, c
      Aggregate: "max(s)" := max(s#2)
        Aggregate by a#2: s#2 := sum(c#2)
          Scan t: a#2, b#2, c#2
    =>
    With shared
      Aggregate by a: s := sum(c)
        Scan t: a, b, c
      Join inner on s#2 = "max(s)"
        CteScan shared: a#2, s#2
        Aggregate: "max(s)" := max(s#3)
          CteScan shared: a#3, s#3"
  `);
});
