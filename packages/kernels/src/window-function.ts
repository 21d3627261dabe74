import type { Address } from '@windrow/core';

/**
 * Window functions over the rows of sorted partitions. Row arrays are u32, one entry a row; partitions,
 * peer groups and frames are [start, end) in row numbers. A row number of 0xFFFFFFFF means none.
 */
export interface WindowFunctionKernels {
  /** `out` is int64, as for the other ranks. */
  windowRowNumber(partitionStart: Address, rows: number, out: Address): void;
  windowRank(partitionStart: Address, peerStart: Address, rows: number, out: Address): void;
  windowDenseRank(partitionStart: Address, peerStart: Address, rows: number, out: Address): void;
  /** `out` is float64. */
  windowPercentRank(
    partitionStart: Address,
    partitionEnd: Address,
    peerStart: Address,
    rows: number,
    out: Address,
  ): void;
  /** `out` is float64. */
  windowCumeDist(
    partitionStart: Address,
    partitionEnd: Address,
    peerEnd: Address,
    rows: number,
    out: Address,
  ): void;
  /** `buckets` is int64, positive in every row. */
  windowNtile(
    partitionStart: Address,
    partitionEnd: Address,
    buckets: Address,
    rows: number,
    out: Address,
  ): void;
  /**
   * Numbers the valid rows: `positions` receives them in order, `before` (`rows + 1` entries) how many
   * come before each row. Returns their number.
   */
  windowValidRows(validity: Address, rows: number, positions: Address, before: Address): number;
  /**
   * The row `offsets[row]` (int64) rows before (`sign` −1) or after (1) within the partition. With
   * `positions` and `before` only the rows that they number count; both 0: all rows.
   */
  windowShift(
    partitionStart: Address,
    partitionEnd: Address,
    offsets: Address,
    sign: bigint,
    positions: Address,
    before: Address,
    rows: number,
    out: Address,
  ): void;
  /**
   * The `ks[row]`-th (int64, from 1) row of a frame's part, counted from its end when `fromLast`. Where
   * the part is shorter, `out` stays and `ks[row]` falls by its rows, for the next part; where the row is
   * found, `ks[row]` becomes 0. Nothing is looked for where it is below 1.
   */
  windowNth(
    frameStart: Address,
    frameEnd: Address,
    ks: Address,
    fromLast: number,
    positions: Address,
    before: Address,
    rows: number,
    out: Address,
  ): void;
}
