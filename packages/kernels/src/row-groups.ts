import type { Address } from '@windrow/core';

/**
 * Rows of groups brought together. Row numbers, group numbers and starts are u32; a list of rows may be
 * 0, which stands for all rows in ascending order. Segment i is positions `starts[i]` … `starts[i + 1]`
 * of a list.
 */
export interface RowGroupKernels {
  /** Orders rows by a u32 below `keyCount` each, stably; `starts` has `keyCount + 1` elements. */
  rowGroupSort(
    keys: Address,
    rows: Address,
    count: number,
    keyCount: number,
    starts: Address,
    out: Address,
  ): void;
  /** Numbers groups as a list of rows meets them; the u32 at their state becomes the number plus one. */
  rowGroupNumber(states: Address, rows: Address, count: number, numbers: Address): number;
  /** Entries by their number, which lies at `offset`. */
  rowGroupEntries(entries: Address, count: number, offset: number, out: Address): void;
  /** `base + bytes × numbers[row]` for each row of a list. */
  rowGroupAddresses(
    numbers: Address,
    rows: Address,
    count: number,
    base: Address,
    bytes: number,
    out: Address,
  ): void;
  /** Clears the byte of rows that are NULL. */
  rowGroupKeepValid(validity: Address, count: number, keep: Address): void;
  /** Clears the byte of rows whose BOOLEAN is not true. */
  rowGroupKeepTrue(values: Address, validity: Address, count: number, keep: Address): void;
  /** Clears the byte of rows of a list whose state's u32 is not 0, and sets it to 1. */
  rowGroupKeepFirst(states: Address, rows: Address, count: number, keep: Address): void;
  /** Rows of segments whose byte is 1 (not 0), and the starts of what is left; returns how many. */
  rowGroupSelect(
    keep: Address,
    rows: Address,
    starts: Address,
    segmentCount: number,
    outRows: Address,
    outStarts: Address,
  ): number;
  /**
   * Closes `starts` up over empty segments; `places[i]` is segment i's place among the others, or
   * `none`. Returns how many segments are left.
   */
  rowGroupCloseUp(starts: Address, segmentCount: number, none: number, places: Address): number;
}
