/**
 * Tables shaped as TPC-H's, made by DuckDB's SQL: the same columns, types, value domains and foreign keys,
 * so that every query finds rows. The values are not dbgen's: one order in forty is larger than any of its. `{scale}` customers' worth: 150 × scale.
 */

/** A pseudo-random integer in [0, n) from the row number and a salt. */
const random = (n: number | string, salt: number): string =>
  `(hash(i * 7919 + ${salt}) % ${n})::BIGINT`;

const pick = (words: readonly string[], salt: number): string =>
  `[${words.map((word) => `'${word}'`).join(', ')}][1 + ${random(words.length, salt)}]`;

const money = (from: number, span: number, salt: number): string =>
  `((${from} + ${random(span, salt)})::DECIMAL(17,0) * 0.01)::DECIMAL(15,2)`;

const NATIONS: readonly (readonly [string, number])[] = [
  ['ALGERIA', 0],
  ['ARGENTINA', 1],
  ['BRAZIL', 1],
  ['CANADA', 1],
  ['EGYPT', 4],
  ['ETHIOPIA', 0],
  ['FRANCE', 3],
  ['GERMANY', 3],
  ['INDIA', 2],
  ['INDONESIA', 2],
  ['IRAN', 4],
  ['IRAQ', 4],
  ['JAPAN', 2],
  ['JORDAN', 4],
  ['KENYA', 0],
  ['MOROCCO', 0],
  ['MOZAMBIQUE', 0],
  ['PERU', 1],
  ['CHINA', 2],
  ['ROMANIA', 3],
  ['SAUDI ARABIA', 4],
  ['VIETNAM', 2],
  ['RUSSIA', 3],
  ['UNITED KINGDOM', 3],
  ['UNITED STATES', 1],
];

const REGIONS = ['AFRICA', 'AMERICA', 'ASIA', 'EUROPE', 'MIDDLE EAST'];
const COLOURS = ['almond', 'forest', 'green', 'lemon', 'peach', 'plum', 'red', 'white'];
const SIZES = ['STANDARD', 'SMALL', 'MEDIUM', 'LARGE', 'ECONOMY', 'PROMO'];
const FINISHES = ['ANODIZED', 'BURNISHED', 'PLATED', 'POLISHED', 'BRUSHED'];
const METALS = ['TIN', 'NICKEL', 'BRASS', 'STEEL', 'COPPER'];
const PACKS = ['SM', 'LG', 'MED', 'JUMBO', 'WRAP'];
const BOXES = ['CASE', 'BOX', 'BAG', 'JAR', 'PKG', 'PACK', 'CAN', 'DRUM'];
const SEGMENTS = ['AUTOMOBILE', 'BUILDING', 'FURNITURE', 'MACHINERY', 'HOUSEHOLD'];
const PRIORITIES = ['1-URGENT', '2-HIGH', '3-MEDIUM', '4-NOT SPECIFIED', '5-LOW'];
const MODES = ['REG AIR', 'AIR', 'RAIL', 'SHIP', 'TRUCK', 'MAIL', 'FOB'];
const INSTRUCTIONS = ['DELIVER IN PERSON', 'COLLECT COD', 'NONE', 'TAKE BACK RETURN'];
const COMMENTS = [
  'quickly final packages',
  'special pending requests',
  'carefully special packages detect requests',
  'slow Customer about Complaints',
  'furiously even deposits',
];

const phone = `(10 + i % 25)::VARCHAR || '-' || (100 + ${random(900, 31)})::VARCHAR || '-555-' || (1000 + i % 9000)::VARCHAR`;

