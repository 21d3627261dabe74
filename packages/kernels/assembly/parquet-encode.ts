/**
 * Encodings of Apache Parquet, written. Results are the end of what was written. Rows without a value have
 * been left out, but where a bitmap is given.
 */

function putVarint(out: usize, value: u32): usize {
  while (value >= 128) {
    store<u8>(out++, <u8>(value | 128));
    value >>= 7;
  }
  store<u8>(out, <u8>value);
  return out + 1;
}

/** A run of bit-packed values; the last group of eight is filled up with zeros. */
function putPacked(codes: usize, count: u32, width: u32, out: usize): usize {
  const groups = (count + 7) >> 3;
  out = putVarint(out, (groups << 1) | 1);
  const bytes = <usize>groups * width;
  memory.fill(out, 0, bytes + 8);
  let bit: u64 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const at = out + <usize>(bit >> 3);
    store<u64>(at, load<u64>(at) | ((<u64>load<u32>(codes + ((<usize>i) << 2))) << (bit & 7)));
    bit += width;
  }
  return out + bytes;
}

/**
 * Codes (u32) below 2^`width` as RLE / bit-packed hybrid. Room: 8 + count × (width + 1) / 8 + count / 4
 * bytes, and 16 more that may be overwritten.
 */
export function parquetPutHybrid(codes: usize, count: u32, width: u32, out: usize): usize {
  const valueBytes = (width + 7) >> 3;
  let packedFrom: u32 = 0;
  let at: u32 = 0;
  while (at < count) {
    const code = load<u32>(codes + ((<usize>at) << 2));
    let run: u32 = 1;
    while (at + run < count && load<u32>(codes + ((<usize>(at + run)) << 2)) == code) run++;
    // What is packed comes in groups of eight: a run first fills the group that is open.
    const open = (at - packedFrom) & 7;
    const fill = open == 0 ? 0 : min(run, 8 - open);
    if (run - fill < 16) {
      at += run;
      continue;
    }
    at += fill;
    run -= fill;
    if (at > packedFrom) out = putPacked(codes + ((<usize>packedFrom) << 2), at - packedFrom, width, out);
    out = putVarint(out, run << 1);
    store<u32>(out, code);
    out += valueBytes;
    at += run;
    packedFrom = at;
  }
  if (at > packedFrom) out = putPacked(codes + ((<usize>packedFrom) << 2), at - packedFrom, width, out);
  return out;
}

/** Values behind references, each behind its length (u32). */
export function parquetPutByteArrays(refs: usize, count: u32, out: usize): usize {
  for (let i: u32 = 0; i < count; i++) {
    const ref = load<u64>(refs);
    refs += 8;
    const length = <u32>(ref >> 32);
    store<u32>(out, length);
    memory.copy(out + 4, <usize>(<u32>ref), length);
    out += 4 + length;
  }
  return out;
}

/** Integers of `from` (8 or 16) bytes as 16 big-endian bytes. */
export function bigEndianFromIntegers(values: usize, from: u32, count: u32, out: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    const low = load<i64>(values);
    const high = from == 16 ? load<i64>(values, 8) : low >> 63;
    store<u64>(out, bswap<u64>(high));
    store<u64>(out, bswap<u64>(low), 8);
    values += from;
    out += 16;
  }
}

/**
 * The values of `rows` rows whose bit is set, the first row being bit `from`, one behind the other.
 * Returns how many.
 */
export function compactValues(values: usize, width: u32, bitmap: usize, from: u32, rows: u32, out: usize): u32 {
  let count: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    const bit = from + row;
    if (((load<u8>(bitmap + (bit >> 3)) >> <u8>(bit & 7)) & 1) == 0) continue;
    const source = values + (<usize>row) * width;
    const target = out + (<usize>count) * width;
    if (width == 8) store<u64>(target, load<u64>(source));
    else if (width == 4) store<u32>(target, load<u32>(source));
    else if (width == 1) store<u8>(target, load<u8>(source));
    else if (width == 2) store<u16>(target, load<u16>(source));
    else memory.copy(target, source, width);
    count++;
  }
  return count;
}

/**
 * Dictionary encoding of values of 4 or 8 bytes: entry numbers (u32) at `out`, new values appended to
 * `entries` (in their width). `slots` are `slotMask + 1` u32, zero at first, twice as many as entries.
 * `entryCount` entries exist. Returns the new number of entries, or −1 when there would be more than
 * `maxEntries`.
 */
