import { SqlError } from '@windrow/core';
import {
  type Deallocate,
  type Execute,
  type ExecuteArgument,
  type ExecuteImmediate,
  type Prepare,
  parseStatement,
  type Statement,
} from '@windrow/parser';
import { constantValue } from '../constants.ts';
import type { Database, StatementContext } from '../database.ts';
import type { TypedLiteral } from '../values.ts';
import type { Handler } from './handler.ts';
import { changed } from './outcome.ts';

export const prepare: Handler<Prepare> = async (db, { name, statement }, context) => {
  db.prepared.set(name.name.toLowerCase(), { statement, text: context.text });
  return changed(db, 'PREPARE', context);
};

/** A statement with the context that it runs in. */
export interface StatementRun {
  readonly statement: Statement;
  readonly context: StatementContext;
}

/** What EXECUTE runs. @throws SqlError `bind` 26000 when nothing was prepared under the name. */
export function preparedStatement(
  db: Database,
  node: Execute,
  context: StatementContext,
): StatementRun {
  const prepared = db.prepared.get(node.name.name.toLowerCase());
  if (prepared === undefined) throw unknownStatement(node.name.name, node.span);
  const parameters = argumentValues(db, node.arguments, context);
  const { statement, text } = prepared;
  return { statement, context: { ...context, text, parameters } };
}

/** What EXECUTE IMMEDIATE runs. */
export function immediateStatement(
  db: Database,
  node: ExecuteImmediate,
  context: StatementContext,
): StatementRun {
  const { value: text } = constantValue(db, node.statement, context);
  if (typeof text !== 'string') {
    throw new SqlError('type', 'EXECUTE IMMEDIATE takes the text of a statement', {
      span: node.statement.span,
    });
  }
  const parameters = argumentValues(db, node.arguments, context);
  return { statement: parseStatement(text), context: { ...context, text, parameters } };
}

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
