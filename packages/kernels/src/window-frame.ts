import type { Address } from '@windrow/core';

/** What is added to a RANGE key. */
export const WINDOW_OFFSETS: Readonly<Record<'sameType' | 'days' | 'interval', number>> = {
  sameType: 0,
  days: 1,
  interval: 2,
};

/**
 * Partitions, peer groups and frames of sorted rows: u32 arrays, one entry a row, [start, end) in row
 * numbers. `type` is one of PHYSICAL_TYPE_CODES; validity 0 means that all are valid.
 */
export interface WindowFrameKernels {
  /** Sets `flags[row]` (bytes) where a value differs from the row before; NULLs are equal. */
  windowMarkChanges(
    type: number,
    values: Address,
    validity: Address,
    rows: number,
    flags: Address,
  ): void;
  /** Runs that begin at row 0 and at flagged rows. Returns their number. */
  windowRuns(flags: Address, rows: number, starts: Address, ends: Address): number;
  /** `row + add`. */
  windowRowNumbers(rows: number, add: number, out: Address): void;
  /** The row `sign × offsets[row]` (int64) away, clipped to the partition, plus one for an end. */
  windowBoundRows(
    partitionStart: Address,
    partitionEnd: Address,
    offsets: Address,
    validity: Address,
    sign: bigint,
    isEnd: number,
    rows: number,
    out: Address,
  ): void;
  /** Likewise in peer groups; `groups` is room for `rows + 1` u32. Returns 1 + a row whose offset is
   * negative, or 0. */
  windowBoundGroups(
    partitionStart: Address,
    partitionEnd: Address,
    peerStart: Address,
    offsets: Address,
    validity: Address,
    sign: bigint,
    isEnd: number,
    groups: Address,
    rows: number,
    out: Address,
  ): number;
  /**
   * Sort keys as u64 in row order, and the keys that lie `sign × offset` away. `kind` is one of
   * {@link WINDOW_OFFSETS}; interval offsets turn keys into µs, `scale` µs a unit of the key.
   */
  windowRangeTargets(
    type: number,
    values: Address,
    rows: number,
    kind: number,
    offsets: Address,
    sign: bigint,
    scale: bigint,
    descending: number,
    keys: Address,
    targets: Address,
  ): void;
  /** The first row of the partition whose key reaches (for an end: passes) the row's target. */
  windowBoundRange(
    partitionStart: Address,
    partitionEnd: Address,
    peerStart: Address,
    peerEnd: Address,
    validity: Address,
    keys: Address,
    targets: Address,
    isEnd: number,
    rows: number,
    out: Address,
  ): void;
  /** Empties frames that would end before they start. */
  windowClipFrames(starts: Address, ends: Address, rows: number): void;
  /** The part of each frame before `gapStart`, or from `gapEnd` on; 0: that bound does not apply. */
  windowCutFrames(
    starts: Address,
    ends: Address,
    gapStart: Address,
    gapEnd: Address,
    rows: number,
    outStarts: Address,
    outEnds: Address,
  ): void;
}
