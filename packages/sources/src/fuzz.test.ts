import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SharedMemory, SqlError } from '@windrow/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openPath } from './open-path.ts';
import { createSourceRegistry } from './registry.ts';
import { scanRows, testDirectory } from './test-support.ts';
import { duckdbRun } from './test-support-duckdb.ts';

const memory = SharedMemory.create(2 ** 31);
const directory = testDirectory();
const registry = createSourceRegistry();
let files = 0;

/** Opens and reads a file; it ends in rows, or in an error that a file can cause. */
async function readHostile(content: Uint8Array, ending: string): Promise<void> {
  const path = join(directory, `${files++}${ending}`);
  writeFileSync(path, content);
  try {
    const table = await openPath(path, memory);
    const { source } = table.scan({ columns: [], predicates: [] });
    await scanRows(table, registry.source(source), {}, memory);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(SqlError);
    const { code, message } = thrown as SqlError;
    expect(['io', 'unsupported', 'resource', 'type'], message).toContain(code);
    if (code === 'io') expect(message).toContain(path);
  }
}

const ENDINGS = ['.csv', '.json', '.ndjson', '.parquet', '.arrow', '.arrows', '.csv.gz'];

describe('random bytes', { timeout: 120_000 }, () => {
  test.each(ENDINGS)('ten megabytes of them as %s neither crash nor hang', async (ending) => {
    await readHostile(randomBytes(10 * 1048576), ending);
  });

  test.each(ENDINGS)('a few of them as %s', async (ending) => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), (bytes) => readHostile(bytes, ending)),
      { numRuns: 60 },
    );
  });
});

describe('damaged files', { timeout: 120_000 }, () => {
  const damaged = async (path: string, ending: string, numRuns: number) => {
    const whole = readFileSync(path);
    const at = fc.integer({ min: 0, max: whole.length - 1 });
    const changes = fc.array(fc.tuple(at, fc.integer({ min: 0, max: 255 })), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(changes, fc.option(at), async (bytes, cut) => {
        const copy = Uint8Array.from(whole);
        for (const [offset, byte] of bytes) copy[offset] = byte;
        await readHostile(cut === null ? copy : copy.subarray(0, cut), ending);
      }),
      { numRuns },
    );
  };

  test.each(['snappy', 'zstd', 'gzip', 'uncompressed'])('Parquet, %s', async (codec) => {
    const path = join(directory, `${codec}.parquet`);
    await duckdbRun(
      `copy (select i, i::varchar as s, (i % 3)::varchar as d, case when i % 2 = 0 then i / 3 end as x, ` +
        `i % 2 = 0 as b, cast(i as decimal(20, 2)) as m, date '2020-01-01' + i::int as t from range(300) r(i)) ` +
        `to '${path}' (codec '${codec}', row_group_size 100)`,
    );
    await damaged(path, '.parquet', 150);
  });

  test('Arrow', async () => {
    const { tableFromArrays, tableToIPC } = await import('apache-arrow');
    const table = tableFromArrays({
      n: Int32Array.from({ length: 100 }, (_, row) => row),
      s: Array.from({ length: 100 }, (_, row) => `text ${row % 7}`),
    });
    for (const [format, ending] of [
      ['file', '.arrow'],
      ['stream', '.arrows'],
    ] as const) {
      const path = join(directory, `whole${ending}`);
      writeFileSync(path, tableToIPC(table, format));
      await damaged(path, ending, 100);
    }
  });
});
