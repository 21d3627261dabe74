import type { Address } from '@windrow/core';

/** What `selectByTruth` is asked for; NULL is neither true nor false. */
export const TRUE = 0;
export const NOT_TRUE = 1;
export const NOT_FALSE = 2;

/** What may be written behind bytes that are copied word by word. */
export const COPY_SLACK_BYTES = 7;

type Gather = (values: Address, rows: Address, count: number, out: Address) => void;
type Fill = (value: Address, count: number, out: Address) => void;

/**
 * Moving rows by number, and the bitmaps that go with them. The number in a name is the width of a value
 * in bytes; row numbers are u32 arrays. Bitmaps are padded to whole 64-bit words; address 0 stands for
 * all ones only where it is said.
 */
export interface GatherKernels {
  /** `out[i] = values[rows[i]]`. */
  readonly gather1: Gather;
  readonly gather2: Gather;
  readonly gather4: Gather;
  readonly gather8: Gather;
  readonly gather16: Gather;
  /** As gather, zero bytes where the row number is 0xFFFFFFFF. */
  readonly gather1OrZero: Gather;
  readonly gather2OrZero: Gather;
  readonly gather4OrZero: Gather;
  readonly gather8OrZero: Gather;
  readonly gather16OrZero: Gather;
  /** Bit `i` of `out` is bit `rows[i]`. */
  gatherBits(bitmap: Address, rows: Address, count: number, out: Address): void;
  /** As gatherBits, 0 where the row number is 0xFFFFFFFF; bitmap 0: all ones. */
  gatherBitsOrZero(bitmap: Address, rows: Address, count: number, out: Address): void;
  /** `count` copies of the value at `value`. */
  readonly fill1: Fill;
  readonly fill2: Fill;
  readonly fill4: Fill;
  readonly fill8: Fill;
  readonly fill16: Fill;
  /** Bit `i` is `bytes[i] != 0`. Reads up to 63 bytes beyond the last one. */
  packBits(bytes: Address, count: number, out: Address): void;
  /** `bytes[i]` is bit `i`, as 0 or 1. */
  unpackBits(bitmap: Address, count: number, out: Address): void;
  /** `out` may be an operand. */
  bitmapAnd(a: Address, b: Address, bitCount: number, out: Address): void;
  bitmapOr(a: Address, b: Address, bitCount: number, out: Address): void;
  /** 1 when the first `bitCount` bits are all set, else 0. */
  bitmapAllSet(bitmap: Address, bitCount: number): number;
  /** Copies bits `from` … `from + bitCount` to the start of `out`. */
  bitmapSlice(bitmap: Address, from: number, bitCount: number, out: Address): void;
  /**
   * The positions below `count`, or the entries of `selection` (0: none) there, ascending, of BOOLEAN
   * values that satisfy `wanted`: {@link TRUE}, {@link NOT_TRUE} or {@link NOT_FALSE}; validity 0: no
   * NULLs. Returns how many; `out` has room for `count` row numbers.
   */
  selectByTruth(
    values: Address,
    validity: Address,
    selection: Address,
    count: number,
    wanted: number,
    out: Address,
  ): number;
  /** As selectByTruth, of rows whose bit is `wanted`, 0 or 1. */
  selectByBits(
    bitmap: Address,
    selection: Address,
    count: number,
    wanted: number,
    out: Address,
  ): number;
  /** `out[rows[i]] = values[i]`; `width` is 1, 2, 4, 8 or 16 bytes. */
  scatter(width: number, values: Address, rows: Address, count: number, out: Address): void;
  /** Bit `rows[i]` of `out` becomes bit `i` of the bitmap (0: all ones); other bits stay. */
  scatterBits(bitmap: Address, rows: Address, count: number, out: Address): void;
  /** Total length of the references of valid rows; validity 0: all. */
  referenceBytes(refs: Address, validity: Address, count: number): number;
  /**
   * Copies the bytes of valid rows one behind the other to `bytes`, in the order of `order` (u32 row
   * numbers; 0: ascending), and their turned references to their rows of `out` (`refs` itself is
   * allowed); NULL rows get empty references. `bytes` needs {@link COPY_SLACK_BYTES} more than the copies
   * take. Returns the end of the copies, as int32.
   */
  copyReferences(
    refs: Address,
    validity: Address,
    order: Address,
    count: number,
    out: Address,
    bytes: Address,
  ): number;
  /** Moves references to bytes that now lie `delta` (int32) further; empty ones become address 0. */
  moveReferences(refs: Address, count: number, delta: number): void;
  /**
   * Total length of the references at `offset` of the records (u32 addresses) whose bytes lie in none of
   * the ranges, pairs of u32 start and end; a record named twice counts twice.
   */
  unkeptReferenceBytes(
    records: Address,
    count: number,
    offset: number,
    ranges: Address,
    rangeCount: number,
  ): number;
  /**
   * Copies these bytes to `out`, which lies in one of the ranges, and turns the references to the
   * copies. Returns the end of the bytes, as int32.
   */
  keepReferences(
    records: Address,
    count: number,
    offset: number,
    ranges: Address,
    rangeCount: number,
    out: Address,
  ): number;
}
