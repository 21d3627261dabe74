import { conjunctsOf } from '../expr/structure.ts';
import type { LogicalPlan } from '../logical.ts';
import { transformPlan } from '../plan-tree.ts';
import { isExactlyOneRow, joinMultiplicity } from '../properties.ts';
import type { Rule } from './rule.ts';

/**
 * A scalar subquery that cannot have a second row for the same outer row needs no check: its join is an
 * ordinary outer one, and an inner one when there is always exactly one row.
 */
export const relaxSingleJoins: Rule = {
  name: 'relax-single-joins',
  isRequired: false,
  apply: (plan) => transformPlan(plan, relax),
};

function relax(node: LogicalPlan): LogicalPlan {
  if (node.kind !== 'join' || (node.joinKind !== 'single' && node.joinKind !== 'left')) return node;
  if (conjunctsOf(node.condition).length === 0 && isExactlyOneRow(node.right)) {
    return { ...node, joinKind: 'inner' };
  }
  if (node.joinKind === 'left' || joinMultiplicity(node).rightPerLeft === 'many') return node;
  return { ...node, joinKind: 'left' };
}
