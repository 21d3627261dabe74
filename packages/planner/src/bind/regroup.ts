import { BIGINT, type ColumnId, children, type Expr, type Span, withChildren } from '@windrow/core';
import type { CallExpression } from '@windrow/parser';
import { columnRef, exprKey } from '../expr/structure.ts';
import type { LogicalPlan, OutputColumn } from '../logical.ts';
import { mapExpressions, transformPlan } from '../plan-tree.ts';
import { type Binder, callScalar, newColumn } from './binder.ts';
import { groupingError } from './errors.ts';
import type { Grouping } from './group-by.ts';
import { integerLiteral } from './literal.ts';
import type { AggregateSink, ExpressionScope, PendingJoin } from './scope.ts';

/** Carries expressions over the input of an aggregation to its output. */
export interface Regroup {
  /** @throws SqlError `bind` 42803 for a column that is neither grouped nor aggregated. */
  expression(expr: Expr): Expr;
  join(pending: PendingJoin): PendingJoin;
  /** Asked for by grouping(). */
  readonly groupingId: OutputColumn | undefined;
}

/** For queries without aggregation. */
export const NO_REGROUP: Regroup = {
  expression: (expr) => expr,
  join: (pending) => pending,
  groupingId: undefined,
};

/**
 * Whole subexpressions that equal a key become the key's column, from the top down; columns of the
 * input that are left over are errors. Columns of enclosing queries pass.
 */
export function createRegroup(
  binder: Binder,
  grouping: Grouping,
  sink: AggregateSink,
  inputIds: ReadonlySet<ColumnId>,
  keyScope: ExpressionScope,
): Regroup {
  const keys = new Map(grouping.keys.map((key) => [exprKey(key.expr), key.output]));
  const groupingId =
    sink.groupings.length > 0 && grouping.sets !== undefined
      ? newColumn(binder, 'grouping_id', BIGINT, false)
      : undefined;
  const groupings = new Map(
    sink.groupings.map(({ call, output }) => [
      output.id,
      groupingBits(binder, call, grouping, groupingId, keyScope),
    ]),
  );
  const expression = (expr: Expr): Expr => {
    const key = keys.get(exprKey(expr));
    if (key !== undefined) return { ...columnRef(key), span: expr.span };
    if (expr.kind === 'column') {
      if (inputIds.has(expr.id)) throw ungrouped(expr.name, expr.span);
      return groupings.get(expr.id) ?? expr;
    }
    const before = children(expr);
    const after = before.map(expression);
    return after.every((child, i) => child === before[i]) ? expr : withChildren(expr, after);
  };
  const plan = (input: LogicalPlan): LogicalPlan =>
    transformPlan(input, (node) => mapExpressions(node, expression));
  return {
    expression,
    join: (pending) => ({
      ...pending,
      plan: plan(pending.plan),
      condition: expression(pending.condition),
    }),
    groupingId,
  };
}

const ungrouped = (name: string, span: Span | undefined) =>
  groupingError(
    `column "${name}" must be in GROUP BY or inside an aggregate function`,
    span,
    `any_value(${name}) takes the value of any row of the group.`,
  );

/** Bits of grouping(a, …): 1 for an argument that is rolled up, the first argument highest. */
function groupingBits(
  binder: Binder,
  call: CallExpression,
  grouping: Grouping,
  groupingId: OutputColumn | undefined,
  scope: ExpressionScope,
): Expr {
  const { span } = call;
  const zero: Expr = { kind: 'literal', value: 0n, type: BIGINT, span };
  const positions = call.arguments.map(({ value }) => {
    const key = exprKey(binder.expression(value, scope));
    const position = grouping.keys.findIndex((candidate) => exprKey(candidate.expr) === key);
    if (position < 0) {
      throw groupingError(
        'the arguments of grouping must be grouping keys',
        value.span,
        'Name an expression of GROUP BY.',
      );
    }
    return position;
  });
  if (groupingId === undefined) return zero;
  const all = columnRef(groupingId);
  const count = grouping.keys.length;
  const isAll = positions.length === count && positions.every((position, i) => position === i);
  if (isAll || positions.length === 0) return { ...all, span };
  const bits = positions.map((position, i) => {
    const shifted = shift(binder, 'shift_right', all, count - 1 - position, span);
    const bit = callScalar(binder, 'bitwise_and', [shifted, integerLiteral(1, span)], span);
    return shift(binder, 'shift_left', bit, positions.length - 1 - i, span);
  });
  return bits.reduce((sum, bit) => callScalar(binder, 'bitwise_or', [sum, bit], span));
}

const shift = (binder: Binder, name: string, value: Expr, by: number, span: Span): Expr =>
  by === 0 ? value : callScalar(binder, name, [value, integerLiteral(by, span)], span);
