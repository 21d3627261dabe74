/**
 * Encodings of Apache Parquet, decoded from untrusted bytes. Inputs end at `end`; up to 16 bytes behind
 * are read but never used. Decoders return the position behind what they read, or 0 when the bytes are
 * malformed or too short.
 */

/** ULEB128 of at most 32 bits; `varintEnd` is 0 when it does not end. */
let varintEnd: usize = 0;

function readVarint(at: usize, end: usize): u32 {
  let value: u32 = 0;
  let shift: u32 = 0;
  while (at < end && shift < 35) {
    const byte = <u32>load<u8>(at++);
    value |= (byte & 127) << shift;
    if (byte < 128) {
      varintEnd = at;
      return value;
    }
    shift += 7;
  }
  varintEnd = 0;
  return 0;
}

function readVarint64(at: usize, end: usize): u64 {
  let value: u64 = 0;
  let shift: u64 = 0;
  while (at < end && shift < 70) {
    const byte = <u64>load<u8>(at++);
    value |= (byte & 127) << shift;
    if (byte < 128) {
      varintEnd = at;
      return value;
    }
    shift += 7;
  }
  varintEnd = 0;
  return 0;
}

// @ts-ignore: decorator
@inline
function zigzag(value: u64): i64 {
  return <i64>(value >> 1) ^ -(<i64>(value & 1));
}

/** `count` unsigned integers of `width` ≤ 32 bits, least significant bit first. */
function unpackIntegers(at: usize, width: u32, count: u32, out: usize): void {
  if (width == 8) {
    for (let i: u32 = 0; i < count; i++) store<u32>(out + ((<usize>i) << 2), load<u8>(at + i));
    return;
  }
  const mask: u64 = ((<u64>1) << width) - 1;
  let bit: u64 = 0;
  for (let i: u32 = 0; i < count; i++) {
    store<u32>(out + ((<usize>i) << 2), <u32>((load<u64>(at + <usize>(bit >> 3)) >> (bit & 7)) & mask));
    bit += width;
  }
}

/** RLE / bit-packed hybrid: `count` integers of `width` bits as u32, each below `limit`. */
export function parquetHybrid(at: usize, end: usize, width: u32, count: u32, limit: u32, out: usize): usize {
  if (width > 32) return 0;
  const valueBytes = (width + 7) >> 3;
  let done: u32 = 0;
  while (done < count) {
    const header = readVarint(at, end);
    at = varintEnd;
    if (at == 0) return 0;
    const target = out + ((<usize>done) << 2);
    if (header & 1) {
      const groups = header >> 1;
      const bytes = <u64>groups * width;
      if (groups == 0 || <u64>at + bytes > <u64>end) return 0;
      const values = <u32>min<u64>(<u64>groups << 3, count - done);
      unpackIntegers(at, width, values, target);
      for (let i: u32 = 0; i < values; i++) {
        if (load<u32>(target + ((<usize>i) << 2)) >= limit) return 0;
      }
      done += values;
      at += <usize>bytes;
    } else {
      const run = min<u32>(header >> 1, count - done);
      if (run == 0 || at + valueBytes > end) return 0;
      const value = <u32>(load<u64>(at) & (((<u64>1) << (<u64>valueBytes << 3)) - 1));
      if (value >= limit) return 0;
      for (let i: u32 = 0; i < run; i++) store<u32>(target + ((<usize>i) << 2), value);
      done += run;
      at += valueBytes;
    }
  }
  return at;
}

/** Sets or clears `count` bits from bit `from` on. */
function fillBits(bitmap: usize, from: u32, count: u32, set: bool): void {
  const stop = from + count;
  let bit = from;
  while (bit < stop) {
    const at = bitmap + (bit >> 3);
    if ((bit & 7) == 0 && bit + 8 <= stop) {
      const bytes = (stop - bit) >> 3;
      memory.fill(at, set ? 255 : 0, bytes);
      bit += bytes << 3;
    } else {
      const mask: u8 = 1 << <u8>(bit & 7);
      store<u8>(at, set ? load<u8>(at) | mask : load<u8>(at) & ~mask);
      bit++;
    }
  }
}

/** How many of the `count` levels that {@link parquetLevels} read last were 1. */
let validLevels: u32 = 0;

export function parquetValidLevels(): u32 {
  return validLevels;
}

