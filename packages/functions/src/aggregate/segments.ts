import {
  type Address,
  type EvalContext,
  type FlatVector,
  isNested,
  physicalType,
  type ResultVector,
  type Segments,
  widthBytes,
} from '@windrow/core';
import { kernels, orderedBytes, PHYSICAL_TYPE_CODES } from '@windrow/kernels';

/** What aggregates over collected rows share. Segment s is rows `starts[s] … starts[s + 1]`. */

/** The row number that stands for no row. */
export const NO_ROW = 0xffffffff;

/** `starts` as an array; valid while the memory under it is. */
export const startsOf = ({ memory }: EvalContext, { starts, count }: Segments): Uint32Array =>
  memory.u32.subarray(starts >>> 2, (starts >>> 2) + count + 1);

/** Rows of the largest segment. */
export function largestSegment(context: EvalContext, segments: Segments): number {
  const starts = startsOf(context, segments);
  let largest = 0;
  for (let segment = 0; segment < segments.count; segment++) {
    largest = Math.max(largest, starts[segment + 1]! - starts[segment]!);
  }
  return largest;
}

/** Number by which kernels know the vector's type. */
export const typeCode = (vector: FlatVector): number =>
  PHYSICAL_TYPE_CODES[physicalType(vector.type)];

/** The vector as kernels compare and hash it: nested values become bytes that are equal and ordered as they. */
export const comparable = ({ arena }: EvalContext, vector: FlatVector): FlatVector =>
  isNested(vector.type) ? orderedBytes(arena, vector) : vector;

/** A u64 hash for each row of a {@link comparable} vector, as segmentModes and segmentDistinct want it. */
export function hashesOf({ memory, arena }: EvalContext, vector: FlatVector): Address {
  const hashes = arena.allocate(vector.length * 8);
  kernels(memory).hashColumn(
    typeCode(vector),
    vector.values,
    vector.validity,
    vector.length,
    0,
    hashes,
  );
  return hashes;
}

/** `result[s] = values[rows[s]]`, NULL where the row is {@link NO_ROW}. */
export function takeRows(
  { memory }: EvalContext,
  values: FlatVector,
  rows: Address,
  result: ResultVector,
): void {
  const k = kernels(memory);
  const width = widthBytes(values.type) as 1 | 2 | 4 | 8 | 16;
  k[`gather${width}OrZero`](values.values, rows, result.length, result.values);
  k.gatherBitsOrZero(values.validity, rows, result.length, result.validity);
}
