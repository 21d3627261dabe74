import type { Expr } from '@windrow/core';
import { expressionNs } from '../cost.ts';
import type { PlanEstimate } from '../statistics/column-estimate.ts';
import { selectivity } from '../statistics/selectivity.ts';
import type { PhysicalContext } from './physical-context.ts';

/**
 * The conjuncts in the order in which testing them costs least: those first that drop many rows for
 * little work (by cost ÷ rows dropped, which is optimal for independent conditions). What can fail
 * comes last, so that it sees only rows that the others let through.
 *
 * Source: Hellerstein and Stonebraker, "Predicate Migration", SIGMOD 1993 (ranks).
 */
export function orderConjuncts(
  conjuncts: readonly Expr[],
  input: PlanEstimate,
  context: PhysicalContext,
): readonly Expr[] {
  if (conjuncts.length < 2) return conjuncts;
  const ranked = conjuncts.map((conjunct) => {
    const dropped = 1 - selectivity(conjunct, input);
    const rank = (expressionNs(conjunct) + 0.1) / Math.max(1e-6, dropped);
    return { conjunct, rank, isLast: context.traits.mayRaise(conjunct) };
  });
  const isFixed = conjuncts.some((conjunct) => context.traits.isVolatile(conjunct));
  if (isFixed) return conjuncts;
  ranked.sort((a, b) => Number(a.isLast) - Number(b.isLast) || (a.isLast ? 0 : a.rank - b.rank));
  return ranked.map(({ conjunct }) => conjunct);
}
