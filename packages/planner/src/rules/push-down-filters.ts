import { type ColumnId, columnsOf, type Expr } from '@windrow/core';
import { columnRef, conjunctsOf, distinctExprs, isSubset, substitute } from '../expr/structure.ts';
import type { Aggregate, LogicalPlan, Project, SetOperation, WindowNode } from '../logical.ts';
import { exactOutput, mapInputs, outputIds, outputOf } from '../plan-tree.ts';
import { filtered } from './filtered.ts';
import { pushIntoJoin } from './push-into-join.ts';
import type { Rule, RuleContext } from './rule.ts';

/**
 * Moves every condition as far down as it may go, each outer join becoming an inner one where a condition
 * above drops the rows it adds, and conditions spreading across equalities.
 *
 * A condition that can fail moves only where it sees the same rows: not past joins. A volatile one stays.
 */
export const pushDownFilters: Rule = {
  name: 'push-down-filters',
  isRequired: false,
  apply: (plan, context) => pushDown(plan, [], context),
};

/** The plan with the conjuncts applied, as far down as they may go. */
function pushDown(
  plan: LogicalPlan,
  conjuncts: readonly Expr[],
  context: RuleContext,
): LogicalPlan {
  switch (plan.kind) {
    case 'filter':
      return pushDown(
        plan.input,
        distinctExprs([...conjunctsOf(plan.predicate), ...conjuncts]),
        context,
      );
    case 'project':
      return pushIntoProject(plan, conjuncts, context);
    case 'aggregate':
      return pushIntoAggregate(plan, conjuncts, context);
    case 'window': {
      const movable = partitionColumns(plan);
      return pushThrough(plan, conjuncts, (ids) => isSubset(ids, movable), context);
    }
    case 'sort':
      return pushThrough(plan, conjuncts, () => true, context);
    case 'distinct': {
      const on = plan.on === undefined ? undefined : plainColumns(plan.on);
      return pushThrough(plan, conjuncts, (ids) => on === undefined || isSubset(ids, on), context);
    }
    case 'unnest': {
      const below = outputIds(plan.input);
      return pushThrough(plan, conjuncts, (ids) => isSubset(ids, below), context);
    }
    case 'join':
      return pushIntoJoin(plan, conjuncts, context, pushDown);
    case 'setOperation':
      return pushIntoUnion(plan, conjuncts, context);
    case 'withCte': {
      return mapInputs(plan, (input) =>
        pushDown(input, input === plan.body ? conjuncts : [], context),
      );
    }
    default:
      return filtered(
        mapInputs(plan, (input) => pushDown(input, [], context)),
        conjuncts,
        context,
      );
  }
}

/** The split of conjuncts into those that move below a node and those that stay above it. */
interface Division {
  readonly below: readonly Expr[];
  readonly above: readonly Expr[];
}

function divide(
  conjuncts: readonly Expr[],
  moves: (ids: ReadonlySet<ColumnId>) => boolean,
  context: RuleContext,
): Division {
  const below: Expr[] = [];
  const above: Expr[] = [];
  for (const conjunct of conjuncts) {
    const isMovable = !context.traits.isVolatile(conjunct) && moves(columnsOf(conjunct));
    (isMovable ? below : above).push(conjunct);
  }
  return withoutRaising({ below, above }, context);
}

/**
 * A condition that can fail may move only when all others do: what stays above would have spared it
 * the rows it makes false.
 */
function withoutRaising({ below, above }: Division, context: RuleContext): Division {
  if (above.length === 0) return { below, above };
  return {
    below: below.filter((conjunct) => !context.traits.mayRaise(conjunct)),
    above: [...above, ...below.filter((conjunct) => context.traits.mayRaise(conjunct))],
  };
}

function pushThrough<Node extends LogicalPlan & { readonly input: LogicalPlan }>(
  plan: Node,
  conjuncts: readonly Expr[],
  moves: (ids: ReadonlySet<ColumnId>) => boolean,
  context: RuleContext,
): LogicalPlan {
  const { below, above } = divide(conjuncts, moves, context);
  const input = pushDown(plan.input, below, context);
  return filtered(input === plan.input ? plan : { ...plan, input }, above, context);
}

const plainColumns = (exprs: readonly Expr[]): ReadonlySet<ColumnId> =>
  new Set(exprs.flatMap((expr) => (expr.kind === 'column' ? [expr.id] : [])));

/** A condition on partition keys drops whole partitions, so that windows do not see the difference. */
const partitionColumns = (plan: WindowNode): ReadonlySet<ColumnId> =>
  plainColumns(plan.partitionBy);

function pushIntoProject(
  plan: Project,
  conjuncts: readonly Expr[],
  context: RuleContext,
): LogicalPlan {
  const replacements = new Map<ColumnId, Expr>();
  const fixed = new Set<ColumnId>();
  for (const { output, expr } of plan.expressions) {
    if (context.traits.isVolatile(expr)) fixed.add(output.id);
    else replacements.set(output.id, expr);
  }
  const moves = (ids: ReadonlySet<ColumnId>): boolean => [...ids].every((id) => !fixed.has(id));
  const { below, above } = divide(conjuncts, moves, context);
  const substituted = below.map((conjunct) => substitute(conjunct, replacements));
  const input = pushDown(plan.input, substituted, context);
  return filtered(input === plan.input ? plan : { ...plan, input }, above, context);
}

function pushIntoAggregate(
  plan: Aggregate,
  conjuncts: readonly Expr[],
  context: RuleContext,
): LogicalPlan {
  const replacements = new Map<ColumnId, Expr>();
  plan.keys.forEach(({ output, expr }, i) => {
    const isInAllSets = plan.groupingSets?.every((set) => set.includes(i)) ?? true;
    if (isInAllSets && !context.traits.isVolatile(expr)) replacements.set(output.id, expr);
  });
  // A condition without columns must stay: without keys there is a row even when none comes in.
  const moves = (ids: ReadonlySet<ColumnId>): boolean =>
    ids.size > 0 && [...ids].every((id) => replacements.has(id));
  const { below, above } = divide(conjuncts, moves, context);
  const substituted = below.map((conjunct) => substitute(conjunct, replacements));
  const input = pushDown(plan.input, substituted, context);
  return filtered(input === plan.input ? plan : { ...plan, input }, above, context);
}

function pushIntoUnion(
  plan: SetOperation,
  conjuncts: readonly Expr[],
  context: RuleContext,
): LogicalPlan {
  const isUnionAll = plan.operator === 'union' && plan.all;
  const { below, above } = divide(conjuncts, () => isUnionAll, context);
  const inputs = plan.inputs.map((input) => {
    const replacements = new Map<ColumnId, Expr>();
    outputOf(input).forEach((column, i) => {
      const output = plan.output[i];
      if (output !== undefined) replacements.set(output.id, columnRef(column));
    });
    const substituted = below.map((conjunct) => substitute(conjunct, replacements));
    return exactOutput(pushDown(input, substituted, context), outputOf(input));
  });
  const isSame = inputs.every((input, i) => input === plan.inputs[i]);
  return filtered(isSame ? plan : { ...plan, inputs }, above, context);
}
