/**
 * Hash join tables: from a row's code, a u64, to the build rows that have it.
 *
 * Codes are made from the key columns. Where the columns' ranges on the build side fit into 64 bits, the
 * code is the key itself, each column less its smallest value; a probe row out of the ranges has no match.
 * Otherwise it is a hash of the key, and pairs are verified by comparing the columns.
 *
 *   key (40 bytes)                                  entry (16 bytes): a build row on its way to the table
 *    0 u32      physical type                        0 u64 code
 *    4 u32      1: NULL is a value (code span + 1)   8 u32 row id
 *    8 u64 × 2  smallest normalized value           12 u32 next entry of the same code, NONE: last
 *   24 u64      span: greatest − smallest
 *   32 u32      left shift in the code              head: NONE, a row id, or LIST | address / 4 of a list,
 *                                                   which is u32 count, then the row ids, ascending
 *   table (32 bytes)
 *    0 u32 layout      DIRECT: slot = head (4 bytes), at the code itself
 *    4 u32 slots       COMPACT: u32 code, u32 head;  WIDE: u64 code, u32 head, u32 unused
 *    8 u32 slot count (of DIRECT: codes)
 *   12 u32 slots of a region
 *   16 u32 right shift of a code (DIRECT) or of the upper half of its hash that gives its region
 *
 * A table is cut into regions of equally many slots, which are filled one by one or in parallel; probing
 * looks at one slot, and at the following ones of the region on a collision.
 */

export const NONE: u32 = 0xffffffff;
export const LIST: u32 = 0x80000000;

export const DIRECT: u32 = 0;
export const COMPACT: u32 = 1;
export const WIDE: u32 = 2;

/** Upper half of a hash that spreads its lower bits over the upper ones. */
// @ts-ignore: decorator
@inline
export function mix(code: u64): u64 {
  return ((code ^ (code >> 32)) * 0x9e3779b97f4a7c15) >> 32;
}

/** The region of a code. */
// @ts-ignore: decorator
@inline
export function regionOf(isDirect: bool, shift: u64, code: u64): usize {
  return <usize>((isDirect ? code : mix(code)) >> shift);
}

// @ts-ignore: decorator
@inline
export function slotBytes(layout: u32): usize {
  return (<usize>4) << layout;
}

// @ts-ignore: decorator
@inline
export function headOffset(layout: u32): usize {
  return layout << 2;
}

/** The first slot to look at for a code, by its number in the table. */
// @ts-ignore: decorator
@inline
export function firstSlot(layout: u32, slotCount: u64, code: u64): u64 {
  return layout == DIRECT ? code : (mix(code) * slotCount) >> 32;
}

// @ts-ignore: decorator
@inline
export function hasCode(layout: u32, slot: usize, code: u64): bool {
  if (layout == COMPACT) return load<u32>(slot) == <u32>code;
  return load<u64>(slot) == code;
}
