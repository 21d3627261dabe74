/**
 * Moving rows: by row number, through dictionaries, out of constants; and the bitmaps that go with them.
 *
 * Row numbers are u32. Bitmaps are Arrow's (least significant bit first, 1 = valid), 8-byte aligned and
 * padded to whole 64-bit words; what is written beyond the last row is 0. `NONE` as a row number stands
 * for "no row": the value is zero bytes and the validity bit 0.
 */

const NONE: u32 = 0xffffffff;

// @ts-ignore: decorator
@inline
function gatherValues<T>(values: usize, rows: usize, count: u32, out: usize): void {
  const end = out + (<usize>count) * sizeof<T>();
  while (out < end) {
    store<T>(out, load<T>(values + (<usize>load<u32>(rows)) * sizeof<T>()));
    rows += 4;
    out += sizeof<T>();
  }
}

export function gather1(values: usize, rows: usize, count: u32, out: usize): void {
  gatherValues<u8>(values, rows, count, out);
}

export function gather2(values: usize, rows: usize, count: u32, out: usize): void {
  gatherValues<u16>(values, rows, count, out);
}

export function gather4(values: usize, rows: usize, count: u32, out: usize): void {
  gatherValues<u32>(values, rows, count, out);
}

export function gather8(values: usize, rows: usize, count: u32, out: usize): void {
  gatherValues<u64>(values, rows, count, out);
}

export function gather16(values: usize, rows: usize, count: u32, out: usize): void {
  const end = out + ((<usize>count) << 4);
  while (out < end) {
    v128.store(out, v128.load(values + ((<usize>load<u32>(rows)) << 4)));
    rows += 4;
    out += 16;
  }
}

// @ts-ignore: decorator
@inline
function gatherValuesOrZero<T>(values: usize, rows: usize, count: u32, out: usize): void {
  const end = out + (<usize>count) * sizeof<T>();
  while (out < end) {
    const row = load<u32>(rows);
    store<T>(out, row == NONE ? <T>0 : load<T>(values + (<usize>row) * sizeof<T>()));
    rows += 4;
    out += sizeof<T>();
  }
}

export function gather1OrZero(values: usize, rows: usize, count: u32, out: usize): void {
  gatherValuesOrZero<u8>(values, rows, count, out);
}

export function gather2OrZero(values: usize, rows: usize, count: u32, out: usize): void {
  gatherValuesOrZero<u16>(values, rows, count, out);
}

export function gather4OrZero(values: usize, rows: usize, count: u32, out: usize): void {
  gatherValuesOrZero<u32>(values, rows, count, out);
}

export function gather8OrZero(values: usize, rows: usize, count: u32, out: usize): void {
  gatherValuesOrZero<u64>(values, rows, count, out);
}

export function gather16OrZero(values: usize, rows: usize, count: u32, out: usize): void {
  const end = out + ((<usize>count) << 4);
  while (out < end) {
    const row = load<u32>(rows);
    v128.store(out, row == NONE ? i64x2(0, 0) : v128.load(values + ((<usize>row) << 4)));
    rows += 4;
    out += 16;
  }
}

/** Bit `rows[i]` of the bitmap becomes bit `i`. */
export function gatherBits(bitmap: usize, rows: usize, count: u32, out: usize): void {
  let row: u32 = 0;
  while (row < count) {
    let word: u64 = 0;
    const bits = min<u32>(64, count - row);
    for (let bit: u32 = 0; bit < bits; bit++) {
      const from = load<u32>(rows);
      rows += 4;
      const set = (<u64>load<u8>(bitmap + (from >> 3)) >> (from & 7)) & 1;
      word |= set << bit;
    }
    store<u64>(out, word);
    out += 8;
    row += 64;
  }
}

/** As gatherBits, 0 where the row number is NONE; bitmap 0 stands for all ones. */
export function gatherBitsOrZero(bitmap: usize, rows: usize, count: u32, out: usize): void {
  let row: u32 = 0;
  while (row < count) {
    let word: u64 = 0;
    const bits = min<u32>(64, count - row);
    for (let bit: u32 = 0; bit < bits; bit++) {
      const from = load<u32>(rows);
      rows += 4;
      if (from == NONE) continue;
      const set = bitmap == 0 ? <u64>1 : (<u64>load<u8>(bitmap + (from >> 3)) >> (from & 7)) & 1;
      word |= set << bit;
    }
    store<u64>(out, word);
    out += 8;
    row += 64;
  }
}

