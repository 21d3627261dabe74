import { type Address, type Batch, type Expr, type FlatVector, physicalType } from '@windrow/core';
import { kernels, PHYSICAL_TYPE_CODES } from '@windrow/kernels';
import { createFilter } from '../../expression/filter.ts';
import { flatten } from '../../expression/flatten.ts';
import { createProjector } from '../../expression/projector.ts';
import type { TaskContext } from '../../operator.ts';
import { layoutOf } from '../../runtime/layout.ts';
import type { RowStore } from '../../runtime/row-store.ts';
import type { JoinKeyColumn } from './join-codes.ts';
import { type JoinColumn, pairColumns } from './join-columns.ts';

/** A condition on joined rows; plain data. */
export interface PairCondition {
  readonly predicate: Expr;
  /** The columns that it reads, and their ids in the same order. */
  readonly columns: readonly JoinColumn[];
  readonly ids: readonly number[];
}

/** Candidate pairs in two writable arrays; checks drop pairs in place. */
export interface CandidatePairs {
  readonly probeRows: Address;
  readonly buildRows: Address;
  readonly count: number;
}

/** Keeps the pairs for which a condition is true, in place; returns how many. */
export function createConditionCheck(
  context: TaskContext,
  store: RowStore,
  condition: PairCondition,
): (batch: Batch, pairs: CandidatePairs) => number {
  const filter = createFilter(context, condition.predicate, layoutOf(condition.ids));
  const k = kernels(context.memory);
  return (batch, pairs) => {
    const { probeRows, buildRows, count } = pairs;
    if (count === 0) return 0;
    const columns = pairColumns(context, store, condition.columns, batch, {
      ...pairs,
      missing: false,
    });
    const { length, selection } = filter.select({ length: count, selection: 0, columns });
    if (selection === 0 || length === count) return length;
    // Forwards in place: a selection ascends.
    k.gather4(probeRows, selection, length, probeRows);
    k.gather4(buildRows, selection, length, buildRows);
    return length;
  };
}

/** Where membership is noted: a byte a probe row each. */
export interface MembershipFlags {
  readonly matched: Address;
  readonly unknown: Address;
}

/** Notes of pairs whether their condition is true or unknown. */
export function createTruthCheck(
  context: TaskContext,
  store: RowStore,
  condition: PairCondition,
): (batch: Batch, pairs: CandidatePairs, flags: MembershipFlags) => void {
  const projector = createProjector(context, [condition.predicate], layoutOf(condition.ids));
  const k = kernels(context.memory);
  return (batch, pairs, { matched, unknown }) => {
    const { probeRows, count: length } = pairs;
    if (length === 0) return;
    const given = { ...pairs, missing: false };
    const columns = pairColumns(context, store, condition.columns, batch, given);
    const [truth] = projector.evaluate({ length, selection: 0, columns });
    const { values, validity } = flatten(context, truth!, 0, length);
    k.joinMarkTruth(values, validity, probeRows, length, matched, unknown);
  };
}

/** Where the build side's values of a key lie. */
export interface BuildKeyTable extends JoinKeyColumn {
  readonly table: Address;
}

/** Keeps the pairs with equal keys, in place; returns how many. */
export function keepEqualKeys(
  { memory, batchArena }: Pick<TaskContext, 'memory' | 'batchArena'>,
  keys: readonly BuildKeyTable[],
  probeKeys: readonly FlatVector[],
  pairs: CandidatePairs,
): number {
  const k = kernels(memory);
  const { probeRows, buildRows, count } = pairs;
  const equal = batchArena.allocate(count);
  memory.fill(1, equal, count);
  keys.forEach(({ type, nullSafe, table }, key) => {
    const { values, validity } = probeKeys[key]!;
    const code = PHYSICAL_TYPE_CODES[physicalType(type)];
    const nullMatches = nullSafe ? 1 : 0;
    k.joinCompareKeys(
      code,
      nullMatches,
      values,
      validity,
      probeRows,
      table,
      buildRows,
      count,
      equal,
    );
  });
  return k.joinKeepPairs(equal, count, probeRows, buildRows);
}
