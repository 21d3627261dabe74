import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Configuration, configurationOf, Databases } from './databases.ts';
import { expression, type ScopeColumn } from './expressions.ts';
import { print } from './fragment.ts';
import { differenceOf, type Outcome } from './outcome.ts';
import { Random } from './random.ts';
import { COLUMNS } from './tables.ts';

/*
 * Queries that must agree with each other, whatever the right answer is. Another database's quirks have no
 * say here; the two sides may run in different configurations.
 */
const ROUNDS = 60;

const scratch = mkdtempSync(join(tmpdir(), 'windrow-metamorphic-'));
let databases: Databases;

beforeAll(async () => {
  databases = await Databases.open(scratch);
}, 60_000);

afterAll(async () => {
  await databases.close();
  rmSync(scratch, { recursive: true, force: true });
});

const columns: readonly ScopeColumn[] = ['l', 'r'].flatMap((alias) =>
  COLUMNS.map(({ name, family }) => ({ sql: `${alias}.${name}`, family })),
);
const FROM = 'from rows_some as l join rows_few_file as r on l.k = r.k';

const predicate = (random: Random): string =>
  print(expression(random, 'boolean', columns, random.between(1, 3)));

type Pair = readonly [left: string, right: string];

/** Runs both queries of each round; they must come to the same rows. */
async function agree(pairOf: (random: Random) => Pair): Promise<void> {
  for (let seed = 1; seed <= ROUNDS; seed += 1) {
    const random = new Random(seed);
    const [left, right] = pairOf(random);
    const [a, b] = [await run(left, random), await run(right, random)];
    const difference = differenceOf(a, b, false);
    expect(difference, `seed ${seed}\n${left}\n${right}`).toBeUndefined();
  }
}

function run(sql: string, random: Random): Promise<Outcome> {
  const configuration: Configuration = configurationOf(random);
  return databases.actual(sql, configuration);
}

it('divides a table into where p holds, where it does not, and where it is NULL', async () => {
  await agree((random) => {
    const p = predicate(random);
    const parts = [p, `not (${p})`, `(${p}) is null`].map(
      (condition) => `select l.id, r.id as other, l.word ${FROM} where ${condition}`,
    );
    return [`select l.id, r.id as other, l.word ${FROM}`, parts.join(' union all ')];
  });
});

it('counts by FILTER what WHERE keeps', async () => {
  await agree((random) => {
    const p = predicate(random);
    return [`select count(*) filter (where ${p}) ${FROM}`, `select count(*) ${FROM} where ${p}`];
  });
});

it('takes the operands of AND in any order', async () => {
  await agree((random) => {
    const operands = random.several(2, 4, () => predicate(random));
    const select = (list: readonly string[]): string =>
      `select l.id, r.id as other ${FROM} where ${list.join(' and ')}`;
    return [select(operands), select([...operands].reverse())];
  });
});

it('loses no row to a limit above their number', async () => {
  await agree((random) => {
    const query = `select l.id, r.id as other ${FROM} where ${predicate(random)}`;
    return [query, `${query} order by l.word limit 1000000`];
  });
});

it('joins on a condition as it filters the product by it', async () => {
  await agree((random) => {
    const p = predicate(random);
    const select = 'select l.id, r.id as other from rows_some as l';
    return [`${select} join rows_few as r on ${p}`, `${select}, rows_few as r where ${p}`];
  });
});

it('keeps by EXISTS the rows that a semi join keeps', async () => {
  await agree((random) => {
    const p = predicate(random);
    const select = 'select l.id from rows_some as l';
    return [
      `${select} semi join rows_few_file as r on ${p}`,
      `${select} where exists (select 1 from rows_few as r where ${p})`,
    ];
  });
});
