import { columnsOf, type Expr, isNested, type Literal, SqlError } from '@windrow/core';
import type { PlanningContext } from '../plan-context.ts';

type FoldContext = Pick<PlanningContext, 'traits' | 'evaluateConstant'>;

/**
 * The expression as a literal when it has the same value for the whole statement; undefined when it
 * reads columns, is volatile or nested, or fails (then it has to fail at run time, if it is reached at all).
 */
export function foldToLiteral(expr: Expr, context: FoldContext): Literal | undefined {
  if (expr.kind === 'literal') return expr;
  // A list may be as long as a table (`range(1000000)`), and a plan is no place for it.
  if (isNested(expr.type)) return undefined;
  if (columnsOf(expr).size > 0 || context.traits.isVolatile(expr)) return undefined;
  try {
    const value = context.evaluateConstant(expr);
    return { kind: 'literal', value, type: expr.type, span: expr.span };
  } catch (error) {
    if (error instanceof SqlError && error.code === 'execution') return undefined;
    throw error;
  }
}
