/**
 * HyperLogLog sketches of 2¹² registers, one byte each, zeroed at the start. A hash's top 12 bits choose
 * the register, which keeps the largest position of the first set bit among the other 52.
 */

const REGISTERS: u32 = 4096;
const INDEX_BITS: u64 = 12;

// @ts-ignore: decorator
@inline
function addHash(registers: usize, hash: u64): void {
  const register = registers + <usize>(hash >> (64 - INDEX_BITS));
  // The bit set below the 52 bounds the count of leading zeros.
  const rank = <u8>clz((hash << INDEX_BITS) | ((<u64>1) << (INDEX_BITS - 1))) + 1;
  if (load<u8>(register) < rank) store<u8>(register, rank);
}

/** Adds the hashes (u64) of the valid rows. */
export function hyperLogLogAdd(registers: usize, hashes: usize, validity: usize, count: u32): void {
  for (let row: u32 = 0; row < count; row++) {
    if (validity != 0 && ((load<u8>(validity + (row >> 3)) >> <u8>(row & 7)) & 1) == 0) continue;
    addHash(registers, load<u64>(hashes + ((<usize>row) << 3)));
  }
}

/** Adds each valid row's hash to the sketch at its own address (u32). */
export function hyperLogLogAddEach(sketches: usize, hashes: usize, validity: usize, count: u32): void {
  for (let row: u32 = 0; row < count; row++) {
    if (validity != 0 && ((load<u8>(validity + (row >> 3)) >> <u8>(row & 7)) & 1) == 0) continue;
    addHash(<usize>load<u32>(sketches + ((<usize>row) << 2)), load<u64>(hashes + ((<usize>row) << 3)));
  }
}

/** The sketch of both inputs' values, in `into`. */
export function hyperLogLogMerge(into: usize, from: usize): void {
  for (let at: usize = 0; at < REGISTERS; at += 16) {
    v128.store(into + at, v128.max<u8>(v128.load(into + at), v128.load(from + at)));
  }
}

/** How many registers hold 0, 1, … 53: 54 counts (u32). */
export function hyperLogLogHistogram(registers: usize, counts: usize): void {
  memory.fill(counts, 0, 54 * 4);
  for (let at: u32 = 0; at < REGISTERS; at++) {
    const count = counts + ((<usize>load<u8>(registers + at)) << 2);
    store<u32>(count, load<u32>(count) + 1);
  }
}
