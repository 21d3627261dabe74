/**
 * Hashes of values, 64 bits each, all of them well mixed: users take bits from wherever they like.
 *
 * Values that are equal in SQL hash alike within their type: −0.0 as 0.0, every NaN as one, intervals by
 * their length with months of 30 days. NULL has a hash of its own. Bytes behind references are hashed
 * with their length.
 */

import {
  BOOL, F32, F64, I16, I32, I64, I8, REF, U16, U32, U64, U8,
  isValid, normalized, normalizedHigh, normalizedLow,
} from './physical';

const NULL_HASH: u64 = 0x7c0ffee0b5a4d1e9;

// Multipliers of the 64-bit finalizer of MurmurHash3 (Appleby), and the golden ratio.
const M1: u64 = 0xff51afd7ed558ccd;
const M2: u64 = 0xc4ceb9fe1a85ec53;
const GOLDEN: u64 = 0x9e3779b97f4a7c15;

// @ts-ignore: decorator
@inline
function mix(word: u64): u64 {
  word ^= word >> 33;
  word *= M1;
  word ^= word >> 33;
  word *= M2;
  return word ^ (word >> 33);
}

/** The hash of a row so far with the hash of its next column; the order of columns matters. */
// @ts-ignore: decorator
@inline
function combined(before: u64, hash: u64): u64 {
  return (before ^ (hash + GOLDEN + (before << 12) + (before >> 4))) * M1;
}

/** The hash of `length` bytes; reads nothing beyond them. */
export function hashBytes(address: usize, length: u32): u64 {
  let hash: u64 = (<u64>length + 1) * GOLDEN;
  if (length >= 8) {
    const last = address + length - 8;
    while (address < last) {
      hash = (hash ^ load<u64>(address)) * M1;
      hash ^= hash >> 32;
      address += 8;
    }
    return mix(hash ^ load<u64>(last));
  }
  if (length >= 4) {
    const low = <u64>load<u32>(address);
    return mix(hash ^ (low | ((<u64>load<u32>(address + length - 4)) << 32)));
  }
  if (length == 0) return mix(hash);
  const bytes = <u64>load<u8>(address)
    | ((<u64>load<u8>(address + (length >> 1))) << 8)
    | ((<u64>load<u8>(address + length - 1)) << 16);
  return mix(hash ^ bytes);
}

// @ts-ignore: decorator
@inline
function put(out: usize, hash: u64, combine: u32): void {
  store<u64>(out, combine != 0 ? combined(load<u64>(out), hash) : hash);
}

// @ts-ignore: decorator
@inline
function hashNarrow<T>(values: usize, validity: usize, count: u32, combine: u32, out: usize): void {
  const end = out + ((<usize>count) << 3);
  // The usual cases have loops without a choice in them.
  if (validity == 0 && combine == 0) {
    for (; out < end; out += 8) {
      store<u64>(out, mix(normalized<T>(values)));
      values += sizeof<T>();
    }
  } else if (validity == 0) {
    for (; out < end; out += 8) {
      store<u64>(out, combined(load<u64>(out), mix(normalized<T>(values))));
      values += sizeof<T>();
    }
  } else {
    for (let row: u32 = 0; row < count; row++) {
      put(out, isValid(validity, row) ? mix(normalized<T>(values)) : NULL_HASH, combine);
      values += sizeof<T>();
      out += 8;
    }
  }
}

function hashRefs(refs: usize, validity: usize, count: u32, combine: u32, out: usize): void {
  for (let row: u32 = 0; row < count; row++) {
    let hash = NULL_HASH;
    if (isValid(validity, row)) {
      const ref = load<u64>(refs);
      hash = hashBytes(<usize>(<u32>ref), <u32>(ref >> 32));
    }
    put(out, hash, combine);
    refs += 8;
    out += 8;
  }
}

function hashWide(
  type: u32, values: usize, validity: usize, count: u32, combine: u32, out: usize,
): void {
  for (let row: u32 = 0; row < count; row++) {
    const hash = isValid(validity, row)
      ? mix(combined(normalizedHigh(type, values), normalizedLow(type, values)))
      : NULL_HASH;
    put(out, hash, combine);
    values += 16;
    out += 8;
  }
}

/**
 * Hashes of the rows of a flat column of physical type `type`, u64 each; with `combine`, what `out` holds
 * is combined with them: the hash of a row of several columns, taken in order.
 */
export function hashColumn(
  type: u32, values: usize, validity: usize, count: u32, combine: u32, out: usize,
): void {
  switch (type) {
    case BOOL: case U8: hashNarrow<u8>(values, validity, count, combine, out); break;
    case I8: hashNarrow<i8>(values, validity, count, combine, out); break;
    case I16: hashNarrow<i16>(values, validity, count, combine, out); break;
    case U16: hashNarrow<u16>(values, validity, count, combine, out); break;
    case I32: hashNarrow<i32>(values, validity, count, combine, out); break;
    case U32: hashNarrow<u32>(values, validity, count, combine, out); break;
    case I64: hashNarrow<i64>(values, validity, count, combine, out); break;
    case U64: hashNarrow<u64>(values, validity, count, combine, out); break;
    case F32: hashNarrow<f32>(values, validity, count, combine, out); break;
    case F64: hashNarrow<f64>(values, validity, count, combine, out); break;
    case REF: hashRefs(values, validity, count, combine, out); break;
    default: hashWide(type, values, validity, count, combine, out);
  }
}

/**
 * As hashColumn for a dictionary column whose entries have been hashed: row i has the hash
 * `entries[indices[i]]`, or that of NULL.
 */
export function hashIndices(
  entries: usize, indices: usize, validity: usize, count: u32, combine: u32, out: usize,
): void {
  for (let row: u32 = 0; row < count; row++) {
    const hash = isValid(validity, row)
      ? load<u64>(entries + ((<usize>load<u32>(indices)) << 3))
      : NULL_HASH;
    put(out, hash, combine);
    indices += 4;
    out += 8;
  }
}

/** Combines all of `out` with one hash, that of a constant column. */
export function hashConstant(hash: usize, count: u32, combine: u32, out: usize): void {
  const one = load<u64>(hash);
  for (let row: u32 = 0; row < count; row++) {
    put(out, one, combine);
    out += 8;
  }
}
