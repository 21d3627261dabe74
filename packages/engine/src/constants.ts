import { SqlError, type SqlType } from '@windrow/core';
import { type Expression, parseExpression } from '@windrow/parser';
import { bindExpression, bindTypeName } from '@windrow/planner';
import type { Database, StatementContext } from './database.ts';
import type { TypedLiteral } from './values.ts';

/** The value of an expression without columns. @throws SqlError what binding or evaluating it raises. */
export function constantValue(
  db: Database,
  expression: Expression,
  context: StatementContext,
): TypedLiteral {
  const bound = bindExpression(expression, db.bindContext(context));
  return { type: bound.type, value: db.evaluate(bound, context) };
}

/** The type that a name such as `DECIMAL(10,2)` means. @throws SqlError `bind` 42704 */
export function typeNamed(db: Database, name: string): SqlType {
  const context: StatementContext = {
    text: name,
    parameters: new Map(),
    signal: undefined,
    startedAt: performance.now(),
  };
  const expression = parseExpression(`CAST(NULL AS ${name})`);
  if (expression.kind !== 'cast') throw new SqlError('bind', `"${name}" is not a type`);
  return bindTypeName(expression.type, db.bindContext(context));
}
