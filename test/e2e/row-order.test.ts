import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open, type Session } from '@windrow/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/*
 * Rows are written in the order in which their query has them, however many threads write. The tables have
 * many morsels, and the threads get them in turns.
 */

const ROWS = 700_000;

let db: Session;
let directory: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'windrow-order-'));
  db = await open({ threads: 3 });
});
afterAll(async () => {
  await db.close();
  rmSync(directory, { recursive: true, force: true });
});

/** How often a table's rows, as a scan has them, are not what follows the row before. */
async function breaks(from: string): Promise<unknown> {
  const placed = `select n, row_number() over () as place from ${from}`;
  return (await db.query(`select count(*) from (${placed}) where n <> place - 1`)).value();
}

const count = async (from: string) => (await db.query(`select count(*) from ${from}`)).value();

describe('rows keep their order', () => {
  const numbers = `select range as n, 'text ' || range as t, range % 3 = 0 as f from range(${ROWS})`;

  it('in CREATE TABLE AS and INSERT … SELECT', async () => {
    await db.query(`create table made as ${numbers}`);
    expect(await breaks('made')).toBe(0n);
    await db.query(`insert into made select n + ${ROWS}, t, f from made where n < ${ROWS}`);
    expect(await count('made')).toBe(BigInt(2 * ROWS));
    expect(await breaks('made')).toBe(0n);
  });

  it('in a table of what passes a filter, a union and a join', async () => {
    await db.query(`create table parts as
      select n // 7 as n from made where n % 7 = 0 and n < ${7 * 60_000}
      union all
      select range + 60000 from range(200000)`);
    await db.query(`create table joined as
      select parts.n, d.n as d from parts left join (select range as n from range(10)) d
      on parts.n % 10 = d.n`);
    expect([await count('parts'), await count('joined')]).toEqual([260_000n, 260_000n]);
    expect([await breaks('parts'), await breaks('joined')]).toEqual([0n, 0n]);
  });

  it('in a table ordered on purpose', async () => {
    await db.query(`create table turned as select ${ROWS} - 1 - n as n from (
      select n from made where n < ${ROWS} order by n desc)`);
    expect(await breaks('turned')).toBe(0n);
  });

  it.each(['parquet', 'csv', 'json', 'arrow'])('in a %s file', async (format) => {
    const path = join(directory, `numbers.${format}`);
    await db.query(`copy (${numbers}) to '${path}' (format ${format})`);
    expect(await count(`'${path}'`)).toBe(BigInt(ROWS));
    if (format === 'csv') {
      const lines = readFileSync(path, 'utf8').split('\n').slice(1, -1);
      expect(lines.filter((line, row) => Number.parseInt(line, 10) !== row)).toEqual([]);
    }
    expect(await breaks(`'${path}'`)).toBe(0n);
  });
});
