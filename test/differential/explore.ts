/*
 * Runs many random queries and writes those whose answers differ from DuckDB's, made smaller:
 *   node test/dist/differential/explore.js <first seed> <count>
 * What turns out to be a defect becomes a file of regressions/.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Databases } from './databases.ts';
import { examine } from './examine.ts';

const [first = 1, count = 1000] = process.argv.slice(2).map(Number);
const directory = mkdtempSync(join(tmpdir(), 'windrow-differential-'));
const databases = await Databases.open(directory);
let failures = 0;
const startedAt = performance.now();
for (let seed = first; seed < first + count; seed += 1) {
  const failure = await examine(databases, seed);
  if (failure === undefined) continue;
  failures += 1;
  process.stdout.write(`${failure}\n\n`);
}
const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
process.stdout.write(`${count} queries, ${failures} differences, ${seconds} s\n`);
await databases.close();
rmSync(directory, { recursive: true, force: true });
