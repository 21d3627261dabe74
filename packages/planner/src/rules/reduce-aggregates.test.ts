import { INTEGER } from '@windrow/core';
import { expect, test } from 'vitest';
import { effectOf } from '../testing/plan.ts';
import { sizedTable } from '../testing/sized-table.ts';
import { testCatalog } from '../testing/tables.ts';

const catalog = testCatalog({
  lines: sizedTable(1_000_000, { part: [INTEGER], amount: INTEGER, shop: [INTEGER] }, [
    { distinctCount: 50_000 },
    { distinctCount: 100 },
    { distinctCount: 10 },
  ]),
  parts: sizedTable(50_000, { id: [INTEGER], brand: INTEGER }, [
    { distinctCount: 50_000 },
    { distinctCount: 500 },
  ]),
  shops: sizedTable(10, { id: [INTEGER], city: INTEGER }, [
    { distinctCount: 10 },
    { distinctCount: 5 },
  ]),
});

const effect = (sql: string): Promise<string> => effectOf('reduce-aggregates', sql, { catalog });

test('few of many groups are wanted', async () => {
  expect(
    await effect(
      'select p.id, m from parts p join (select part, max(amount) as m from lines group by part) q on q.part = p.id where brand = 3',
    ),
  ).toMatchInlineSnapshot(`
    "Join inner on part = id
      Filter brand = 3
        Scan parts: id, brand
      Aggregate by part: m := max(amount)
        Scan lines: part, amount
    =>
    With reducer
      Filter brand = 3
        Scan parts: id, brand
      Join inner on part = id#2
        CteScan reducer: id#2, brand#2
        Aggregate by part: m := max(amount)
          Join semi on part = id#3
            Scan lines: part, amount
            CteScan reducer: id#3, brand#3"
  `);
});

test('the semi join goes below the joins under the aggregate', async () => {
  expect(
    await effect(
      'select p.id, m from parts p left join (select part, max(amount) as m from lines join shops on shop = shops.id group by part) q on q.part = p.id where brand = 3',
    ),
  ).toMatchInlineSnapshot(`
    "Join left on part = id
      Filter brand = 3
        Scan parts: id, brand
      Aggregate by part: m := max(amount)
        Join inner on shop = id#2
          Scan lines: part, amount, shop
          Scan shops: id#2
    =>
    With reducer
      Filter brand = 3
        Scan parts: id, brand
      Join left on part = id#2
        CteScan reducer: id#2, brand#2
        Aggregate by part: m := max(amount)
          Join inner on shop = id#4
            Join semi on part = id#3
              Scan lines: part, amount, shop
              CteScan reducer: id#3, brand#3
            Scan shops: id#4"
  `);
});

test('most groups are wanted: nothing to win', async () => {
  expect(
    await effect(
      'select p.id, m from parts p join (select part, max(amount) as m from lines group by part) q on q.part = p.id',
    ),
  ).toBe('unchanged');
});

test('an aggregate of the outer side of an outer join keeps all its groups', async () => {
  expect(
    await effect(
      'select p.id, m from (select part, max(amount) as m from lines group by part) q left join parts p on q.part = p.id and brand = 3',
    ),
  ).toBe('unchanged');
});
