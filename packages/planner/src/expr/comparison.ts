import type { Call, Expr } from '@windrow/core';

export type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>=';

const OPERATORS: Readonly<Record<string, ComparisonOperator>> = {
  equal: '=',
  not_equal: '<>',
  less: '<',
  less_equal: '<=',
  greater: '>',
  greater_equal: '>=',
};

/** The function that computes each comparison. */
export const COMPARISON_FUNCTION: Readonly<Record<ComparisonOperator, string>> = {
  '=': 'equal',
  '<>': 'not_equal',
  '<': 'less',
  '<=': 'less_equal',
  '>': 'greater',
  '>=': 'greater_equal',
};

/** `a op b` is `b MIRRORED[op] a`. */
export const MIRRORED: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

/** NOT (a op b) is `a NEGATED[op] b`, for NULLs too; all orders are total, NaN included. */
export const NEGATED: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  '=': '<>',
  '<>': '=',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
};

/** A call of one of the six comparison operators, taken apart. */
export interface ComparisonCall {
  readonly operator: ComparisonOperator;
  readonly left: Expr;
  readonly right: Expr;
  readonly call: Call;
}

/** The comparison that an expression is, or undefined. */
export function comparisonOf(expr: Expr): ComparisonCall | undefined {
  if (expr.kind !== 'call') return undefined;
  const operator = OPERATORS[expr.function];
  const [left, right] = expr.args;
  if (operator === undefined || left === undefined || right === undefined) return undefined;
  return { operator, left, right, call: expr };
}

/** The arguments of a call of the named function with exactly one argument. */
export function argumentOf(expr: Expr, name: string): Expr | undefined {
  return expr.kind === 'call' && expr.function === name && expr.args.length === 1
    ? expr.args[0]
    : undefined;
}
