/**
 * A bitmap of the codes on the build side of a join, far smaller than the table: probe rows whose bit is
 * not set have no match and need no look at the table.
 *
 *   filter (16 bytes): u32 address of the bits, u32 0: bit = code, 1: bit by hash, u64 number of bits
 *
 * By code it is exact; by hash some rows pass that have no match.
 */

import { mix } from './join-layout';

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
  const end = entries + ((<usize>count) << 4);
  for (let entry = entries; entry < end; entry += 16) {
    const bit = bitOf(byHash, bits, load<u64>(entry));
    const word = bitmap + (<usize>(bit >> 5) << 2);
    const mask: u32 = 1 << <u32>(bit & 31);
    if ((load<u32>(word) & mask) == 0) atomic.or<u32>(word, mask);
  }
}

/**
 * The rows that can have a match, and their codes: those whose flag in `matchable` (0: all) is set, and
 * whose bit is. Returns how many.
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
