import { DuckDBInstance } from '@duckdb/node-api';

/** Rows of a DuckDB query, as JSON shows them: 64-bit integers, decimals and times as text. */
export async function duckdbRows(sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    const reader = await connection.runAndReadAll(sql);
    return reader.getRowsJson() as unknown[][];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Runs a DuckDB statement for its effect. */
export async function duckdbRun(sql: string): Promise<void> {
  await duckdbRows(sql);
}