/** Hybrid of one-bit levels as bits of a bitmap, from bit `from` on. */
export function parquetLevels(at: usize, end: usize, count: u32, bitmap: usize, from: u32): usize {
  let done: u32 = 0;
  validLevels = 0;
  while (done < count) {
    const header = readVarint(at, end);
    at = varintEnd;
    if (at == 0) return 0;
    if (header & 1) {
      const groups = header >> 1;
      if (groups == 0 || <u64>at + groups > <u64>end) return 0;
      const bits = <u32>min<u64>(<u64>groups << 3, count - done);
      for (let i: u32 = 0; i < bits; i += 8) {
        const here = min<u32>(8, bits - i);
        const byte = <u32>load<u8>(at + (i >> 3)) & ((1 << here) - 1);
        validLevels += popcnt(byte);
        const bit = from + done + i;
        const target = bitmap + (bit >> 3);
        const shift = bit & 7;
        const mask = ((1 << here) - 1) << shift;
        store<u16>(target, <u16>((load<u16>(target) & ~mask) | (byte << shift)));
      }
      done += bits;
      at += groups;
    } else {
      const run = min<u32>(header >> 1, count - done);
      if (run == 0 || at >= end) return 0;
      const level = load<u8>(at++);
      if (level > 1) return 0;
      fillBits(bitmap, from + done, run, level == 1);
      if (level) validLevels += run;
      done += run;
    }
  }
  return at;
}

/** References to `count` values, each behind its length (u32). */
export function parquetByteArrays(at: usize, end: usize, count: u32, refs: usize): usize {
  for (let i: u32 = 0; i < count; i++) {
    if (at + 4 > end) return 0;
    const length = load<u32>(at);
    at += 4;
    if (length > <u32>(end - at)) return 0;
    store<u64>(refs, (<u64>at) | ((<u64>length) << 32));
    refs += 8;
    at += length;
  }
  return at;
}

/** Delta-encoded integers of `width` (4 or 8) bytes, wrapping. */
export function parquetDeltas(at: usize, end: usize, count: u32, width: u32, out: usize): usize {
  const blockSize = readVarint(at, end);
  if (varintEnd == 0) return 0;
  const miniblocks = readVarint(varintEnd, end);
  if (varintEnd == 0) return 0;
  const total = readVarint(varintEnd, end);
  if (varintEnd == 0) return 0;
  let value = zigzag(readVarint64(varintEnd, end));
  at = varintEnd;
  if (at == 0 || total < count || blockSize == 0 || blockSize % 128 != 0 || blockSize > 1 << 20) return 0;
  if (miniblocks == 0 || blockSize % miniblocks != 0) return 0;
  const perMiniblock = blockSize / miniblocks;
  if (perMiniblock % 32 != 0) return 0;
  if (count == 0) return at;
  if (width == 4) store<i32>(out, <i32>value);
  else store<i64>(out, value);
  let done: u32 = 1;
  while (done < count) {
    const least = zigzag(readVarint64(at, end));
    at = varintEnd;
    if (at == 0 || at + miniblocks > end) return 0;
    const widths = at;
    at += miniblocks;
    for (let block: u32 = 0; block < miniblocks && done < count; block++) {
      const bits = <u64>load<u8>(widths + block);
      const bytes = (<u64>perMiniblock * bits) >> 3;
      if (bits > 64) return 0;
      const values = min<u32>(perMiniblock, count - done);
      // The last miniblock may be cut behind its last value.
      if (<u64>at + ((<u64>values * bits + 7) >> 3) > <u64>end) return 0;
      let bit: u64 = 0;
      for (let i: u32 = 0; i < values; i++) {
        let delta: u64 = 0;
        if (bits != 0) {
          const word = at + <usize>(bit >> 3);
          const shift = bit & 7;
          delta = load<u64>(word) >> shift;
          if (shift + bits > 64) delta |= (<u64>load<u8>(word, 8)) << (64 - shift);
          if (bits < 64) delta &= ((<u64>1) << bits) - 1;
        }
        bit += bits;
        value += least + <i64>delta;
        if (width == 4) store<i32>(out + ((<usize>done) << 2), <i32>value);
        else store<i64>(out + ((<usize>done) << 3), value);
        done++;
      }
      at += <usize>bytes;
    }
  }
  return min(at, end);
}

/** Delta-encoded lengths, then the bytes; `lengths` is scratch for `count` u32. */
export function parquetDeltaLengths(at: usize, end: usize, count: u32, lengths: usize, refs: usize): usize {
  at = parquetDeltas(at, end, count, 4, lengths);
  if (at == 0) return 0;
  for (let i: u32 = 0; i < count; i++) {
    const length = load<u32>(lengths + ((<usize>i) << 2));
    if (length > <u32>(end - at)) return 0;
    store<u64>(refs + ((<usize>i) << 3), (<u64>at) | ((<u64>length) << 32));
    at += length;
  }
  return at;
}

/**
 * Bytes that values of incremental encoding take when they are spelled out, or −1: lengths of prefixes
 * (u32 at `prefixes`), references to suffixes.
 */
