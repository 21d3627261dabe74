/**
 * Validity bitmaps, Arrow layout: bit `i` of the buffer, least significant first, is row `i`.
 * Buffers are 8-byte aligned and padded to 8 bytes; bits beyond `bitCount` may hold anything.
 */

/** Number of set bits among the first `bitCount`. */
export function bitmapCountSet(bitmap: usize, bitCount: u32): u32 {
  let set: u64 = 0;
  const wholeWords: u32 = bitCount >> 6;
  for (let word: u32 = 0; word < wholeWords; word++) {
    set += popcnt(load<u64>(bitmap + ((<usize>word) << 3)));
  }
  const rest: u32 = bitCount & 63;
  if (rest != 0) {
    const last = load<u64>(bitmap + ((<usize>wholeWords) << 3));
    set += popcnt(last & (((<u64>1) << rest) - 1));
  }
  return <u32>set;
}
