import { columnsOf, type Expr, unreachable } from '@windrow/core';
import { comparisonOf } from '../expr/comparison.ts';
import { conjunction, conjunctsOf, isSubset } from '../expr/structure.ts';
import type { Join, JoinKind } from '../logical.ts';
import { fillsLeft, fillsRight, outputIds } from '../plan-tree.ts';
import {
  type ColumnEstimate,
  type PlanEstimate,
  unknownColumn,
  withRows,
} from './column-estimate.ts';
import { estimateExpr, selectivity } from './selectivity.ts';

/** An equality between the two sides of a join. */
export interface EquiPair {
  readonly left: Expr;
  readonly right: Expr;
  /** IS NOT DISTINCT FROM: NULL equals NULL. */
  readonly nullSafe: boolean;
}

/** The condition of a join: equalities between its sides, and the rest. */
export interface SplitCondition {
  readonly equalities: readonly EquiPair[];
  readonly rest: readonly Expr[];
}

/** The pair when `conjunct` equates an expression over the left side with one over the right. */
export function equiPairOf(
  conjunct: Expr,
  left: ReadonlySet<number>,
  right: ReadonlySet<number>,
): EquiPair | undefined {
  if (conjunct.kind !== 'call') return undefined;
  const nullSafe = conjunct.function === 'is_not_distinct_from';
  if (!nullSafe && comparisonOf(conjunct)?.operator !== '=') return undefined;
  const [a, b] = conjunct.args;
  if (a === undefined || b === undefined) return undefined;
  const inA = columnsOf(a);
  const inB = columnsOf(b);
  if (inA.size === 0 || inB.size === 0) return undefined;
  if (isSubset(inA, left) && isSubset(inB, right)) return { left: a, right: b, nullSafe };
  if (isSubset(inA, right) && isSubset(inB, left)) return { left: b, right: a, nullSafe };
  return undefined;
}

/** Sorts the conjuncts of a join's condition into equalities between its sides and the rest. */
export function splitCondition(
  condition: Expr,
  left: ReadonlySet<number>,
  right: ReadonlySet<number>,
): SplitCondition {
  const equalities: EquiPair[] = [];
  const rest: Expr[] = [];
  for (const conjunct of conjunctsOf(condition)) {
    const pair = equiPairOf(conjunct, left, right);
    if (pair === undefined) rest.push(conjunct);
    else equalities.push(pair);
  }
  return { equalities, rest };
}

/**
 * Share of the pairs of two inputs that satisfy all equalities: 1 ÷ the larger domain each (every value
 * of the smaller one is taken to occur in the larger). Several equalities together are a compound key,
 * which has no more values than the smaller unfiltered side has rows.
 */
function equiSelectivity(
  equalities: readonly EquiPair[],
  left: PlanEstimate,
  right: PlanEstimate,
): number {
  let share = 1;
  for (const pair of equalities) {
    const a = estimateExpr(pair.left, left);
    const b = estimateExpr(pair.right, right);
    share /= Math.max(1, a.domain, b.domain);
    if (!pair.nullSafe) share *= (1 - a.nullFraction) * (1 - b.nullFraction);
  }
  if (equalities.length < 2) return share;
  return Math.max(share, 1 / Math.max(1, Math.min(left.baseRows, right.baseRows)));
}

/** Share of left rows with a match, for semi joins and their kin. */
function matchShare(split: SplitCondition, left: PlanEstimate, right: PlanEstimate): number {
  if (right.rows <= 0) return 0;
  if (split.equalities.length === 0 && split.rest.length === 0) return 1;
  let present = 1;
  let distinct = 1;
  let domain = 1;
  for (const pair of split.equalities) {
    const a = estimateExpr(pair.left, left);
    const b = estimateExpr(pair.right, right);
    distinct *= b.distinct;
    domain *= Math.max(a.domain, b.domain, 1);
    if (!pair.nullSafe) present *= 1 - a.nullFraction;
  }
  distinct = Math.min(distinct, right.rows);
  domain = Math.max(1, Math.min(domain, Math.max(left.baseRows, right.baseRows)));
  const rest = split.rest.length === 0 ? 1 : 0.5;
  return Math.min(1, present * rest * Math.min(1, distinct / domain));
}

