import { INTEGER } from '@windrow/core';
import { expect, test } from 'vitest';
import { effectOf } from '../testing/plan.ts';
import { sizedTable } from '../testing/sized-table.ts';
import { testCatalog } from '../testing/tables.ts';

const keyed = (rowCount: number) =>
  sizedTable(rowCount, { id: [INTEGER], other: INTEGER }, [
    { distinctCount: rowCount },
    { distinctCount: Math.ceil(rowCount / 100) },
  ]);

const catalog = testCatalog({ big: keyed(1_000_000), mid: keyed(20_000), tiny: keyed(10) });

const effect = (sql: string): Promise<string> => effectOf('order-joins', sql, { catalog });

test('the small tables meet first', async () => {
  expect(
    await effect(
      'select 1 from big join mid on big.other = mid.id join tiny on mid.other = tiny.id',
    ),
  ).toMatchInlineSnapshot(`
    "Project "1" := 1
      Join inner on other#2 = id#2
        Join inner on other = id
          Scan big: other
          Scan mid: id, other#2
        Scan tiny: id#2
    =>
    Project "1" := 1
      Join inner on other = id
        Scan big: other
        Join inner on other#2 = id#2
          Scan mid: id, other#2
          Scan tiny: id#2"
  `);
});

test('an anti join is a filter that can come first', async () => {
  expect(
    await effect(
      'select 1 from big join mid on big.other = mid.id where not exists (select 1 from tiny where tiny.id = mid.other)',
    ),
  ).toMatchInlineSnapshot(`
    "Project "1" := 1
      Join anti on id#2 = other#2
        Join inner on other = id
          Scan big: other
          Scan mid: id, other#2
        Scan tiny: id#2
    =>
    Project "1" := 1
      Join inner on other = id
        Scan big: other
        Join anti on id#2 = other#2
          Scan mid: id, other#2
          Scan tiny: id#2"
  `);
});

test('a condition that can fail is tested above the joins', async () => {
  expect(
    await effect(
      'select 1 from big join mid on big.other = mid.id join tiny on mid.other = tiny.id where cast(cast(big.id as varchar) as integer) = 5',
    ),
  ).toMatchInlineSnapshot(`
    "Project "1" := 1
      Join inner on other#2 = id#3 AND CAST(CAST(id AS VARCHAR) AS INTEGER) = 5
        Join inner on other = id#2
          Scan big: id, other
          Scan mid: id#2, other#2
        Scan tiny: id#3
    =>
    Project "1" := 1
      Filter CAST(CAST(id AS VARCHAR) AS INTEGER) = 5
        Join inner on other = id#2
          Scan big: id, other
          Join inner on other#2 = id#3
            Scan mid: id#2, other#2
            Scan tiny: id#3"
  `);
});

test('what an outer join adds stays NULL', async () => {
  expect(
    await effect(
      'select 1 from big left join mid on big.other = mid.id join tiny on coalesce(mid.other, 1) = tiny.id',
    ),
  ).toBe('unchanged');
});
