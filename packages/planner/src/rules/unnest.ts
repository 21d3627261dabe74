import { assert, type ColumnId, columnsOf, type Expr } from '@windrow/core';
import { makeCall } from '../expr/make-call.ts';
import {
  conjunction,
  conjunctsOf,
  intersects,
  isSubset,
  isTrue,
  substitute,
} from '../expr/structure.ts';
import { freeColumns } from '../free-columns.ts';
import type { DependentJoin, LogicalPlan } from '../logical.ts';
import { outputIds, outputOf, transformPlan } from '../plan-tree.ts';
import { createOuterValues } from '../unnest/outer-values.ts';
import { isOneRow, passed, readsAny } from '../unnest/parts.ts';
import { type Pulled, pullUp } from '../unnest/pull-up.ts';
import type { Rule, RuleContext } from './rule.ts';

/**
 * Turns every dependent join into ordinary joins, the innermost first.
 *
 * Where the correlation is made of plain filters, they become the join's condition. Everything else is
 * computed once for all distinct values of the outer columns, which are joined back to the outer rows.
 */
export const unnest: Rule = {
  name: 'unnest',
  isRequired: true,
  apply: (plan, context) =>
    transformPlan(plan, (node) =>
      node.kind === 'dependentJoin' ? unnestJoin(node, context) : node,
    ),
};

function unnestJoin(node: DependentJoin, context: RuleContext): LogicalPlan {
  const columns = outputOf(node.left).filter((column) => freeColumns(node.right).has(column.id));
  if (columns.length === 0) return joinOf(node, node.right, node.condition);
  const repeated = repeatByLists(node);
  if (repeated !== undefined) return repeated;
  const outer = new Set(columns.map((column) => column.id));
  const values = createOuterValues(node.left, columns, context);
  const join = (pulled: Pulled | undefined): LogicalPlan | undefined =>
    pulled && joinPulled({ ...node, left: values.left() }, pulled, outer, context);
  const joined =
    join(pullUp(node.right, { context, outer, flatten: values.flatten })) ??
    join(values.flatten(node.right));
  assert(joined !== undefined, 'a flattened plan fits every kind of join');
  return values.wrap(joined);
}

const joinOf = (
  { joinKind, left, mark }: DependentJoin,
  right: LogicalPlan,
  condition: Expr,
): LogicalPlan => ({ kind: 'join', joinKind, left, right, condition, mark });

/** `t, unnest(t.list)` needs no join: the rows of t are repeated where they are. */
function repeatByLists(node: DependentJoin): LogicalPlan | undefined {
  const { left, right, joinKind, condition } = node;
  if (joinKind === 'inner') {
    const repeated = overLists(right, left);
    return repeated === undefined ? undefined : filterOf(repeated, condition);
  }
  const isOuter = joinKind === 'left' && isTrue(condition);
  if (!isOuter || right.kind !== 'unnest' || !isOneRow(right.input)) return undefined;
  const lists = right.lists.map(({ output, expr }) => ({
    output: { ...output, nullable: true },
    expr,
  }));
  return { ...right, lists, input: left, outer: true };
}

/** Filters and projections over lists of the outer row, put on top of the outer rows instead. */
function overLists(plan: LogicalPlan, left: LogicalPlan): LogicalPlan | undefined {
  switch (plan.kind) {
    case 'unnest':
      return isOneRow(plan.input) ? { ...plan, input: left } : undefined;
    case 'filter': {
      const input = overLists(plan.input, left);
      return input && { ...plan, input };
    }
    case 'project': {
      const input = overLists(plan.input, left);
      return (
        input && {
          ...plan,
          input,
          expressions: [...outputOf(left).map(passed), ...plan.expressions],
        }
      );
    }
    default:
      return undefined;
  }
}

const filterOf = (input: LogicalPlan, predicate: Expr): LogicalPlan =>
  isTrue(predicate) ? input : { kind: 'filter', input, predicate };

