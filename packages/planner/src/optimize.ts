import { ColumnIds } from './column-ids.ts';
import { printLogical } from './explain/print-logical.ts';
import { createExprTraits } from './expr/traits.ts';
import type { BoundQuery, LogicalPlan } from './logical.ts';
import type { PlanContext, PlanningContext } from './plan-context.ts';
import { RULES } from './rules/index.ts';
import type { RuleContext } from './rules/rule.ts';
import { createStatistics } from './statistics/statistics.ts';
import { validatePlan } from './validate.ts';

/** A rule that changed the plan, and the plan it left. */
export interface RuleStep {
  readonly rule: string;
  readonly plan: LogicalPlan;
}

export interface OptimizedQuery {
  readonly plan: LogicalPlan;
  /** For physical planning, with estimates for `plan`. */
  readonly planning: PlanningContext;
  /** Empty unless the context asked for a trace. */
  readonly trace: readonly RuleStep[];
}

/** Applies the rules in their order. */
export function optimize(bound: BoundQuery, context: PlanContext): OptimizedQuery {
  const required = new Set(bound.columns.map((column) => column.id));
  const shared = {
    functions: context.functions,
    evaluateConstant: context.evaluateConstant,
    traits: createExprTraits(context.functions),
    ids: ColumnIds.after(bound.plan),
  };
  const trace: RuleStep[] = [];
  let plan = bound.plan;
  if (context.validate === true) validatePlan(plan, required, 'binding');
  let statistics = createStatistics(plan);
  for (const rule of RULES) {
    if (context.optimize === false && !rule.isRequired) continue;
    const ruleContext: RuleContext = { ...shared, statistics, required };
    const next = rule.apply(plan, ruleContext);
    if (next === plan) continue;
    const isTraced = context.trace === true && printLogical(next) !== printLogical(plan);
    if (context.validate === true) validatePlan(next, required, rule.name);
    plan = next;
    statistics = createStatistics(plan);
    if (isTraced) trace.push({ rule: rule.name, plan });
  }
  return { plan, planning: { ...shared, statistics }, trace };
}
