import type { Address } from '@windrow/core';

/** Bounds of columns, for statistics. */
export interface BoundsKernels {
  /**
   * The least value at `out`, the greatest at `out + 16`, in the column's own form; `type` is one of
   * PHYSICAL_TYPE_CODES. NULLs and NaNs do not count. Returns how many values counted; with none, `out`
   * means nothing.
   */
  columnBounds(
    type: number,
    values: Address,
    validity: Address,
    count: number,
    out: Address,
  ): number;
  /**
   * As `columnBounds` of text, for rows that are numbers (u32) of `entryCount` dictionary entries.
   * `used` is scratch of one byte an entry.
   */
  dictionaryBounds(
    indices: Address,
    validity: Address,
    count: number,
    entries: Address,
    entryCount: number,
    used: Address,
    out: Address,
  ): number;
}
