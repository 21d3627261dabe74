import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Session } from 'windrow';
import { print, type Show } from '../show.ts';

const SEED = 2023;

/** Directory of this example's sources, also when it runs from `dist`. */
const home = fileURLToPath(new URL('.', import.meta.url)).replace(
  /dist([\\/])ecommerce[\\/]$/,
  'ecommerce$1',
);
const data = join(home, 'data');

const inputs = {
  products: join(data, 'products.parquet'),
  customers: join(data, 'customers.parquet'),
  orders: join(data, 'orders'),
};

const RESULTS = [
  'enriched',
  'daily_sales',
  'product_sales',
  'customer_patterns',
  'rfm',
  'cohorts',
  'latest_purchases',
] as const;

/** Results that COPY writes as directories, one a partition. */
const PARTITIONED: readonly string[] = ['enriched', 'product_sales'];

type ResultName = (typeof RESULTS)[number];

const outputs = Object.fromEntries(
  RESULTS.map((name) => [
    name,
    join(data, 'results', PARTITIONED.includes(name) ? name : `${name}.parquet`),
  ]),
) as Record<ResultName, string>;

/** Generates a shop's data once, then cleans, enriches and summarises it into Parquet files. */
export async function ecommerce(db: Session, show: Show): Promise<void> {
  if (!existsSync(inputs.customers) || !existsSync(inputs.orders)) {
    mkdirSync(data, { recursive: true });
    const started = performance.now();
    await db.exec(script('generate.sql'), { seed: SEED, ...inputs });
    print(`\ngenerated 1,000,000 orders in ${(performance.now() - started).toFixed(0)} ms\n`);
  }
  const files = (path: string): string => `${path.replaceAll('\\', '/')}/**/*.parquet`;
  await db.exec(`create or replace view orders as select * from '${files(inputs.orders)}'`);
  await db.exec(`create or replace view products as select * from '${inputs.products}'`);
  await db.exec(`create or replace view customers as select * from '${inputs.customers}'`);
  db.udf.scalar('tier', tier, { args: ['DOUBLE'], returns: 'VARCHAR' });

  rmSync(join(data, 'results'), { recursive: true, force: true });
  mkdirSync(join(data, 'results'), { recursive: true });
  const started = performance.now();
  await db.exec(script('job.sql'), outputs);
  print(`\nexamples/ecommerce/job.sql: ${(performance.now() - started).toFixed(0)} ms\n`);

  for (const name of RESULTS) {
    const path = PARTITIONED.includes(name) ? files(outputs[name]) : outputs[name];
    await db.exec(`create or replace view result_${name} as select * from '${path}'`);
  }
  await show(
    'What each tier of customers spends',
    `select tier, count(distinct customer_id) as customers, count(*) as orders, sum(total_amount) as amount
     from result_enriched group by tier order by amount desc`,
  );
  await show(
    'The totals of all results, which have to agree',
    `select
       (select sum(total_amount) from result_enriched) as enriched,
       (select sum(amount) from result_daily_sales) as daily_sales,
       (select sum(amount) from result_product_sales) as product_sales,
       (select sum(amount) from result_customer_patterns) as customer_patterns,
       (select sum(monetary) from result_rfm) as rfm,
       (select sum(amount) from result_cohorts) as cohorts`,
  );
  await checkTotals(db);
}

/** @throws Error when two results that hold the same money disagree. */
async function checkTotals(db: Session): Promise<void> {
  const wanted = (await db.query('select sum(total_amount)::VARCHAR from enriched')).value();
  const sums: Partial<Record<ResultName, string>> = {
    enriched: 'total_amount',
    daily_sales: 'amount',
    product_sales: 'amount',
    customer_patterns: 'amount',
    rfm: 'monetary',
    cohorts: 'amount',
  };
  for (const [name, column] of Object.entries(sums)) {
    const total = (await db.query(`select sum(${column})::VARCHAR from result_${name}`)).value();
    if (total !== wanted) throw new Error(`${name} adds up to ${total}, the orders to ${wanted}`);
  }
  print(`all results add up to ${wanted}\n`);
}

/** A customer's tier by the total of his orders. */
function tier(total: number): string {
  if (total >= 10000) return 'VIP';
  if (total >= 5000) return 'Gold';
  return total >= 1000 ? 'Silver' : 'Bronze';
}

const script = (name: string): string => readFileSync(join(home, name), 'utf8');
