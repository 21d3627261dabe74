import { inlineCtes } from './inline-ctes.ts';
import { mergeWindows } from './merge-windows.ts';
import { orderJoins } from './order-joins.ts';
import { pruneColumns } from './prune-columns.ts';
import { pruneEmpty } from './prune-empty.ts';
import { pushDownFilters } from './push-down-filters.ts';
import { pushDownLimits } from './push-down-limits.ts';
import { reduceAggregates } from './reduce-aggregates.ts';
import { relaxSingleJoins } from './relax-single-joins.ts';
import { removeProjections } from './remove-projections.ts';
import { removeSorts } from './remove-sorts.ts';
import { rewriteDistinct } from './rewrite-distinct.ts';
import { rewriteSetOperations } from './rewrite-set-operations.ts';
import type { Rule } from './rule.ts';
import { shareSubplans } from './share-subplans.ts';
import { shiftSums } from './shift-sums.ts';
import { simplifyExpressions } from './simplify-expressions.ts';
import { splitDistinctAggregates } from './split-distinct-aggregates.ts';
import { strengthenOuterJoins } from './strengthen-outer-joins.ts';
import { unnest } from './unnest.ts';

/**
 * All rules, in the order in which they apply. Each is applied to the whole plan once per line; the
 * comment says why it stands where it stands.
 */
export const RULES: readonly Rule[] = [
  // First, so that no other rule has to know dependent joins.
  unnest,
  // Set operations produce DISTINCTs, so they come before the rule that removes them; both come before
  // the rest, which then has fewer kinds of nodes to know.
  rewriteSetOperations,
  rewriteDistinct,
  // A constant condition decides whole subtrees, and canonical comparisons are what later rules look for.
  simplifyExpressions,
  // Before anything moves, so that conditions can move into what was a common table expression.
  inlineCtes,
  // Renames hide which columns are equal, and projections lie between joins that belong together.
  removeProjections,
  // Needs keys, which projections no longer hide; leaves outer joins for the next rule.
  relaxSingleJoins,
  // Before filters move: a filter cannot sink into the outer side of a join, but into an inner one.
  strengthenOuterJoins,
  // The centre: everything above prepares for it, everything below lives on where it put conditions.
  pushDownFilters,
  // Substituted into projections, conditions may have become constant or comparable.
  simplifyExpressions,
  pruneEmpty,
  // Conditions have come to rest, and columns are still whole: equal subplans look alike now or never.
  shareSubplans,
  // After filters have moved, which is when a column is last read; a join that only added columns
  // nobody reads goes too.
  pruneColumns,
  // Pruning and replaced marks leave projections that only pass columns on between joins.
  removeProjections,
  // Looks at all calls of an aggregate, so after those that nobody reads are gone.
  splitDistinctAggregates,
  // Likewise.
  shiftSums,
  // Sorts that matter to nobody would keep joins apart from their readers.
  removeSorts,
  // Likewise after pruning; moves windows only among each other.
  mergeWindows,
  // Needs final conditions and columns for its estimates, and only reorders joins.
  orderJoins,
  // Only now is it known which rows an aggregate meets in a join.
  reduceAggregates,
  // Last: a limit fences off everything below from filters and joins above.
  pushDownLimits,
];