export function dictionaryEncodeFixed(
  values: usize, width: u32, count: u32, entries: usize, entryCount: u32, maxEntries: u32,
  slots: usize, slotMask: u32, out: usize,
): i32 {
  for (let i: u32 = 0; i < count; i++) {
    const value = width == 8 ? load<u64>(values + ((<usize>i) << 3)) : <u64>load<u32>(values + ((<usize>i) << 2));
    let slot = <u32>((value * 0x9e3779b97f4a7c15) >> 32) & slotMask;
    let entry: u32 = 0;
    while (true) {
      entry = load<u32>(slots + ((<usize>slot) << 2));
      if (entry == 0) break;
      const at = entries + (<usize>(entry - 1)) * width;
      if ((width == 8 ? load<u64>(at) : <u64>load<u32>(at)) == value) break;
      slot = (slot + 1) & slotMask;
    }
    if (entry == 0) {
      if (entryCount == maxEntries) return -1;
      const at = entries + (<usize>entryCount) * width;
      if (width == 8) store<u64>(at, value);
      else store<u32>(at, <u32>value);
      entry = ++entryCount;
      store<u32>(slots + ((<usize>slot) << 2), entry);
    }
    store<u32>(out + ((<usize>i) << 2), entry - 1);
  }
  return <i32>entryCount;
}

const HASH_BITS: u32 = 14;
const FRAGMENT: usize = 65536;
/** Matching stops so far before the end, so that eight bytes can be loaded. */
const TAIL: usize = 15;

function putLiteral(at: usize, length: usize, out: usize): usize {
  const n = <u32>(length - 1);
  if (n < 60) {
    store<u8>(out++, <u8>(n << 2));
  } else if (n < 256) {
    store<u8>(out, 60 << 2);
    store<u8>(out + 1, <u8>n);
    out += 2;
  } else {
    store<u8>(out, 61 << 2);
    store<u16>(out + 1, <u16>n);
    out += 3;
  }
  memory.copy(out, at, length);
  return out + length;
}

function putCopy(offset: u32, length: u32, out: usize): usize {
  while (length >= 68) {
    store<u8>(out, <u8>((63 << 2) | 2));
    store<u16>(out + 1, <u16>offset);
    out += 3;
    length -= 64;
  }
  if (length > 64) {
    store<u8>(out, <u8>((59 << 2) | 2));
    store<u16>(out + 1, <u16>offset);
    out += 3;
    length -= 60;
  }
  if (length >= 12 || offset >= 2048) {
    store<u8>(out, <u8>(((length - 1) << 2) | 2));
    store<u16>(out + 1, <u16>offset);
    return out + 3;
  }
  store<u8>(out, <u8>(((offset >> 8) << 5) | ((length - 4) << 2) | 1));
  store<u8>(out + 1, <u8>offset);
  return out + 2;
}

// @ts-ignore: decorator
@inline
function hashOf(at: usize): usize {
  return <usize>((load<u32>(at) * 0x1e35a7bd) >> (32 - HASH_BITS)) << 1;
}

/** How far the bytes at `a` and `b` agree, up to `end` for b. */
function matchLength(a: usize, b: usize, end: usize): usize {
  const start = b;
  while (b + 8 <= end) {
    const difference = load<u64>(a) ^ load<u64>(b);
    if (difference != 0) return b - start + <usize>(ctz(difference) >> 3);
    a += 8;
    b += 8;
  }
  while (b < end && load<u8>(a) == load<u8>(b)) {
    a++;
    b++;
  }
  return b - start;
}

/** One fragment, whose matches reach back to its own start at most. */
function compressFragment(start: usize, end: usize, out: usize, table: usize): usize {
  memory.fill(table, 0, 2 << HASH_BITS);
  let emitted = start;
  if (end - start > TAIL) {
    const limit = end - TAIL;
    let at = start + 1;
    let misses: usize = 32;
    while (at < limit) {
      const hash = table + hashOf(at);
      const candidate = start + <usize>load<u16>(hash);
      store<u16>(hash, <u16>(at - start));
      if (candidate >= at || load<u32>(candidate) != load<u32>(at)) {
        // Bytes that do not compress are skipped faster and faster.
        at += misses++ >> 5;
        continue;
      }
      if (at > emitted) out = putLiteral(emitted, at - emitted, out);
      const length: usize = matchLength(candidate + 4, at + 4, end) + 4;
      out = putCopy(<u32>(at - candidate), <u32>length, out);
      at += length;
      emitted = at;
      misses = 32;
      if (at < limit) store<u16>(table + hashOf(at - 1), <u16>(at - 1 - start));
    }
  }
  if (emitted < end) out = putLiteral(emitted, end - emitted, out);
  return out;
}

/**
 * A raw snappy block. Room: 32 + 7/6 of the input; `table` has 32,768 bytes. Returns the end.
 * Source: snappy format description, and the matching of its reference implementation.
 */
export function snappyCompress(at: usize, end: usize, out: usize, table: usize): usize {
  out = putVarint(out, <u32>(end - at));
  while (at < end) {
    const stop = min(end, at + FRAGMENT);
    out = compressFragment(at, stop, out, table);
    at = stop;
  }
  return out;
}