// @ts-ignore: decorator
@inline
function fillValues<T>(value: usize, count: u32, out: usize): void {
  const one = load<T>(value);
  const end = out + (<usize>count) * sizeof<T>();
  while (out < end) {
    store<T>(out, one);
    out += sizeof<T>();
  }
}

/** `count` copies of the value at `value`. */
export function fill1(value: usize, count: u32, out: usize): void {
  memory.fill(out, load<u8>(value), count);
}

export function fill2(value: usize, count: u32, out: usize): void {
  fillValues<u16>(value, count, out);
}

export function fill4(value: usize, count: u32, out: usize): void {
  fillValues<u32>(value, count, out);
}

export function fill8(value: usize, count: u32, out: usize): void {
  fillValues<u64>(value, count, out);
}

export function fill16(value: usize, count: u32, out: usize): void {
  const one = v128.load(value);
  const end = out + ((<usize>count) << 4);
  while (out < end) {
    v128.store(out, one);
    out += 16;
  }
}

/** The mask of the bits of the last word that count, all ones when it is full. */
// @ts-ignore: decorator
@inline
function lastWordMask(bitCount: u32): u64 {
  const rest = bitCount & 63;
  return rest == 0 ? ~(<u64>0) : ((<u64>1) << rest) - 1;
}

/** Bit `i` is `bytes[i] != 0`. Reads up to 63 bytes beyond the last one. */
export function packBits(bytes: usize, count: u32, out: usize): void {
  if (count == 0) return;
  const words = (count + 63) >> 6;
  const zero = i8x16.splat(0);
  for (let word: u32 = 0; word < words; word++) {
    const a = <u64>(<u32>i8x16.bitmask(i8x16.ne(v128.load(bytes), zero)));
    const b = <u64>(<u32>i8x16.bitmask(i8x16.ne(v128.load(bytes, 16), zero)));
    const c = <u64>(<u32>i8x16.bitmask(i8x16.ne(v128.load(bytes, 32), zero)));
    const d = <u64>(<u32>i8x16.bitmask(i8x16.ne(v128.load(bytes, 48), zero)));
    store<u64>(out + ((<usize>word) << 3), a | (b << 16) | (c << 32) | (d << 48));
    bytes += 64;
  }
  const last = out + ((<usize>(words - 1)) << 3);
  store<u64>(last, load<u64>(last) & lastWordMask(count));
}

/** `bytes[i]` is bit `i`, as 0 or 1. */
export function unpackBits(bitmap: usize, count: u32, out: usize): void {
  const whole = count & ~7;
  let row: u32 = 0;
  for (; row < whole; row += 8) {
    // Bit i of the byte comes to lie in byte i, then every byte that is not 0 becomes 1.
    const spread = (<u64>load<u8>(bitmap + (row >> 3))) * 0x0101010101010101 & 0x8040201008040201;
    store<u64>(out + row, ((spread + 0x7f7f7f7f7f7f7f7f) >> 7) & 0x0101010101010101);
  }
  for (; row < count; row++) {
    store<u8>(out + row, (load<u8>(bitmap + (row >> 3)) >> <u8>(row & 7)) & 1);
  }
}

/** `out = a AND b` over whole words; `out` may be one of them. */
export function bitmapAnd(a: usize, b: usize, bitCount: u32, out: usize): void {
  const words = (bitCount + 63) >> 6;
  for (let word: u32 = 0; word < words; word++) {
    const at = (<usize>word) << 3;
    store<u64>(out + at, load<u64>(a + at) & load<u64>(b + at));
  }
}

/** `out = a OR b` over whole words; `out` may be one of them. */
export function bitmapOr(a: usize, b: usize, bitCount: u32, out: usize): void {
  const words = (bitCount + 63) >> 6;
  for (let word: u32 = 0; word < words; word++) {
    const at = (<usize>word) << 3;
    store<u64>(out + at, load<u64>(a + at) | load<u64>(b + at));
  }
}

