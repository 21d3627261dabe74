import { open, type Session } from '@windrow/engine';
import { type Server, serve } from '@windrow/server';
import { BasicAuth, Trino } from 'trino-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** The endpoint as an existing client sees it: npm trino-client, unmodified. */
let db: Session;
let server: Server;
let client: Trino;

beforeAll(async () => {
  db = await open({ threads: 2 });
  server = await serve(db, { port: 0 });
  client = Trino.create({ server: server.url, auth: new BasicAuth('tester') });
});

afterAll(async () => {
  await server.close();
  await db.close();
});

interface Answer {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: unknown[][];
  readonly updateType: string | undefined;
  readonly error: { readonly errorName: string; readonly message: string } | undefined;
  readonly pages: number;
}

async function ask(sql: string): Promise<Answer> {
  let answer: Answer = { columns: [], rows: [], updateType: undefined, error: undefined, pages: 0 };
  for await (const page of await client.query(sql)) {
    answer = {
      columns: answer.columns.length > 0 ? answer.columns : (page.columns ?? []),
      rows: answer.rows.concat((page.data ?? []) as unknown[][]),
      updateType: (page as { updateType?: string }).updateType ?? answer.updateType,
      error: page.error ?? answer.error,
      pages: answer.pages + 1,
    };
  }
  return answer;
}

describe('trino-client', () => {
  it('selects values of many types', async () => {
    const { columns, rows } = await ask(
      `select 1 as i, 9007199254740991::bigint as b, 1.0::double as d, 1.50::decimal(5,2) as n,
         'text' as s, true as t, date '2024-02-29' as day, timestamp '2024-01-02 03:04:05.6' as ts,
         null as nothing, [1, 2] as l`,
    );
    expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'i integer',
      'b bigint',
      'd double',
      'n decimal(5,2)',
      's varchar',
      't boolean',
      'day date',
      'ts timestamp(3)',
      'nothing varchar',
      'l array(integer)',
    ]);
    expect(rows).toEqual([
      [
        1,
        9007199254740991,
        1,
        '1.50',
        'text',
        true,
        '2024-02-29',
        '2024-01-02 03:04:05.600',
        null,
        [1, 2],
      ],
    ]);
  });

  it('makes, fills and drops a table', async () => {
    const created = await ask('create table t (a integer, b varchar)');
    expect([created.updateType, created.rows]).toEqual(['CREATE TABLE', [[true]]]);
    const inserted = await ask("insert into t values (1, 'x'), (2, null)");
    expect([inserted.updateType, inserted.rows]).toEqual(['INSERT', [[2]]]);
    expect((await ask('select * from t order by a')).rows).toEqual([
      [1, 'x'],
      [2, null],
    ]);
    expect((await ask('drop table t')).updateType).toBe('DROP TABLE');
  });

  it('reports errors with their place', async () => {
    const { error } = await ask('select wrong from (select 1 as right_one) t');
    expect(error).toMatchObject({
      errorName: 'COLUMN_NOT_FOUND',
      errorType: 'USER_ERROR',
      errorLocation: { lineNumber: 1, columnNumber: 8 },
    });
    expect((await ask('selec 1')).error?.errorName).toBe('SYNTAX_ERROR');
  });

  it('pages through 200,000 rows', async () => {
    const { rows, pages } = await ask('select range as n from range(200000)');
    expect(rows.length).toBe(200_000);
    expect(pages).toBeGreaterThan(20);
    expect(rows.every(([n], index) => n === index)).toBe(true);
  });
});

describe('protocol', () => {
  const post = (sql: string, headers: Record<string, string> = { 'X-Trino-User': 'tester' }) =>
    fetch(`${server.url}/v1/statement`, { method: 'POST', body: sql, headers });
  interface Body {
    readonly id: string;
    readonly nextUri?: string;
    readonly data?: unknown;
    readonly columns?: unknown;
    readonly error?: { readonly errorName: string };
  }
  const bodyOf = async (reply: Response): Promise<Body> => (await reply.json()) as Body;

  it('answers a POST without rows', async () => {
    const body = await bodyOf(await post('select 1'));
    expect(body.nextUri).toContain('/v1/statement/executing/');
    expect([body.data, body.columns]).toEqual([undefined, undefined]);
  });

  it('gives the same page for the same token, 410 for an older and 404 for an unknown one', async () => {
    const first = await bodyOf(await post('select range from range(20000)'));
    const page = await (await fetch(first.nextUri ?? '')).text();
    expect(await (await fetch(first.nextUri ?? '')).text()).toBe(page);
    const next = (JSON.parse(page) as Body).nextUri ?? '';
    expect((await fetch(next)).status).toBe(200);
    expect((await fetch(first.nextUri ?? '')).status).toBe(410);
    expect((await fetch(`${next}0`)).status).toBe(404);
    expect(
      (await fetch(next.replace(/executing\/([^/]+)\/[^/]+/, 'executing/$1/wrong'))).status,
    ).toBe(404);
  });

  it('writes doubles as float tokens and big integers as digits', async () => {
    const first = await bodyOf(
      await post("select 1.0::double, 9223372036854775807, 'nan'::double"),
    );
    let text = '';
    for (let uri = first.nextUri; uri !== undefined; ) {
      const page = await (await fetch(uri)).text();
      text += page;
      uri = (JSON.parse(page) as Body).nextUri;
    }
    expect(text).toContain('"data":[[1.0,9223372036854775807,"NaN"]]');
  });

  it('cancels with 204, and says so afterwards', async () => {
    const first = await bodyOf(
      await post('select count(*) from range(100000000) a, range(1000) b'),
    );
    expect((await fetch(first.nextUri ?? '', { method: 'DELETE' })).status).toBe(204);
    const after = await bodyOf(await fetch(first.nextUri ?? ''));
    expect(after.error?.errorName).toBe('USER_CANCELED');
    expect(after.nextUri).toBeUndefined();
  });

  it('builds addresses from what a proxy says', async () => {
    const body = await bodyOf(
      await post('select 1', {
        'X-Trino-User': 'tester',
        'X-Forwarded-Proto': 'https',
        'X-Forwarded-Host': 'sql.example.org',
      }),
    );
    expect(body.nextUri).toMatch(/^https:\/\/sql\.example\.org\/v1\/statement\//);
  });

  it('wants a user', async () => {
    expect((await post('select 1', {})).status).toBe(401);
  });

  it('introduces itself', async () => {
    const info = (await (await fetch(`${server.url}/v1/info`)).json()) as Record<string, unknown>;
    expect(info).toMatchObject({ coordinator: true, starting: false, environment: 'windrow' });
  });
});
