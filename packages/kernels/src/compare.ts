/** Comparison of bytes behind references (address in the low half of an i64, length in the high one). */
export interface CompareKernels {
  /** The sign of x − y by unsigned bytes; a prefix comes before the longer value. */
  compareBytes(x: bigint, y: bigint): number;
  /** 1 when both hold the same bytes. Reads up to 7 bytes past the end. */
  equalBytes(x: bigint, y: bigint): number;
}
