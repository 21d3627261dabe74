/**
 * 128-bit integers as two i64 words (low, high), passed as bigint from TypeScript. The low word of a
 * result is returned; its high word and overflow flag are read by two calls that follow.
 */
export interface Int128Kernels {
  /** High word of the last result. */
  int128High(): bigint;
  /** 1 when the last result left the range. */
  int128Overflow(): number;
  int128Multiply(xLow: bigint, xHigh: bigint, yLow: bigint, yHigh: bigint): bigint;
  /** Truncated toward zero; 0 when y is 0. */
  int128Divide(xLow: bigint, xHigh: bigint, yLow: bigint, yHigh: bigint): bigint;
  /** Sign of x; 0 when y is 0. */
  int128Remainder(xLow: bigint, xHigh: bigint, yLow: bigint, yHigh: bigint): bigint;
  /** To nearest, half away from zero; y > 0. */
  int128DivideRound(xLow: bigint, xHigh: bigint, yLow: bigint, yHigh: bigint): bigint;
  /** The nearest double, ties to even. */
  int128ToDouble(low: bigint, high: bigint): number;
  /** The nearest integer, ties to even; NaN and values out of range set the overflow flag. */
  doubleToInt128(value: number): bigint;
  /** C's fmod. */
  floatRemainder(x: number, y: number): number;
}
