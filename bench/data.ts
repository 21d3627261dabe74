import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { dataDirectory } from './paths.ts';
import type { BenchSuite, BenchTable } from './suite.ts';

/** Where a suite's files are made or expected. */
export interface DataOptions {
  readonly rows: number;
  /** Directory given by the user, which already has the files. */
  readonly given: string | undefined;
  readonly say: (text: string) => void;
}

/** Makes the suite's files unless they are there. @returns their directory, without a slash at the end. */
export async function prepareData(suite: BenchSuite, options: DataOptions): Promise<string> {
  const { rows, given, say } = options;
  const directory = given ?? `${dataDirectory}/${suite.dataset ?? suite.name}-${rows}`;
  if (given === undefined) {
    mkdirSync(directory, { recursive: true });
    const obstacle = await suite.prepare?.({ directory, rows, say });
    if (obstacle !== undefined) throw new Error(obstacle);
  }
  for (const table of suite.tables) {
    if (table.generator !== undefined && given === undefined) {
      await generate(table, { directory, rows, say });
    }
    const file = fileOf(table, directory);
    if (!existsSync(file)) throw new Error(`${suite.name} needs the file ${file}`);
  }
  return directory;
}

export const fileOf = (table: BenchTable, directory: string): string =>
  `${directory}/${table.name}.${table.format ?? 'parquet'}`;

interface GenerateOptions {
  readonly directory: string;
  readonly rows: number;
  readonly say: (text: string) => void;
}

/** Writes one table; a stamp beside it holds the statement, so that a changed one writes again. */
async function generate(table: BenchTable, options: GenerateOptions): Promise<void> {
  const { directory, rows, say } = options;
  const file = fileOf(table, directory);
  const format = table.format ?? 'parquet';
  const defaults = format === 'parquet' ? 'compression snappy' : 'header true';
  const select = (table.generator ?? '')
    .replaceAll('{rows}', String(rows))
    .replaceAll('{data}', directory);
  const unfinished = `${file}.part`;
  const how = `format ${format}, ${table.copyOptions ?? defaults}`;
  const statement = `copy (${select}) to '${unfinished}' (${how})`;
  const stamp = `${file}.sql`;
  if (existsSync(file) && existsSync(stamp) && readFileSync(stamp, 'utf8') === statement) return;
  say(`generating ${file}\n`);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
  renameSync(unfinished, file);
  writeFileSync(stamp, statement);
}
