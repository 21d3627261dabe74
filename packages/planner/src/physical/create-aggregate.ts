import type { Aggregate } from '../logical.ts';
import type { PhysicalPlan } from '../physical.ts';
import { aggregateNode, callExprs } from './aggregate-node.ts';
import { createGroupingSets } from './create-grouping-sets.ts';
import { nodeFields, type PhysicalContext, type Required, requiring } from './physical-context.ts';

/** The physical plan of an aggregate; calls that nobody reads are left out. */
export function createAggregate(
  plan: Aggregate,
  required: Required,
  context: PhysicalContext,
): PhysicalPlan {
  const calls = plan.aggregates.filter((call) => required.has(call.output.id));
  const groups = context.statistics.estimate(plan).rows;
  if (plan.groupingSets !== undefined) {
    return createGroupingSets({ ...plan, aggregates: calls }, plan.groupingSets, groups, context);
  }
  if (plan.keys.length === 0 && calls.length === 0) {
    // One row whatever the input holds.
    return { kind: 'values', ...nodeFields([], 1, 0, []), rows: [[]] };
  }
  const exprs = [...plan.keys.map((key) => key.expr), ...callExprs(calls)];
  const input = context.create(plan.input, requiring([], exprs));
  return aggregateNode({ input, keys: plan.keys, calls, groups });
}