/** 1 when the first `bitCount` bits are all set. */
export function bitmapAllSet(bitmap: usize, bitCount: u32): u32 {
  if (bitCount == 0) return 1;
  const last = (bitCount - 1) >> 6;
  for (let word: u32 = 0; word < last; word++) {
    if (load<u64>(bitmap + ((<usize>word) << 3)) != ~(<u64>0)) return 0;
  }
  const mask = lastWordMask(bitCount);
  return (load<u64>(bitmap + ((<usize>last) << 3)) & mask) == mask ? 1 : 0;
}

/** Copies bits `from` … `from + bitCount` to the start of `out`. Reads one byte beyond the last word. */
export function bitmapSlice(bitmap: usize, from: u32, bitCount: u32, out: usize): void {
  const words = (bitCount + 63) >> 6;
  const shift = <u64>(from & 7);
  let source = bitmap + (from >> 3);
  for (let word: u32 = 0; word < words; word++) {
    let bits = load<u64>(source);
    if (shift != 0) bits = (bits >> shift) | ((<u64>load<u8>(source, 8)) << (64 - shift));
    store<u64>(out + ((<usize>word) << 3), bits);
    source += 8;
  }
}

/** What selectByTruth is asked for. */
const TRUE: u32 = 0;
const NOT_TRUE: u32 = 1;
const NOT_FALSE: u32 = 2;

/**
 * Positions below `count`, or the entries of `selection` (0: none) there, in ascending order, of BOOLEAN
 * values (bytes, and a bitmap or 0) that are true, or are not true, or are not false. Returns how many;
 * `out` has room for `count`.
 */
export function selectByTruth(
  values: usize, validity: usize, selection: usize, count: u32, wanted: u32, out: usize,
): u32 {
  let selected: u32 = 0;
  for (let row: u32 = 0; row < count; row++) {
    const number = selection == 0 ? row : load<u32>(selection + ((<usize>row) << 2));
    store<u32>(out + ((<usize>selected) << 2), number);
    const valid = validity == 0 ? 1 : <u32>(load<u8>(validity + (row >> 3)) >> <u8>(row & 7)) & 1;
    const value = <u32>(load<u8>(values + row) != 0);
    let take = value & valid;
    if (wanted == NOT_TRUE) take ^= 1;
    else if (wanted == NOT_FALSE) take |= valid ^ 1;
    selected += take;
  }
  return selected;
}

/** As selectByTruth, of rows whose bit is `wanted` (0 or 1). */
export function selectByBits(
  bitmap: usize, selection: usize, count: u32, wanted: u32, out: usize,
): u32 {
  let selected: u32 = 0;
  for (let row: u32 = 0; row < count; row++) {
    const number = selection == 0 ? row : load<u32>(selection + ((<usize>row) << 2));
    store<u32>(out + ((<usize>selected) << 2), number);
    const bit = <u32>(load<u8>(bitmap + (row >> 3)) >> <u8>(row & 7)) & 1;
    selected += <u32>(bit == wanted);
  }
  return selected;
}

/**
 * Spreads `count` dense values over the rows they belong to: `out[rows[i]] = values[i]`, for widths of
 * 1, 2, 4, 8 or 16 bytes.
 */
export function scatter(width: u32, values: usize, rows: usize, count: u32, out: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    const row = <usize>load<u32>(rows + ((<usize>i) << 2));
    if (width == 8) store<u64>(out + (row << 3), load<u64>(values + ((<usize>i) << 3)));
    else if (width == 4) store<u32>(out + (row << 2), load<u32>(values + ((<usize>i) << 2)));
    else if (width == 1) store<u8>(out + row, load<u8>(values + i));
    else if (width == 2) store<u16>(out + (row << 1), load<u16>(values + ((<usize>i) << 1)));
    else v128.store(out + (row << 4), v128.load(values + ((<usize>i) << 4)));
  }
}

/** Bit `rows[i]` of `out` becomes bit `i` of the bitmap (0: all ones); other bits stay. */
export function scatterBits(bitmap: usize, rows: usize, count: u32, out: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    const row = load<u32>(rows + ((<usize>i) << 2));
    const set: u8 = bitmap == 0 ? 1 : (load<u8>(bitmap + (i >> 3)) >> <u8>(i & 7)) & 1;
    const at = out + (row >> 3);
    const mask: u8 = 1 << <u8>(row & 7);
    store<u8>(at, set != 0 ? load<u8>(at) | mask : load<u8>(at) & ~mask);
  }
}

