import type { Expr } from '@windrow/core';
import { expressionNs, type FilterStep, filterCost } from '../cost.ts';
import { conjunction } from '../expr/structure.ts';
import type { PhysicalPlan } from '../physical.ts';
import type { PlanEstimate } from '../statistics/column-estimate.ts';
import { selectivity } from '../statistics/selectivity.ts';
import { nodeFields, type PhysicalContext } from './physical-context.ts';

/** A filter over an input with these estimates; the input itself when there is nothing to test. */
export function filterNode(
  input: PhysicalPlan,
  conjuncts: readonly Expr[],
  rows: { readonly below: PlanEstimate; readonly kept: number },
  context: PhysicalContext,
): PhysicalPlan {
  if (conjuncts.length === 0) return input;
  const steps = orderSteps(conjuncts, rows.below, context);
  const cost = filterCost(input.estimatedRows, steps);
  return {
    kind: 'filter',
    ...nodeFields(input.output, Math.min(rows.kept, input.estimatedRows), cost, [input]),
    input,
    predicate: conjunction(steps.map((step) => step.expr)),
  };
}

/**
 * The conjuncts in the order in which testing them costs least: those first that drop many rows for
 * little work (by cost ÷ rows dropped, which is optimal for independent conditions). What can fail
 * comes last, so that it sees only rows that the others let through; volatile ones fix the order.
 *
 * Source: Hellerstein and Stonebraker, "Predicate Migration", SIGMOD 1993 (ranks).
 */
function orderSteps(
  conjuncts: readonly Expr[],
  input: PlanEstimate,
  context: PhysicalContext,
): readonly FilterStep[] {
  const { traits } = context;
  const steps = conjuncts.map((expr) => {
    const share = selectivity(expr, input);
    const rank = (expressionNs(expr) + 0.1) / Math.max(1e-6, 1 - share);
    return { expr, share, rank, isLast: traits.mayRaise(expr) };
  });
  if (conjuncts.some(traits.isVolatile)) return steps;
  return steps.sort(
    (a, b) => Number(a.isLast) - Number(b.isLast) || (a.isLast ? 0 : a.rank - b.rank),
  );
}
