import {
  type Address,
  type EvalContext,
  type FlatVector,
  physicalType,
  type ResultVector,
  type RowFrames,
  type Segments,
  type SqlType,
  setValidAt,
  widthBytes,
} from '@windrow/core';
import {
  frameMatrixBytes,
  kernels,
  SORT_ENTRY_BYTES,
  segmentQuantileBytes,
  sortScratchBytes,
} from '@windrow/kernels';
import { largestSegment, startsOf, takeRows, typeCode } from './segments.ts';

/** How a quantile of values of a type is computed: as what type, with what result. */
export interface QuantileMethod {
  readonly argument: SqlType;
  readonly returns: SqlType;
  readonly discrete: boolean;
}

/** Writes one quantile of every segment to `values`, in the method's result type. */
export function computeQuantile(
  context: EvalContext,
  segments: Segments,
  argument: FlatVector,
  wanted: { readonly method: QuantileMethod; readonly fraction: number },
  result: ResultVector,
): void {
  const { memory, arena } = context;
  const { method, fraction } = wanted;
  const { starts, count } = segments;
  const k = kernels(memory);
  const largest = largestSegment(context, segments);
  if (physicalType(argument.type) === 'ref') {
    const rows = arena.allocate(count * 4);
    k.segmentTextQuantiles(
      argument.values,
      starts,
      count,
      fraction,
      arena.allocate(largest * 4),
      rows,
    );
    takeRows(context, argument, rows, result);
    return;
  }
  const keys = arena.allocate(segmentQuantileBytes(largest));
  const lower = arena.allocateZeroed(count * 8);
  const upper = arena.allocateZeroed(count * 8);
  const weights = arena.allocateZeroed(count * 8);
  k.segmentQuantiles(
    typeCode(argument),
    argument.values,
    starts,
    count,
    fraction,
    method.discrete ? 1 : 0,
    keys,
    lower,
    upper,
    weights,
  );
  const bounds = startsOf(context, segments);
  for (let segment = 0; segment < count; segment++) {
    if (bounds[segment] === bounds[segment + 1])
      setValidAt(memory, result.validity, segment, false);
  }
  if (method.discrete) narrowed(context, lower, result);
  else interpolated(context, { lower, upper, weights }, result);
}

/** Writes one quantile of every frame; NULL for frames without a seen row. */
export type FrameQuantile = (fraction: number, result: ResultVector) => void;

/**
 * Prepares quantiles over frames: sorts the seen values once and builds a wavelet matrix over their ranks, in
 * which a quantile of any frame takes as long as a rank has bits. Values of at most 8 bytes, no references.
 */
export function quantilesOverFrames(
  context: EvalContext,
  frames: RowFrames,
  argument: FlatVector,
  method: QuantileMethod,
): FrameQuantile {
  const { memory, arena } = context;
  const { rows, parts, seen } = frames;
  const k = kernels(memory);
  const type = typeCode(argument);
  const inputRows = argument.length;
  const places = arena.allocate((inputRows + 1) * 4);
  const count = k.framePlaces(seen, inputRows, places);
  const keys = arena.allocate(count * 8);
  const ranks = arena.allocate(count * 4);
  const other = arena.allocate(count * 4);
  const sorting = arena.mark();
  const entries = arena.allocate(count * SORT_ENTRY_BYTES);
  const scratch = arena.allocate(sortScratchBytes(count));
  const distinct = k.frameRanks(
    type,
    argument.values,
    places,
    inputRows,
    entries,
    scratch,
    ranks,
    keys,
  );
  arena.rewind(sorting);
  const levels = distinct < 2 ? 0 : 32 - Math.clz32(distinct - 1);
  const matrix = arena.allocate(frameMatrixBytes(count, levels));
  k.frameMatrix(ranks, count, levels, other, matrix);
  const bounds = arena.allocate(parts.length * 8);
  memory.u32.set(
    parts.flatMap(({ starts, ends }) => [starts, ends]),
    bounds >>> 2,
  );
  const ranges = arena.allocate(parts.length * 8);
  return (fraction, result) => {
    const between = {
      lower: arena.allocateZeroed(rows * 8),
      upper: arena.allocateZeroed(rows * 8),
      weights: arena.allocateZeroed(rows * 8),
    };
    k.frameQuantiles(
      type,
      matrix,
      keys,
      places,
      bounds,
      parts.length,
      rows,
      fraction,
      method.discrete ? 1 : 0,
      ranges,
      between.lower,
      between.upper,
      between.weights,
      result.validity,
    );
    if (method.discrete) narrowed(context, between.lower, result);
    else interpolated(context, between, result);
  };
}

/** Restored values (int64 or float64) back in the width of their type. */
function narrowed({ memory }: EvalContext, from: Address, result: ResultVector): void {
  const { length, values } = result;
  switch (physicalType(result.type)) {
    case 'f32':
      for (let i = 0; i < length; i++)
        memory.f32[(values >>> 2) + i] = memory.f64[(from >>> 3) + i]!;
      return;
    default: {
      // Unsigned or not: what is cut off is the sign's extension.
      kernels(memory).resizeIntegers(from, 8, 0, length, widthBytes(result.type), values);
    }
  }
}

interface Between {
  readonly lower: Address;
  readonly upper: Address;
  readonly weights: Address;
}

/** lower + (upper − lower) × weight; in integers the fraction is cut off. */
function interpolated({ memory }: EvalContext, between: Between, result: ResultVector): void {
  const low = between.lower >>> 3;
  const high = between.upper >>> 3;
  const weight = between.weights >>> 3;
  const out = result.values >>> 3;
  if (physicalType(result.type) === 'f64') {
    const { f64 } = memory;
    for (let i = 0; i < result.length; i++) {
      const share = f64[weight + i]!;
      const start = f64[low + i]!;
      f64[out + i] = share === 0 ? start : start + (f64[high + i]! - start) * share;
    }
    return;
  }
  if (physicalType(result.type) === 'f32') {
    const { f32, f64 } = memory;
    for (let i = 0; i < result.length; i++) {
      const start = f64[low + i]!;
      const distance = Math.fround(f64[high + i]! - start);
      const share = f64[weight + i]!;
      f32[(result.values >>> 2) + i] = share === 0 ? start : start + distance * share;
    }
    return;
  }
  for (let i = 0; i < result.length; i++) {
    const start = memory.i64[low + i]!;
    const distance = Number(memory.i64[high + i]! - start) * memory.f64[weight + i]!;
    memory.i64[out + i] = start + BigInt(Math.trunc(distance));
  }
}
