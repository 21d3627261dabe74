import type { Address } from '@windrow/core';

/**
 * Hashes of rows, one u64 each. Values that are equal in SQL hash alike within their type (−0.0 and 0.0,
 * NaNs, intervals of one length); NULL has a hash of its own. All bits are well mixed. With `combine` 1
 * the hashes are combined with those in `out`: columns of a row are taken one after the other, the first
 * with 0.
 */
export interface HashKernels {
  /** A flat column; `type` is one of PHYSICAL_TYPE_CODES. */
  hashColumn(
    type: number,
    values: Address,
    validity: Address,
    count: number,
    combine: number,
    out: Address,
  ): void;
  /** A dictionary column, `entries` being the hashes of the dictionary. */
  hashIndices(
    entries: Address,
    indices: Address,
    validity: Address,
    count: number,
    combine: number,
    out: Address,
  ): void;
  /** A constant column, `hash` being the address of its value's hash. */
  hashConstant(hash: Address, count: number, combine: number, out: Address): void;
  /** The hash of `length` bytes. */
  hashBytes(address: Address, length: number): bigint;
}
