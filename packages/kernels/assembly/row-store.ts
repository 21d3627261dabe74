/**
 * Row stores: rows kept in chunks of at most 65,536, each column of a chunk one array. A row's id is
 * `chunk << 16 | offset`; `NONE` stands for "no row".
 *
 * A column is told by its table: one entry of two u32 a chunk, the address of the values and that of the
 * validity bitmap (0: all valid).
 */

const NONE: u32 = 0xffffffff;

// @ts-ignore: decorator
@inline
function gatherChunks<T>(table: usize, ids: usize, count: u32, out: usize): void {
  const end = out + (<usize>count) * sizeof<T>();
  while (out < end) {
    const id = load<u32>(ids);
    if (id == NONE) {
      store<T>(out, 0);
    } else {
      const values = <usize>load<u32>(table + ((<usize>(id >> 16)) << 3));
      store<T>(out, load<T>(values + (<usize>(id & 0xffff)) * sizeof<T>()));
    }
    ids += 4;
    out += sizeof<T>();
  }
}

/** The values of the rows named; zero bytes for NONE. `width` is 1, 2, 4, 8 or 16 bytes. */
export function rowStoreGather(width: u32, table: usize, ids: usize, count: u32, out: usize): void {
  if (width == 8) gatherChunks<u64>(table, ids, count, out);
  else if (width == 4) gatherChunks<u32>(table, ids, count, out);
  else if (width == 1) gatherChunks<u8>(table, ids, count, out);
  else if (width == 2) gatherChunks<u16>(table, ids, count, out);
  else {
    for (let row: u32 = 0; row < count; row++) {
      const id = load<u32>(ids + ((<usize>row) << 2));
      let value = i64x2(0, 0);
      if (id != NONE) {
        const values = <usize>load<u32>(table + ((<usize>(id >> 16)) << 3));
        value = v128.load(values + ((<usize>(id & 0xffff)) << 4));
      }
      v128.store(out, value);
      out += 16;
    }
  }
}

/** The validity of the rows named, 0 for NONE, as a bitmap padded to whole words with 0. */
export function rowStoreGatherBits(table: usize, ids: usize, count: u32, out: usize): void {
  for (let row: u32 = 0; row < count; row += 64) {
    const bits = min<u32>(64, count - row);
    let word: u64 = 0;
    for (let bit: u32 = 0; bit < bits; bit++) {
      const id = load<u32>(ids);
      ids += 4;
      if (id == NONE) continue;
      const validity = <usize>load<u32>(table + ((<usize>(id >> 16)) << 3), 4);
      const offset = id & 0xffff;
      const set = validity == 0 ? <u64>1 : (<u64>load<u8>(validity + (offset >> 3)) >> (offset & 7)) & 1;
      word |= set << bit;
    }
    store<u64>(out, word);
    out += 8;
  }
}

/**
 * Writes `bitCount` bits of `bitmap` to bits `to` … `to + bitCount` of `out`; the bits of `out` before
 * and behind them stay. Works on whole bytes between the two ends.
 */
export function bitmapAppend(bitmap: usize, bitCount: u32, out: usize, to: u32): void {
  let bit: u32 = 0;
  let target = out + (to >> 3);
  const shift = to & 7;
  if (shift != 0) {
    const head = min<u32>(8 - shift, bitCount);
    const mask = ((<u32>1 << head) - 1) << shift;
    const bits = (<u32>load<u8>(bitmap) << shift) & mask;
    store<u8>(target, (<u32>load<u8>(target) & ~mask) | bits);
    bit = head;
    target++;
  }
  for (; bit + 8 <= bitCount; bit += 8) {
    const source = bitmap + (bit >> 3);
    const low = bit & 7;
    let bits = <u32>load<u8>(source) >> low;
    if (low != 0) bits |= <u32>load<u8>(source, 1) << (8 - low);
    store<u8>(target, bits);
    target++;
  }
  if (bit < bitCount) {
    const rest = bitCount - bit;
    const source = bitmap + (bit >> 3);
    const low = bit & 7;
    let bits = <u32>load<u8>(source) >> low;
    if (low != 0) bits |= <u32>load<u8>(source, 1) << (8 - low);
    const mask = (<u32>1 << rest) - 1;
    store<u8>(target, (<u32>load<u8>(target) & ~mask) | (bits & mask));
  }
}
