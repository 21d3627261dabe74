import type { BenchSuite, QueryCase } from '../suite.ts';
import { randomBelow } from './random.ts';

/** Groups of the low-cardinality keys; the others have rows / 100. */
const FEW = 100;
const MANY = `greatest({rows} // ${FEW}, 1)`;

/** The shape of db-benchmark's G1_1e7_1e2_0_0: no nulls, unsorted. */
const x = `
  select
    printf('id%03d', 1 + ${randomBelow(FEW, 1)}) as id1,
    printf('id%03d', 1 + ${randomBelow(FEW, 2)}) as id2,
    printf('id%010d', 1 + ${randomBelow(MANY, 3)}) as id3,
    (1 + ${randomBelow(FEW, 4)})::INTEGER as id4,
    (1 + ${randomBelow(FEW, 5)})::INTEGER as id5,
    (1 + ${randomBelow(MANY, 6)})::INTEGER as id6,
    (1 + ${randomBelow(5, 7)})::INTEGER as v1,
    (1 + ${randomBelow(15, 8)})::INTEGER as v2,
    ${randomBelow(100_000_000, 9)} / 1e6 as v3
  from range({rows}) t(i)`;

/** As db-benchmark does it, the answer becomes a table; its rows, or sums over many, are compared. */
const question = (
  name: string,
  query: string,
  check = 'select * from answer',
  tolerance = 1e-9,
): QueryCase => ({
  name,
  sql: `create table answer as ${query}`,
  before: ['drop table if exists answer'],
  cleanup: ['drop table if exists answer'],
  check,
  tolerance,
});

/** The ten group-by questions of db-benchmark at 10 M rows. */
export const h2oGroupBy: BenchSuite = {
  name: 'h2o-groupby',
  group: 'h2o',
  rows: 10_000_000,
  tables: [{ name: 'x', generator: x }],
  cases: [
    question('g1 sum by id1', 'select id1, sum(v1) as v1 from x group by id1'),
    question('g2 sum by id1, id2', 'select id1, id2, sum(v1) as v1 from x group by id1, id2'),
    question('g3 sum, mean by id3', 'select id3, sum(v1) as v1, avg(v3) as v3 from x group by id3'),
    question(
      'g4 means by id4',
      'select id4, avg(v1) as v1, avg(v2) as v2, avg(v3) as v3 from x group by id4',
    ),
    question(
      'g5 sums by id6',
      'select id6, sum(v1) as v1, sum(v2) as v2, sum(v3) as v3 from x group by id6',
    ),
    question(
      'g6 median, sd by id4, id5',
      'select id4, id5, median(v3) as median_v3, stddev(v3) as sd_v3 from x group by id4, id5',
    ),
    question(
      'g7 max - min by id3',
      'select id3, max(v1) - min(v2) as range_v1_v2 from x group by id3',
    ),
    question(
      'g8 largest two by id6',
      `select id6, v3 as largest2_v3 from (
         select id6, v3, row_number() over (partition by id6 order by v3 desc) as order_v3
         from x where v3 is not null) sub_query
       where order_v3 <= 2`,
    ),
    // A correlation near zero has few digits left after the subtraction of nearly equal products.
    question(
      'g9 regression by id2, id4',
      'select id2, id4, pow(corr(v1, v2), 2) as r2 from x group by id2, id4',
      'select id2, id4, round(r2, 9) from answer',
      1e-5,
    ),
    question(
      'g10 sum, count by all',
      `select id1, id2, id3, id4, id5, id6, sum(v3) as v3, count(*) as count
       from x group by id1, id2, id3, id4, id5, id6`,
      `select count(*), sum(v3), sum(count), max(count), sum(v3 * id4), sum(v3 * id6), min(id3),
         count(distinct id3), sum(count * id5) from answer`,
    ),
  ],
};
