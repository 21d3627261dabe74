type Unary = (x: number) => number;
type Binary = (x: number, y: number) => number;

/** Elementary functions of doubles, called by generated code for each row. */
export interface MathKernels {
  readonly mathSin: Unary;
  readonly mathCos: Unary;
  readonly mathTan: Unary;
  readonly mathAsin: Unary;
  readonly mathAcos: Unary;
  readonly mathAtan: Unary;
  /** (y, x) */
  readonly mathAtan2: Binary;
  readonly mathSinh: Unary;
  readonly mathCosh: Unary;
  readonly mathTanh: Unary;
  readonly mathAsinh: Unary;
  readonly mathAcosh: Unary;
  readonly mathAtanh: Unary;
  readonly mathExp: Unary;
  readonly mathExpm1: Unary;
  readonly mathLog: Unary;
  readonly mathLog1p: Unary;
  readonly mathLog2: Unary;
  readonly mathLog10: Unary;
  readonly mathCbrt: Unary;
  readonly mathHypot: Binary;
  /** IEEE 754's: pow(1, NaN) = pow(NaN, 0) = 1. */
  readonly mathPow: Binary;
  /** Γ(x), NaN at negative integers. */
  readonly mathGamma: Unary;
  /** ln |Γ(x)|, infinite at the poles. */
  readonly mathLogGamma: Unary;
  /** The next double after x in the direction of y. */
  readonly mathNextAfter: Binary;
  /** Unsigned in an i64. */
  integerGcd(x: bigint, y: bigint): bigint;
}