/** Joins what {@link pullUp} left; undefined for the kinds of join that its form does not fit. */
function joinPulled(
  node: DependentJoin,
  pulled: Pulled,
  outer: ReadonlySet<ColumnId>,
  context: RuleContext,
): LogicalPlan | undefined {
  if (pulled.isOneRow) return joinOneRow(node, pulled);
  const { joinKind } = node;
  const deferred = new Map([...pulled.deferred].map(([id, entry]) => [id, entry.expr]));
  const condition = substitute(node.condition, deferred);
  if (joinKind === 'left' || joinKind === 'single') {
    // Where nothing matches, a deferred column would have to be NULL, but is made of outer values.
    if (deferred.size > 0) return undefined;
    return joinOf(node, pulled.plan, both(pulled.predicates, condition));
  }
  if (joinKind === 'mark') {
    const certain = certainly(pulled, outer, context);
    return joinOf(node, certain.plan, both(certain.predicates, condition));
  }
  const joined = joinOf(node, pulled.plan, both(pulled.predicates, condition));
  return joinKind === 'inner' ? withDeferred(joined, pulled) : joined;
}

const both = (predicates: readonly Expr[], condition: Expr): Expr =>
  conjunction([...predicates, ...conjunctsOf(condition)]);

const withDeferred = (input: LogicalPlan, pulled: Pulled): LogicalPlan =>
  pulled.deferred.size === 0
    ? input
    : {
        kind: 'project',
        input,
        expressions: [...outputOf(input).map(passed), ...pulled.deferred.values()],
      };

/**
 * The right side has one row for every outer row, so that an outer join finds it or leaves room for the
 * row of an empty group; the condition is then an ordinary expression.
 */
function joinOneRow(node: DependentJoin, pulled: Pulled): LogicalPlan | undefined {
  const { left, joinKind, condition, mark } = node;
  const joined: LogicalPlan = isOneRow(pulled.plan)
    ? left
    : {
        kind: 'join',
        joinKind: 'left',
        left,
        right: pulled.plan,
        condition: conjunction(pulled.predicates),
        mark: undefined,
      };
  const row: LogicalPlan = {
    kind: 'project',
    input: joined,
    expressions: [...outputOf(left).map(passed), ...pulled.deferred.values()],
  };
  switch (joinKind) {
    case 'inner':
    case 'semi':
      return filterOf(row, condition);
    case 'left':
    case 'single':
      return isTrue(condition) ? row : undefined;
    case 'mark': {
      if (mark === undefined) return undefined;
      const expressions = [...outputOf(left).map(passed), { output: mark, expr: condition }];
      return { kind: 'project', input: row, expressions };
    }
    case 'anti':
      return undefined;
  }
}

/**
 * Predicates that are true or false, never NULL: a mark is NULL only when membership itself is unknown.
 * An equality of a filter cannot hold for NULL, so that its inner side loses them and it becomes one in
 * which NULLs compare.
 */
function certainly(
  pulled: Pulled,
  outer: ReadonlySet<ColumnId>,
  context: RuleContext,
): Pick<Pulled, 'plan' | 'predicates'> {
  const own = outputIds(pulled.plan);
  const present: Expr[] = [];
  const predicates = pulled.predicates.map((predicate) => {
    if (!context.traits.isNullable(predicate)) return predicate;
    const [a, b] =
      predicate.kind === 'call' && predicate.function === 'equal' ? predicate.args : [];
    const inner = [a, b].find(
      (side) => side !== undefined && isSubset(columnsOf(side), own) && !readsAny(side, outer),
    );
    const other = inner === a ? b : a;
    const comesApart =
      inner !== undefined && other !== undefined && !intersects(columnsOf(other), own);
    if (!comesApart) return makeCall(context.functions, 'is_true', [predicate]);
    if (context.traits.isNullable(inner))
      present.push(makeCall(context.functions, 'is_not_null', [inner]));
    return makeCall(context.functions, 'is_not_distinct_from', [other, inner]);
  });
  const plan: LogicalPlan =
    present.length === 0
      ? pulled.plan
      : { kind: 'filter', input: pulled.plan, predicate: conjunction(present) };
  return { plan, predicates };
}