/** SELECT of each table; `{scale}` is replaced. */
export const TPCH_TABLES: Readonly<Record<string, string>> = {
  region: `select i::INTEGER as r_regionkey, [${REGIONS.map((r) => `'${r}'`).join(', ')}][i + 1] as r_name,
    ${pick(COMMENTS, 1)} as r_comment from range(5) t(i)`,
  nation: `select k::INTEGER as n_nationkey, n as n_name, r::INTEGER as n_regionkey, 'none' as n_comment
    from (values ${NATIONS.map(([name, region], i) => `(${i}, '${name}', ${region})`).join(', ')}) t(k, n, r)`,
  supplier: `select i + 1 as s_suppkey, 'Supplier#' || lpad((i + 1)::VARCHAR, 9, '0') as s_name,
    'street ' || i as s_address, (i % 25)::INTEGER as s_nationkey, ${phone} as s_phone,
    ${money(-99999, 1099998, 2)} as s_acctbal, ${pick(COMMENTS, 3)} as s_comment
    from range(10 * {scale}) t(i)`,
  customer: `select i + 1 as c_custkey, 'Customer#' || lpad((i + 1)::VARCHAR, 9, '0') as c_name,
    'street ' || i as c_address, (i % 25)::INTEGER as c_nationkey, ${phone} as c_phone,
    ${money(-99999, 1099998, 4)} as c_acctbal, ${pick(SEGMENTS, 5)} as c_mktsegment,
    ${pick(COMMENTS, 6)} as c_comment from range(150 * {scale}) t(i)`,
  part: `select i + 1 as p_partkey, ${pick(COLOURS, 7)} || ' ' || ${pick(COLOURS, 8)} as p_name,
    'Manufacturer#' || (1 + i % 5) as p_mfgr, 'Brand#' || (1 + i % 5) || (1 + ${random(5, 9)}) as p_brand,
    ${pick(SIZES, 10)} || ' ' || ${pick(FINISHES, 11)} || ' ' || ${pick(METALS, 12)} as p_type,
    (1 + ${random(50, 13)})::INTEGER as p_size, ${pick(PACKS, 14)} || ' ' || ${pick(BOXES, 15)} as p_container,
    ${money(90000, 110000, 16)} as p_retailprice, ${pick(COMMENTS, 17)} as p_comment
    from range(200 * {scale}) t(i)`,
  partsupp: `select i // 4 + 1 as ps_partkey,
    1 + (i // 4 + (i % 4) * (10 * {scale} // 4)) % (10 * {scale}) as ps_suppkey,
    (1 + ${random(9999, 18)})::INTEGER as ps_availqty, ${money(100, 99900, 19)} as ps_supplycost,
    ${pick(COMMENTS, 20)} as ps_comment from range(800 * {scale}) t(i)`,
  orders: `select i * 4 + 1 as o_orderkey, 1 + ${random('(100 * {scale})', 21)} as o_custkey,
    case i % 3 when 0 then 'F' when 1 then 'O' else 'P' end as o_orderstatus,
    ${money(90000, 40000000, 22)} as o_totalprice,
    date '1992-01-01' + (${random(2405, 23)})::INTEGER as o_orderdate, ${pick(PRIORITIES, 24)} as o_orderpriority,
    'Clerk#' || lpad((i % 1000)::VARCHAR, 9, '0') as o_clerk, 0 as o_shippriority,
    ${pick(COMMENTS, 25)} as o_comment from range(1500 * {scale}) t(i)`,
  lineitem: `select l_orderkey, l_partkey,
      1 + (l_partkey - 1 + (i % 4) * (10 * {scale} // 4)) % (10 * {scale}) as l_suppkey, l_linenumber, l_quantity,
      l_extendedprice, l_discount, l_tax,
      case when l_receiptdate <= date '1995-06-17' then ['R', 'A'][1 + i % 2] else 'N' end as l_returnflag,
      case when l_shipdate > date '1995-06-17' then 'O' else 'F' end as l_linestatus,
      l_shipdate, l_commitdate, l_receiptdate, l_shipinstruct, l_shipmode, l_comment
    from (
      select i, (i // 4) * 4 + 1 as l_orderkey, 1 + ${random('(200 * {scale})', 26)} as l_partkey,
        (1 + i % 4)::INTEGER as l_linenumber, (case when i // 4 % 40 = 0 then 80 else 1 + ${random(50, 27)} end)::DECIMAL(15,2) as l_quantity,
        ${money(90000, 10000000, 28)} as l_extendedprice, ${money(0, 11, 29)} as l_discount,
        ${money(0, 9, 30)} as l_tax,
        date '1992-01-02' + (${random(2500, 32)})::INTEGER as l_shipdate,
        date '1992-01-02' + (${random(2500, 32)} + ${random(60, 33)} - 30)::INTEGER as l_commitdate,
        date '1992-01-02' + (${random(2500, 32)} + 1 + ${random(30, 34)})::INTEGER as l_receiptdate,
        ${pick(INSTRUCTIONS, 35)} as l_shipinstruct, ${pick(MODES, 36)} as l_shipmode,
        ${pick(COMMENTS, 37)} as l_comment
      from range(6000 * {scale}) t(i))`,
};
