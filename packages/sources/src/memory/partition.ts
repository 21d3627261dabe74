import type { Address, OwnerId } from '@windrow/core';
import type { ColumnProfile } from './column-profile.ts';

/**
 * Rows of a partition; a multiple of 64 (bitmaps divide evenly) just below 65,536, so that a column and
 * the readable bytes behind it fill whole pages.
 */
export const PARTITION_ROWS = 65472;

/** A column of a partition as it lies in table memory: values, or codes (u32) of the column's dictionary. */
export interface StoredColumn {
  readonly kind: 'values' | 'codes';
  readonly data: Address;
  /** 0: no row is NULL. */
  readonly validity: Address;
  readonly profile: ColumnProfile;
}

/** Rows in memory of one owner; plain data that crosses threads. */
export interface StoredPartition {
  readonly rowCount: number;
  readonly columns: readonly StoredColumn[];
  readonly owner: OwnerId;
}
