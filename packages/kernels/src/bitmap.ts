import type { Address } from '@windrow/core';

/** Validity bitmaps: least significant bit first, 1 = valid. Buffers are padded to whole 64-bit words. */
export interface BitmapKernels {
  /** Number of set bits among the first `bitCount`. */
  bitmapCountSet(bitmap: Address, bitCount: number): number;
}
