import type { Expr } from '@windrow/core';
import type { Expression } from '@windrow/parser';
import { conjunction } from '../expr/structure.ts';
import { freeColumns } from '../free-columns.ts';
import type { DependentJoin, LogicalPlan } from '../logical.ts';
import { outputIds } from '../plan-tree.ts';
import { asCondition, type Binder } from './binder.ts';
import type { ExpressionScope, PendingJoin } from './scope.ts';
import { bindSubqueryFilter } from './subquery.ts';

/** A join whose right side may read the left one's columns; it is dependent only when it does. */
export function joinLaterally(
  left: LogicalPlan,
  right: LogicalPlan,
  join: Pick<DependentJoin, 'joinKind' | 'condition' | 'mark'>,
): LogicalPlan {
  const produced = outputIds(left);
  const outer = [...freeColumns(right)].filter((id) => produced.has(id));
  const { joinKind, condition, mark } = join;
  return outer.length === 0
    ? { kind: 'join', joinKind, left, right, condition, mark }
    : { kind: 'dependentJoin', joinKind, left, right, outer, condition, mark };
}

/** The plan with the subqueries of an expression joined to it, in the order in which they were met. */
export const attach = (plan: LogicalPlan, joins: readonly PendingJoin[]): LogicalPlan =>
  joins.reduce((input, pending) => joinLaterally(input, pending.plan, pending), plan);

/** A filter; a predicate that is true leaves none. */
export function filtered(input: LogicalPlan, predicates: readonly Expr[]): LogicalPlan {
  const predicate = conjunction(predicates);
  const isTrue = predicate.kind === 'literal' && predicate.value === true;
  return isTrue ? input : { kind: 'filter', input, predicate };
}

/** A condition taken apart: what filters as it stands, and what needs subqueries joined first. */
export interface BoundFilter {
  readonly plain: readonly Expr[];
  readonly steps: readonly { readonly joins: readonly PendingJoin[]; readonly predicate: Expr }[];
}

const conjuncts = (node: Expression): readonly Expression[] =>
  node.kind === 'logical' && node.operator === 'and' ? node.operands.flatMap(conjuncts) : [node];

/**
 * Binds a condition conjunct by conjunct. EXISTS, IN and ANY that stand alone become semi and anti
 * joins; other conjuncts with subqueries get theirs joined just below their own filter.
 */
export function bindFilter(binder: Binder, node: Expression, scope: ExpressionScope): BoundFilter {
  const plain: Expr[] = [];
  const steps: { joins: readonly PendingJoin[]; predicate: Expr }[] = [];
  for (const conjunct of conjuncts(node)) {
    const joins: PendingJoin[] = [];
    const inner = { ...scope, joins };
    const filter = bindSubqueryFilter(binder, conjunct, false, inner);
    if (filter !== undefined) {
      steps.push({ joins: [...joins, filter.join], predicate: filter.predicate });
      continue;
    }
    const bound = binder.expression(conjunct, inner);
    const what = `the condition of ${scope.clause}`;
    const predicate = asCondition(binder, bound, what, conjunct.span);
    if (joins.length === 0) plain.push(predicate);
    else steps.push({ joins, predicate });
  }
  return { plain, steps };
}

/** The rows of `plan` for which a bound condition is true. */
export const applyFilter = (plan: LogicalPlan, filter: BoundFilter): LogicalPlan =>
  filter.steps.reduce(
    (input, { joins, predicate }) => filtered(attach(input, joins), [predicate]),
    filtered(plan, filter.plain),
  );
