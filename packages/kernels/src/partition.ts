import type { Address } from '@windrow/core';

/**
 * Radix partitioning of columns into one chunk a partition; the arrays of one u32 a partition (`counts`,
 * `used`, `room`, `bases`) are explained in assembly/partition.ts.
 */
export interface PartitionKernels {
  /**
   * Counts rows by partition, bits 32 … 32 + `bits` of the hash; `order` (u32) gets their numbers,
   * grouped by partition and ascending within.
   */
  partitionRows(
    hashes: Address,
    count: number,
    bits: number,
    counts: Address,
    order: Address,
  ): void;
  /** Mixes u64 hashes in place; each `level` gives hashes that are independent of all others. */
  partitionRehash(hashes: Address, count: number, level: number): void;
  /** u64 hashes whose bits from 32 on are the given numbers, u16. */
  partitionByNumber(numbers: Address, count: number, hashes: Address): void;
  /** Partitions whose chunk cannot take the batch, as u32; returns how many. */
  partitionFull(
    counts: Address,
    used: Address,
    room: Address,
    partitionCount: number,
    out: Address,
  ): number;
  /** `used += counts`. */
  partitionAdvance(used: Address, counts: Address, partitionCount: number): void;
  /** Writes a column of `width` bytes a value behind what is used. */
  partitionScatter(
    width: number,
    values: Address,
    order: Address,
    counts: Address,
    bases: Address,
    used: Address,
    partitionCount: number,
  ): void;
  /** Clears the bytes, one a row at `bases`, of rows that are NULL. */
  partitionScatterNulls(
    validity: Address,
    order: Address,
    counts: Address,
    bases: Address,
    used: Address,
    partitionCount: number,
  ): void;
}
