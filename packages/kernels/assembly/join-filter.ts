/**
 * A bitmap of the codes on the build side of a join, or of one key column's part of them, far smaller than
 * the table: probe rows whose bit is not set have no match and need no look at the table.
 *
 *   filter (32 bytes): u32 address of the bits, u32 0: bit = code, 1: bit by hash, u64 number of bits,
 *                      u32 right shift and u64 mask (at 24) that give a column's part of a code
 *
 * By code it is exact; by hash some rows pass that have no match.
 */

import { mix } from './join-layout';
import { F32, F64, I16, I32, I64, I8, U16, U32, U64, isValid, normalized } from './physical';

// @ts-ignore: decorator
@inline
function bitOf(byHash: bool, bits: u64, code: u64): u64 {
  return byHash ? (mix(code) * bits) >> 32 : code;
}

/** Sets the bits of entries (16 bytes, the code first). Threads may do so at the same time. */
export function joinFilterAdd(filter: usize, entries: usize, count: u32): void {
  const bitmap = <usize>load<u32>(filter);
  const byHash = load<u32>(filter + 4) != 0;
  const bits = load<u64>(filter + 8);
  const shift = <u64>load<u32>(filter + 16);
  const mask = load<u64>(filter + 24);
  const end = entries + ((<usize>count) << 4);
  for (let entry = entries; entry < end; entry += 16) {
    const bit = bitOf(byHash, bits, (load<u64>(entry) >> shift) & mask);
    const word = bitmap + (<usize>(bit >> 5) << 2);
    const wanted: u32 = 1 << <u32>(bit & 31);
    if ((load<u32>(word) & wanted) == 0) atomic.or<u32>(word, wanted);
  }
}

/**
 * The rows that can have a match, and their codes: those whose flag in `matchable` (0: all) is set, and
 * whose bit is. Returns how many. Of filters over whole codes.
 */
export function joinFilter(
  filter: usize, codes: usize, matchable: usize, count: u32, rows: usize, passedCodes: usize,
): u32 {
  const bitmap = <usize>load<u32>(filter);
  const bits = load<u64>(filter + 8);
  if (load<u32>(filter + 4) != 0) return pass(true, bitmap, bits, codes, matchable, count, rows, passedCodes);
  return pass(false, bitmap, bits, codes, matchable, count, rows, passedCodes);
}

// @ts-ignore: decorator
@inline
function pass(
  byHash: bool, bitmap: usize, bits: u64, codes: usize, matchable: usize, count: u32,
  rows: usize, passedCodes: usize,
): u32 {
  let passed: usize = 0;
  for (let row: usize = 0; row < <usize>count; row++) {
    const code = load<u64>(codes + (row << 3));
    // The code of a row that cannot match may lie beyond the bits.
    const wanted = matchable == 0 ? 1 : <u32>load<u8>(matchable + row);
    const bit = bitOf(byHash, bits, code) & -(<u64>wanted);
    const isSet = (load<u32>(bitmap + (<usize>(bit >> 5) << 2)) >> <u32>(bit & 31)) & wanted;
    store<u32>(rows + (passed << 2), <u32>row);
    store<u64>(passedCodes + (passed << 3), code);
    passed += <usize>isSet;
  }
  return <u32>passed;
}

/**
 * The rows whose value of a key column of at most 8 bytes passes the column's filter, by the key record of
 * join-layout.ts. `selection` (0: the first `count` rows) are rows of the column; those that pass are named as
 * there. Returns how many.
 */
export function joinFilterKey(
  key: usize, filter: usize, values: usize, validity: usize, selection: usize, count: u32,
  rows: usize,
): u32 {
  switch (load<u32>(key)) {
    case I8: return keyOf<i8>(key, filter, values, validity, selection, count, rows);
    case I16: return keyOf<i16>(key, filter, values, validity, selection, count, rows);
    case U16: return keyOf<u16>(key, filter, values, validity, selection, count, rows);
    case I32: return keyOf<i32>(key, filter, values, validity, selection, count, rows);
    case U32: return keyOf<u32>(key, filter, values, validity, selection, count, rows);
    case I64: return keyOf<i64>(key, filter, values, validity, selection, count, rows);
    case U64: return keyOf<u64>(key, filter, values, validity, selection, count, rows);
    case F32: return keyOf<f32>(key, filter, values, validity, selection, count, rows);
    case F64: return keyOf<f64>(key, filter, values, validity, selection, count, rows);
    default: return keyOf<u8>(key, filter, values, validity, selection, count, rows);
  }
}

// @ts-ignore: decorator
@inline
function keyOf<T>(
  key: usize, filter: usize, values: usize, validity: usize, selection: usize, count: u32,
  rows: usize,
): u32 {
  if (load<u32>(filter + 4) != 0) {
    return passKey<T>(true, key, filter, values, validity, selection, count, rows);
  }
  if (validity != 0 || selection != 0) {
    return passKey<T>(false, key, filter, values, validity, selection, count, rows);
  }
  return passKey<T>(false, key, filter, values, 0, 0, count, rows);
}

// @ts-ignore: decorator
@inline
function passKey<T>(
  byHash: bool, key: usize, filter: usize, values: usize, validity: usize, selection: usize, count: u32,
  rows: usize,
): u32 {
  const bitmap = <usize>load<u32>(filter);
  const bits = load<u64>(filter + 8);
  const base = load<u64>(key + 8);
  const span = load<u64>(key + 24);
  const nullMatches = load<u32>(key + 4);
  let passed: usize = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = selection == 0 ? <u32>i : load<u32>(selection + (i << 2));
    let code = normalized<T>(values + <usize>row * sizeof<T>()) - base;
    let wanted = u32(code <= span);
    if (!isValid(validity, row)) {
      code = span + 1;
      wanted = nullMatches;
    }
    // A code out of the range may lie beyond the bits.
    const bit = bitOf(byHash, bits, code) & -(<u64>wanted);
    const isSet = (load<u32>(bitmap + (<usize>(bit >> 5) << 2)) >> <u32>(bit & 31)) & wanted;
    store<u32>(rows + (passed << 2), row);
    passed += <usize>isSet;
  }
  return <u32>passed;
}
