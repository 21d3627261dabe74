import type { Address } from '@windrow/core';

/** What it takes to follow window frames row by row. */
export interface FrameCostKernels {
  /**
   * Rows that an aggregate takes in or gives back when it follows the frames (u32 starts and ends,
   * half-open): by extension, with `slides` (1) also by giving back what has left, else by starting anew.
   */
  frameCost(starts: Address, ends: Address, rows: number, slides: number): number;
  /** Rows of all frames together. */
  frameRows(starts: Address, ends: Address, rows: number): number;
  /** Rows of the frames that differ from the frame of the row before. */
  frameRowsAnew(starts: Address, ends: Address, rows: number): number;
}
