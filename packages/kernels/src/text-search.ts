import type { Address } from '@windrow/core';

/** Searching in text; arguments as in {@link StringKernels}. Conditions are one byte a row, 0 or 1. */
export interface TextSearchKernels {
  /** Address of the first occurrence in [at, end), or 0, as int32. */
  findText(at: Address, end: Address, needle: Address, needleLength: number): number;
  /** Mode 0: contains, 1: starts with, 2: ends with, 3: equals the needle. */
  textMatches(
    mode: number,
    refs: Address,
    step: number,
    needles: Address,
    needleStep: number,
    count: number,
    out: Address,
  ): void;
  /** Positions in code points from 1, 0 for none (i64). */
  textPositions(
    refs: Address,
    step: number,
    needles: Address,
    needleStep: number,
    count: number,
    out: Address,
  ): void;
  /** LIKE; `escapeByte` is an ASCII code or −1. */
  textLike(
    refs: Address,
    step: number,
    patterns: Address,
    patternStep: number,
    escapeByte: number,
    count: number,
    out: Address,
  ): void;
  /** LIKE with literal pieces between `%`; the first and last are anchored. At least two pieces. */
  textLikePieces(
    refs: Address,
    step: number,
    pieces: Address,
    pieceCount: number,
    count: number,
    out: Address,
  ): void;
  /** References into the argument: parts between separators, `indexes` from 1 or −1. */
  textSplitPart(
    refs: Address,
    step: number,
    separators: Address,
    separatorStep: number,
    indexes: Address,
    indexStep: number,
    count: number,
    out: Address,
  ): void;
  /** Bytes of each valid row after replacement (u32), 0 for the others. */
  textReplaceLengths(
    refs: Address,
    step: number,
    needles: Address,
    needleStep: number,
    replacements: Address,
    replacementStep: number,
    validity: Address,
    count: number,
    lengths: Address,
  ): void;
  /** Writes valid rows, all occurrences replaced, at the cursors (u32). */
  textReplace(
    refs: Address,
    step: number,
    needles: Address,
    needleStep: number,
    replacements: Address,
    replacementStep: number,
    validity: Address,
    count: number,
    cursors: Address,
  ): void;
}
