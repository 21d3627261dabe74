import type { BenchSuite, QueryCase } from '../suite.ts';
import { randomBelow, shuffled } from './random.ts';

/** Rows of the tables on the right: a millionth, a thousandth and all of those on the left. */
const SMALL = 'greatest({rows} // 1000000, 10)';
const MEDIUM = 'greatest({rows} // 1000, 100)';
const BIG = '{rows}';

/**
 * The `position`-th of a side's n keys. Of 1.1 n keys, nine tenths of n are on both sides, a tenth of n only
 * on the left, a tenth of n only on the right.
 */
function key(side: 'left' | 'right', position: string, n: string): string {
  const shared = `(${n}) * 9 // 10`;
  const skipped =
    side === 'left' ? '0' : `case when ${position} < ${shared} then 0 else (${n}) // 10 end`;
  return `(1 + ${shuffled(`${position} + ${skipped}`, `(${n}) * 11 // 10`)})::INTEGER`;
}

const text = (id: string): string => `'id' || ${id}`;

/** The shape of db-benchmark's J1_1e7_NA_0_0. */
const x = `
  select id1, id2, id3, ${text('id1')} as id4, ${text('id2')} as id5, ${text('id3')} as id6, v1
  from (
    select ${key('left', randomBelow(SMALL, 1), SMALL)} as id1,
      ${key('left', randomBelow(MEDIUM, 2), MEDIUM)} as id2,
      ${key('left', shuffled('i + 7', BIG), BIG)} as id3,
      ${randomBelow(100_000_000, 3)} / 1e6 as v1
    from range({rows}) t(i))`;

const small = `
  select id1, ${text('id1')} as id4, v2
  from (
    select ${key('right', 'i', SMALL)} as id1, ${randomBelow(100_000_000, 4)} / 1e6 as v2
    from range(${SMALL}) t(i))`;

const medium = `
  select id1, id2, ${text('id1')} as id4, ${text('id2')} as id5, v2
  from (
    select ${key('right', randomBelow(SMALL, 5), SMALL)} as id1,
      ${key('right', 'i', MEDIUM)} as id2,
      ${randomBelow(100_000_000, 6)} / 1e6 as v2
    from range(${MEDIUM}) t(i))`;

const big = `
  select id1, id2, id3, ${text('id1')} as id4, ${text('id2')} as id5, ${text('id3')} as id6, v2
  from (
    select ${key('right', randomBelow(SMALL, 7), SMALL)} as id1,
      ${key('right', randomBelow(MEDIUM, 8), MEDIUM)} as id2,
      ${key('right', shuffled('i + 11', BIG), BIG)} as id3,
      ${randomBelow(100_000_000, 9)} / 1e6 as v2
    from range({rows}) t(i))`;

/** As db-benchmark does it, the answer becomes a table, and sums over it are compared. */
const question = (name: string, query: string): QueryCase => ({
  name,
  sql: `create table answer as ${query}`,
  before: ['drop table if exists answer'],
  cleanup: ['drop table if exists answer'],
  check: 'select count(*), sum(v1), sum(v2), sum(v1 * v2), sum(id1 * v2), max(id6) from answer',
});

/** The five join questions of db-benchmark, 10 M rows on the left. */
export const h2oJoin: BenchSuite = {
  name: 'h2o-join',
  group: 'h2o',
  rows: 10_000_000,
  tables: [
    { name: 'x', generator: x },
    { name: 'small', generator: small },
    { name: 'medium', generator: medium },
    { name: 'big', generator: big },
  ],
  cases: [
    question(
      'j1 small inner on int',
      'select x.*, small.id4 as small_id4, v2 from x join small using (id1)',
    ),
    question(
      'j2 medium inner on int',
      `select x.*, medium.id1 as medium_id1, medium.id4 as medium_id4, medium.id5 as medium_id5, v2
       from x join medium using (id2)`,
    ),
    question(
      'j3 medium outer on int',
      `select x.*, medium.id1 as medium_id1, medium.id4 as medium_id4, medium.id5 as medium_id5, v2
       from x left join medium using (id2)`,
    ),
    question(
      'j4 medium inner on text',
      `select x.*, medium.id1 as medium_id1, medium.id2 as medium_id2, medium.id4 as medium_id4, v2
       from x join medium using (id5)`,
    ),
    question(
      'j5 big inner on int',
      `select x.*, big.id1 as big_id1, big.id2 as big_id2, big.id4 as big_id4, big.id5 as big_id5,
         big.id6 as big_id6, v2
       from x join big using (id3)`,
    ),
  ],
};
