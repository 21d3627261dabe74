import type { ColumnId, Expr } from '@windrow/core';
import { topNCost } from '../cost.ts';
import { comparisonOf, MIRRORED } from '../expr/comparison.ts';
import { conjunctsOf } from '../expr/structure.ts';
import type { Filter, WindowNode } from '../logical.ts';
import type { PhysicalPartitionedTopN, PhysicalPlan } from '../physical.ts';
import { createScan } from './create-scan.ts';
import { filterNode } from './filter-node.ts';
import { nodeFields, type PhysicalContext, type Required, requiring } from './physical-context.ts';

/** A filter, joined with the scan or the ranking below it where that saves work. */
export function createFilter(
  plan: Filter,
  required: Required,
  context: PhysicalContext,
): PhysicalPlan {
  const conjuncts = conjunctsOf(plan.predicate);
  if (plan.input.kind === 'scan') return createScan(plan.input, conjuncts, required, context);
  if (plan.input.kind === 'window') {
    const ranking = rankingLimit(plan.input, conjuncts);
    if (ranking !== undefined) return createPartitionedTopN(plan, ranking, required, context);
  }
  const input = context.create(plan.input, requiring(required, conjuncts));
  const below = context.statistics.estimate(plan.input);
  const kept = context.statistics.estimate(plan).rows;
  return filterNode(input, conjuncts, { below, kept }, context);
}

interface RankingLimit {
  readonly window: WindowNode;
  readonly ranking: PhysicalPartitionedTopN['ranking'];
  readonly rankId: ColumnId;
  readonly limit: number;
  /** Conjuncts that the limit does not say. */
  readonly rest: readonly Expr[];
}

/** `row_number() <= k` over a window that computes nothing else. */
function rankingLimit(window: WindowNode, conjuncts: readonly Expr[]): RankingLimit | undefined {
  const [call] = window.functions;
  if (call === undefined || window.functions.length !== 1) return undefined;
  const ranking = call.function;
  if (ranking !== 'row_number' && ranking !== 'rank' && ranking !== 'dense_rank') return undefined;
  let limit: number | undefined;
  const rest: Expr[] = [];
  for (const conjunct of conjuncts) {
    const bound = upperBound(conjunct, call.output.id);
    if (bound === undefined || !bound.complete) rest.push(conjunct);
    if (bound !== undefined) limit = Math.min(limit ?? bound.limit, bound.limit);
  }
  if (limit === undefined) return undefined;
  return { window, ranking, rankId: call.output.id, limit: Math.max(0, limit), rest };
}

/** The largest rank that the conjunct lets through, and whether it lets all smaller ones through. */
function upperBound(
  conjunct: Expr,
  rankId: ColumnId,
): { readonly limit: number; readonly complete: boolean } | undefined {
  const comparison = comparisonOf(conjunct);
  if (comparison === undefined) return undefined;
  const { left, right } = comparison;
  const isMirrored = left.kind === 'literal';
  const operator = isMirrored ? MIRRORED[comparison.operator] : comparison.operator;
  const [column, constant] = isMirrored ? [right, left] : [left, right];
  if (column.kind !== 'column' || column.id !== rankId || constant.kind !== 'literal') {
    return undefined;
  }
  if (typeof constant.value !== 'bigint' && typeof constant.value !== 'number') return undefined;
  if (constant.type.kind === 'decimal') return undefined;
  const value = Number(constant.value);
  switch (operator) {
    case '<=':
      return { limit: Math.floor(value), complete: true };
    case '<':
      return { limit: Math.ceil(value) - 1, complete: true };
    case '=':
      return { limit: Math.floor(value), complete: value === 1 };
    case '<>':
    case '>':
    case '>=':
      return undefined;
  }
}

function createPartitionedTopN(
  plan: Filter,
  found: RankingLimit,
  required: Required,
  context: PhysicalContext,
): PhysicalPlan {
  const { window, ranking, limit, rest, rankId } = found;
  const above = requiring(required, rest);
  const keys = [...window.partitionBy, ...window.orderBy.map((key) => key.expr)];
  const needed = requiring(above, keys);
  needed.delete(rankId);
  const input = context.create(window.input, needed);
  const rank = above.has(rankId) ? window.functions[0]?.output : undefined;
  const rows = context.statistics.estimate(plan).rows;
  const kept: PhysicalPlan = {
    kind: 'partitionedTopN',
    ...nodeFields(
      rank === undefined ? input.output : [...input.output, rank],
      rows,
      topNCost(input.estimatedRows, limit, keys),
      [input],
    ),
    input,
    partitionBy: window.partitionBy,
    keys: window.orderBy,
    limit,
    ranking,
    rank,
  };
  const below = context.statistics.estimate(window);
  return filterNode(kept, rest, { below, kept: rows }, context);
}
