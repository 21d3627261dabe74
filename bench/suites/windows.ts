import type { BenchCase, BenchSuite } from '../suite.ts';
import { randomBelow } from './random.ts';

const events = `
  select
    i as id,
    i * 1000003 % {rows} as event_time,
    timestamp '2020-01-01' + to_seconds(i * 1000003 % {rows} * 6) as moment,
    i // 5 as five,
    ${randomBelow(100, 1)} as region,
    ${randomBelow('greatest({rows} // 50, 1)', 2)} as entity,
    'sensor-' || ${randomBelow(10000, 3)} as sensor,
    (${randomBelow(1000000, 4)})::DOUBLE / 100 as price,
    ${randomBelow(1000, 5)} as points,
    case when ${randomBelow(10, 6)} = 0 then null else ${randomBelow(100000, 7)} end as reading
  from range({rows}) t(i)`;

/**
 * Every row's value counts, and so does the row that it stands at: neither engine can leave a window out
 * or hand a value to the wrong row unnoticed, and one row is all that is sent.
 */
const digest = (window: string, table = 'events', values = ['v']): string => {
  const sums = values.map((v) => `sum(${v}), sum(${v} * (id % 97)), count(${v})`).join(', ');
  return `select ${sums} from (select id, ${window} from ${table})`;
};

const windowCase = (
  name: string,
  window: string,
  table?: string,
  values?: string[],
): BenchCase => ({
  name,
  sql: digest(window, table, values),
});

const BY_TIME = 'order by event_time';
const BY_ENTITY = 'partition by entity order by event_time';

/** Ranking, offsets and frames, over one partition, a few, and very many. */
export const windows: BenchSuite = {
  name: 'windows',
  rows: 5_000_000,
  tables: [
    { name: 'events', generator: events },
    {
      name: 'short_events',
      generator: events.replaceAll('{rows}', 'greatest({rows} // 10, 1)'),
    },
  ],
  cases: [
    windowCase('row_number, 100 k partitions', `row_number() over (${BY_ENTITY}) v`),
    windowCase('row_number, one partition of 5 M', `row_number() over (${BY_TIME}) v`),
    windowCase(
      'rank, dense_rank, 100 partitions',
      `rank() over (partition by region order by points) v,
       dense_rank() over (partition by region order by points) w`,
      'events',
      ['v', 'w'],
    ),
    windowCase('ntile', `ntile(1000) over (partition by region order by event_time) v`),
    windowCase('cume_dist', `cume_dist() over (partition by region order by points) v`),
    windowCase('lag', `price - lag(price) over (${BY_ENTITY}) v`),
    windowCase('lead 100, default', `lead(points, 100, -1::BIGINT) over (${BY_TIME}) v`),
    windowCase('running sum', `sum(price) over (${BY_ENTITY} rows unbounded preceding) v`),
    windowCase('running sum, one partition of 5 M', `sum(points) over (${BY_TIME}) v`),
    ...[10, 1_000, 100_000].flatMap((size) => [
      windowCase(
        `sliding avg, ${size} rows`,
        `avg(points) over (${BY_TIME} rows ${size - 1} preceding) v`,
      ),
      windowCase(
        `sliding min and max, ${size} rows`,
        `min(price) over (${BY_TIME} rows ${size - 1} preceding) v,
         max(reading) over (${BY_TIME} rows ${size - 1} preceding) w`,
        'events',
        ['v', 'w'],
      ),
    ]),
    windowCase(
      'RANGE over numbers',
      `sum(points) over (partition by region order by event_time
         range between 5000 preceding and 5000 following) v`,
    ),
    windowCase(
      'RANGE over intervals',
      `sum(points) over (partition by region order by moment
         range between interval 1 hour preceding and current row) v`,
    ),
    windowCase(
      'GROUPS',
      `sum(reading) over (partition by entity % 1000 order by points
         groups between 3 preceding and 1 following) v`,
    ),
    windowCase(
      'median over 1,000 rows',
      `median(points) over (${BY_TIME} rows 999 preceding) v`,
      'short_events',
    ),
    windowCase(
      'quantile over 100 rows',
      `quantile_cont(price, 0.9) over (partition by region ${BY_TIME} rows 99 preceding) v`,
      'short_events',
    ),
    windowCase('1 M partitions of 5', `sum(price) over (partition by five ${BY_TIME}) v`),
    windowCase(
      'string partition keys',
      `rank() over (partition by sensor order by event_time) v,
       sum(price) over (partition by sensor) w`,
      'events',
      ['v', 'w'],
    ),
    windowCase(
      'several windows of one order',
      `rank() over (${BY_ENTITY}) v, lag(points) over (${BY_ENTITY}) w,
       sum(points) over (${BY_ENTITY} rows unbounded preceding) x,
       max(reading) over (${BY_ENTITY} rows between 3 preceding and 3 following) y,
       first_value(points) over (${BY_ENTITY}) z`,
      'events',
      ['v', 'w', 'x', 'y', 'z'],
    ),
    {
      name: 'top 3 per group',
      sql: `select count(*), sum(price), sum(id) from (
              select id, price from events
              qualify row_number() over (partition by entity order by price desc, id) <= 3)`,
    },
  ],
};
