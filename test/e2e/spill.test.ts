import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SqlError } from '@windrow/core';
import { open, type Session } from '@windrow/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/*
 * Queries that need more memory than there is: the same answers, within the limit, and no file is left.
 */

const ROWS = 500_000;

const LIMIT = '24MiB';

let directory: string;
let temporary: string;
let roomy: Session;
let limited: Session;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'windrow-spill-'));
  temporary = join(directory, 'temporary');
  roomy = await open({ threads: 2 });
  limited = await open({ threads: 2, memoryLimit: LIMIT, tempDirectory: temporary });
  const file = join(directory, 't.parquet').replaceAll('\\', '/');
  await roomy.exec(`copy (
    select range as id, (range * 7919) % 1000003 as shuffled, (range * 31) % 5000 as few,
      case when range % 5 = 0 then null else 'text ' || (range * 131) % 100003 end as name,
      (range * 37) % 1009 as part
    from range(${ROWS})
  ) to '${file}' (format parquet, row_group_size 20000)`);
  for (const db of [roomy, limited]) {
    await db.exec(`create view t as select * from '${file}'`);
  }
}, 60_000);

afterAll(async () => {
  await roomy.close();
  await limited.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Files below the directory for temporary ones. */
function filesLeft(): string[] {
  try {
    return readdirSync(temporary, { recursive: true, encoding: 'utf8' }).filter((name) =>
      statSync(join(temporary, name)).isFile(),
    );
  } catch {
    return [];
  }
}

async function errorOf(run: Promise<unknown>): Promise<SqlError> {
  const error = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof SqlError) return error;
  throw new Error(`expected a SqlError, not ${String(error)}`);
}

describe('operators that need more memory than there is', () => {
  it.each([
    ['sort', 'select id, name from t order by shuffled, id desc'],
    ['sort', 'select id, few from t order by name nulls first, few, id desc'],
    ['sort', 'select id from t order by few > 10'],
    [
      'aggregate',
      `select count(*), sum(n), sum(s), min(least), max(length(greatest)) from (
       select shuffled % 300000 as k, count(*) as n, sum(id) as s, min(name) as least, max(name) as greatest
       from t group by k)`,
    ],
    [
      'aggregate',
      `select count(*), sum(m), sum(d), sum(length(l)) from (
       select id % 60000 as k, median(shuffled) as m, count(distinct few) as d,
         string_agg(name, ',' order by id) as l from t group by k)`,
    ],
    ['aggregate', 'select count(*), sum(length(name)) from (select distinct name, few from t)'],
    [
      'hashJoin',
      `select count(*), sum(a.few * b.id % 1000007), max(b.name)
       from t a join t b on a.shuffled = b.id`,
    ],
    [
      'hashJoin',
      `select count(*), count(b.id), sum(a.id), max(b.name)
       from t a left join t b on a.shuffled = b.id and b.few < 2500`,
    ],
    [
      'hashJoin',
      `select count(*), count(a.id), count(b.id), max(a.name)
       from (select * from t where part < 500) a full join t b on a.name = b.name and a.id = b.id`,
    ],
    [
      'hashJoin',
      `select count(*), sum(id) from t a
       where not exists (select 1 from t b where b.shuffled = a.id and b.few > a.few)`,
    ],
    [
      'window',
      `select count(*), sum(r * id % 1000007), sum(s) from (
       select id, row_number() over (partition by part order by shuffled, id) as r,
         sum(few) over (partition by part order by id rows 3 preceding) as s from t)`,
    ],
    [
      'cte',
      `with kept as materialized (select id, shuffled, name from t where few < 4000)
       select count(*), sum(shuffled), max(name) from (
         select * from kept union all select id + 1, shuffled, name from kept)`,
    ],
  ])('%s: %s', async (operator, sql) => {
    const expected = (await roomy.query(sql)).literals();
    const result = await limited.query(sql);
    expect(result.literals()).toEqual(expected);
    const { operators, spilledBytes } = await result.stats;
    const spilled = operators.filter((each) => each.spilledBytes > 0).map(({ name }) => name);
    expect(spilled).toContain(operator);
    expect(spilledBytes).toBeGreaterThan(0n);
    expect(filesLeft()).toEqual([]);
  });

  it('show what they wrote', async () => {
    const lines = await limited.query('explain analyze select * from t order by name, id');
    const text = lines.literals().join('\n');
    expect(text).toMatch(/Sort name, id {2}\[.*MiB spilled\]/);
  });

  it('need none of it to scan, filter and aggregate a file larger than the limit', async () => {
    const wide = join(directory, 'wide.parquet').replaceAll('\\', '/');
    const columns = Array.from({ length: 12 }, (_, i) => `hash(range + ${i}) as c${i}`).join(', ');
    await roomy.exec(`copy (select range as id, ${columns} from range(${ROWS}))
      to '${wide}' (format parquet, row_group_size 20000)`);
    expect(statSync(wide).size).toBeGreaterThan(30 * 2 ** 20);
    const sql = `select count(*), min(c0), max(c3), count(c11), sum(id % 7) from '${wide}' where c5 % 2 = 0`;
    const expected = (await roomy.query(sql)).literals();
    const result = await limited.query(sql);
    expect(result.literals()).toEqual(expected);
    expect((await result.stats).spilledBytes).toBe(0n);
  });
});

describe('temporary files', () => {
  it('go when the query fails', async () => {
    const failing = `select cast(name as integer) from (select * from t order by shuffled, id)
      where shuffled > 990000`;
    expect((await errorOf(limited.query(failing))).code).toBe('execution');
    expect(filesLeft()).toEqual([]);
  });

  it('go when the query is cancelled', async () => {
    const controller = new AbortController();
    let files = 0;
    for await (const _batch of limited.stream('select * from t order by shuffled, id', [], {
      signal: controller.signal,
    })) {
      files = filesLeft().length;
      break;
    }
    expect(files).toBeGreaterThan(0);
    expect(filesLeft()).toEqual([]);
    const running = limited.query('select * from t order by shuffled, id', [], {
      signal: controller.signal,
    });
    while (filesLeft().length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    controller.abort();
    expect((await errorOf(running)).code).toBe('cancelled');
    // The threads stop at their next look.
    while (filesLeft().length > 0) await new Promise((resolve) => setTimeout(resolve, 1));
  });

  it('go at the next open when the process was killed', async () => {
    const script = `
      import { open } from '@windrow/engine';
      const db = await open({ threads: 2, tempDirectory: ${JSON.stringify(temporary)} });
      await db.exec('set force_spill = true');
      for await (const batch of db.stream('select range, hash(range) h from range(300000) order by h')) {
        console.log('running');
        await new Promise(() => setInterval(() => {}, 1000));
      }`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(filesLeft().length).toBeGreaterThan(0);
    const next = await open({ threads: 1, tempDirectory: temporary });
    expect(filesLeft()).toEqual([]);
    await next.close();
  });

  it('are where they are wanted', async () => {
    const elsewhere = join(directory, 'elsewhere');
    await limited.exec(`set temp_directory = '${elsewhere}'`);
    for await (const _batch of limited.stream('select * from t order by shuffled, id')) {
      expect(readdirSync(elsewhere)).toHaveLength(1);
      break;
    }
    await limited.exec('reset temp_directory');
  });

  it('that cannot be made are named', async () => {
    const file = join(directory, 't.parquet');
    await limited.exec(`set temp_directory = '${file}'`);
    const error = await errorOf(limited.query('select * from t order by shuffled, id'));
    expect(error.code).toBe('io');
    expect(error.message).toContain(`cannot create the directory "${file}`);
    await limited.exec('reset temp_directory');
    expect((await limited.query('select 1')).value()).toBe(1);
  });
});

describe('what has to fit into memory', () => {
  it('says so when it does not', async () => {
    const error = await errorOf(limited.query('select array_agg(name) from t'));
    expect([error.code, error.sqlState]).toEqual(['resource', '53200']);
    expect(error.hint).toContain('the rows of one group or window partition');
    expect((await limited.query('select 1')).value()).toBe(1);
  });
});
