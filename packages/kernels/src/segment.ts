import type { Address } from '@windrow/core';

/**
 * Aggregates over segments, the collected rows of each group: segment s is rows
 * `starts[s] … starts[s + 1]` (u32, `count + 1` long) of a flat column whose NULLs do not matter. `type`
 * is one of PHYSICAL_TYPE_CODES. A row number of 0xFFFFFFFF means none.
 */
export interface SegmentKernels {
  /** The earliest row with the smallest (`greatest` 0) or greatest value. */
  segmentExtremes(
    type: number,
    values: Address,
    starts: Address,
    count: number,
    greatest: number,
    out: Address,
  ): void;
  /**
   * The first row of the most frequent value, of equally frequent ones the earliest. `hashes` is a u64 a
   * row; `table` has {@link segmentTableBytes} bytes for the largest segment.
   */
  segmentModes(
    type: number,
    values: Address,
    hashes: Address,
    starts: Address,
    count: number,
    table: Address,
    out: Address,
  ): void;
  /** Rows with a value that is new in their segment, and where each segment's begin; returns how many. */
  segmentDistinct(
    type: number,
    values: Address,
    hashes: Address,
    starts: Address,
    count: number,
    table: Address,
    outRows: Address,
    outStarts: Address,
  ): number;
  /** Entropy in bits of the value frequencies (f64), 0 for an empty segment. */
  segmentEntropy(
    type: number,
    values: Address,
    hashes: Address,
    starts: Address,
    count: number,
    table: Address,
    out: Address,
  ): void;
  /**
   * The two values that a quantile lies between and the weight of the upper one (f64), for types of at
   * most 8 bytes; integers come out as int64, floats as float64. Nothing is written for empty segments.
   * `keys` has {@link segmentQuantileBytes} bytes for the largest segment.
   */
  segmentQuantiles(
    type: number,
    values: Address,
    starts: Address,
    count: number,
    fraction: number,
    discrete: number,
    keys: Address,
    lower: Address,
    upper: Address,
    weights: Address,
  ): void;
  /** The row of the discrete quantile of references; `rows` is room for a u32 a row of the largest. */
  segmentTextQuantiles(
    values: Address,
    starts: Address,
    count: number,
    fraction: number,
    rows: Address,
    out: Address,
  ): void;
  /** `out[row]` is the distance (f64) of the row's value from `centres[segment]`. */
  segmentDistances(
    values: Address,
    starts: Address,
    count: number,
    centres: Address,
    out: Address,
  ): void;
}

/** Counters of the deepest selection, and what it looks for. */
const SELECT_SCRATCH_BYTES = 65536;

/** Bytes of the keys of a segment of so many rows. */
export const segmentQuantileBytes = (rows: number): number => rows * 16 + SELECT_SCRATCH_BYTES;

/** Bytes of the table of a segment of so many rows. */
export const segmentTableBytes = (rows: number): number =>
  8 * 2 ** Math.ceil(Math.log2(2 * rows + 2));
