import type { Address } from '@windrow/core';

/**
 * Rows kept in chunks. A row id (u32) is `chunk << 16 | offset`, 0xFFFFFFFF stands for "no row". A
 * column's table has two u32 a chunk: address of the values, address of the validity bitmap (0: all valid).
 */
export interface RowStoreKernels {
  /** Values of the rows named, zero bytes for "no row"; `width` is 1, 2, 4, 8 or 16 bytes. */
  rowStoreGather(width: number, table: Address, ids: Address, count: number, out: Address): void;
  /** Validity of the rows named, 0 for "no row"; `out` is padded to whole words. */
  rowStoreGatherBits(table: Address, ids: Address, count: number, out: Address): void;
  /** Writes `bitCount` bits to bits `to` … of `out`, whose other bits stay. */
  bitmapAppend(bitmap: Address, bitCount: number, out: Address, to: number): void;
}
