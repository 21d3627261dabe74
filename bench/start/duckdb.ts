import { DuckDBInstance } from '@duckdb/node-api';

/** A program's first query; then what the process holds. */
const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
const connection = await instance.connect();
const reader = await connection.runAndReadAll('select 42 as answer');
process.stdout.write(`answer: ${String(reader.getRows()[0]?.[0])}\n`);
process.stdout.write(`memory-bytes: ${process.memoryUsage.rss()}\n`);
connection.closeSync();
instance.closeSync();
