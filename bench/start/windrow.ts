import { open } from 'windrow';

/** A program's first query; then what the process holds. */
const db = await open({ threads: 2 });
const result = await db.query('select 42 as answer');
process.stdout.write(`answer: ${String(result.value())}\n`);
process.stdout.write(`memory-bytes: ${process.memoryUsage.rss()}\n`);
await db.close();
