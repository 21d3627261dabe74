import { DATE, decimal, INTEGER, TIMESTAMP, VARCHAR } from '@windrow/core';
import { describe, expect, test } from 'vitest';
import { bind } from '../testing/bind.ts';
import { evaluateLiteral } from '../testing/evaluate.ts';
import { planned } from '../testing/plan.ts';
import { sizedTable } from '../testing/sized-table.ts';
import { testCatalog } from '../testing/tables.ts';
import { columnFromStatistics, distinctAfter } from './column-estimate.ts';
import { scaleOf } from './scale.ts';
import { createStatistics } from './statistics.ts';

/** 10,000 orders of 1,000 customers in 5 cities; a tenth of the notes is missing. */
const catalog = testCatalog({
  orders: sizedTable(
    10_000,
    { id: [INTEGER], customer: [INTEGER], total: INTEGER, note: VARCHAR, day: DATE },
    [
      { min: 1, max: 10_000, distinctCount: 10_000 },
      { min: 1, max: 1_000, distinctCount: 1_000 },
      { min: 0, max: 100, distinctCount: 101 },
      { distinctCount: 50, nullCount: 1_000 },
      { min: 0, max: 729, distinctCount: 730 },
    ],
  ),
  customers: sizedTable(1_000, { id: [INTEGER], city: INTEGER }, [
    { min: 1, max: 1_000, distinctCount: 1_000 },
    { min: 1, max: 5, distinctCount: 5 },
  ]),
  lines: sizedTable(50_000, { order_id: [INTEGER], part: INTEGER }, [
    { min: 1, max: 10_000, distinctCount: 10_000 },
    { min: 1, max: 200, distinctCount: 200 },
  ]),
  stock: sizedTable(3_000, { order_id: [INTEGER], part: INTEGER }, [
    { min: 1, max: 10_000, distinctCount: 3_000 },
    { min: 1, max: 200, distinctCount: 200 },
  ]),
});

/** Estimated rows of a query once it is optimized. */
async function rows(sql: string): Promise<number> {
  const { logical } = await planned(sql, { catalog, evaluateConstant: evaluateLiteral });
  return Math.round(createStatistics(logical).estimate(logical).rows);
}

describe('filters', () => {
  test.each([
    ['customer = 7', 10],
    ['customer = 5000', 0],
    ['customer <> 7', 9_990],
    ['total < 25', 2_500],
    ['total >= 75', 2_500],
    ['total between 25 and 74', 4_900],
    ['total > 50 and total > 75', 2_500],
    ['total > 50 and total < 20', 0],
    ['customer in (1, 2, 3)', 30],
    ['customer in (1, 2, 9999)', 20],
    ['note is null', 1_000],
    ['note is not null', 9_000],
    ["note = 'x'", 180],
    ["note like '%x%'", 900],
    ["not note like '%x%'", 8_100],
    ['customer = 7 or customer = 8', 20],
    ['customer = 7 or total < 25', 2_508],
    ['customer = total', 10],
    ['customer < total', 3_333],
  ])('%s keeps %d rows', async (condition, expected) => {
    expect(await rows(`select id from orders where ${condition}`)).toBe(expected);
  });
});

