import { unreachable } from '@windrow/core';
import type { PhysicalPlan } from './physical.ts';

/** The direct inputs, in the order in which EXPLAIN shows them: probe before build, definition first. */
export function physicalInputs(plan: PhysicalPlan): readonly PhysicalPlan[] {
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
      return [plan.probe, plan.build];
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

/** The same node over other inputs; `inputs` has the shape of {@link physicalInputs}. */
function withPhysicalInputs(plan: PhysicalPlan, inputs: readonly PhysicalPlan[]): PhysicalPlan {
  const [first, second] = inputs;
  switch (plan.kind) {
    case 'scan':
    case 'values':
    case 'cteScan':
      return plan;
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
      return { ...plan, input: first ?? plan.input };
    case 'hashJoin':
    case 'nestedLoopJoin':
      return { ...plan, probe: first ?? plan.probe, build: second ?? plan.build };
    case 'union':
      return { ...plan, inputs };
    case 'cte':
      return { ...plan, definition: first ?? plan.definition, body: second ?? plan.body };
    case 'recursiveCte':
      return { ...plan, base: first ?? plan.base, step: second ?? plan.step };
    default:
      return unreachable(plan);
  }
}

/** Numbers all nodes in pre-order from 0. */
export function numberNodes(plan: PhysicalPlan): PhysicalPlan {
  let next = 0;
  const number = (node: PhysicalPlan): PhysicalPlan => {
    const nodeId = next;
    next += 1;
    return { ...withPhysicalInputs(node, physicalInputs(node).map(number)), nodeId };
  };
  return number(plan);
}
