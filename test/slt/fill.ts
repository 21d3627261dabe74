/*
 * Writes the expected rows of scripts as DuckDB answers them:
 *   node test/dist/slt/fill.js test/slt/windows.slt …
 * Only `query` records change; read the difference before committing it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { parseScript, type SltQuery } from './script.ts';

async function answer(connection: DuckDBConnection, query: SltQuery): Promise<string[]> {
  const reader = await connection.runAndReadAll(
    `select columns(*)::varchar from (${query.sql.replace(/;\s*$/, '')})`,
  );
  const rows = reader
    .getRows()
    .map((row) =>
      row
        .map((cell) => (cell === null ? 'NULL' : cell === '' ? '(empty)' : String(cell)))
        .join('\t'),
    );
  return query.ordered ? rows : rows.sort();
}

for (const file of process.argv.slice(2)) {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const lines = readFileSync(file, 'utf8').split('\n');
  const filled: string[] = [];
  let copied = 0;
  for (const record of parseScript(lines.join('\n'))) {
    if (record.kind === 'fixture')
      await connection.run(`create table ${record.name} as ${record.sql}`);
    if (record.kind === 'statement' && record.error === undefined) await connection.run(record.sql);
    if (record.kind !== 'query') continue;
    const bodyEnd = record.line + record.sql.split('\n').length;
    filled.push(...lines.slice(copied, bodyEnd), '----');
    try {
      filled.push(...(await answer(connection, record)));
    } catch (error) {
      throw new Error(`${file}:${record.line}: ${String(error)}\n${record.sql}`);
    }
    copied = bodyEnd;
    while (copied < lines.length && lines[copied]?.trim() !== '') copied += 1;
  }
  filled.push(...lines.slice(copied));
  writeFileSync(file, filled.join('\n'));
}
