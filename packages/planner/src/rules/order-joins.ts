import { assert, type Expr, transformExpr } from '@windrow/core';
import { conjunction } from '../expr/structure.ts';
import { indexOf } from '../join-order/bits.ts';
import { extractJoinGraph, type JoinGraph } from '../join-order/join-graph.ts';
import type { SetPlan } from '../join-order/join-planner.ts';
import { orderJoinGraph } from '../join-order/order.ts';
import type { LogicalPlan } from '../logical.ts';
import { mapInputs, outputOf } from '../plan-tree.ts';
import { filtered } from './filtered.ts';
import type { Rule, RuleContext } from './rule.ts';

/** Puts joins into the order that costs least, as far as their kinds allow. */
export const orderJoins: Rule = {
  name: 'order-joins',
  isRequired: false,
  apply: (plan, context) => order(plan, context),
};

function order(plan: LogicalPlan, context: RuleContext): LogicalPlan {
  const isJoin = plan.kind === 'join' || (plan.kind === 'filter' && plan.input.kind === 'join');
  if (!isJoin) return mapInputs(plan, (input) => order(input, context));
  const graph = extractJoinGraph(plan, context);
  if (graph.relations.length === 1) return mapInputs(plan, (input) => order(input, context));
  const ordered = new Map(graph.relations.map((relation) => [relation, order(relation, context)]));
  // Two relations can be joined in one way only.
  const found = graph.relations.length < 3 ? undefined : orderJoinGraph(graph, context);
  if (found === undefined) return replaceRelations(plan, ordered);
  return filtered(build(found, graph, ordered), graph.lifted, context);
}

/** The joins as written over relations ordered inside. */
function replaceRelations(
  plan: LogicalPlan,
  ordered: ReadonlyMap<LogicalPlan, LogicalPlan>,
): LogicalPlan {
  return ordered.get(plan) ?? mapInputs(plan, (input) => replaceRelations(input, ordered));
}

function build(
  plan: SetPlan,
  graph: JoinGraph,
  ordered: ReadonlyMap<LogicalPlan, LogicalPlan>,
): LogicalPlan {
  const { join } = plan;
  const relation = graph.relations[indexOf(plan.set)];
  if (join === undefined) {
    assert(relation !== undefined, 'every set of one has its relation');
    return ordered.get(relation) ?? relation;
  }
  const left = build(join.left, graph, ordered);
  const right = build(join.right, graph, ordered);
  return {
    kind: 'join',
    joinKind: join.kind,
    left,
    right,
    condition: withNullability(conjunction(join.condition), [left, right]),
    mark: join.edge?.mark,
  };
}

/** An outer join may now lie below where it lay above, or the other way round. */
function withNullability(condition: Expr, inputs: readonly LogicalPlan[]): Expr {
  const columns = new Map(inputs.flatMap(outputOf).map((column) => [column.id, column]));
  return transformExpr(condition, (node) => {
    if (node.kind !== 'column') return node;
    const nullable = columns.get(node.id)?.nullable ?? node.nullable;
    return nullable === node.nullable ? node : { ...node, nullable };
  });
}
