import type { Address } from '@windrow/core';

/**
 * Quantiles of window frames by a wavelet matrix over the ranks of values. Rows that are not seen (NULL,
 * FILTER) have no place in it: `places[row]` (u32) is the number of seen rows before a row.
 */
export interface FrameQuantileKernels {
  /** Fills `places` (`rows + 1` long) from a bitmap (0: all rows are seen); returns how many are seen. */
  framePlaces(seen: Address, rows: number, places: Address): number;
  /**
   * `ranks[place]` (u32) of the seen rows, `keys[rank]` (u64) the values' normalized forms; types of at most
   * 8 bytes. `entries` and `scratch` are those of a sort of the seen rows. Returns the distinct values.
   */
  frameRanks(
    type: number,
    values: Address,
    places: Address,
    rows: number,
    entries: Address,
    scratch: Address,
    ranks: Address,
    keys: Address,
  ): number;
  /**
   * Builds the matrix, {@link frameMatrixBytes} long, over `count` ranks of `levels` bits; `ranks` and
   * `other` (u32 × count) are used up. Cost: O(count × levels).
   */
  frameMatrix(ranks: Address, count: number, levels: number, other: Address, matrix: Address): void;
  /**
   * A quantile of each row's frame, as segmentQuantiles gives it. A frame is the union of its parts, in any
   * order: `parts` holds the u32 addresses of starts and of ends of each. Clears a row's bit in `validity`
   * where its frame has no seen row. `ranges` is room for 8 bytes a part. Cost: O(levels) a row.
   */
  frameQuantiles(
    type: number,
    matrix: Address,
    keys: Address,
    places: Address,
    parts: Address,
    partCount: number,
    rows: number,
    fraction: number,
    discrete: number,
    ranges: Address,
    lower: Address,
    upper: Address,
    weights: Address,
    validity: Address,
  ): void;
}

const HEAD_BYTES = 136;

/** Bytes of a matrix over `count` ranks of `levels` bits. */
export const frameMatrixBytes = (count: number, levels: number): number =>
  HEAD_BYTES + levels * (Math.floor(count / 64) + 1) * 16;
