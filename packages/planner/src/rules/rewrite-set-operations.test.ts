import { expect, test } from 'vitest';
import { effectOf } from '../testing/plan.ts';

const effect = (sql: string): Promise<string> => effectOf('rewrite-set-operations', sql);

test('UNION is a DISTINCT over UNION ALL', async () => {
  expect(await effect('select a from t union select a from u')).toMatchInlineSnapshot(`
    "Union: a#3
      Project a
        Scan t: a, b, c
      Project a#2
        Scan u: a#2, d, n
    =>
    Distinct
      Union all: a#3
        Project a
          Scan t: a, b, c
        Project a#2
          Scan u: a#2, d, n"
  `);
});

test('EXCEPT is an anti join in which NULL equals NULL', async () => {
  expect(await effect('select a from t except select a from u')).toMatchInlineSnapshot(`
    "Except: a#3
      Project a
        Scan t: a, b, c
      Project a#2
        Scan u: a#2, d, n
    =>
    Join anti on a#2 IS NOT DISTINCT FROM a#3
      Distinct
        Project a#2 := a
          Project a
            Scan t: a, b, c
      Project a#3
        Scan u: a#3, d, n"
  `);
});

test('INTERSECT ALL numbers the copies of a row', async () => {
  expect(await effect('select a from t intersect all select a from u')).toMatchInlineSnapshot(`
    "Intersect all: a#3
      Project a
        Scan t: a, b, c
      Project a#2
        Scan u: a#2, d, n
    =>
    Project a#2
      Join semi on a#2 IS NOT DISTINCT FROM a#3 AND row_number IS NOT DISTINCT FROM row_number#2
        Window partition by a#2: row_number := row_number() over rows unbounded preceding to unbounded following
          Project a#2 := a
            Project a
              Scan t: a, b, c
        Window partition by a#3: row_number#2 := row_number() over rows unbounded preceding to unbounded following
          Project a#3
            Scan u: a#3, d, n"
  `);
});
