import { type PhysicalPlan, physicalInputs } from '@windrow/planner';

const ownRows = (plan: PhysicalPlan): number =>
  plan.kind === 'scan'
    ? plan.description.partitions.reduce((sum, partition) => sum + partition.rows, 0)
    : plan.estimatedRows;

/** Is there a node in the plan that reads or makes at least `minRows` rows? Scans are counted, the rest is estimated. */
export const hasManyRows = (plan: PhysicalPlan, minRows: number): boolean =>
  ownRows(plan) >= minRows || physicalInputs(plan).some((input) => hasManyRows(input, minRows));
