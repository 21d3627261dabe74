import { SqlError } from '@windrow/core';
import type { Statement } from '@windrow/parser';
import type { Database, StatementContext } from '../database.ts';
import type { Execution } from '../execution.ts';
import { copyFrom, copyTo } from './copy.ts';
import { createSchema, createTable, createTableAs, createView } from './create.ts';
import { drop, truncate } from './drop.ts';
import { explain } from './explain.ts';
import type { Handler } from './handler.ts';
import { insert } from './insert.ts';
import { describe, show, summarize } from './inspect.ts';
import { deallocate, immediateStatement, prepare, preparedStatement } from './prepare.ts';
import { pragma, reset, set } from './set.ts';

type Handlers = { readonly [K in Statement['kind']]: Handler<Extract<Statement, { kind: K }>> };

/** A statement that parses but has no meaning yet: 0A000, pointing at it. */
const unsupported =
  (construct: string, hint: string): Handler<Statement> =>
  (_db, statement) =>
    Promise.reject(
      new SqlError('unsupported', `${construct} is not supported yet`, {
        span: statement.span,
        hint,
      }),
    );

const REWRITE = 'Write the changed rows to a new table with CREATE TABLE … AS SELECT.';
const NO_TRANSACTIONS = 'Every statement is a transaction of its own.';
const ONE_DATABASE = 'Open another database with open(), or read its files with FROM.';

const HANDLERS: Handlers = {
  query: (db, query, context) => db.query(query, context),
  createTable,
  createTableAs,
  createView,
  createSchema,
  drop,
  truncate,
  insert,
  copyTo,
  copyFrom,
  explain,
  describe,
  summarize,
  show,
  set,
  reset,
  pragma,
  prepare,
  execute: (db, node, context) => {
    const run = preparedStatement(db, node, context);
    return executeStatement(db, run.statement, run.context);
  },
  executeImmediate: (db, node, context) => {
    const run = immediateStatement(db, node, context);
    return executeStatement(db, run.statement, run.context);
  },
  deallocate,
  update: unsupported('UPDATE', REWRITE),
  delete: unsupported('DELETE', REWRITE),
  merge: unsupported('MERGE', REWRITE),
  alter: unsupported('ALTER', REWRITE),
  createSequence: unsupported('CREATE SEQUENCE', 'Number rows with row_number() OVER ().'),
  createType: unsupported('CREATE TYPE', 'Use the type that it would stand for.'),
  createIndex: unsupported('CREATE INDEX', 'Scans are pruned by statistics without one.'),
  createMacro: unsupported('CREATE MACRO', 'Register a function from JavaScript with udf.scalar.'),
  commentOn: unsupported('COMMENT ON', 'Keep the comment in the script that creates the table.'),
  exportDatabase: unsupported('EXPORT DATABASE', 'Use COPY … TO for each table.'),
  importDatabase: unsupported('IMPORT DATABASE', 'Use CREATE TABLE … AS FROM each file.'),
  setVariable: unsupported('SET VARIABLE', 'Pass the value as a parameter.'),
  declareVariable: unsupported('DECLARE', 'Pass the value as a parameter.'),
  use: unsupported('USE', 'Write the schema before the name: schema.table.'),
  begin: unsupported('BEGIN', NO_TRANSACTIONS),
  commit: unsupported('COMMIT', NO_TRANSACTIONS),
  rollback: unsupported('ROLLBACK', NO_TRANSACTIONS),
  savepoint: unsupported('SAVEPOINT', NO_TRANSACTIONS),
  releaseSavepoint: unsupported('RELEASE SAVEPOINT', NO_TRANSACTIONS),
  attach: unsupported('ATTACH', ONE_DATABASE),
  detach: unsupported('DETACH', ONE_DATABASE),
  analyze: unsupported('ANALYZE', 'Tables in memory keep their statistics themselves.'),
  cacheTable: unsupported('CACHE TABLE', 'CREATE TABLE … AS keeps a result in memory.'),
  uncacheTable: unsupported('UNCACHE TABLE', 'DROP TABLE frees a table.'),
  clearCache: unsupported('CLEAR CACHE', 'DROP TABLE frees a table.'),
  checkpoint: unsupported('CHECKPOINT', 'Tables are in memory; COPY … TO writes files.'),
  vacuum: unsupported('VACUUM', 'Dropped tables are freed at once.'),
  refresh: unsupported('REFRESH', 'Files are looked up again by every statement.'),
  killQuery: unsupported('KILL', 'Abort the signal that the statement was started with.'),
  callStatement: unsupported('CALL', 'Table functions are called in FROM.'),
  unsupported: (_db, { construct, hint, span }) =>
    Promise.reject(
      new SqlError('unsupported', `${construct} is not supported`, {
        span,
        hint: hint ?? undefined,
      }),
    ),
};

/** Runs a statement of any kind. @throws SqlError what the statement deserves. */
export function executeStatement<S extends Statement>(
  db: Database,
  statement: S,
  context: StatementContext,
): Promise<Execution> {
  const handler = HANDLERS[statement.kind] as unknown as Handler<S>;
  return handler(db, statement, context);
}
