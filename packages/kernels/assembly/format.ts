/**
 * Text of values, as CAST AS VARCHAR writes it. Values lie `step` bytes apart (0 for a constant). A
 * kernel writes the texts one behind the other from `bytes` on, their references (u64: address low,
 * length high) to `out`, and returns the end of the bytes. The caller gives room for the longest texts,
 * which stand with each function.
 */

/** Decimal digits of a number; at least one. */
// @ts-ignore: decorator
@inline
function digitCount(value: u64): u32 {
  let digits: u32 = 1;
  let limit: u64 = 10;
  while (value >= limit) {
    digits++;
    if (digits == 20) break;
    limit *= 10;
  }
  return digits;
}

/** Writes exactly `digits` digits, with zeros in front. */
function writeDigits(at: usize, value: u64, digits: u32): void {
  let end = at + digits;
  // 32-bit division is several times as fast; most numbers need nothing else.
  while (value > 0xffffffff) {
    const rest = value / 10;
    store<u8>(--end, <u8>(48 + (value - rest * 10)));
    value = rest;
  }
  let small = <u32>value;
  while (end > at) {
    const rest = small / 10;
    store<u8>(--end, <u8>(48 + (small - rest * 10)));
    small = rest;
  }
}

// @ts-ignore: decorator
@inline
function reference(start: usize, end: usize): u64 {
  return <u64>start | ((<u64>(end - start)) << 32);
}

/** Integers of `width` bytes, `signed` or not: at most 20 bytes each. */
export function formatIntegers(
  values: usize,
  step: u32,
  count: u32,
  width: u32,
  signed: bool,
  bytes: usize,
  out: usize,
): usize {
  for (let row: u32 = 0; row < count; row++) {
    let value: u64;
    if (width == 8) value = load<u64>(values);
    else if (width == 4) value = signed ? <u64>(<i64>load<i32>(values)) : <u64>load<u32>(values);
    else if (width == 2) value = signed ? <u64>(<i64>load<i16>(values)) : <u64>load<u16>(values);
    else value = signed ? <u64>(<i64>load<i8>(values)) : <u64>load<u8>(values);
    values += step;
    const start = bytes;
    if (signed && <i64>value < 0) {
      store<u8>(bytes++, 45);
      value = 0 - value;
    }
    const digits = digitCount(value);
    writeDigits(bytes, value, digits);
    bytes += digits;
    store<u64>(out, reference(start, bytes));
    out += 8;
  }
  return bytes;
}

/** Unscaled 64-bit decimals with all digits of the scale: at most 21 bytes each. */
export function formatDecimals(values: usize, step: u32, count: u32, scale: u32, bytes: usize, out: usize): usize {
  for (let row: u32 = 0; row < count; row++) {
    let value = load<u64>(values);
    values += step;
    const start = bytes;
    if (<i64>value < 0) {
      store<u8>(bytes++, 45);
      value = 0 - value;
    }
    const digits = max(digitCount(value), scale + 1);
    writeDigits(bytes, value, digits);
    bytes += digits;
    if (scale != 0) {
      const point = bytes - scale;
      memory.copy(point + 1, point, scale);
      store<u8>(point, 46);
      bytes++;
    }
    store<u64>(out, reference(start, bytes));
    out += 8;
  }
  return bytes;
}

/** Writes `YYYY-MM-DD` for years 1 to 9999 and returns true. Source: Hinnant, civil_from_days. */
function writeDate(at: usize, days: i64): bool {
  if (days < -719162 || days > 2932896) return false;
  const shifted = <u32>(<i32>days + 719468);
  const era = shifted / 146097;
  const dayOfEra = shifted - era * 146097;
  const yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
  const dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const shiftedMonth = (5 * dayOfYear + 2) / 153;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  writeDigits(at, yearOfEra + era * 400 + u32(month <= 2), 4);
  store<u8>(at + 4, 45);
  writeDigits(at + 5, month, 2);
  store<u8>(at + 7, 45);
  writeDigits(at + 8, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1, 2);
  return true;
}

/**
 * Days since 1970-01-01 as `YYYY-MM-DD`, ten bytes each. Rows of other years are left to the caller: their
 * numbers go to `rest` (u32), closed by 0xFFFFFFFF.
 */
export function formatDates(values: usize, step: u32, count: u32, bytes: usize, out: usize, rest: usize): usize {
  for (let row: u32 = 0; row < count; row++) {
    if (writeDate(bytes, load<i32>(values))) {
      store<u64>(out, reference(bytes, bytes + 10));
      bytes += 10;
    } else {
      store<u32>(rest, row);
      rest += 4;
    }
    values += step;
    out += 8;
  }
  store<u32>(rest, 0xffffffff);
  return bytes;
}

/** Writes `HH:MM:SS[.f]` of a part of a day counted in `perSecond`-ths; returns the end. */
function writeTime(at: usize, value: u64, perSecond: u64, fractionDigits: u32): usize {
  const seconds = <u32>(value / perSecond);
  let fraction = value - <u64>seconds * perSecond;
  writeDigits(at, seconds / 3600, 2);
  store<u8>(at + 2, 58);
  writeDigits(at + 3, (seconds / 60) % 60, 2);
  store<u8>(at + 5, 58);
  writeDigits(at + 6, seconds % 60, 2);
  if (fraction == 0) return at + 8;
  while (fraction % 10 == 0) {
    fraction /= 10;
    fractionDigits--;
  }
  store<u8>(at + 8, 46);
  writeDigits(at + 9, fraction, fractionDigits);
  return at + 9 + fractionDigits;
}

/** Times of day in microseconds as `HH:MM:SS[.ffffff]`: at most 15 bytes each. */
export function formatTimes(values: usize, step: u32, count: u32, bytes: usize, out: usize): usize {
  for (let row: u32 = 0; row < count; row++) {
    const end = writeTime(bytes, load<u64>(values), 1000000, 6);
    store<u64>(out, reference(bytes, end));
    bytes = end;
    values += step;
    out += 8;
  }
  return bytes;
}

/**
 * Timestamps counted in `perSecond`-ths as `YYYY-MM-DD HH:MM:SS[.f]`, followed by `suffix` bytes from
 * `suffixBytes`: at most 29 bytes and the suffix each. Rows of other years as in {@link formatDates};
 * the infinities, ±(2⁶³ − 1), are among them.
 */
export function formatTimestamps(
  values: usize,
  step: u32,
  count: u32,
  perSecond: u64,
  fractionDigits: u32,
  suffixBytes: usize,
  suffix: u32,
  bytes: usize,
  out: usize,
  rest: usize,
): usize {
  const perDay = <i64>perSecond * 86400;
  for (let row: u32 = 0; row < count; row++) {
    const value = load<i64>(values);
    let days = value / perDay;
    let part = value - days * perDay;
    if (part < 0) {
      days--;
      part += perDay;
    }
    const infinite = value == i64.MAX_VALUE || value == -i64.MAX_VALUE;
    if (!infinite && writeDate(bytes, days)) {
      store<u8>(bytes + 10, 32);
      const end = writeTime(bytes + 11, part, perSecond, fractionDigits) + suffix;
      memory.copy(end - suffix, suffixBytes, suffix);
      store<u64>(out, reference(bytes, end));
      bytes = end;
    } else {
      store<u32>(rest, row);
      rest += 4;
    }
    values += step;
    out += 8;
  }
  store<u32>(rest, 0xffffffff);
  return bytes;
}