function sideColumns(
  estimate: PlanEstimate,
  rows: number,
  filled: boolean,
): readonly (readonly [number, ColumnEstimate])[] {
  const after = withRows(estimate, Math.min(rows, estimate.rows));
  if (!filled) return [...after.columns];
  const missing = rows > 0 ? Math.max(0, rows - estimate.rows) / rows : 0;
  return [...after.columns].map(([id, column]) => [
    id,
    { ...column, nullFraction: Math.min(1, column.nullFraction + missing) },
  ]);
}

/** After an inner equality both columns hold only values that the two have in common. */
function shareValues(
  columns: Map<number, ColumnEstimate>,
  equalities: readonly EquiPair[],
  rows: number,
): void {
  for (const { left, right } of equalities) {
    if (left.kind !== 'column' || right.kind !== 'column') continue;
    const a = columns.get(left.id);
    const b = columns.get(right.id);
    if (a === undefined || b === undefined) continue;
    const common = {
      distinct: Math.max(1, Math.min(a.distinct, b.distinct, rows)),
      domain: Math.min(a.domain, b.domain),
      min: a.min !== undefined && b.min !== undefined ? Math.max(a.min, b.min) : (a.min ?? b.min),
      max: a.max !== undefined && b.max !== undefined ? Math.min(a.max, b.max) : (a.max ?? b.max),
    };
    columns.set(left.id, { ...a, ...common, nullFraction: 0 });
    columns.set(right.id, { ...b, ...common, nullFraction: 0 });
  }
}

/** Rows of a join of a kind over estimated inputs. */
export function estimateJoinRows(
  kind: JoinKind,
  split: SplitCondition,
  left: PlanEstimate,
  right: PlanEstimate,
): number {
  switch (kind) {
    case 'semi':
      return left.rows * matchShare(split, left, right);
    case 'anti':
      return left.rows * (1 - matchShare(split, left, right));
    case 'mark':
    case 'single':
      return left.rows;
    case 'inner':
      return matches(split, left, right);
    case 'left':
      return Math.max(matches(split, left, right), left.rows);
    case 'right':
      return Math.max(matches(split, left, right), right.rows);
    case 'full':
      return Math.max(matches(split, left, right), left.rows, right.rows);
    default:
      return unreachable(kind);
  }
}

function matches(split: SplitCondition, left: PlanEstimate, right: PlanEstimate): number {
  const pairs = left.rows * right.rows * equiSelectivity(split.equalities, left, right);
  if (split.rest.length === 0) return pairs;
  const columns = new Map([...left.columns, ...right.columns]);
  return pairs * selectivity(conjunction(split.rest), { rows: 1e12, baseRows: 1e12, columns });
}

/** After a semi join the equated columns hold only values of the right side. */
function withKeysOf(left: PlanEstimate, split: SplitCondition, right: PlanEstimate): PlanEstimate {
  const columns = new Map(left.columns);
  for (const pair of split.equalities) {
    const column = pair.left.kind === 'column' ? columns.get(pair.left.id) : undefined;
    if (pair.left.kind !== 'column' || column === undefined) continue;
    const { distinct } = estimateExpr(pair.right, right);
    columns.set(pair.left.id, {
      ...column,
      distinct: Math.min(column.distinct, distinct),
      domain: Math.min(column.domain, distinct),
    });
  }
  return { ...left, columns };
}

/** Rows and columns of a join over estimated inputs. */
export function estimateJoin(join: Join, left: PlanEstimate, right: PlanEstimate): PlanEstimate {
  const { joinKind, mark } = join;
  const split = splitCondition(join.condition, outputIds(join.left), outputIds(join.right));
  const rows = estimateJoinRows(joinKind, split, left, right);
  if (joinKind === 'anti') return withRows(left, rows);
  if (joinKind === 'semi') return withKeysOf(withRows(left, rows), split, right);
  if (joinKind === 'mark') {
    const columns = new Map(left.columns);
    if (mark !== undefined) columns.set(mark.id, unknownColumn(mark.type, left.rows));
    return { ...left, columns };
  }
  const columns = new Map([
    ...sideColumns(left, rows, fillsLeft(joinKind)),
    ...sideColumns(right, rows, fillsRight(joinKind)),
  ]);
  if (joinKind === 'inner') shareValues(columns, split.equalities, rows);
  return { rows, baseRows: Math.max(left.baseRows, right.baseRows, rows), columns };
}