describe('joins', () => {
  test('a foreign key keeps the rows of the side that has it', async () => {
    expect(await rows('select 1 from orders o join customers c on o.customer = c.id')).toBe(10_000);
  });

  test('a condition on the other side reduces it in proportion', async () => {
    expect(
      await rows('select 1 from orders o join customers c on o.customer = c.id where city = 3'),
    ).toBe(2_000);
  });

  test('conditions on both sides multiply', async () => {
    expect(
      await rows(
        'select 1 from orders o join customers c on o.customer = c.id where city = 3 and total < 25',
      ),
    ).toBe(500);
  });

  test('a condition on the key itself reduces both sides once', async () => {
    expect(
      await rows('select 1 from orders o join customers c on o.customer = c.id where c.id <= 100'),
    ).toBeCloseTo(991, -1);
  });

  test('a compound key has no more values than its table has rows', async () => {
    expect(
      await rows(
        'select 1 from lines l join stock s on l.order_id = s.order_id and l.part = s.part',
      ),
    ).toBe(50_000);
  });

  test('an outer join keeps at least the rows of its outer side', async () => {
    expect(
      await rows('select c.id, o.id from customers c left join orders o on o.id = c.city'),
    ).toBe(1_000);
  });

  test('a semi join keeps the share of keys that the other side has, an anti join the rest', async () => {
    const customers = '(select 1 from customers c where c.id = o.customer and city = 3)';
    expect(await rows(`select 1 from orders o where exists ${customers}`)).toBe(2_000);
    expect(await rows(`select 1 from orders o where not exists ${customers}`)).toBe(8_000);
  });

  test('without a condition all pairs', async () => {
    expect(await rows('select o.id, c.id from orders o, customers c')).toBe(10_000_000);
  });
});

describe('groups', () => {
  test.each([
    ['select customer from orders group by customer', 1_000],
    ['select note, count(*) from orders group by note', 51],
    ['select customer, total from orders group by customer, total', 10_000],
    ['select city, total from customers, orders group by city, total', 505],
    ['select count(*) from orders', 1],
    ['select customer from orders where id <= 100 group by customer', 95],
    ['select distinct city from customers', 5],
    ["select date_part('year', day) from orders group by 1", 3],
    ['select customer, note from orders group by rollup (customer, note)', 11_001],
  ])('%s gives %d rows', async (sql, expected) => {
    expect(await rows(sql)).toBe(expected);
  });
});

test.each([
  ['select id from orders limit 7', 7],
  ['select id from orders limit 50%', 5_000],
  ['select id from orders offset 9999', 1],
  ['select id from orders union all select id from customers', 11_000],
  ['select id from customers union select city from customers', 1_000],
  ['values (1), (2)', 2],
])('%s gives %d rows', async (sql, expected) => {
  expect(await rows(sql)).toBe(expected);
});

test('a kept table stands for the values that it has', async () => {
  const { plan } = await bind(
    'with q as (select customer from orders where id <= 100) select * from q a join q b on a.customer = b.customer',
    { catalog },
  );
  expect(createStatistics(plan).estimate(plan).rows).toBeLessThan(200);
});

test('values lie on a line that casts keep', () => {
  expect(scaleOf(1234n, decimal(10, 2))).toBe(12.34);
  expect(scaleOf(2, DATE)).toBe(scaleOf(172_800_000_000n, TIMESTAMP));
  const texts = ['', 'A', 'a', 'ab', 'b', 'é'].map((text) => scaleOf(text, VARCHAR) ?? Number.NaN);
  expect(texts).toEqual([...texts].sort((a, b) => a - b));
  expect([scaleOf(null, INTEGER), scaleOf(Number.NaN, INTEGER)]).toEqual([undefined, undefined]);
});

test('a range bounds the values of an integer nobody has counted, and of single letters', () => {
  expect(columnFromStatistics({ min: 5, max: 14 }, INTEGER, 1_000).distinct).toBe(10);
  expect(columnFromStatistics({ min: 'ab', max: 'zz' }, VARCHAR, 1_000).distinct).toBe(200);
  expect(columnFromStatistics({ min: 'A', max: 'R' }, VARCHAR, 1_000).distinct).toBe(18);
  expect(columnFromStatistics(undefined, VARCHAR, 30).distinct).toBe(30);
});

test('distinct values vanish when all their rows do', () => {
  expect(distinctAfter(100, 1_000, 1_000)).toBe(100);
  expect(distinctAfter(100, 1_000, 500)).toBeCloseTo(99.9, 1);
  expect(distinctAfter(100, 1_000, 10)).toBeCloseTo(9.56, 2);
  expect(distinctAfter(1_000, 1_000, 10)).toBe(10);
});
