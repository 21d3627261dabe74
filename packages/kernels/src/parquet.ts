import type { Address } from '@windrow/core';

/**
 * Encodings of Apache Parquet. Positions are addresses; decoders return the position behind what they read,
 * as int32, or 0 when the bytes are malformed or too short. Up to 16 bytes behind `end` are read.
 */
export interface ParquetKernels {
  /** RLE / bit-packed hybrid: `count` integers of `width` bits as u32, each below `limit`. */
  parquetHybrid(
    at: Address,
    end: Address,
    width: number,
    count: number,
    limit: number,
    out: Address,
  ): Address;
  /** Hybrid of one-bit levels as bits of `bitmap` from bit `from` on; a byte behind may be written. */
  parquetLevels(at: Address, end: Address, count: number, bitmap: Address, from: number): Address;
  /** How many of the levels that were read last were 1. */
  parquetValidLevels(): number;
  /** References to values that each stand behind their length. */
  parquetByteArrays(at: Address, end: Address, count: number, refs: Address): Address;
  /** Delta-encoded integers of `width` 4 or 8 bytes. */
  parquetDeltas(at: Address, end: Address, count: number, width: number, out: Address): Address;
  /** Delta-encoded lengths and the bytes; `lengths` is scratch for `count` u32. */
  parquetDeltaLengths(
    at: Address,
    end: Address,
    count: number,
    lengths: Address,
    refs: Address,
  ): Address;
  /** Bytes that incremental values take when spelled out; −1: a prefix is longer than its predecessor. */
  parquetIncrementalBytes(prefixes: Address, suffixes: Address, count: number): number;
  /** Spells out incremental values at `bytes`; `refs` may be `suffixes`. */
  parquetIncremental(
    prefixes: Address,
    suffixes: Address,
    count: number,
    bytes: Address,
    refs: Address,
  ): void;
  /** Values of `width` bytes whose bytes are stored stream by stream. */
  parquetStreamSplit(at: Address, count: number, width: number, out: Address): void;
  /** INT96 timestamps as microseconds. */
  parquetInt96(at: Address, count: number, out: Address): void;
  /** INTERVAL of 12 bytes as interval values. */
  parquetIntervals(at: Address, count: number, out: Address): void;
  /** Moves the first `dense` values to the rows whose bit is set, in place. */
  spreadValues(
    values: Address,
    width: number,
    bitmap: Address,
    from: number,
    rows: number,
    dense: number,
  ): void;
  /** 1 when all referenced values are well-formed UTF-8. */
  refsAreUtf8(refs: Address, count: number): number;
}
