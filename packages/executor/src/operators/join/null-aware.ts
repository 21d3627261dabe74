import type { Address } from '@windrow/core';
import { kernels } from '@windrow/kernels';
import type { TaskContext } from '../../operator.ts';
import type { RowChunk } from '../../runtime/row-store.ts';
import type { ProbedBatch } from './match-finder.ts';
import { type BuildKeyTable, keepEqualKeys } from './pair-checks.ts';
import type { Prober } from './prober.ts';

/**
 * What NOT IN has to know of the build side, which is not empty; plain data. Where there is one key and
 * no further condition, one NULL anywhere makes the answer unknown for every row without a match;
 * otherwise only build rows that could be equal count, and the condition decides.
 */
export interface NullAwareness {
  readonly single: boolean;
  /** Ids (u32) of build rows with a NULL key. */
  readonly nullRows: Address;
  readonly nullCount: number;
}

/** Marks rows whose membership is unknown. */
export type MarkUnknown = (probed: ProbedBatch, matched: Address, unknown: Address) => void;

/**
 * Three-valued membership: sets a byte for each row without a match (`matched` has a byte a row) whose
 * answer is NULL. `unknown` may be `matched` itself.
 */
export function createMarkUnknown(
  context: TaskContext,
  prober: Prober,
  build: {
    readonly chunks: readonly RowChunk[];
    readonly keyTables: readonly BuildKeyTable[];
    readonly nulls: NullAwareness;
  },
): MarkUnknown {
  const { memory, batchArena, taskArena } = context;
  const { chunks, keyTables, nulls } = build;
  const k = kernels(memory);
  let allRows: { readonly ids: Address; readonly count: number } | undefined;

  /** Ids of all build rows. */
  function everyRow(): { readonly ids: Address; readonly count: number } {
    if (allRows !== undefined) return allRows;
    const count = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    const ids = taskArena.allocate(count * 4);
    let at = ids;
    chunks.forEach(({ length }, chunk) => {
      k.windowRowNumbers(length, chunk * 65536, at);
      at += length * 4;
    });
    allRows = { ids, count };
    return allRows;
  }

  /** Sets the bytes of those of `rows` that may be equal to one of `ids`. */
  function markPossible(
    probed: ProbedBatch,
    rows: { readonly ids: Address; readonly count: number },
    build: { readonly ids: Address; readonly count: number },
    unknown: Address,
  ): void {
    if (rows.count === 0 || build.count === 0) return;
    const capacity = Math.max(1024, context.batchRows);
    const cursor = batchArena.allocateZeroed(8);
    const probeRows = batchArena.allocate(capacity * 4);
    const buildRows = batchArena.allocate(capacity * 4);
    for (let pairs = capacity; pairs === capacity; ) {
      context.checkCancelled();
      const mark = batchArena.mark();
      pairs = k.joinCross(
        rows.ids,
        rows.count,
        build.ids,
        build.count,
        cursor,
        capacity,
        probeRows,
        buildRows,
      );
      const candidates = { probeRows, buildRows, count: pairs };
      const options = { nullsMayMatch: true };
      const possible = keepEqualKeys(context, keyTables, probed.keys, candidates, options);
      const count = prober.keepByCondition(probed.batch, { ...candidates, count: possible });
      k.joinMarkRows(probeRows, count, unknown);
      batchArena.rewind(mark);
    }
  }

  function markSingle({ batch, keys }: ProbedBatch, unknown: Address): void {
    const { length } = batch;
    if (nulls.nullCount > 0) memory.u8.fill(1, unknown, unknown + length);
    else k.joinMarkNulls(keys[0]!.validity, length, unknown);
  }

  return (probed, matched, unknown) => {
    if (nulls.single) {
      markSingle(probed, unknown);
      return;
    }
    const { length } = probed.batch;
    const withNull = batchArena.allocateZeroed(length);
    for (const { validity } of probed.keys) k.joinMarkNulls(validity, length, withNull);
    const rows = { ids: batchArena.allocate(length * 4), count: 0 };
    const open = batchArena.allocate(length * 4);
    rows.count = k.joinRowsByByte(withNull, 1, length, rows.ids);
    // Rows that neither match nor have a NULL are left.
    const settled = batchArena.allocate(length);
    memory.u8.copyWithin(settled, matched, matched + length);
    k.joinMarkRows(rows.ids, rows.count, settled);
    const openCount = k.joinRowsByByte(settled, 0, length, open);
    markPossible(probed, rows, everyRow(), unknown);
    const nullRows = { ids: nulls.nullRows, count: nulls.nullCount };
    markPossible(probed, { ids: open, count: openCount }, nullRows, unknown);
  };
}
