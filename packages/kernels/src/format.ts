import type { Address } from '@windrow/core';

/**
 * Text of values. Values lie `step` bytes apart (0: a constant). Texts are written from `bytes` on, their
 * references to `out`; the result is the end of the bytes, as int32.
 */
export interface FormatKernels {
  /** Integers of `width` bytes; `signed` is 0 or 1. At most 20 bytes each. */
  formatIntegers(
    values: Address,
    step: number,
    count: number,
    width: number,
    signed: number,
    bytes: Address,
    out: Address,
  ): number;
  /** Unscaled 64-bit decimals. At most 21 bytes each. */
  formatDecimals(
    values: Address,
    step: number,
    count: number,
    scale: number,
    bytes: Address,
    out: Address,
  ): number;
  /** Dates, ten bytes each. `rest`: the rows outside the years 1 to 9999, closed by 0xFFFFFFFF. */
  formatDates(
    values: Address,
    step: number,
    count: number,
    bytes: Address,
    out: Address,
    rest: Address,
  ): number;
  /** Times of day in microseconds. At most 15 bytes each. */
  formatTimes(values: Address, step: number, count: number, bytes: Address, out: Address): number;
  /** Timestamps with a suffix. At most 29 bytes and the suffix each; `rest` as for dates. */
  formatTimestamps(
    values: Address,
    step: number,
    count: number,
    perSecond: bigint,
    fractionDigits: number,
    suffixBytes: Address,
    suffix: number,
    bytes: Address,
    out: Address,
    rest: Address,
  ): number;
}
