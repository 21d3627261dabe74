import { fileURLToPath } from 'node:url';
import type { Session } from 'windrow';
import type { Show } from './show.ts';

/** Windows, statistics, joins and a user function over three million flights of 2001. */
export async function flights(db: Session, show: Show): Promise<void> {
  // The package's entry point is build/index.js; its data lies beside that folder.
  const data = new URL('../data/', import.meta.resolve('vega-datasets'));
  const path = (file: string): string => fileURLToPath(new URL(file, data)).replaceAll('\\', '/');
  await db.exec(`create or replace view flights as select * from '${path('flights-3m.parquet')}'`);
  await db.exec(`create or replace view airports as select * from '${path('airports.csv')}'`);

  await show(
    'Delay statistics by origin',
    `select origin, count(*) as flights, avg(delay) as mean, stddev(delay) as stddev,
       skewness(delay) as skewness, kurtosis(delay) as kurtosis, median(delay) as median,
       quantile_cont(delay, 0.9) as p90, corr(delay, distance) as corr_distance
     from flights group by origin having count(*) > 20000 order by mean desc limit 10`,
  );
  await show(
    'Seven-day moving average of delay, and the change from the day before',
    `with days as (
       select date_trunc('day', date)::date as day, count(*) as flights, avg(delay) as delay
       from flights group by 1)
     select day, flights, delay, avg(delay) over week as moving_average,
       delay - lag(delay) over (order by day) as change
     from days window week as (order by day rows between 6 preceding and current row)
     order by day limit 10`,
  );
  await show(
    'Top three destinations of the five busiest origins',
    `with routes as (select origin, destination, count(*) as flights from flights group by all),
       busiest as (select origin from flights group by origin order by count(*) desc limit 5)
     select origin, destination, flights,
       row_number() over (partition by origin order by flights desc, destination) as place
     from routes where origin in (select origin from busiest)
     qualify place <= 3 order by origin, place`,
  );
  await show(
    'Airports in four groups by delay, with their cumulative share',
    `select origin, mean, ntile(4) over (order by mean) as quartile,
       cume_dist() over (order by mean) as share
     from (select origin, avg(delay) as mean from flights group by origin having count(*) > 1000)
     order by mean desc limit 8`,
  );
  await show(
    'Mean delay by state, joined with airports.csv',
    `select a.state, count(*) as flights, avg(f.delay) as mean_delay, max(f.distance) as farthest
     from flights f join airports a on f.origin = a.iata
     group by a.state order by flights desc limit 8`,
  );

  db.udf.scalar('punctuality', punctuality, { args: ['BIGINT'], returns: 'VARCHAR' });
  await show(
    'A JavaScript function in projection and filter',
    `select punctuality(delay) as class, count(*) as flights, avg(distance) as mean_distance
     from flights where punctuality(delay) <> 'on time' group by class order by flights desc`,
  );
}

/** How a traveller would call a delay of so many minutes. */
function punctuality(minutes: bigint): string {
  if (minutes <= 0n) return 'early';
  if (minutes < 15n) return 'on time';
  return minutes < 60n ? 'late' : 'very late';
}
