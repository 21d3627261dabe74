import type { LogicalPlan } from '../logical.ts';
import { mapInputs } from '../plan-tree.ts';
import type { Rule, RuleContext } from './rule.ts';

/**
 * Removes sorts whose order nobody sees: below joins, and below aggregates and windows that do not
 * depend on it. A sort with a limit selects rows and stays.
 */
export const removeSorts: Rule = {
  name: 'remove-sorts',
  isRequired: false,
  apply: (plan, context) => visit(plan, true, context),
};

/** `isSeen`: does the order of the plan's rows matter above? */
function visit(plan: LogicalPlan, isSeen: boolean, context: RuleContext): LogicalPlan {
  if (plan.kind === 'sort' && !isSeen) return visit(plan.input, false, context);
  return mapInputs(plan, (input) => visit(input, seesOrder(plan, isSeen, context), context));
}

function seesOrder(plan: LogicalPlan, isSeen: boolean, context: RuleContext): boolean {
  switch (plan.kind) {
    case 'join':
    case 'sort':
      return false;
    case 'aggregate':
      return plan.aggregates.some((call) => {
        const definition = context.functions.aggregate(call.function);
        return call.orderBy.length === 0 && definition?.ordered !== false;
      });
    case 'filter':
    case 'project':
      return isSeen;
    default:
      // Limits, windows without ORDER BY, DISTINCT ON, kept tables: first come, first served.
      return true;
  }
}
