import { expect, test } from 'vitest';
import { effectOf } from '../testing/plan.ts';

const effect = (sql: string): Promise<string> => effectOf('merge-windows', sql);

test('the same partition and order are one node', async () => {
  expect(
    await effect(
      'select x, rank() over (partition by a order by b) from (select *, row_number() over (partition by a order by b) as x from t) q',
    ),
  ).toMatchInlineSnapshot(`
    "Window partition by a order by b: rank := rank() over range unbounded preceding to current row
      Window partition by a order by b: x := row_number() over range unbounded preceding to current row
        Scan t: a, b
    =>
    Window partition by a order by b: x := row_number() over range unbounded preceding to current row, rank := rank() over range unbounded preceding to current row
      Scan t: a, b"
  `);
});

test('whole-partition aggregates join any order', async () => {
  expect(
    await effect(
      'select row_number() over (partition by a order by b), sum(c) over (partition by a) from t',
    ),
  ).toMatchInlineSnapshot(`
    "Window partition by a: sum := sum(c) over range unbounded preceding to unbounded following
      Window partition by a order by b: row_number := row_number() over range unbounded preceding to current row
        Scan t: a, b, c
    =>
    Window partition by a order by b: row_number := row_number() over range unbounded preceding to current row, sum := sum(c) over rows unbounded preceding to unbounded following
      Scan t: a, b, c"
  `);
});

test('the longer order comes first', async () => {
  expect(
    await effect(
      'select rank() over (partition by a order by b), rank() over (partition by a order by b, c) from t',
    ),
  ).toMatchInlineSnapshot(`
    "Window partition by a order by b, c: rank#2 := rank() over range unbounded preceding to current row
      Window partition by a order by b: rank := rank() over range unbounded preceding to current row
        Scan t: a, b, c
    =>
    Window partition by a order by b: rank#2 := rank() over range unbounded preceding to current row
      Window partition by a order by b, c: rank := rank() over range unbounded preceding to current row
        Scan t: a, b, c"
  `);
});
