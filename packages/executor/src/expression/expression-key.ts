import { type Expr, typeName, unreachable } from '@windrow/core';
import { literalKey } from '../codegen/fused-plan.ts';

/** Equal for expressions of equal structure over the same columns, spans and names aside. */
export function expressionKey(expr: Expr): string {
  switch (expr.kind) {
    case 'literal':
      return `${literalKey(expr.value)}:${typeName(expr.type)}`;
    case 'column':
      return `#${expr.id}`;
    case 'call':
      return `${expr.function}.${expr.overload}(${keys(expr.args)}):${typeName(expr.type)}`;
    case 'cast':
      return `${expr.try ? 'try' : ''}cast(${expressionKey(expr.input)}):${typeName(expr.type)}`;
    case 'conditional':
      return `${expr.operator}(${keys(expr.operands)}):${typeName(expr.type)}`;
    default:
      return unreachable(expr);
  }
}

const keys = (exprs: readonly Expr[]): string => exprs.map(expressionKey).join();
