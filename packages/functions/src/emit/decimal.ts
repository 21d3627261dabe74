import type { CodeBuilder, Local } from '@windrow/core';
import { type Code, when } from './code.ts';
import { lessWide, type Wide, wideConstant } from './int128.ts';

/** 10ⁿ. */
export const powerOfTen = (n: number): bigint => 10n ** BigInt(n);

/** Calls `overflow` unless |value| < 10^precision; the value is an i64. */
export function checkDigits(
  b: CodeBuilder,
  value: Local,
  precision: number,
  overflow: () => void,
): void {
  const largest = powerOfTen(precision) - 1n;
  // One unsigned comparison for both ends: the range is shifted to begin at zero.
  const outside: Code = ['i64.gt_u', ['i64.add', value, largest], 2n * largest];
  when(b, outside, overflow);
}

/** Calls `overflow` unless |value| < 10^precision. */
export function checkWideDigits(
  b: CodeBuilder,
  value: Wide,
  precision: number,
  overflow: () => void,
): void {
  const limit = powerOfTen(precision);
  const tooLarge: Code = ['i32.eqz', lessWide(value, wideConstant(b, limit))];
  const tooSmall = lessWide(value, wideConstant(b, 1n - limit));
  when(b, ['i32.or', tooLarge, tooSmall], overflow);
}
