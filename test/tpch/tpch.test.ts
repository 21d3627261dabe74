import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { open, type Session } from '@windrow/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TPCH_TABLES } from './data.ts';

/** The 22 queries, from tables in memory and from Parquet, against DuckDB's answers. */
const SCALE = 4;
const queries = fileURLToPath(new URL('./queries/', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'windrow-tpch-'));
const sessions: Partial<Record<'memory' | 'parquet', Session>> = {};
let oracle: DuckDBConnection;

beforeAll(async () => {
  oracle = await (await DuckDBInstance.create(':memory:')).connect();
  const memory = await open({ threads: 2 });
  const parquet = await open({ threads: 2 });
  await memory.exec('set inline_rows = 0');
  await parquet.exec('set inline_rows = 0');
  for (const [name, select] of Object.entries(TPCH_TABLES)) {
    const file = join(scratch, `${name}.parquet`).replaceAll('\\', '/');
    await oracle.run(`create table ${name} as ${select.replaceAll('{scale}', String(SCALE))}`);
    await oracle.run(`copy ${name} to '${file}' (format parquet, row_group_size 2048)`);
    await memory.exec(`create table ${name} as select * from '${file}'`);
    await parquet.exec(`create view ${name} as select * from '${file}'`);
  }
  Object.assign(sessions, { memory, parquet });
}, 60_000);

afterAll(async () => {
  await sessions.memory?.close();
  await sessions.parquet?.close();
  oracle.closeSync();
  rmSync(scratch, { recursive: true, force: true });
});

/** Numbers as doubles, all else as text. */
function cell(value: unknown): number | string | null {
  if (value === null) return null;
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  const text = String(value);
  return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(text) ? Number(Number(text).toPrecision(12)) : text;
}

const rowText = (row: readonly unknown[]): string => JSON.stringify(row.map(cell));

describe.each(['memory', 'parquet'] as const)('TPC-H from %s', (source) => {
  it.each(readdirSync(queries).sort())('%s', async (file) => {
    const sql = readFileSync(join(queries, file), 'utf8');
    const expected = (await oracle.runAndReadAll(sql)).getRows().map(rowText);
    const result = await sessions[source]?.query(sql);
    // Rows that the ORDER BY leaves equal may come in any order.
    expect(result?.arrays().map(rowText).sort()).toEqual(expected.sort());
    expect(expected.length).toBeGreaterThan(0);
  });
});
