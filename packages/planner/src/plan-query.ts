import type { SinkDescription } from '@windrow/core';
import { BIGINT } from '@windrow/core';
import type { BoundQuery, LogicalPlan } from './logical.ts';
import { optimize, type RuleStep } from './optimize.ts';
import { createPhysicalPlan } from './physical/create-physical-plan.ts';
import type { PhysicalPlan } from './physical.ts';
import { numberNodes } from './physical-tree.ts';
import type { PlanContext } from './plan-context.ts';
import { validatePhysical } from './validate-physical.ts';

/** A query on its way: as bound, as optimized, and as it will run. */
export interface PlannedQuery {
  readonly bound: BoundQuery;
  readonly logical: LogicalPlan;
  readonly physical: PhysicalPlan;
  /** What each rule made of the plan; empty unless asked for. */
  readonly trace: readonly RuleStep[];
}

/**
 * Optimizes a bound query and chooses its algorithms. The physical plan's output is `bound.columns`,
 * position by position.
 */
export function planQuery(bound: BoundQuery, context: PlanContext): PlannedQuery {
  const { plan, planning, trace } = optimize(bound, context);
  const physical = createPhysicalPlan(plan, bound.columns, planning);
  if (context.validate === true) validatePhysical(physical);
  return { bound, logical: plan, physical, trace };
}

/** The plan of a statement that writes a query's rows to a sink. */
export function planWrite(
  bound: BoundQuery,
  sink: SinkDescription,
  context: PlanContext,
): PlannedQuery {
  const planned = planQuery(bound, context);
  const count = { id: -1, name: 'count', type: BIGINT, nullable: false };
  const physical = numberNodes({
    kind: 'write',
    nodeId: 0,
    output: [count],
    estimatedRows: 1,
    cost: planned.physical.cost,
    input: planned.physical,
    sink,
  });
  return { ...planned, physical };
}
