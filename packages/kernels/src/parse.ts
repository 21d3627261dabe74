import type { Address } from '@windrow/core';

/**
 * Values from text in its usual spellings. `refs` are references `step` bytes apart (8; 0: a constant).
 * Rows in other spellings are listed in `rest` (u32, room for `count`); the result is how many there are.
 */
type Parse = (refs: Address, step: number, count: number, out: Address, rest: Address) => number;

export interface ParseKernels {
  /** `[+-]digits` that fit an integer of `width` bytes; `signed` is 0 or 1. */
  parseIntegers(
    refs: Address,
    step: number,
    count: number,
    width: number,
    signed: number,
    out: Address,
    rest: Address,
  ): number;
  /** `[+-]digits[.digits][e[+-]digits]` to f64, where one exact operation rounds correctly. */
  readonly parseDoubles: Parse;
  /** `[+-]digits[.digits]` to unscaled i64; `precision` ≤ 18, and no digit is lost. */
  parseDecimals(
    refs: Address,
    step: number,
    count: number,
    precision: number,
    scale: number,
    out: Address,
    rest: Address,
  ): number;
  /** `YYYY-MM-DD` to days (i32). */
  readonly parseDates: Parse;
  /** `YYYY-MM-DD[ HH:MM:SS[.f]]` to microseconds (i64). */
  readonly parseTimestamps: Parse;
  /** `HH:MM:SS[.f]` to microseconds of the day (i64). */
  readonly parseTimes: Parse;
}
