/**
 * UTF-8 in memory, for the families of text kernels. Texts are valid: continuation bytes are exactly
 * those below −64 as signed numbers.
 */

/** The reference to bytes: address low, length high. */
// @ts-ignore: decorator
@inline
export function reference(start: usize, end: usize): u64 {
  return <u64>start | ((<u64>(end - start)) << 32);
}

/** Bytes of UTF-8 that begin a code point, among `length` bytes. */
export function codePoints(at: usize, length: u32): u32 {
  let count: u32 = 0;
  const end = at + length;
  while (at + 16 <= end) {
    // Continuation bytes are the signed values below −64.
    const starts = i8x16.gt_s(v128.load(at), i8x16.splat(-65));
    count += popcnt(i8x16.bitmask(starts));
    at += 16;
  }
  while (at < end) {
    count += <u32>i32(load<i8>(at) > -65);
    at++;
  }
  return count;
}

/** Are all bytes ASCII? Reads up to 15 bytes past the end. */
export function isAscii(at: usize, length: u32): bool {
  const end = at + length;
  while (at + 16 <= end) {
    if (v128.any_true(v128.and(v128.load(at), i8x16.splat(-128)))) return false;
    at += 16;
  }
  while (at < end) {
    if (load<i8>(at) < 0) return false;
    at++;
  }
  return true;
}

/** The address of code point `index` (0-based) at or after `at`, at most `end`. */
export function skipCodePoints(at: usize, end: usize, index: i64): usize {
  while (index > 0 && at < end) {
    at++;
    while (at < end && load<i8>(at) < -64) at++;
    index--;
  }
  return at;
}

/** The address `count` code points before `end`, at least `start`. */
export function skipCodePointsBack(start: usize, end: usize, count: i64): usize {
  while (count > 0 && end > start) {
    end--;
    while (end > start && load<i8>(end) < -64) end--;
    count--;
  }
  return end;
}

/** The address behind the code point at `at`. */
// @ts-ignore: decorator
@inline
export function nextCodePoint(at: usize, end: usize): usize {
  at++;
  while (at < end && load<i8>(at) < -64) at++;
  return at;
}
