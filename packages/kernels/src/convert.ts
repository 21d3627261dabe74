import type { Address } from '@windrow/core';

/**
 * Conversions between storage layouts of columns. `count` is in rows, widths and strides in bytes;
 * inputs and outputs do not overlap unless said.
 */
export interface ConvertKernels {
  /** References from `count + 1` i32 offsets into bytes at `base`. */
  refsFromOffsets32(offsets: Address, count: number, base: Address, out: Address): void;
  /** References from `count + 1` i64 offsets into bytes at `base`. */
  refsFromOffsets64(offsets: Address, count: number, base: Address, out: Address): void;
  /** References to consecutive values of `width` bytes at `base`. */
  refsFromStride(base: Address, width: number, count: number, out: Address): void;
  /** 1 when the `count + 1` offsets (i64 when `wide`) ascend and stay within `limit`. */
  offsetsAreValid(offsets: Address, wide: number, count: number, limit: bigint): number;
  /** Integers of another width (1, 2, 4, 8, 16), sign-extended when `signed`, else zero-extended. */
  resizeIntegers(
    values: Address,
    from: number,
    signed: number,
    count: number,
    to: number,
    out: Address,
  ): void;
  /** In place, wrapping. */
  multiplyI64(values: Address, count: number, factor: bigint): void;
  /** In place, rounded down; `divisor` is positive. */
  floorDivideI64(values: Address, count: number, divisor: bigint): void;
  /** Single from half precision. */
  floatsFromHalves(halves: Address, count: number, out: Address): void;
  /** `uuid` values from 16 bytes each in network order. */
  uuidsFromBytes(bytes: Address, count: number, out: Address): void;
  /** Integers of `to` bytes (8 or 16) from big-endian ones of `width` bytes, `stride` bytes apart. */
  integersFromBigEndian(
    bytes: Address,
    stride: number,
    width: number,
    count: number,
    to: number,
    out: Address,
  ): void;
  /** Copies `count` bits to bit `from` of `out` on; the bits before stay, those after may change. */
  bitmapPut(bitmap: Address, count: number, out: Address, from: number): void;
  /** `start`, `start + step`, … (wrapping). */
  sequenceI64(start: bigint, step: bigint, count: number, out: Address): void;
}