export function parquetIncrementalBytes(prefixes: usize, suffixes: usize, count: u32): f64 {
  let total: u64 = 0;
  let previous: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const prefix = load<u32>(prefixes + ((<usize>i) << 2));
    const suffix = load<u32>(suffixes + ((<usize>i) << 3), 4);
    if (prefix > previous || <u64>prefix + suffix > 0x7fffffff) return -1;
    previous = prefix + suffix;
    total += previous;
  }
  return <f64>total;
}

/** Spells out values of incremental encoding at `bytes`; `refs` may be `suffixes`. */
export function parquetIncremental(prefixes: usize, suffixes: usize, count: u32, bytes: usize, refs: usize): void {
  let previous = bytes;
  for (let i: u32 = 0; i < count; i++) {
    const prefix = load<u32>(prefixes + ((<usize>i) << 2));
    const suffix = load<u64>(suffixes + ((<usize>i) << 3));
    const suffixLength = <u32>(suffix >> 32);
    memory.copy(bytes, previous, prefix);
    memory.copy(bytes + prefix, <usize>(<u32>suffix), suffixLength);
    const length = prefix + suffixLength;
    store<u64>(refs + ((<usize>i) << 3), (<u64>bytes) | ((<u64>length) << 32));
    previous = bytes;
    bytes += length;
  }
}

/** `count` values of `width` bytes, whose first bytes come first, then their second bytes, and so on. */
export function parquetStreamSplit(at: usize, count: u32, width: u32, out: usize): void {
  for (let byte: u32 = 0; byte < width; byte++) {
    let target = out + byte;
    for (let i: u32 = 0; i < count; i++) {
      store<u8>(target, load<u8>(at++));
      target += width;
    }
  }
}

/** Nanoseconds of the day (u64) and Julian day (i32), 12 bytes, as microseconds since 1970. */
export function parquetInt96(at: usize, count: u32, out: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    const days = <i64>load<i32>(at, 8) - 2440588;
    store<i64>(out, days * 86400000000 + load<i64>(at) / 1000);
    at += 12;
    out += 8;
  }
}

/** Months, days and milliseconds (u32 each, 12 bytes) as interval values. */
export function parquetIntervals(at: usize, count: u32, out: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    store<i32>(out, load<i32>(at));
    store<i32>(out, load<i32>(at, 4), 4);
    store<i64>(out, <i64>load<u32>(at, 8) * 1000, 8);
    at += 12;
    out += 16;
  }
}

/**
 * Moves `dense` values that lie at `values` to the rows whose bit is set, in place: of `rows` rows, the
 * first of which is bit `from`. Rows without a value get zero bytes.
 */
export function spreadValues(values: usize, width: u32, bitmap: usize, from: u32, rows: u32, dense: u32): void {
  if (dense == rows) return;
  let source = dense;
  let row = rows;
  while (row != 0) {
    row--;
    const bit = from + row;
    const target = values + (<usize>row) * width;
    const valid = (load<u8>(bitmap + (bit >> 3)) >> <u8>(bit & 7)) & 1;
    if (!valid) {
      if (width == 8) store<u64>(target, 0);
      else if (width == 4) store<u32>(target, 0);
      else memory.fill(target, 0, width);
      continue;
    }
    source--;
    const origin = values + (<usize>source) * width;
    if (width == 8) store<u64>(target, load<u64>(origin));
    else if (width == 4) store<u32>(target, load<u32>(origin));
    else if (width == 1) store<u8>(target, load<u8>(origin));
    else if (width == 2) store<u16>(target, load<u16>(origin));
    else memory.copy(target, origin, width);
  }
}

/** 1 when all values are well-formed UTF-8. References of NULLs are empty. */
export function refsAreUtf8(refs: usize, count: u32): u32 {
  for (let i: u32 = 0; i < count; i++) {
    const ref = load<u64>(refs);
    refs += 8;
    if (!isUtf8(<usize>(<u32>ref), <u32>(ref >> 32))) return 0;
  }
  return 1;
}

/** Well-formed byte sequences by the Unicode standard, table 3-7. */
function isUtf8(at: usize, length: u32): bool {
  const end = at + length;
  while (at < end) {
    if (at + 8 <= end && (load<u64>(at) & 0x8080808080808080) == 0) {
      at += 8;
      continue;
    }
    const first = <u32>load<u8>(at);
    if (first < 0x80) {
      at++;
      continue;
    }
    if (first < 0xc2 || first > 0xf4) return false;
    const more: usize = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    if (at + more >= end) return false;
    const second = <u32>load<u8>(at, 1);
    if ((second & 0xc0) != 0x80) return false;
    if (first == 0xe0 && second < 0xa0) return false;
    if (first == 0xed && second > 0x9f) return false;
    if (first == 0xf0 && second < 0x90) return false;
    if (first == 0xf4 && second > 0x8f) return false;
    for (let i: usize = 2; i <= more; i++) if ((load<u8>(at + i) & 0xc0) != 0x80) return false;
    at += more + 1;
  }
  return true;
}
