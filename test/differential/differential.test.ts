import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Configuration, Databases } from './databases.ts';
import { examine } from './examine.ts';

/*
 * Random queries with DuckDB as the oracle. A seed is a query and its configuration; what failed once is
 * kept under regressions/, made smaller, and runs first, in all configurations.
 */
const QUERIES = 2000;
const QUERIES_A_TEST = 100;

const scratch = mkdtempSync(join(tmpdir(), 'windrow-differential-'));
let databases: Databases;

beforeAll(async () => {
  databases = await Databases.open(scratch);
}, 60_000);

afterAll(async () => {
  await databases.close();
  rmSync(scratch, { recursive: true, force: true });
});

const CONFIGURATIONS: readonly Configuration[] = ([1, 2] as const).flatMap((threads) =>
  [1, 4096].flatMap((batchRows) =>
    [true, false].map((optimizer) => ({
      threads,
      batchRows,
      optimizer,
      spills: batchRows === 1 && optimizer,
    })),
  ),
);

const regressions = fileURLToPath(new URL('./regressions/', import.meta.url));

describe('queries that failed once', () => {
  it.each(readdirSync(regressions).sort())('%s', async (file) => {
    const sql = readFileSync(join(regressions, file), 'utf8');
    for (const configuration of CONFIGURATIONS) {
      const difference = await databases.compare(sql, configuration);
      expect(difference, JSON.stringify(configuration)).toBeUndefined();
    }
  });
});

describe('random queries', () => {
  const groups = Array.from({ length: QUERIES / QUERIES_A_TEST }, (_, index) => ({
    first: index * QUERIES_A_TEST + 1,
    last: (index + 1) * QUERIES_A_TEST,
  }));

  it.each(groups)(
    'of seeds $first to $last',
    async ({ first, last }) => {
      const failures: string[] = [];
      for (let seed = first; seed <= last; seed += 1) {
        const failure = await examine(databases, seed);
        if (failure !== undefined) failures.push(failure);
      }
      expect(failures.join('\n\n')).toBe('');
    },
    120_000,
  );
});
