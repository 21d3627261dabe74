import { SqlError } from '@windrow/core';
import {
  type Deallocate,
  type Execute,
  type ExecuteArgument,
  type ExecuteImmediate,
  type Prepare,
  parseStatement,
} from '@windrow/parser';
import { constantValue } from '../constants.ts';
import type { Database, StatementContext } from '../database.ts';
import type { TypedLiteral } from '../values.ts';
import { executeStatement, type Handler } from './execute.ts';
import { changed } from './outcome.ts';

export const prepare: Handler<Prepare> = async (db, { name, statement }, context) => {
  db.prepared.set(name.name.toLowerCase(), { statement, text: context.text });
  return changed(db, 'PREPARE', context);
};

export const execute: Handler<Execute> = async (db, node, context) => {
  const prepared = db.prepared.get(node.name.name.toLowerCase());
  if (prepared === undefined) throw unknownStatement(node.name.name, node.span);
  const parameters = argumentValues(db, node.arguments, context);
  return executeStatement(db, prepared.statement, { ...context, text: prepared.text, parameters });
};

export const executeImmediate: Handler<ExecuteImmediate> = async (db, node, context) => {
  const { value } = constantValue(db, node.statement, context);
  if (typeof value !== 'string') {
    throw new SqlError('type', 'EXECUTE IMMEDIATE takes the text of a statement', {
      span: node.statement.span,
    });
  }
  const parameters = argumentValues(db, node.arguments, context);
  return executeStatement(db, parseStatement(value), { ...context, text: value, parameters });
};

export const deallocate: Handler<Deallocate> = async (db, node, context) => {
  if (node.name === null) db.prepared.clear();
  else if (!db.prepared.delete(node.name.name.toLowerCase())) {
    throw unknownStatement(node.name.name, node.span);
  }
  return changed(db, 'DEALLOCATE', context);
};

function argumentValues(
  db: Database,
  args: readonly ExecuteArgument[],
  context: StatementContext,
): Map<string, TypedLiteral> {
  return new Map(
    args.map(({ name, value }, index) => [
      name?.name ?? String(index + 1),
      constantValue(db, value, context),
    ]),
  );
}

const unknownStatement = (name: string, span: Execute['span']): SqlError =>
  new SqlError('bind', `no prepared statement is named "${name}"`, {
    span,
    sqlState: '26000',
    hint: `PREPARE ${name} AS … makes it.`,
  });
