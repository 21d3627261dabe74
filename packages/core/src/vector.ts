import type { Address } from './memory.ts';
import type { SqlType } from './types.ts';

/**
 * A column of values in shared memory, as plain data (it crosses threads by copy of its addresses).
 *
 * `validity` is an Arrow bitmap, least significant bit first, 1 = valid, bit 0 = row 0 of the vector;
 * address 0 means that no value is NULL. What lies under a NULL is unspecified but readable; a `ref`
 * under a NULL has length 0 or points to readable bytes.
 *
 * `stable` says that bytes behind references (varchar, blob, nested) outlive the query, so that an
 * operator that keeps rows need not copy them. It is about the referenced bytes, never about the
 * vector's own arrays, which are valid until their producer's next batch.
 */
export type Vector = FlatVector | ConstantVector | DictionaryVector;

/** `values` holds `length × widthBytes(type)` bytes. */
export interface FlatVector {
  readonly kind: 'flat';
  readonly type: SqlType;
  readonly length: number;
  readonly values: Address;
  readonly validity: Address;
  readonly stable: boolean;
}

/** One value for all rows; `values` holds that one value, meaningless when `isNull`. */
export interface ConstantVector {
  readonly kind: 'constant';
  readonly type: SqlType;
  readonly length: number;
  readonly values: Address;
  readonly isNull: boolean;
  readonly stable: boolean;
}

/**
 * Row i is `dictionary[indices[i]]`; `indices` is u32. `validity` is about rows, the dictionary's own
 * validity about its entries; a row is NULL if either says so. Every index is in range, also under NULL.
 */
export interface DictionaryVector {
  readonly kind: 'dictionary';
  readonly type: SqlType;
  readonly length: number;
  readonly indices: Address;
  readonly validity: Address;
  readonly dictionary: FlatVector;
  readonly stable: boolean;
}

/**
 * What flows between operators. `selection` is a u32 array of `length` row numbers in ascending order
 * into the columns, or 0 when all rows of the columns are meant; then every column has `length` rows.
 */
export interface Batch {
  readonly length: number;
  readonly selection: Address;
  readonly columns: readonly Vector[];
}

/** Bytes of a validity bitmap over `length` rows, padded to whole 64-bit words. */
export const bitmapBytes = (length: number): number => Math.ceil(length / 64) * 8;
