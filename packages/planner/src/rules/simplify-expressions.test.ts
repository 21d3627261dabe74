import { expect, test } from 'vitest';
import { effectOf } from '../testing/plan.ts';

const effect = (sql: string): Promise<string> => effectOf('simplify-expressions', sql);

test('constants fold, and go to the right of a comparison', async () => {
  expect(await effect('select a from t where 1 + 2 < a')).toMatchInlineSnapshot(`
    "Project a
      Filter 1 + 2 < a
        Scan t: a, b, c
    =>
    Project a
      Filter a > 3
        Scan t: a, b, c"
  `);
});

test('a cast moves from the column to the constant', async () => {
  expect(await effect('select k from small where cast(k as bigint) = 5')).toMatchInlineSnapshot(`
    "Project k
      Filter CAST(k AS BIGINT) = 5
        Scan small: k, v, tags
    =>
    Project k
      Filter k = 5
        Scan small: k, v, tags"
  `);
});

test('a constant that the column cannot hold leaves the cast', async () => {
  expect(
    await effect('select k from small where cast(k as bigint) < 100000'),
  ).toMatchInlineSnapshot(`"unchanged"`);
});

test('ranges shrink to the tightest', async () => {
  expect(
    await effect('select a from t where a > 1 and a >= 3 and a < 9 and a <= 12'),
  ).toMatchInlineSnapshot(`
    "Project a
      Filter a > 1 AND a >= 3 AND a < 9 AND a <= 12
        Scan t: a, b, c
    =>
    Project a
      Filter a >= 3 AND a < 9
        Scan t: a, b, c"
  `);
});

test('contradictions are false', async () => {
  expect(await effect('select a from t where a > 5 and a = 3')).toMatchInlineSnapshot(`
    "Project a
      Filter a > 5 AND a = 3
        Scan t: a, b, c
    =>
    Project a
      Filter false
        Scan t: a, b, c"
  `);
});

test('equalities with constants become a list', async () => {
  expect(
    await effect('select a from t where a = 1 or a = 2 or a in (3, 4)'),
  ).toMatchInlineSnapshot(`
    "Project a
      Filter a = 1 OR a = 2 OR a IN (3, 4)
        Scan t: a, b, c
    =>
    Project a
      Filter a IN (1, 2, 3, 4)
        Scan t: a, b, c"
  `);
});

test('what all branches of an OR have in common comes out', async () => {
  expect(
    await effect("select a from t where (a = 1 and b = 'x' and c > 0) or (a = 1 and b = 'y')"),
  ).toMatchInlineSnapshot(`
    "Project a
      Filter a = 1 AND b = 'x' AND c > 0 OR a = 1 AND b = 'y'
        Scan t: a, b, c
    =>
    Project a
      Filter a = 1 AND (b = 'x' AND c > 0 OR b = 'y')
        Scan t: a, b, c"
  `);
});

test('NOT sinks through AND, OR and comparisons', async () => {
  expect(await effect('select a from t where not (a < 1 or b is null)')).toMatchInlineSnapshot(`
    "Project a
      Filter NOT (a < 1 OR b IS NULL)
        Scan t: a, b, c
    =>
    Project a
      Filter a >= 1 AND b IS NOT NULL
        Scan t: a, b, c"
  `);
});

test('NULL in a condition is false', async () => {
  expect(await effect('select a from t where a = 1 or null')).toMatchInlineSnapshot(`
    "Project a
      Filter a = 1 OR NULL
        Scan t: a, b, c
    =>
    Project a
      Filter a = 1
        Scan t: a, b, c"
  `);
});

test('a NULL test of what cannot be NULL is decided', async () => {
  expect(await effect('select v from small where k is not null')).toMatchInlineSnapshot(`
    "Project v
      Filter k IS NOT NULL
        Scan small: k, v, tags
    =>
    Project v
      Filter true
        Scan small: k, v, tags"
  `);
});

test('a pattern without wildcards is an equality', async () => {
  expect(await effect("select a from t where b like 'abc'")).toMatchInlineSnapshot(`
    "Project a
      Filter b LIKE 'abc'
        Scan t: a, b, c
    =>
    Project a
      Filter b = 'abc'
        Scan t: a, b, c"
  `);
});

test('a cast that can fail stays', async () => {
  expect(await effect('select v from small where cast(v as smallint) = 5')).toBe('unchanged');
});
