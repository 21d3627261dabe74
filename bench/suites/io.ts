import type { BenchCase, BenchSuite } from '../suite.ts';
import { randomBelow } from './random.ts';

const trips = (rows: string): string => `
  select
    i as id,
    timestamp '2024-01-01' + to_seconds(i * 10) as started,
    ${randomBelow(7_200, 1)}::INTEGER as seconds,
    ${randomBelow(260, 2)}::SMALLINT as pickup,
    ${randomBelow(260, 3)}::SMALLINT as dropoff,
    (${randomBelow(30_000, 4)})::DOUBLE / 1000 as distance,
    ((250 + ${randomBelow(9_750, 5)})::DECIMAL(12,0) * 0.01)::DECIMAL(12,2) as fare,
    case when ${randomBelow(3, 6)} = 0 then null
         else ((${randomBelow(2_000, 7)})::DECIMAL(12,0) * 0.01)::DECIMAL(12,2) end as tip,
    (${randomBelow(6, 8)})::TINYINT as passengers,
    ['card', 'cash', 'voucher', 'dispute'][1 + ${randomBelow(4, 9)}] as payment,
    'vehicle ' || ${randomBelow(20_000, 10)} as vehicle,
    ${randomBelow(2, 11)} = 1 as shared,
    date '2024-01-01' + (i // 8640)::INTEGER as day,
    (${randomBelow(1_000_000, 12)})::DOUBLE / 1e4 as latitude,
    (${randomBelow(1_000_000, 13)})::DOUBLE / 1e4 as longitude,
    case when ${randomBelow(20, 14)} = 0 then 'note ' || ${randomBelow(100_000, 15)} end as note
  from range(${rows}) t(i)`;

const FOUR = `sum(seconds), sum(fare), count(*) filter (where payment = 'card'), avg(distance)`;

const ALL = `
  count(*), sum(id), max(started), sum(seconds), sum(pickup), sum(dropoff), sum(distance), sum(fare),
  sum(tip), sum(passengers), max(payment), sum(length(vehicle)), count(*) filter (where shared), max(day),
  sum(latitude), sum(longitude), count(note), max(note)`;

const scans = ['snappy', 'zstd'].flatMap((codec): BenchCase[] => [
  {
    name: `Parquet, 4 of 16 columns, ${codec}`,
    sql: `select ${FOUR} from '{data}/trips_${codec}.parquet'`,
  },
  {
    name: `Parquet, all columns, ${codec}`,
    sql: `select ${ALL} from '{data}/trips_${codec}.parquet'`,
  },
]);

const load = (name: string, file: string): BenchCase => ({
  name,
  before: ['drop table if exists loaded'],
  sql: `create table loaded as select * from '{data}/${file}'`,
  check: `select ${ALL} from loaded`,
  cleanup: ['drop table if exists loaded'],
});

const writes = ['snappy', 'zstd'].map(
  (codec): BenchCase => ({
    name: `Parquet write, ${codec}`,
    sql: `copy trips to '{scratch}/written_${codec}.parquet'
            (format parquet, compression ${codec}, row_group_size 122880)`,
    check: `select ${ALL} from '{scratch}/written_${codec}.parquet'`,
  }),
);

/** Files read and written. The rows are 16 columns of a taxi company's trips, in order of time. */
export const io: BenchSuite = {
  name: 'io',
  rows: 3_000_000,
  tables: [
    { name: 'trips', generator: trips('{rows} // 3') },
    { name: 'trips_snappy', generator: trips('{rows}'), storage: 'unloaded' },
    {
      name: 'trips_zstd',
      generator: trips('{rows}'),
      storage: 'unloaded',
      copyOptions: 'compression zstd',
    },
    { name: 'trips_text', generator: trips('{rows} // 3'), storage: 'unloaded', format: 'csv' },
  ],
  cases: [
    ...scans,
    {
      name: 'Parquet, pruned by statistics',
      sql: `select ${FOUR} from '{data}/trips_snappy.parquet'
            where started between timestamp '2024-01-20' and timestamp '2024-01-21'`,
    },
    load('Parquet load', 'trips_snappy.parquet'),
    load('CSV load', 'trips_text.csv'),
    { name: 'CSV scan', sql: `select ${FOUR} from '{data}/trips_text.csv'` },
    ...writes,
  ],
};
