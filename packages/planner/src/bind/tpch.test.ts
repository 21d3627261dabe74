import { readdirSync, readFileSync } from 'node:fs';
import { assert } from '@windrow/core';
import { expect, test } from 'vitest';
import { visitPlan } from '../plan-tree.ts';
import { bind, unnestedPlan } from '../testing/bind.ts';
import { testCatalog } from '../testing/tables.ts';
import { tpchTables } from '../testing/tpch-tables.ts';

const directory = new URL('../../../../test/tpch/queries/', import.meta.url);
const files = readdirSync(directory).filter((name) => name.endsWith('.sql'));

/** Result columns of the queries that name all of theirs, by the specification. */
const COLUMNS: Readonly<Record<string, string>> = {
  'q01.sql':
    'l_returnflag, l_linestatus, sum_qty, sum_base_price, sum_disc_price, sum_charge, avg_qty, avg_price, avg_disc, count_order',
  'q08.sql': 'o_year, mkt_share',
  'q13.sql': 'c_count, custdist',
  'q15.sql': 's_suppkey, s_name, s_address, s_phone, total_revenue',
  'q18.sql': 'c_name, c_custkey, o_orderkey, o_orderdate, o_totalprice, sum(l_quantity)',
  'q22.sql': 'cntrycode, numcust, totacctbal',
};

test('all 22 queries are there', () => {
  expect(files).toHaveLength(22);
});

test.each(files)('%s binds and needs no dependent join', async (file) => {
  const sql = readFileSync(new URL(file, directory), 'utf8');
  const bound = await bind(sql, { catalog: testCatalog(tpchTables()) });
  visitPlan(unnestedPlan(bound), (node) => {
    assert(node.kind !== 'dependentJoin', 'unnesting leaves no dependent join');
    assert(node.kind !== 'withCte' || file === 'q15.sql', 'plain filters need no domain');
    return true;
  });
  const columns = COLUMNS[file];
  if (columns !== undefined) expect(bound.columns.map((c) => c.name).join(', ')).toBe(columns);
});
