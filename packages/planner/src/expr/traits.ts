import {
  type ColumnId,
  children,
  type Expr,
  type FunctionRegistry,
  type ScalarOverload,
  unreachable,
  visitExpr,
} from '@windrow/core';

/** What holds of an expression whatever the rows are. */
export interface ExprTraits {
  /** Gives another value each time it is evaluated, so that it must stay where it is. */
  isVolatile(expr: Expr): boolean;
  /** Can fail for some values, so that it must not see rows it would not have seen as written. */
  mayRaise(expr: Expr): boolean;
  /** Can be NULL. Never false when it might be. */
  isNullable(expr: Expr): boolean;
  /** Is never true for a row in which all of `columns` are NULL: as a filter it drops such rows. */
  rejectsNulls(predicate: Expr, columns: ReadonlySet<ColumnId>): boolean;
}

/** Values that an expression can take once some columns are NULL; `other` is any non-boolean value. */
interface Possible {
  readonly isTrue: boolean;
  readonly isFalse: boolean;
  readonly isNull: boolean;
}

const ANYTHING: Possible = { isTrue: true, isFalse: true, isNull: true };
const ONLY_NULL: Possible = { isTrue: false, isFalse: false, isNull: true };

/** Reads definitions from the registry; a function that it does not know is taken for the worst. */
export function createExprTraits(functions: FunctionRegistry): ExprTraits {
  const overloadOf = (expr: Expr & { kind: 'call' }): ScalarOverload | undefined =>
    functions.scalar(expr.function)?.overloads[expr.overload];

  const some = (expr: Expr, test: (node: Expr) => boolean): boolean => {
    let found = false;
    visitExpr(expr, (node) => {
      found ||= test(node);
      return !found;
    });
    return found;
  };

  const isVolatile = (expr: Expr): boolean =>
    some(
      expr,
      (node) =>
        node.kind === 'call' &&
        functions.scalar(node.function)?.volatility !== 'immutable' &&
        functions.scalar(node.function)?.volatility !== 'stable',
    );

  const castOf = (expr: Expr & { kind: 'cast' }) =>
    functions.cast(expr.input.type, expr.type, { try: expr.try });

  const mayRaise = (expr: Expr): boolean =>
    some(expr, (node) => {
      if (node.kind === 'call') return overloadOf(node)?.raises ?? overloadOf(node) === undefined;
      if (node.kind === 'cast') return !node.try && (castOf(node)?.raises ?? true);
      return false;
    });

  const isNullable = (expr: Expr): boolean => {
    switch (expr.kind) {
      case 'literal':
        return expr.value === null;
      case 'column':
        return expr.nullable;
      case 'call': {
        const overload = overloadOf(expr);
        if (overload === undefined || overload.returnsNull === true) return true;
        const propagates = functions.scalar(expr.function)?.nulls === 'propagate';
        return propagates && expr.args.some(isNullable);
      }
      case 'cast':
        return expr.try || (castOf(expr)?.returnsNull ?? true) || isNullable(expr.input);
      case 'conditional':
        switch (expr.operator) {
          case 'and':
          case 'or':
            return expr.operands.some(isNullable);
          case 'coalesce':
            return expr.operands.every(isNullable);
          case 'case':
            return expr.operands.some(
              (operand, i) =>
                (i % 2 === 1 || i === expr.operands.length - 1) && isNullable(operand),
            );
          default:
            return unreachable(expr.operator);
        }
      default:
        return unreachable(expr);
    }
  };

  const possible = (expr: Expr, nulls: ReadonlySet<ColumnId>): Possible => {
    switch (expr.kind) {
      case 'literal':
        return {
          isTrue: expr.value !== null && expr.value !== false,
          isFalse: expr.value !== null && expr.value !== true,
          isNull: expr.value === null,
        };
      case 'column':
        return nulls.has(expr.id) ? ONLY_NULL : ANYTHING;
      case 'cast':
        return isOnlyNull(possible(expr.input, nulls)) ? ONLY_NULL : ANYTHING;
      case 'call':
        return possibleOfCall(expr.function, expr.args, nulls);
      case 'conditional':
        return possibleOfConditional(expr.operator, expr.operands, nulls);
      default:
        return unreachable(expr);
    }
  };

  const possibleOfCall = (
    name: string,
    args: readonly Expr[],
    nulls: ReadonlySet<ColumnId>,
  ): Possible => {
    const [first] = args;
    const inner = first === undefined ? ANYTHING : possible(first, nulls);
    switch (name) {
      case 'not':
        return { isTrue: inner.isFalse, isFalse: inner.isTrue, isNull: inner.isNull };
      case 'is_null':
        return { isTrue: inner.isNull, isFalse: inner.isTrue || inner.isFalse, isNull: false };
      case 'is_not_null':
        return { isTrue: inner.isTrue || inner.isFalse, isFalse: inner.isNull, isNull: false };
      case 'is_true':
        return { isTrue: inner.isTrue, isFalse: inner.isFalse || inner.isNull, isNull: false };
      case 'is_not_true':
        return { isTrue: inner.isFalse || inner.isNull, isFalse: inner.isTrue, isNull: false };
      case 'is_false':
        return { isTrue: inner.isFalse, isFalse: inner.isTrue || inner.isNull, isNull: false };
      case 'is_not_false':
        return { isTrue: inner.isTrue || inner.isNull, isFalse: inner.isFalse, isNull: false };
      default: {
        const propagates = functions.scalar(name)?.nulls === 'propagate';
        return propagates && args.some((arg) => isOnlyNull(possible(arg, nulls)))
          ? ONLY_NULL
          : ANYTHING;
      }
    }
  };

  const possibleOfConditional = (
    operator: 'and' | 'or' | 'case' | 'coalesce',
    operands: readonly Expr[],
    nulls: ReadonlySet<ColumnId>,
  ): Possible => {
    const each = operands.map((operand) => possible(operand, nulls));
    switch (operator) {
      case 'and':
        return {
          isTrue: each.every((p) => p.isTrue),
          isFalse: each.some((p) => p.isFalse),
          isNull: each.some((p) => p.isNull),
        };
      case 'or':
        return {
          isTrue: each.some((p) => p.isTrue),
          isFalse: each.every((p) => p.isFalse),
          isNull: each.some((p) => p.isNull),
        };
      case 'coalesce':
        return union(
          each,
          each.every((p) => p.isNull),
        );
      case 'case': {
        const results = each.filter((_, i) => i % 2 === 1 || i === each.length - 1);
        return union(
          results,
          results.some((p) => p.isNull),
        );
      }
      default:
        return unreachable(operator);
    }
  };

  return {
    isVolatile,
    mayRaise,
    isNullable,
    rejectsNulls: (predicate, columns) => !possible(predicate, columns).isTrue,
  };
}

const isOnlyNull = (p: Possible): boolean => p.isNull && !p.isTrue && !p.isFalse;

const union = (each: readonly Possible[], isNull: boolean): Possible => ({
  isTrue: each.some((p) => p.isTrue),
  isFalse: each.some((p) => p.isFalse),
  isNull,
});

/** Is it a constant, a column, or something cheap over one? Copying it costs next to nothing. */
export const isCheap = (expr: Expr): boolean =>
  expr.kind === 'column' ||
  expr.kind === 'literal' ||
  (expr.kind === 'cast' && children(expr).every(isCheap));
