import type { Address } from '@windrow/core';

/** Arithmetic series. */
export interface SeriesKernels {
  /** `out[i] = start + i × step`, int64; the caller sees to it that nothing overflows. */
  seriesInt64(start: bigint, step: bigint, count: number, out: Address): void;
}