/** Total length of the references of valid rows; validity 0: all. */
export function referenceBytes(refs: usize, validity: usize, count: u32): f64 {
  let total: u64 = 0;
  for (let row: u32 = 0; row < count; row++) {
    if (validity != 0 && ((load<u8>(validity + (row >> 3)) >> <u8>(row & 7)) & 1) == 0) continue;
    total += load<u32>(refs + ((<usize>row) << 3), 4);
  }
  return <f64>total;
}

/** Longer values are worth the call of `memory.copy`. */
const SHORT_BYTES: usize = 64;

/**
 * Copies the bytes of valid rows one behind the other to `bytes`, in the order of `order` (u32 row
 * numbers; 0: ascending), and their references, turned to the copies, to their rows of `out` (which may
 * be `refs`); NULL rows get empty references. Writes up to 7 bytes beyond the end of the bytes, which it
 * returns.
 */
export function copyReferences(
  refs: usize, validity: usize, order: usize, count: u32, out: usize, bytes: usize,
): usize {
  for (let i: u32 = 0; i < count; i++) {
    const row = order == 0 ? i : load<u32>(order + ((<usize>i) << 2));
    const at = (<usize>row) << 3;
    if (validity != 0 && ((load<u8>(validity + (row >> 3)) >> <u8>(row & 7)) & 1) == 0) {
      store<u64>(out + at, 0);
      continue;
    }
    const ref = load<u64>(refs + at);
    const length = <usize>(ref >> 32);
    const from = <usize>(<u32>ref);
    if (length <= SHORT_BYTES) {
      for (let byte: usize = 0; byte < length; byte += 8) {
        store<u64>(bytes + byte, load<u64>(from + byte));
      }
    } else {
      memory.copy(bytes, from, length);
    }
    store<u64>(out + at, (<u64>bytes) | (ref & 0xffffffff00000000));
    bytes += length;
  }
  return bytes;
}

/** Moves references to bytes that now lie `delta` further; empty ones become address 0. */
export function moveReferences(refs: usize, count: u32, delta: i32): void {
  for (let row: u32 = 0; row < count; row++) {
    const at = refs + ((<usize>row) << 3);
    const length = load<u32>(at, 4);
    store<u32>(at, length == 0 ? 0 : load<u32>(at) + <u32>delta);
  }
}

/** Does the address lie in one of the ranges, pairs of u32 start and end? */
// @ts-ignore: decorator
@inline
function isKept(address: u32, ranges: usize, rangeCount: u32): bool {
  // The newest range is asked first: most references were copied lately.
  for (let i = rangeCount; i > 0; i--) {
    const range = ranges + ((<usize>(i - 1)) << 3);
    if (address >= load<u32>(range) && address < load<u32>(range, 4)) return true;
  }
  return false;
}

/**
 * Total length of the references at `offset` of the records (u32 addresses) whose bytes lie in none of
 * the ranges. A record named twice counts twice.
 */
export function unkeptReferenceBytes(
  records: usize, count: u32, offset: u32, ranges: usize, rangeCount: u32,
): f64 {
  let total: u64 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const ref = load<u64>(<usize>load<u32>(records + ((<usize>i) << 2)) + offset);
    const length = ref >> 32;
    if (length != 0 && !isKept(<u32>ref, ranges, rangeCount)) total += length;
  }
  return <f64>total;
}

/**
 * Copies these bytes one behind the other to `out`, which lies in one of the ranges, and turns the
 * references to the copies. Returns the end of the bytes.
 */
export function keepReferences(
  records: usize, count: u32, offset: u32, ranges: usize, rangeCount: u32, out: usize,
): usize {
  for (let i: u32 = 0; i < count; i++) {
    const at = <usize>load<u32>(records + ((<usize>i) << 2)) + offset;
    const ref = load<u64>(at);
    const length = <usize>(ref >> 32);
    if (length == 0 || isKept(<u32>ref, ranges, rangeCount)) continue;
    memory.copy(out, <usize>(<u32>ref), length);
    store<u64>(at, (<u64>out) | (ref & 0xffffffff00000000));
    out += length;
  }
  return out;
}
