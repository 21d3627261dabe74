import type { Expr } from '@windrow/core';
import { conjunction, exprKey, isLiteral } from '../expr/structure.ts';
import type { LogicalPlan } from '../logical.ts';
import { outputOf } from '../plan-tree.ts';
import type { RuleContext } from './rule.ts';

/** The plan under a filter; conditions that can fail are tested last, for rows that pass the others. */
export function filtered(
  plan: LogicalPlan,
  conjuncts: readonly Expr[],
  context: RuleContext,
): LogicalPlan {
  if (conjuncts.length === 0) return plan;
  if (conjuncts.some((conjunct) => isLiteral(conjunct, false))) {
    return { kind: 'values', output: outputOf(plan), rows: [] };
  }
  const safe = conjuncts.filter((conjunct) => !context.traits.mayRaise(conjunct));
  const raising = conjuncts.filter((conjunct) => context.traits.mayRaise(conjunct));
  return { kind: 'filter', input: plan, predicate: conjunction([...safe, ...raising]) };
}

/** Is the condition among them already? */
export const includesExpr = (list: readonly Expr[], expr: Expr): boolean =>
  list.some((other) => exprKey(other) === exprKey(expr));
