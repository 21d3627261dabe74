import type { Address } from '@windrow/core';

/** Rows out of lists: references to blocks as core's nested.ts lays them out. Counts and starts are u32. */
export interface UnnestKernels {
  /** Raises each row's count to that of its list. */
  unnestCounts(lists: Address, validity: Address, rowCount: number, counts: Address): void;
  /** At least 1 for each row. */
  unnestOuter(counts: Address, rowCount: number, out: Address): void;
  /** Sums of the counts before each row, and of all; returns the last, as int32. */
  unnestStarts(counts: Address, rowCount: number, starts: Address): number;
  /** Row and element number of the outputs `from … from + count`. */
  unnestRows(
    starts: Address,
    rowCount: number,
    from: number,
    count: number,
    rows: Address,
    elements: Address,
  ): void;
  /** Elements of `width` bytes by row and number, NULL beyond a list's end. */
  unnestElements(
    width: number,
    lists: Address,
    validity: Address,
    rows: Address,
    elements: Address,
    count: number,
    out: Address,
    outValidity: Address,
  ): void;
  /** One-based element numbers as i64, NULL beyond the row's count. */
  unnestOrdinals(
    counts: Address,
    rows: Address,
    elements: Address,
    count: number,
    out: Address,
    outValidity: Address,
  ): void;
}
