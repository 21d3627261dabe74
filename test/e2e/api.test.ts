import { formatSqlError, ident, open, raw, type Session, SqlError } from '@windrow/engine';
import { tableFromArrays } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let db: Session;
beforeAll(async () => {
  db = await open({ threads: 2 });
});
afterAll(() => db.close());

async function errorOf(promise: Promise<unknown>): Promise<SqlError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SqlError);
  return error as SqlError;
}

describe('query', () => {
  it('gives rows, arrays, columns, one and value', async () => {
    const result = await db.query(
      'select 1 as a, 2::bigint as b, 1.50 as c union all select 3, 4, 5 order by a',
    );
    expect(result.columns).toEqual([
      { name: 'a', type: 'INTEGER' },
      { name: 'b', type: 'BIGINT' },
      { name: 'c', type: 'DECIMAL(12,2)' },
    ]);
    expect(result.rows).toEqual([
      { a: 1, b: 2n, c: '1.50' },
      { a: 3, b: 4n, c: '5.00' },
    ]);
    expect(result.arrays()).toEqual([
      [1, 2n, '1.50'],
      [3, 4n, '5.00'],
    ]);
    expect(result.toArrow().numRows).toBe(2);
    expect((await db.query('select 42')).value()).toBe(42);
    expect((await errorOf((async () => result.one())())).sqlState).toBe('21000');
  });

  it('binds parameters by position and name', async () => {
    expect((await db.query('select $1 + $2 as s', [1, 2])).value()).toBe(3);
    expect((await db.query('select ? || ?', ['a', 'b'])).value()).toBe('ab');
    expect((await db.query('select :x::int * 2', { x: 21 })).value()).toBe(42);
    const drop = "'; drop table t; --";
    expect((await db.query('select $1', [drop])).value()).toBe(drop);
    expect((await errorOf(db.query('select $1'))).sqlState).toBe('42P02');
  });

  it('has a tag that binds values and splices only what is marked', async () => {
    const name = 'odd "name"';
    const { rows } = await db.sql`select ${41} + 1 as ${ident(name)} ${raw('where true')}`;
    expect(rows).toEqual([{ [name]: 42 }]);
  });

  it('converts numbers as asked', async () => {
    const sql = 'select 1::bigint as b, 2.5::decimal(4,1) as d';
    const options = { bigint: 'number-if-safe', decimal: 'number' } as const;
    expect((await db.query(sql, [], options)).rows).toEqual([{ b: 1, d: 2.5 }]);
  });
});

describe('stream', () => {
  it('yields record batches, and stops when the loop is left', async () => {
    let rows = 0;
    for await (const batch of db.stream('select range from range(1000000)')) {
      rows += batch.numRows;
      if (rows > 100_000) break;
    }
    expect(rows).toBeLessThan(1_000_000);
    expect((await db.query('select 1')).value()).toBe(1);
  });

  it('streams rows', async () => {
    const seen: unknown[] = [];
    for await (const row of db.stream('select range as n from range(3)').rows()) seen.push(row);
    expect(seen).toEqual([{ n: 0n }, { n: 1n }, { n: 2n }]);
  });
});

describe('user functions', () => {
  it('are called row by row, in filters and projections', async () => {
    db.udf.scalar('shout', (text: string) => `${text.toUpperCase()}!`, {
      args: ['VARCHAR'],
      returns: 'VARCHAR',
    });
    const { rows } = await db.query(
      "select shout(s) as x from (values ('a'), (null), ('b')) t(s) where shout(s) is null or shout(s) > 'A!'",
    );
    expect(rows).toEqual([{ x: null }, { x: 'B!' }]);
  });

  it('take whole columns in vector mode', async () => {
    db.udf.scalar('twice', (xs: Float64Array) => xs.map((x) => x * 2), {
      args: ['DOUBLE'],
      returns: 'DOUBLE',
      mode: 'vector',
    });
    expect((await db.query('select sum(twice(range::double)) from range(1000)')).value()).toBe(
      999_000,
    );
  });

  it('fail with 38000 and their cause', async () => {
    db.udf.scalar(
      'broken',
      () => {
        throw new Error('out of order');
      },
      { args: ['INTEGER'], returns: 'INTEGER' },
    );
    const error = await errorOf(db.query('select broken(1)'));
    expect([error.sqlState, error.message]).toEqual([
      '38000',
      'user function "broken" failed: out of order',
    ]);
  });
});

describe('register', () => {
  it('makes tables of objects and of Arrow tables', async () => {
    db.register('people', [
      { name: 'Ada', age: 36, joined: new Date(0) },
      { name: null, age: 7.5, joined: null },
    ]);
    expect(
      (await db.query('select count(*) as n, sum(age) as s, max(joined) as j from people')).rows,
    ).toEqual([{ n: 2n, s: 43.5, j: new Date(0) }]);
    db.register('arrow_table', tableFromArrays({ a: Int32Array.of(1, 2, 3), b: ['x', 'y', 'x'] }));
    expect(
      (await db.query('select b, sum(a) as s from arrow_table group by b order by b')).rows,
    ).toEqual([
      { b: 'x', s: 4n },
      { b: 'y', s: 2n },
    ]);
  });
});

describe('running', () => {
  it('cancels within 100 ms, and stays usable', async () => {
    const controller = new AbortController();
    const running = db.query('select count(*) from range(3000000000) a', [], {
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(), 100);
    const startedAt = performance.now();
    const error = await errorOf(running);
    expect(error.code).toBe('cancelled');
    expect(performance.now() - startedAt).toBeLessThan(1000);
    expect((await db.query('select 1')).value()).toBe(1);
  });

  it('keeps its memory over a thousand queries', async () => {
    const run = () =>
      db.query(
        'select range % 7 as g, count(*), max(range) from range(5000) group by g order by g',
      );
    for (let i = 0; i < 50; i++) await run();
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 1000; i++) await run();
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
  });

  it('names the memory limit and stays usable', async () => {
    const small = await open({ threads: 2, memoryLimit: '48MB' });
    try {
      const error = await errorOf(small.query('select array_agg(range) from range(10000000)'));
      expect([error.code, error.sqlState]).toEqual(['resource', '53200']);
      expect((await small.query('select 1')).value()).toBe(1);
    } finally {
      await small.close();
    }
  });

  it('keeps the main thread free', async () => {
    let ticks = 0;
    const timer = setInterval(() => {
      ticks += 1;
    }, 5);
    const startedAt = performance.now();
    await db.query('select sum(range % 13), max(range) from range(30000000)');
    const elapsedMs = performance.now() - startedAt;
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(elapsedMs / 50);
  });
});

describe('errors', () => {
  it('know their place and what to do', async () => {
    const error = await errorOf(db.query('select 1;\nselect  upperr(1)'));
    expect(formatSqlError(error)).toContain(
      '  line 2, column 9\n  select  upperr(1)\n          ^~~~~~',
    );
    expect(error.hint).toContain('upper');
  });

  it('name both types', async () => {
    const error = await errorOf(
      db.query("select case when true then date '2020-01-01' else 1 end"),
    );
    expect(error.code).toBe('type');
    expect(error.message).toContain('DATE');
    expect(error.message).toContain('INTEGER');
  });

  it('are raised at the right expression', async () => {
    const error = await errorOf(db.query('select 1, 2147483647::int + range::int from range(2)'));
    expect(error.sqlState).toBe('22003');
    expect(error.message).toContain('2147483647');
  });
});
