import {
  type Address,
  type Arena,
  bitmapBytes,
  type FlatVector,
  type FrameBounds,
} from '@windrow/core';
import { kernels } from '@windrow/kernels';
import type { TaskContext } from '../../operator.ts';
import { blankResult } from './ordered-frames.ts';
import type { InputSpec, WindowCallSpec } from './window-spec.ts';

/** Rows collected for a row, in the mean, up to which that costs less than an index over all rows. */
const MAX_COLLECTED_ROWS = 4;

/**
 * An aggregate that answers frames from an index over all rows, where it has one and frames are long; else
 * undefined, and the rows of each frame have to be collected. The result lies in `arena`.
 */
export function indexedOverFrames(
  context: TaskContext,
  arena: Arena,
  work: {
    readonly call: WindowCallSpec;
    readonly frames: readonly FrameBounds[];
    readonly rows: number;
    /** Rows that the frames are about. */
    readonly inputRows: number;
    readonly valuesOf: (input: InputSpec) => FlatVector;
  },
): FlatVector | undefined {
  const { call, frames, rows, inputRows, valuesOf } = work;
  if (call.distinct || call.orderBy.length > 0) return undefined;
  const definition = context.functions.aggregate(call.function);
  const implementation = definition?.overloads[call.overload]?.implementation;
  if (implementation?.kind !== 'segments') return undefined;
  if (implementation.evaluateFrames === undefined) return undefined;
  const { memory, session } = context;
  const k = kernels(memory);
  const collected = frames.reduce(
    (sum, { starts, ends }) => sum + k.frameRowsAnew(starts, ends, rows),
    0,
  );
  if (collected <= MAX_COLLECTED_ROWS * rows) return undefined;
  const args = call.args.map(valuesOf);
  const filter = call.filter === undefined ? undefined : valuesOf(call.filter);
  const skipping = definition?.nulls === 'skip' ? args : [];
  const seen = seenRows(arena, skipping, filter, inputRows);
  const result = blankResult(arena, call, rows);
  const over = { rows, parts: frames, seen };
  if (!implementation.evaluateFrames({ memory, arena, session }, over, args, result)) {
    return undefined;
  }
  const isNullFree = k.bitmapAllSet(result.validity, rows) === 1;
  return { ...result, kind: 'flat', validity: isNullFree ? 0 : result.validity, stable: true };
}

/** Bitmap of the rows without a NULL in `skipping` that the filter lets through; 0 for all. */
function seenRows(
  arena: Arena,
  skipping: readonly FlatVector[],
  filter: FlatVector | undefined,
  rows: number,
): Address {
  const k = kernels(arena.memory);
  const bitmaps = [...skipping, ...(filter === undefined ? [] : [filter])]
    .map((vector) => vector.validity)
    .filter((address) => address !== 0);
  if (filter !== undefined) {
    const passed = arena.allocate(bitmapBytes(rows));
    k.packBits(filter.values, rows, passed);
    bitmaps.push(passed);
  }
  return bitmaps.reduce((all, bitmap) => {
    if (all === 0) return bitmap;
    const both = arena.allocate(bitmapBytes(rows));
    k.bitmapAnd(all, bitmap, rows, both);
    return both;
  }, 0);
}
