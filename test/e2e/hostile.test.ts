import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open, type Session, SqlError } from '@windrow/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Bytes that nobody meant to be SQL or data: an error or an answer, never a crash or a hang. */
const scratch = mkdtempSync(join(tmpdir(), 'windrow-hostile-'));
let db: Session;
beforeAll(async () => {
  db = await open({ threads: 2 });
});
afterAll(async () => {
  await db.close();
  rmSync(scratch, { recursive: true, force: true });
});

/** A repeatable sequence (xorshift32), so that a failure can be seen again. */
function bytes(count: number, seed: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length: count }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 0xff;
  });
}

/** What a statement comes to: undefined for an answer, else its error, which has to be a SqlError of ours. */
async function outcome(sql: string): Promise<SqlError | undefined> {
  try {
    await db.query(sql, [], { timeoutMs: 10_000 });
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(SqlError);
    expect((error as SqlError).code, (error as SqlError).message).not.toBe('internal');
    return error as SqlError;
  }
}

const MEBIBYTE = 1 << 20;

describe('random bytes', () => {
  it('as SQL', async () => {
    expect(await outcome(Buffer.from(bytes(10 * MEBIBYTE, 1)).toString('latin1'))).toBeDefined();
    for (let seed = 2; seed < 60; seed++) {
      await outcome(Buffer.from(bytes(200, seed)).toString('latin1'));
    }
  }, 60_000);

  it.each(['parquet', 'csv', 'json'])(
    'as %s',
    async (extension) => {
      const file = join(scratch, `random.${extension}`).replaceAll('\\', '/');
      writeFileSync(file, bytes(10 * MEBIBYTE, 7));
      const error = await outcome(`select count(*) from '${file}'`);
      if (extension === 'parquet') expect(error?.code).toBe('io');
      if (error !== undefined) expect(error.message).toContain(`random.${extension}`);
    },
    60_000,
  );

  it('inside a Parquet file', async () => {
    const file = join(scratch, 'good.parquet').replaceAll('\\', '/');
    await db.exec(`copy (select range as a, range::varchar as b from range(5000)) to '${file}'`);
    const { readFileSync } = await import('node:fs');
    const good = readFileSync(file);
    for (let seed = 1; seed < 30; seed++) {
      const damaged = Uint8Array.from(good);
      const noise = bytes(8, seed);
      const at = (seed * 7919) % (damaged.length - 8);
      damaged.set(noise, at);
      const broken = join(scratch, `broken-${seed}.parquet`).replaceAll('\\', '/');
      writeFileSync(broken, damaged);
      await outcome(`select count(b), sum(a) from '${broken}'`);
    }
  }, 60_000);
});

describe('mistakes', () => {
  it('in names of files list near ones', async () => {
    writeFileSync(join(scratch, 'people.csv'), 'a,b\n1,x\n');
    const error = await outcome(`select * from '${scratch.replaceAll('\\', '/')}/poeple.csv'`);
    expect([error?.code, error?.sqlState]).toEqual(['io', '58P01']);
    expect(error?.hint).toContain('people.csv');
  });

  it('in the nesting of expressions stop at a limit', async () => {
    const error = await outcome(`select ${'('.repeat(50_000)}1${')'.repeat(50_000)}`);
    expect([error?.code, error?.sqlState]).toEqual(['resource', '54001']);
  });
});
