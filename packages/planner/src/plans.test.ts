import { INTEGER, type TableProvider } from '@windrow/core';
import { describe, expect, test } from 'vitest';
import { printPhysicalShape } from './explain/explain.ts';
import { planned } from './testing/plan.ts';
import { sizedTable } from './testing/sized-table.ts';
import { testCatalog } from './testing/tables.ts';
import { TPCH_QUERIES } from './testing/tpch-queries.ts';
import { tpchTables } from './testing/tpch-tables.ts';

/*
 * Plans as they are chosen for catalogs whose statistics are made up, committed as text: join orders,
 * build sides, strategies. A change in them is a change to be looked at. `vitest -u` writes them anew.
 */

describe('TPC-H at scale factor 1', () => {
  const catalog = testCatalog(tpchTables(1));
  for (const [index, sql] of TPCH_QUERIES.entries()) {
    const name = `tpch-${String(index + 1).padStart(2, '0')}`;
    test(name, async () => {
      const { physical } = await planned(sql, { catalog });
      await expect(`${printPhysicalShape(physical)}\n`).toMatchFileSnapshot(`../plans/${name}.txt`);
    });
  }
});

/** A fact table, dimensions, and a table of rare events: sizes and distinct values a column. */
const STAR = testCatalog({
  sales: integers(50_000_000, {
    day: 3_000,
    store: 500,
    item: 80_000,
    buyer: 2_000_000,
    amount: 10_000,
  }),
  days: integers(3_000, { day: 3_000, year: 8 }),
  stores: integers(500, { store: 500, city: 90 }),
  items: integers(80_000, { item: 80_000, brand: 700 }),
  buyers: integers(2_000_000, { buyer: 2_000_000, age: 100 }),
  returns: integers(9_000, { item: 6_000, buyer: 8_500, reason: 20 }),
});

function integers(rowCount: number, distinct: Readonly<Record<string, number>>): TableProvider {
  const columns = Object.keys(distinct).map((name) => [name, INTEGER] as const);
  const statistics = Object.values(distinct).map((distinctCount) => ({ distinctCount }));
  return sizedTable(rowCount, Object.fromEntries(columns), statistics);
}

const STAR_QUERIES: Readonly<Record<string, string>> = {
  'star-dimensions': `select year, sum(amount) from sales
    join days on sales.day = days.day join stores on sales.store = stores.store
    join items on sales.item = items.item where city = 7 and brand = 9 group by year`,
  'star-rare-events': `select count(*) from sales
    join returns on sales.item = returns.item and sales.buyer = returns.buyer
    join buyers on sales.buyer = buyers.buyer where age > 60`,
  'star-outer': `select stores.store, count(reason) from stores
    join sales on sales.store = stores.store
    left join returns on returns.buyer = sales.buyer and returns.item = sales.item
    where city = 3 group by stores.store`,
  'star-not-exists': `select count(*) from items where brand = 5 and not exists (
      select 1 from sales join days on sales.day = days.day
      where sales.item = items.item and year = 2020)`,
  'star-average-per-key': `select count(*) from sales s join items i on s.item = i.item
    where brand = 1 and amount > (select avg(amount) from sales where sales.item = i.item)`,
};

describe('a star of tables', () => {
  for (const [name, sql] of Object.entries(STAR_QUERIES)) {
    test(name, async () => {
      const { physical } = await planned(sql, { catalog: STAR });
      await expect(`${printPhysicalShape(physical)}\n`).toMatchFileSnapshot(`../plans/${name}.txt`);
    });
  }
});
