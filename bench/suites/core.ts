import type { BenchSuite } from '../suite.ts';

/** A pseudo-random integer in [0, n) out of the row number and a salt. */
const random = (n: number | string, salt: number): string =>
  `(hash(i * 1000003 + ${salt}) % ${n})::BIGINT`;

const lineitem = `
  select
    i // 4 as orderkey,
    ${random('greatest({rows} // 6, 1)', 1)} as partkey,
    (1 + ${random(50, 2)})::DOUBLE as quantity,
    (90000 + ${random(10410000, 3)}) / 100.0::DOUBLE as extendedprice,
    (${random(11, 4)})::DOUBLE / 100 as discount,
    (${random(9, 5)})::DOUBLE / 100 as tax,
    (1 + ${random(50, 2)})::DECIMAL(15,2) as quantity_dec,
    ((90000 + ${random(10410000, 3)})::DECIMAL(17,0) * 0.01)::DECIMAL(15,2) as price_dec,
    ((${random(11, 4)})::DECIMAL(17,0) * 0.01)::DECIMAL(15,2) as discount_dec,
    ((${random(9, 5)})::DECIMAL(17,0) * 0.01)::DECIMAL(15,2) as tax_dec,
    case when ${random(4, 6)} < 2 then 'N' when ${random(4, 6)} = 2 then 'A' else 'R' end as returnflag,
    case when ${random(2, 7)} = 0 then 'O' else 'F' end as linestatus,
    date '1992-01-02' + (${random(2526, 8)})::INTEGER as shipdate,
    'key-' || ${random(100000, 9)} as string_key,
    ${random(100000, 10)} as entity,
    i * 1000003 % {rows} as event_time,
    case ${random(40, 12)}
      when 0 then 'carefully special packages detect requests ' || i % 977
      when 1 then 'the special pending requests nag ' || i % 991
      else 'furiously final deposits sleep blithely ' || i % 997
    end as comment
  from range({rows}) t(i)`;

const orders = `
  select
    i as orderkey,
    ${random(150000, 20)} as custkey,
    (${random(50000000, 21)})::DOUBLE / 100 as totalprice
  from range({rows} // 4) t(i)`;

/** The twelve workloads that the design was measured with. */
export const core: BenchSuite = {
  name: 'core',
  rows: 6_000_000,
  tables: [
    { name: 'lineitem', generator: lineitem },
    { name: 'orders', generator: orders },
  ],
  functions: [
    {
      kind: 'scalar',
      name: 'discounted',
      mode: 'row',
      parameters: ['DOUBLE', 'DOUBLE'],
      returns: 'DOUBLE',
      source: '(price, discount) => price * (1 - discount)',
    },
  ],
  cases: [
    {
      name: 'filtered sum, float64',
      sql: `select sum(extendedprice * discount) from lineitem
            where shipdate >= date '1994-01-01' and shipdate < date '1995-01-01'
              and discount between 0.05 and 0.07 and quantity < 24`,
    },
    {
      name: 'filtered sum, decimal',
      sql: `select sum(price_dec * discount_dec) from lineitem
            where shipdate >= date '1994-01-01' and shipdate < date '1995-01-01'
              and discount_dec between 0.05 and 0.07 and quantity_dec < 24`,
    },
    {
      name: 'few groups, float64',
      sql: `select returnflag, linestatus, sum(quantity), sum(extendedprice),
              sum(extendedprice * (1 - discount)), sum(extendedprice * (1 - discount) * (1 + tax)),
              avg(quantity), avg(extendedprice), avg(discount), count(*)
            from lineitem where shipdate <= date '1998-09-02' group by returnflag, linestatus`,
    },
    {
      name: 'few groups, decimal',
      sql: `select returnflag, linestatus, sum(quantity_dec), sum(price_dec),
              sum(price_dec * (1 - discount_dec)), avg(quantity_dec), avg(discount_dec), count(*)
            from lineitem where shipdate <= date '1998-09-02' group by returnflag, linestatus`,
    },
    {
      name: 'group by 1 M integers',
      sql: `select count(*), sum(n), sum(s), avg(a), sum(d) from (
              select partkey, count(*) n, sum(quantity) s, avg(extendedprice) a, stddev(extendedprice) d
              from lineitem group by partkey)`,
    },
    {
      name: 'hash join 6 M × 1.5 M',
      sql: `select count(*), sum(l.extendedprice * o.totalprice)
            from lineitem l join orders o on l.orderkey = o.orderkey where o.custkey < 140000`,
    },
    {
      name: 'rank, lag, running sum',
      sql: `select sum(r), sum(previous), sum(running) from (
              select rank() over w as r, lag(quantity) over w as previous,
                sum(quantity) over (w rows unbounded preceding) as running
              from lineitem window w as (partition by entity order by event_time))`,
    },
    {
      name: 'sort by two columns',
      sql: `select entity, event_time, quantity from lineitem
            order by entity desc, event_time limit 100 offset 5000000`,
      ordered: true,
    },
    {
      name: 'top 100',
      sql: `select extendedprice, orderkey, quantity from lineitem
            order by extendedprice desc, orderkey, quantity limit 100`,
      ordered: true,
    },
    {
      name: 'like',
      sql: `select count(*) from lineitem where comment like '%special%requests%'`,
    },
    {
      name: 'group by 100 k strings',
      sql: `select count(*), sum(n), max(s) from (
              select string_key, count(*) n, sum(quantity) s from lineitem group by string_key)`,
    },
    {
      name: 'JavaScript function in a filter',
      sql: `select count(*) from lineitem where discounted(extendedprice, discount) > 50000`,
    },
  ],
};
