import { BIGINT, type ColumnId, columnsOf, type Expr } from '@windrow/core';
import { makeCall } from '../expr/make-call.ts';
import { columnRef, intersects } from '../expr/structure.ts';
import type { LogicalPlan, NamedExpr, OutputColumn, SortKey } from '../logical.ts';
import { outputOf } from '../plan-tree.ts';
import { rankingCall } from '../row-number.ts';
import type { RuleContext } from '../rules/rule.ts';

/*
 * Small plans that both ways of unnesting build.
 */

export const readsAny = (expr: Expr, ids: ReadonlySet<ColumnId>): boolean =>
  intersects(columnsOf(expr), ids);

export const passed = (column: OutputColumn): NamedExpr => ({
  output: column,
  expr: columnRef(column),
});

/** `a = b`, and true when both are NULL. */
export function sameValue(context: RuleContext, a: Expr, b: Expr): Expr {
  const neverNull = !context.traits.isNullable(a) && !context.traits.isNullable(b);
  return makeCall(context.functions, neverNull ? 'equal' : 'is_not_distinct_from', [a, b]);
}

type Limit = Extract<LogicalPlan, { kind: 'limit' }>;

/**
 * A limit for each partition instead of one for all rows: rows are numbered in the order of the Sort
 * below, and ties by their rank.
 */
export function limitPerPartition(
  context: RuleContext,
  limit: Limit,
  given: { readonly input: LogicalPlan; readonly keys: readonly SortKey[] },
  partitionBy: readonly Expr[],
): LogicalPlan {
  const { input, keys } = given;
  const number = rankingCall(context.ids, 'row_number');
  const ties = limit.withTies === undefined ? undefined : rankingCall(context.ids, 'rank');
  const window: LogicalPlan = {
    kind: 'window',
    input,
    partitionBy,
    orderBy: keys,
    functions: [number, ...(ties === undefined ? [] : [ties])],
  };
  const compare = (name: string, column: OutputColumn, value: number): Expr =>
    makeCall(context.functions, name, [
      columnRef(column),
      { kind: 'literal', value: BigInt(value), type: BIGINT },
    ]);
  const predicates: Expr[] = [];
  if (limit.offset > 0) predicates.push(compare('greater', number.output, limit.offset));
  if (limit.limit !== undefined)
    predicates.push(compare('less_equal', (ties ?? number).output, limit.offset + limit.limit));
  return predicates.reduce<LogicalPlan>(
    (plan, predicate) => ({ kind: 'filter', input: plan, predicate }),
    window,
  );
}

/** The plan with these output columns only, in this order. */
export const projectTo = (input: LogicalPlan, columns: readonly OutputColumn[]): LogicalPlan => {
  const output = outputOf(input);
  const isSame =
    output.length === columns.length && columns.every((column, i) => column.id === output[i]?.id);
  return isSame ? input : { kind: 'project', input, expressions: columns.map(passed) };
};

/** SELECT without FROM. */
export const isOneRow = (plan: LogicalPlan): boolean =>
  plan.kind === 'values' && plan.rows.length === 1 && plan.output.length === 0;
