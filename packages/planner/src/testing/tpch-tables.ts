import type { TableProvider } from '@windrow/core';
import {
  BIGINT,
  type ColumnStatistics,
  DATE,
  decimal,
  INTEGER,
  type SqlType,
  VARCHAR,
} from '@windrow/core';
import { sizedTable } from './sized-table.ts';

/*
 * The eight tables of TPC-H as the planner sees them: types, keys, ranges and cardinalities of the
 * specification, so that plans are chosen as they would be over real data.
 */

const MONEY = decimal(15, 2);
const day = (text: string): number => Date.parse(`${text}T00:00:00Z`) / 86_400_000;

interface ColumnSpec {
  readonly type: SqlType;
  readonly statistics: ColumnStatistics;
}

const key = (count: number): ColumnSpec => ({
  type: BIGINT,
  statistics: { min: 1n, max: BigInt(count), distinctCount: count },
});
const integer = (min: number, max: number): ColumnSpec => ({
  type: INTEGER,
  statistics: { min, max, distinctCount: max - min + 1 },
});
const money = (min: number, max: number, distinctCount: number): ColumnSpec => ({
  type: MONEY,
  statistics: { min: BigInt(min * 100), max: BigInt(max * 100), distinctCount },
});
const text = (distinctCount: number, averageBytes: number): ColumnSpec => ({
  type: VARCHAR,
  statistics: { distinctCount, averageBytes },
});
const dates = (from: string, to: string): ColumnSpec => ({
  type: DATE,
  statistics: { min: day(from), max: day(to), distinctCount: day(to) - day(from) + 1 },
});

const provider = (rowCount: number, columns: Readonly<Record<string, ColumnSpec>>): TableProvider =>
  sizedTable(
    rowCount,
    Object.fromEntries(Object.entries(columns).map(([name, { type }]) => [name, [type] as const])),
    Object.values(columns).map(({ statistics }) => statistics),
  );

/** All eight tables at a scale factor; every column is NOT NULL. */
export function tpchTables(scale = 1): Readonly<Record<string, TableProvider>> {
  const [suppliers, parts] = [10_000 * scale, 200_000 * scale];
  const [customers, orders, lines] = [150_000 * scale, 1_500_000 * scale, 6_001_215 * scale];
  return {
    region: provider(5, {
      r_regionkey: key(5),
      r_name: text(5, 7),
      r_comment: text(5, 60),
    }),
    nation: provider(25, {
      n_nationkey: key(25),
      n_name: text(25, 7),
      n_regionkey: key(5),
      n_comment: text(25, 70),
    }),
    supplier: provider(suppliers, {
      s_suppkey: key(suppliers),
      s_name: text(suppliers, 18),
      s_address: text(suppliers, 25),
      s_nationkey: key(25),
      s_phone: text(suppliers, 15),
      s_acctbal: money(-999, 9999, suppliers),
      s_comment: text(suppliers, 62),
    }),
    part: provider(parts, {
      p_partkey: key(parts),
      p_name: text(parts, 33),
      p_mfgr: text(5, 14),
      p_brand: text(25, 8),
      p_type: text(150, 21),
      p_size: integer(1, 50),
      p_container: text(40, 8),
      p_retailprice: money(901, 2098, 20_000),
      p_comment: text(parts, 14),
    }),
    partsupp: provider(4 * parts, {
      ps_partkey: key(parts),
      ps_suppkey: key(suppliers),
      ps_availqty: integer(1, 9999),
      ps_supplycost: money(1, 1000, 99_900),
      ps_comment: text(4 * parts, 124),
    }),
    customer: provider(customers, {
      c_custkey: key(customers),
      c_name: text(customers, 18),
      c_address: text(customers, 25),
      c_nationkey: key(25),
      c_phone: text(customers, 15),
      c_acctbal: money(-999, 9999, 140_000),
      c_mktsegment: text(5, 9),
      c_comment: text(customers, 73),
    }),
    orders: provider(orders, {
      o_orderkey: key(orders),
      o_custkey: key(Math.round((customers * 2) / 3)),
      o_orderstatus: text(3, 1),
      o_totalprice: money(857, 555_285, orders),
      o_orderdate: dates('1992-01-01', '1998-08-02'),
      o_orderpriority: text(5, 8),
      o_clerk: text(1000 * scale, 15),
      o_shippriority: integer(0, 0),
      o_comment: text(orders, 49),
    }),
    lineitem: provider(lines, {
      l_orderkey: key(orders),
      l_partkey: key(parts),
      l_suppkey: key(suppliers),
      l_linenumber: integer(1, 7),
      l_quantity: money(1, 50, 50),
      l_extendedprice: money(901, 104_949, 900_000),
      l_discount: money(0, 0.1, 11),
      l_tax: money(0, 0.08, 9),
      l_returnflag: text(3, 1),
      l_linestatus: text(2, 1),
      l_shipdate: dates('1992-01-02', '1998-12-01'),
      l_commitdate: dates('1992-01-31', '1998-10-31'),
      l_receiptdate: dates('1992-01-04', '1998-12-31'),
      l_shipinstruct: text(4, 12),
      l_shipmode: text(7, 4),
      l_comment: text(4_500_000, 27),
    }),
  };
}
