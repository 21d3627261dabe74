import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatLiteral, formatSqlError, SqlError } from '@windrow/core';
import { open, type Session } from '@windrow/engine';
import { afterAll, describe, expect, it } from 'vitest';
import { differenceOf, parseScript, type SltRecord } from './script.ts';

/*
 * Every script runs in every configuration: what the optimizer, the batch size, the number of threads or
 * the place of the data changes is a bug.
 */
interface Configuration {
  readonly optimizer: boolean;
  readonly batchRows: number;
  readonly threads: number;
  readonly source: 'memory' | 'parquet';
  /** Rows go to temporary files wherever they may. */
  readonly spills: boolean;
}

const IN_MEMORY = [true, false].flatMap((optimizer) =>
  [1, 3, 2048].flatMap((batchRows) =>
    [1, 2].flatMap((threads) =>
      (['memory', 'parquet'] as const).map((source) => ({ optimizer, batchRows, threads, source })),
    ),
  ),
);

const SPILLING = [
  { optimizer: true, batchRows: 3, threads: 2, source: 'memory' },
  { optimizer: false, batchRows: 2048, threads: 1, source: 'parquet' },
] as const;

const CONFIGURATIONS: readonly Configuration[] = [
  ...IN_MEMORY.map((configuration) => ({ ...configuration, spills: false })),
  ...SPILLING.map((configuration) => ({ ...configuration, spills: true })),
];

const directory = fileURLToPath(new URL('.', import.meta.url)).replace(/dist\/slt\/$/, 'slt/');
const scratch = mkdtempSync(join(tmpdir(), 'windrow-slt-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const files = readdirSync(directory)
  .filter((name) => name.endsWith('.slt'))
  .sort();

describe.each(CONFIGURATIONS)(
  'optimizer $optimizer, batches of $batchRows, $threads threads, $source, spilling $spills',
  (configuration) => {
    it.each(files)('%s', async (file) => {
      const records = parseScript(readFileSync(join(directory, file), 'utf8'));
      const db = await openWith(configuration);
      try {
        const failures: string[] = [];
        for (const record of records) {
          const failure = await check(db, record, configuration, file);
          if (failure !== undefined)
            failures.push(`${file}:${record.line}: ${failure}\n${record.sql}`);
        }
        expect(failures.join('\n\n')).toBe('');
      } finally {
        await db.close();
      }
    });
  },
);

async function openWith(configuration: Configuration): Promise<Session> {
  const db = await open({ threads: configuration.threads });
  await db.exec(`set batch_rows = ${configuration.batchRows}`);
  await db.exec(`set optimizer = ${configuration.optimizer}`);
  // Even tiny inputs go to the workers, so that two threads are two threads.
  await db.exec(`set inline_rows = ${configuration.threads > 1 ? 0 : 1_000_000_000}`);
  await db.exec(`set force_spill = ${configuration.spills}`);
  return db;
}

async function check(
  db: Session,
  record: SltRecord,
  configuration: Configuration,
  file: string,
): Promise<string | undefined> {
  switch (record.kind) {
    case 'fixture': {
      if (configuration.source === 'memory') {
        await db.exec(`create table ${record.name} as ${record.sql}`);
        return undefined;
      }
      const path = join(scratch, `${file}-${record.name}.parquet`).replaceAll('\\', '/');
      await db.exec(`copy (${record.sql}) to '${path}' (format parquet, row_group_size 1000)`);
      await db.exec(`create view ${record.name} as select * from '${path}'`);
      return undefined;
    }
    case 'statement': {
      const error = await errorOf(db.exec(record.sql), record.sql);
      if (error === record.error) return undefined;
      return record.error === undefined
        ? `failed:\n${error}`
        : `expected the error:\n${record.error}\ngot:\n${error}`;
    }
    case 'query':
      try {
        return differenceOf(record, await rowsOf(db, record.sql), record.rows);
      } catch (error) {
        return error instanceof SqlError ? formatSqlError(error, record.sql) : String(error);
      }
  }
}

async function errorOf(run: Promise<void>, sql: string): Promise<string | undefined> {
  try {
    await run;
    return undefined;
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return formatSqlError(error, sql);
  }
}

/** Rows as the scripts write them: cells as SQL text between tabs. */
async function rowsOf(db: Session, sql: string): Promise<string[]> {
  const result = await db.query(sql);
  return result.literals().map((row) =>
    row
      .map((cell, index) => {
        const type = result.fields[index]?.type;
        if (cell === null || type === undefined) return 'NULL';
        const text = formatLiteral(cell, type);
        return text === '' ? '(empty)' : text;
      })
      .join('\t'),
  );
}
