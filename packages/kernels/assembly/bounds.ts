/**
 * Bounds of columns, for statistics. NULLs and NaNs do not count.
 */

import {
  BOOL, F32, F64, I16, I32, I64, I8, isValid, normalizedHigh, normalizedLow, REF, U16, U32, U64, U8,
} from './physical';
import { compareBytes } from './compare';

// @ts-ignore: decorator
@inline
function isNan<T>(value: T): bool {
  return isFloat<T>() ? value != value : false;
}

// @ts-ignore: decorator
@inline
function boundsOf<T>(values: usize, validity: usize, count: u32, out: usize): u32 {
  let least: T = 0 as T;
  let most: T = 0 as T;
  let seen: u32 = 0;
  for (let row: u32 = 0; row < count; row++) {
    if (!isValid(validity, row)) continue;
    const value = load<T>(values + (<usize>row) * sizeof<T>());
    if (isNan<T>(value)) continue;
    if (seen == 0) {
      least = value;
      most = value;
    } else {
      if (value < least) least = value;
      if (value > most) most = value;
    }
    seen++;
  }
  store<T>(out, least);
  store<T>(out, most, 16);
  return seen;
}

function referenceBounds(refs: usize, validity: usize, count: u32, out: usize): u32 {
  let least: u64 = 0;
  let most: u64 = 0;
  let seen: u32 = 0;
  for (let row: u32 = 0; row < count; row++) {
    if (!isValid(validity, row)) continue;
    const ref = load<u64>(refs + ((<usize>row) << 3));
    if (seen == 0) {
      least = ref;
      most = ref;
    } else {
      if (compareBytes(ref, least) < 0) least = ref;
      if (compareBytes(ref, most) > 0) most = ref;
    }
    seen++;
  }
  store<u64>(out, least);
  store<u64>(out, most, 16);
  return seen;
}

function wideBounds(type: u32, values: usize, validity: usize, count: u32, out: usize): u32 {
  let least: usize = 0;
  let most: usize = 0;
  let seen: u32 = 0;
  for (let row: u32 = 0; row < count; row++) {
    if (!isValid(validity, row)) continue;
    const value = values + ((<usize>row) << 4);
    if (seen == 0) {
      least = value;
      most = value;
    } else {
      if (wideIsLess(type, value, least)) least = value;
      if (wideIsLess(type, most, value)) most = value;
    }
    seen++;
  }
  if (seen != 0) {
    memory.copy(out, least, 16);
    memory.copy(out + 16, most, 16);
  }
  return seen;
}

// @ts-ignore: decorator
@inline
function wideIsLess(type: u32, a: usize, b: usize): bool {
  const aHigh = normalizedHigh(type, a);
  const bHigh = normalizedHigh(type, b);
  return aHigh < bHigh || (aHigh == bHigh && normalizedLow(type, a) < normalizedLow(type, b));
}

/**
 * Puts the least value at `out` and the greatest at `out + 16`, both in the column's own form (references
 * point at the rows' bytes). Returns how many values counted; with none, `out` means nothing.
 */
export function columnBounds(type: u32, values: usize, validity: usize, count: u32, out: usize): u32 {
  switch (type) {
    case BOOL:
    case U8: return boundsOf<u8>(values, validity, count, out);
    case I8: return boundsOf<i8>(values, validity, count, out);
    case I16: return boundsOf<i16>(values, validity, count, out);
    case U16: return boundsOf<u16>(values, validity, count, out);
    case I32: return boundsOf<i32>(values, validity, count, out);
    case U32: return boundsOf<u32>(values, validity, count, out);
    case I64: return boundsOf<i64>(values, validity, count, out);
    case U64: return boundsOf<u64>(values, validity, count, out);
    case F32: return boundsOf<f32>(values, validity, count, out);
    case F64: return boundsOf<f64>(values, validity, count, out);
    case REF: return referenceBounds(values, validity, count, out);
    default: return wideBounds(type, values, validity, count, out);
  }
}

/**
 * As {@link columnBounds} of text, for rows that are numbers of `entryCount` dictionary entries: only the
 * entries that occur are compared. `used` is scratch of one byte an entry.
 */
export function dictionaryBounds(
  indices: usize, validity: usize, count: u32, entries: usize, entryCount: u32, used: usize, out: usize,
): u32 {
  memory.fill(used, 0, entryCount);
  let seen: u32 = 0;
  for (let row: u32 = 0; row < count; row++) {
    if (!isValid(validity, row)) continue;
    store<u8>(used + load<u32>(indices + ((<usize>row) << 2)), 1);
    seen++;
  }
  let least: u64 = 0;
  let most: u64 = 0;
  let first = true;
  for (let entry: u32 = 0; entry < entryCount; entry++) {
    if (load<u8>(used + entry) == 0) continue;
    const ref = load<u64>(entries + ((<usize>entry) << 3));
    if (first || compareBytes(ref, least) < 0) least = ref;
    if (first || compareBytes(ref, most) > 0) most = ref;
    first = false;
  }
  store<u64>(out, least);
  store<u64>(out, most, 16);
  return seen;
}
