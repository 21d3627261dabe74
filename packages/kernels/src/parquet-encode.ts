import type { Address } from '@windrow/core';

/** Encodings of Apache Parquet, written. Positions are addresses; ends of what was written are int32. */
export interface ParquetEncodeKernels {
  /**
   * Codes (u32) below 2^`width` as RLE / bit-packed hybrid. Room: 24 + count × (width + 1) / 8 + count / 4
   * bytes.
   */
  parquetPutHybrid(codes: Address, count: number, width: number, out: Address): Address;
  /** Values behind references, each behind its length (u32). */
  parquetPutByteArrays(refs: Address, count: number, out: Address): Address;
  /** Integers of `from` (8 or 16) bytes as 16 big-endian bytes. */
  bigEndianFromIntegers(values: Address, from: number, count: number, out: Address): void;
  /** The values of the rows whose bit is set; returns how many. */
  compactValues(
    values: Address,
    width: number,
    bitmap: Address,
    from: number,
    rows: number,
    out: Address,
  ): number;
  /**
   * Dictionary encoding of values of 4 or 8 bytes; returns the number of entries, or −1 when there would
   * be more than `maxEntries`. `slots` are `slotMask + 1` u32, zero at first, twice as many as entries.
   */
  dictionaryEncodeFixed(
    values: Address,
    width: number,
    count: number,
    entries: Address,
    entryCount: number,
    maxEntries: number,
    slots: Address,
    slotMask: number,
    out: Address,
  ): number;
  /** A raw snappy block. Room: 32 + 7/6 of the input; `table` has {@link SNAPPY_TABLE_BYTES}. */
  snappyCompress(at: Address, end: Address, out: Address, table: Address): Address;
}

export const SNAPPY_TABLE_BYTES = 32768;
