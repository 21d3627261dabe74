import type { ColumnId } from '@windrow/core';
import type { LogicalPlan } from '../logical.ts';
import type { PlanningContext } from '../plan-context.ts';

/** What a rule may look at besides the plan. */
export interface RuleContext extends PlanningContext {
  /** Columns of the root that the result shows. */
  readonly required: ReadonlySet<ColumnId>;
}

/**
 * One rewrite of a whole plan: pure, and answers the plan it was given when it has nothing to do.
 *
 * The new plan hands up at least the required columns under their old ids, and the same rows.
 */
export interface Rule {
  /** As EXPLAIN VERBOSE shows it; the file's name. */
  readonly name: string;
  /** Without it a plan cannot run: it also applies when optimization is switched off. */
  readonly isRequired: boolean;
  apply(plan: LogicalPlan, context: RuleContext): LogicalPlan;
}
