import { assert, DATE, DOUBLE, INTEGER, SqlError, VARCHAR } from '@windrow/core';
import { parseExpression, parseStatement } from '@windrow/parser';
import { expect, test } from 'vitest';
import { printLogical } from '../explain/print-logical.ts';
import { testContext } from '../testing/bind.ts';
import { dedent } from '../testing/dedent.ts';
import type { WriteTarget } from './context.ts';
import { bindInsert, bindTableDefinition } from './write.ts';

const TARGET: WriteTarget = {
  name: 'log',
  columns: [
    { name: 'id', type: INTEGER, nullable: false, defaultValue: undefined },
    { name: 'day', type: DATE, nullable: true, defaultValue: undefined },
    { name: 'note', type: VARCHAR, nullable: true, defaultValue: parseExpression(`'none'`) },
    { name: 'weight', type: DOUBLE, nullable: true, defaultValue: parseExpression('1') },
  ],
};

async function insert(sql: string): Promise<string> {
  const statement = parseStatement(sql);
  assert(statement.kind === 'insert', 'the test gives an INSERT');
  const bound = await bindInsert(statement, TARGET, testContext(sql));
  expect(bound.columns.map((column) => column.name)).toEqual(['id', 'day', 'note', 'weight']);
  return printLogical(bound.plan);
}

async function failure(run: () => unknown, sql: string): Promise<string> {
  try {
    await run();
  } catch (thrown) {
    if (!(thrown instanceof SqlError)) throw thrown;
    const { code, sqlState, message, span, hint } = thrown;
    const at = span === undefined ? '' : ` at [${sql.slice(span.start, span.end)}]`;
    return `${code} ${sqlState}: ${message}${at}${hint === undefined ? '' : ` | ${hint}`}`;
  }
  return 'no error';
}

test.each([
  [
    `insert into log values (1, '2020-01-01', 'x', 2)`,
    `
      Project id := col0, day := CAST(col1 AS DATE), note := col2, weight := CAST(col3 AS DOUBLE)
        Values col0, col1, col2, col3: (1, '2020-01-01', 'x', 2)
    `,
  ],
  [
    'insert into log (note, id) values (default, 7)',
    `
      Project id := col1, day := NULL, note := col0, weight := 1
        Values col0, col1: ('none', 7)
    `,
  ],
  [
    'insert into log by name select a as id, c as weight from t',
    `
      Project id := a, day := NULL, note := 'none', weight := c
        Project a, c
          Scan t: a, b, c
    `,
  ],
  [
    'insert into log (id, note) select a, c from t',
    `
      Project id := a, day := NULL, note := CAST(c AS VARCHAR), weight := 1
        Project a, c
          Scan t: a, b, c
    `,
  ],
  [
    'insert into log (id, weight) values (1.5, 2), (3, null)',
    `
      Project id := CAST(col0 AS INTEGER), day := NULL, note := 'none', weight := CAST(col1 AS DOUBLE)
        Values col0, col1: (1.5, 2), (3.0, NULL)
    `,
  ],
  [
    'insert into log default values',
    `
      Project id := NULL, day := NULL, note := 'none', weight := 1
        OneRow
    `,
  ],
])('%s', async (sql, expected) => {
  expect(await insert(sql)).toBe(dedent(expected));
});

test.each([
  [
    'insert into log (nope) values (1)',
    'bind 42703: table "log" has no column "nope" at [nope] | It has id, day, note, weight.',
  ],
  [
    'insert into log (id, id) values (1, 2)',
    'bind 42701: column "id" is named twice at [insert into log (id, id) values (1, 2)]',
  ],
  [
    'insert into log values (1, 2)',
    'syntax 42601: INSERT has 2 values for 4 columns at [values (1, 2)] | Name the columns: INSERT INTO t (a, b) …',
  ],
  [
    'insert into log (day) select a from t',
    'type 42804: column "day" is DATE, the value INTEGER at [select a from t] | Cast it: CAST(… AS DATE).',
  ],
  [
    'insert into log (id) values (1) returning *',
    'unsupported 0A000: RETURNING is not supported at [insert into log (id) values (1) returning *] | Select the rows after inserting them.',
  ],
])('%s', async (sql, expected) => {
  expect(await failure(() => insert(sql), sql)).toBe(expected);
});

const define = (sql: string) => {
  const statement = parseStatement(sql);
  assert(statement.kind === 'createTable', 'the test gives a CREATE TABLE');
  return bindTableDefinition(statement, testContext(sql));
};

test('columns of CREATE TABLE', () => {
  const { schema } = define(
    `create table x (a int not null, b decimal(10, 2) default 1.5, c varchar[])`,
  );
  expect(schema.fields).toEqual([
    { name: 'a', type: INTEGER, nullable: false },
    { name: 'b', type: { kind: 'decimal', precision: 10, scale: 2 }, nullable: true },
    { name: 'c', type: { kind: 'list', element: VARCHAR }, nullable: true },
  ]);
});

test.each([
  ['create table x (a int, A text)', 'bind 42701: the table has two columns named "A" at [A text]'],
  [
    'create table x (a int check (a > 1))',
    'unsupported 0A000: this constraint is not supported at [check (a > 1)] | NOT NULL and DEFAULT are kept; check the rest by a query.',
  ],
  [
    `create table x (a int default 'x'::date)`,
    `type 42804: the default must be INTEGER, not DATE at ['x'::date] | Cast it: CAST(… AS INTEGER).`,
  ],
])('%s', async (sql, expected) => {
  expect(await failure(() => define(sql), sql)).toBe(expected);
});
