import { aggregateCost, aggregateStrategy } from '../cost.ts';
import type { AggregateCall, NamedExpr } from '../logical.ts';
import type { PhysicalAggregate, PhysicalPlan } from '../physical.ts';
import { nodeFields } from './physical-context.ts';

/** All expressions that the calls evaluate for a row. */
export const callExprs = (calls: readonly AggregateCall[]): NamedExpr['expr'][] =>
  calls.flatMap((call) => [
    ...call.args,
    ...(call.filter === undefined ? [] : [call.filter]),
    ...call.orderBy.map((key) => key.expr),
  ]);

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
