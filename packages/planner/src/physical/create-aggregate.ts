import { aggregateCost, aggregateStrategy } from '../cost.ts';
import type { Aggregate, AggregateCall, NamedExpr } from '../logical.ts';
import type { PhysicalAggregate, PhysicalPlan } from '../physical.ts';
import { createGroupingSets } from './create-grouping-sets.ts';
import { nodeFields, type PhysicalContext, type Required, requiring } from './physical-context.ts';

/** All expressions that the calls evaluate for a row. */
export const callExprs = (calls: readonly AggregateCall[]): NamedExpr['expr'][] =>
  calls.flatMap((call) => [
    ...call.args,
    ...(call.filter === undefined ? [] : [call.filter]),
    ...call.orderBy.map((key) => key.expr),
  ]);

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

/** An aggregate over a physical input, with the strategy that fits the number of groups. */
export function aggregateNode(parts: {
  readonly input: PhysicalPlan;
  readonly keys: readonly NamedExpr[];
  readonly calls: readonly AggregateCall[];
  readonly groups: number;
}): PhysicalAggregate {
  const { input, keys, calls, groups } = parts;
  const strategy = aggregateStrategy(keys.length, groups);
  const cost = aggregateCost({
    strategy,
    rows: input.estimatedRows,
    groups,
    keys: keys.map((key) => key.expr),
    arguments: callExprs(calls),
    aggregates: calls.length,
  });
  const output = [...keys.map((key) => key.output), ...calls.map((call) => call.output)];
  return {
    kind: 'aggregate',
    ...nodeFields(output, groups, cost, [input]),
    input,
    keys,
    aggregates: calls,
    strategy,
    estimatedGroups: Math.max(1, Math.round(groups)),
  };
}
