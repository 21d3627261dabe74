import { unreachable } from '@windrow/core';
import type { PhysicalPlan } from '@windrow/planner';

/** The direct inputs of a physical node. */
function inputsOf(plan: PhysicalPlan): readonly PhysicalPlan[] {
  switch (plan.kind) {
    case 'scan':
    case 'values':
    case 'cteScan':
      return [];
    case 'filter':
    case 'project':
    case 'aggregate':
    case 'expand':
    case 'window':
    case 'sort':
    case 'topN':
    case 'partitionedTopN':
    case 'limit':
    case 'unnest':
    case 'write':
      return [plan.input];
    case 'hashJoin':
    case 'nestedLoopJoin':
      return [plan.build, plan.probe];
    case 'union':
      return plan.inputs;
    case 'cte':
      return [plan.definition, plan.body];
    case 'recursiveCte':
      return [plan.base, plan.step];
    default:
      return unreachable(plan);
  }
}

const ownRows = (plan: PhysicalPlan): number =>
  plan.kind === 'scan'
    ? plan.description.partitions.reduce((sum, partition) => sum + partition.rows, 0)
    : plan.estimatedRows;

/** Is there a node in the plan that reads or makes at least `minRows` rows? Scans are counted, the rest is estimated. */
export const hasManyRows = (plan: PhysicalPlan, minRows: number): boolean =>
  ownRows(plan) >= minRows || inputsOf(plan).some((input) => hasManyRows(input, minRows));
