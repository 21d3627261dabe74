/**
 * Conversions between storage layouts of columns: what files and Arrow hold on one side, what vectors
 * hold on the other. Inputs and outputs do not overlap unless a kernel says that it works in place.
 * A reference is a u32 address in the low half and a u32 length in the high half of a u64.
 */

/** References from `count + 1` Arrow offsets (i32) into bytes at `base`. */
export function refsFromOffsets32(offsets: usize, count: u32, base: u32, out: usize): void {
  let start = load<u32>(offsets);
  for (let row: u32 = 0; row < count; row++) {
    offsets += 4;
    const end = load<u32>(offsets);
    store<u64>(out, (<u64>(base + start)) | ((<u64>(end - start)) << 32));
    start = end;
    out += 8;
  }
}

/** References from `count + 1` Arrow offsets (i64) into bytes at `base`. */
export function refsFromOffsets64(offsets: usize, count: u32, base: u32, out: usize): void {
  let start = <u32>load<u64>(offsets);
  for (let row: u32 = 0; row < count; row++) {
    offsets += 8;
    const end = <u32>load<u64>(offsets);
    store<u64>(out, (<u64>(base + start)) | ((<u64>(end - start)) << 32));
    start = end;
    out += 8;
  }
}

/** References to consecutive values of `width` bytes each at `base`. */
export function refsFromStride(base: u32, width: u32, count: u32, out: usize): void {
  for (let row: u32 = 0; row < count; row++) {
    store<u64>(out, (<u64>(base + row * width)) | ((<u64>width) << 32));
    out += 8;
  }
}

/** Are the offsets (i32 when `wide` is 0, else i64) ascending from at least 0 to at most `limit`? */
export function offsetsAreValid(offsets: usize, wide: u32, count: u32, limit: u64): u32 {
  let previous: u64 = 0;
  for (let row: u32 = 0; row <= count; row++) {
    const offset = wide ? load<u64>(offsets + ((<usize>row) << 3)) : <u64>load<u32>(offsets + ((<usize>row) << 2));
    if (offset < previous || offset > limit) return 0;
    previous = offset;
  }
  return 1;
}

/** Widening, narrowing and copying of integers; `from` and `to` are widths in bytes, 1, 2, 4, 8 or 16. */
export function resizeIntegers(values: usize, from: u32, signed: u32, count: u32, to: u32, out: usize): void {
  if (from == to) {
    memory.copy(out, values, (<usize>count) * from);
    return;
  }
  for (let row: u32 = 0; row < count; row++) {
    let low: i64;
    let high: i64 = 0;
    const at = values + (<usize>row) * from;
    switch (from) {
      case 1: low = signed ? <i64>load<i8>(at) : <i64>load<u8>(at); break;
      case 2: low = signed ? <i64>load<i16>(at) : <i64>load<u16>(at); break;
      case 4: low = signed ? <i64>load<i32>(at) : <i64>load<u32>(at); break;
      default: low = load<i64>(at);
    }
    if (to == 16 && signed) high = low >> 63;
    const target = out + (<usize>row) * to;
    switch (to) {
      case 1: store<i8>(target, <i8>low); break;
      case 2: store<i16>(target, <i16>low); break;
      case 4: store<i32>(target, <i32>low); break;
      case 8: store<i64>(target, low); break;
      default: store<i64>(target, low); store<i64>(target, high, 8);
    }
  }
}

/** In place: each i64 times `factor`, wrapping. */
export function multiplyI64(values: usize, count: u32, factor: i64): void {
  const end = values + ((<usize>count) << 3);
  for (; values < end; values += 8) store<i64>(values, load<i64>(values) * factor);
}

/** In place: each i64 divided by the positive `divisor`, rounded down. */
export function floorDivideI64(values: usize, count: u32, divisor: i64): void {
  const end = values + ((<usize>count) << 3);
  for (; values < end; values += 8) {
    const value = load<i64>(values);
    const quotient = value / divisor;
    store<i64>(values, quotient - <i64>(value % divisor < 0));
  }
}

/** Single precision from IEEE 754 half precision. */
export function floatsFromHalves(halves: usize, count: u32, out: usize): void {
  for (let row: u32 = 0; row < count; row++) {
    const half = <u32>load<u16>(halves + ((<usize>row) << 1));
    const sign = (half & 0x8000) << 16;
    const exponent = (half >> 10) & 31;
    const fraction = half & 0x3ff;
    let value: f32;
    if (exponent == 0) {
      value = <f32>fraction * <f32>5.960464477539063e-8; // subnormal: fraction × 2⁻²⁴
      value = reinterpret<f32>(reinterpret<u32>(value) | sign);
    } else {
      const biased: u32 = exponent == 31 ? 255 : exponent + 112;
      value = reinterpret<f32>(sign | (biased << 23) | (fraction << 13));
    }
    store<f32>(out + ((<usize>row) << 2), value);
  }
}

/** UUIDs as two little-endian words, low first, from 16 bytes in network order. */
export function uuidsFromBytes(bytes: usize, count: u32, out: usize): void {
  for (let row: u32 = 0; row < count; row++) {
    store<u64>(out, bswap<u64>(load<u64>(bytes, 8)));
    store<u64>(out, bswap<u64>(load<u64>(bytes)), 8);
    bytes += 16;
    out += 16;
  }
}

/**
 * Two's complement integers of `width` big-endian bytes (1 to 16), `stride` bytes apart, as 8 or 16
 * little-endian bytes.
 */
export function integersFromBigEndian(
  bytes: usize, stride: u32, width: u32, count: u32, to: u32, out: usize,
): void {
  for (let row: u32 = 0; row < count; row++) {
    let high: i64 = 0;
    let low: i64 = 0;
    if (width > 0) {
      high = low = (<i64>load<i8>(bytes)) >> 63;
      for (let at: u32 = 0; at < width; at++) {
        high = (high << 8) | (low >>> 56 & 255);
        low = (low << 8) | <i64>load<u8>(bytes + at);
      }
    }
    store<i64>(out, low);
    if (to == 16) store<i64>(out, high, 8);
    bytes += stride;
    out += to;
  }
}

/** Copies `count` bits to bit `from` of `out` on; the bits before stay, those after may change. */
export function bitmapPut(bitmap: usize, count: u32, out: usize, from: u32): void {
  let at = out + (from >> 3);
  const shift = from & 7;
  const bytes = (count + 7) >> 3;
  if (shift == 0) {
    memory.copy(at, bitmap, bytes);
    return;
  }
  let kept = <u32>load<u8>(at) & ((1 << shift) - 1);
  for (let byte: u32 = 0; byte < bytes; byte++) {
    const bits = kept | ((<u32>load<u8>(bitmap + byte)) << shift);
    store<u8>(at, <u8>bits);
    kept = bits >> 8;
    at++;
  }
  store<u8>(at, <u8>kept);
}

/** `start`, `start + step`, … (wrapping). */
export function sequenceI64(start: i64, step: i64, count: u32, out: usize): void {
  const end = out + ((<usize>count) << 3);
  for (; out < end; out += 8) {
    store<i64>(out, start);
    start += step;
  }
}
