import {
  type Catalog,
  type Expr,
  formatLiteral,
  type LiteralValue,
  SharedMemory,
  SqlError,
  typeName,
} from '@windrow/core';
import { evaluateConstant } from '@windrow/executor';
import { createRegistry, type MutableFunctionRegistry } from '@windrow/functions';
import { parseExpression } from '@windrow/parser';
import { type BindContext, bindExpression } from '@windrow/planner';
import { NOW_MICROS } from './evaluate.ts';

export const registry: MutableFunctionRegistry = createRegistry();
const memory = SharedMemory.create();
const catalog: Catalog = { lookup: () => undefined, names: () => [] };

const unused = (): never => {
  throw new Error('expressions have no tables');
};

/** Type and text of a SQL expression without columns, computed by parser, binder and generated code. */
export function evaluateSql(sql: string, timeZone = 'UTC'): { type: string; text: string } {
  const session = { nowMicros: NOW_MICROS, timeZone };
  const evaluate = (expr: Expr): LiteralValue =>
    evaluateConstant(expr, { functions: registry, session, memory });
  const context: BindContext = {
    functions: registry,
    catalog,
    text: sql,
    evaluateConstant: evaluate,
    parseQuery: unused,
    openPath: unused,
  };
  const expr = bindExpression(parseExpression(sql), context);
  return { type: typeName(expr.type), text: formatLiteral(evaluate(expr), expr.type) };
}

/** As {@link evaluateSql}, the text alone; an error as `error` and its SQLSTATE. */
export function textOf(sql: string, timeZone = 'UTC'): string {
  try {
    return evaluateSql(sql, timeZone).text;
  } catch (error) {
    if (error instanceof SqlError && error.code !== 'internal') return `error ${error.sqlState}`;
    throw error;
  }
}
