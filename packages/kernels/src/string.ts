import type { Address } from '@windrow/core';

/**
 * Text functions over references to UTF-8. Text arguments are references `step` bytes apart (8; 0: a
 * constant), positions and counts are i64 with a step of their own. `sides`: 1 start, 2 end, 3 both.
 */
export interface StringKernels {
  /** Code points of each row, as i64. */
  textLengths(refs: Address, step: number, count: number, out: Address): void;
  /** Bytes of all valid rows together, as int32; validity 0: all are. */
  textTotalBytes(refs: Address, step: number, validity: Address, count: number): number;
  /**
   * ASCII rows in the other case, from `bytes` on. Valid rows with other characters are listed in `rest`
   * (u32, closed by 0xFFFFFFFF).
   */
  textChangeCase(
    refs: Address,
    step: number,
    validity: Address,
    count: number,
    upper: number,
    bytes: Address,
    out: Address,
    rest: Address,
  ): number;
  /** References into the argument: `lengths` (0: none given) code points from `starts` on. */
  textSubstring(
    refs: Address,
    step: number,
    starts: Address,
    startStep: number,
    lengths: Address,
    lengthStep: number,
    count: number,
    out: Address,
  ): void;
  /** References into the argument: the first, or with `fromEnd` the last code points. */
  textEdge(
    refs: Address,
    step: number,
    counts: Address,
    countStep: number,
    fromEnd: number,
    count: number,
    out: Address,
  ): void;
  /** References into the argument, without blanks at the sides. */
  textTrimBlanks(refs: Address, step: number, sides: number, count: number, out: Address): void;
  /** References into the argument, without code points of the sets at the sides. */
  textTrimSet(
    refs: Address,
    step: number,
    sets: Address,
    setStep: number,
    sides: number,
    count: number,
    out: Address,
  ): void;
  /** `lengths[row] += bytes` (u32) of valid rows. */
  textAddLengths(
    refs: Address,
    step: number,
    validity: Address,
    count: number,
    lengths: Address,
  ): void;
  /** The sum of u32 lengths, as int32. */
  textSumLengths(lengths: Address, count: number): number;
  /** References to consecutive texts from `bytes` on; the lengths become cursors at their starts. */
  textPlace(lengths: Address, count: number, bytes: Address, out: Address): void;
  /** Copies valid rows to the cursors (u32) and moves these behind them. */
  textAppend(refs: Address, step: number, validity: Address, count: number, cursors: Address): void;
}
