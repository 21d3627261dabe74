/**
 * Values from text, for the spellings that make up nearly all data. Inputs are references (u64: address
 * low, length high), `step` bytes apart (8, or 0 for a constant). A row in any other spelling is left to
 * the caller: its number is put into `rest` (u32), and the function returns how many there are.
 * Rows under a NULL are treated like others.
 */

// @ts-ignore: decorator
@inline
function digitAt(at: usize): u32 {
  return <u32>load<u8>(at) - 48;
}

let parsedEnd: usize = 0;

/** Digits from `at`: their value, `parsedEnd` behind the last one. At most 18 digits are looked at. */
function parseDigits(at: usize, end: usize): u64 {
  let value: u64 = 0;
  const stop = min(end, at + 18);
  while (at < stop) {
    const digit = digitAt(at);
    if (digit > 9) break;
    value = value * 10 + digit;
    at++;
  }
  parsedEnd = at;
  return value;
}

/** `[+-]digits`, at most 18; values of `width` bytes are written, `signed` or not. */
export function parseIntegers(
  refs: usize,
  step: u32,
  count: u32,
  width: u32,
  signed: bool,
  out: usize,
  rest: usize,
): u32 {
  const restStart = rest;
  const bits = <u64>width * 8;
  const max: i64 = width == 8 ? i64.MAX_VALUE : signed ? (1 << (bits - 1)) - 1 : (1 << bits) - 1;
  const minimum: i64 = signed ? -max - 1 : 0;
  for (let row: u32 = 0; row < count; row++) {
    const ref = load<u64>(refs);
    refs += step;
    let at = <usize>(<u32>ref);
    const end = at + <u32>(ref >> 32);
    let negative = false;
    if (at < end) {
      const sign = load<u8>(at);
      if (sign == 45 || sign == 43) {
        negative = sign == 45;
        at++;
      }
    }
    const magnitude = <i64>parseDigits(at, end);
    const value = negative ? -magnitude : magnitude;
    if (parsedEnd == at || parsedEnd != end || value < minimum || value > max) {
      store<u32>(rest, row);
      rest += 4;
    } else if (width == 8) store<i64>(out, value);
    else if (width == 4) store<i32>(out, <i32>value);
    else if (width == 2) store<i16>(out, <i16>value);
    else store<i8>(out, <i8>value);
    out += width;
  }
  return <u32>((rest - restStart) >> 2);
}

/** The powers of ten that a double holds exactly. */
const EXACT_POWERS: StaticArray<f64> = [
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
  1e21, 1e22,
];

/**
 * `[+-]digits[.digits][e[+-]digits]` whose significand is below 2⁵³ and whose exponent is at most 22: one
 * multiplication or division of exact doubles rounds correctly.
 * Source: Clinger (1990), How to read floating point numbers accurately, PLDI.
 */
export function parseDoubles(refs: usize, step: u32, count: u32, out: usize, rest: usize): u32 {
  const restStart = rest;
  for (let row: u32 = 0; row < count; row++) {
    const ref = load<u64>(refs);
    refs += step;
    const at = <usize>(<u32>ref);
    if (!parseDouble(at, at + <u32>(ref >> 32), out)) {
      store<u32>(rest, row);
      rest += 4;
    }
    out += 8;
  }
  return <u32>((rest - restStart) >> 2);
}

function parseDouble(at: usize, end: usize, out: usize): bool {
  let negative = false;
  if (at < end) {
    const sign = load<u8>(at);
    if (sign == 45 || sign == 43) {
      negative = sign == 45;
      at++;
    }
  }
  let significand: u64 = 0;
  let digits: u32 = 0;
  let exponent: i32 = 0;
  let seenPoint = false;
  while (at < end) {
    const byte = load<u8>(at);
    const digit = <u32>byte - 48;
    if (digit <= 9) {
      significand = significand * 10 + digit;
      digits++;
      if (seenPoint) exponent--;
    } else if (byte == 46 && !seenPoint) {
      seenPoint = true;
    } else break;
    at++;
  }
  if (digits == 0 || digits > 18 || significand > 1 << 53) return false;
  if (at < end) {
    if ((load<u8>(at) | 32) != 101) return false;
    at++;
    let exponentNegative = false;
    if (at < end) {
      const sign = load<u8>(at);
      if (sign == 45 || sign == 43) {
        exponentNegative = sign == 45;
        at++;
      }
    }
    if (end - at > 4) return false;
    const written = <i32>parseDigits(at, end);
    if (parsedEnd == at || parsedEnd != end) return false;
    exponent += exponentNegative ? -written : written;
  }
  if (exponent > 22 || exponent < -22) return false;
  let value = <f64>significand;
  if (exponent < 0) value /= EXACT_POWERS[-exponent];
  else value *= EXACT_POWERS[exponent];
  store<f64>(out, negative ? -value : value);
  return true;
}

/** 10ⁿ for 0 ≤ n ≤ 18. */
function powerOfTen(n: u32): i64 {
  let power: i64 = 1;
  for (let i: u32 = 0; i < n; i++) power *= 10;
  return power;
}

/** `[+-]digits[.digits]` as unscaled decimals of at most `precision` ≤ 18 digits, no digit of which is lost. */
export function parseDecimals(
  refs: usize,
  step: u32,
  count: u32,
  precision: u32,
  scale: u32,
  out: usize,
  rest: usize,
): u32 {
  const restStart = rest;
  const limit = powerOfTen(precision);
  for (let row: u32 = 0; row < count; row++) {
    const ref = load<u64>(refs);
    refs += step;
    const at = <usize>(<u32>ref);
    const value = parseDecimal(at, at + <u32>(ref >> 32), scale);
    if (value <= -limit || value >= limit) {
      store<u32>(rest, row);
      rest += 4;
    } else store<i64>(out, value);
    out += 8;
  }
  return <u32>((rest - restStart) >> 2);
}

function parseDecimal(at: usize, end: usize, scale: u32): i64 {
  let negative = false;
  if (at < end) {
    const sign = load<u8>(at);
    if (sign == 45 || sign == 43) {
      negative = sign == 45;
      at++;
    }
  }
  const whole = <i64>parseDigits(at, end);
  const wholeDigits = <u32>(parsedEnd - at);
  at = parsedEnd;
  let fraction: i64 = 0;
  let fractionDigits: u32 = 0;
  if (at < end && load<u8>(at) == 46) {
    at++;
    fraction = <i64>parseDigits(at, end);
    fractionDigits = <u32>(parsedEnd - at);
    at = parsedEnd;
  }
  if (at != end || wholeDigits + fractionDigits == 0 || fractionDigits > scale || wholeDigits + scale > 18)
    return i64.MAX_VALUE;
  const value = whole * powerOfTen(scale) + fraction * powerOfTen(scale - fractionDigits);
  return negative ? -value : value;
}

/** Days from 1970-01-01, proleptic Gregorian. Source: Hinnant, days_from_civil. */
// @ts-ignore: decorator
@inline
function daysFromCivil(year: i32, month: i32, day: i32): i32 {
  const y = month <= 2 ? year - 1 : year;
  const era = (y >= 0 ? y : y - 399) / 400;
  const yearOfEra = y - era * 400;
  const dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}

// @ts-ignore: decorator
@inline
function daysInMonth(year: i32, month: i32): i32 {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return 30 + ((month + (month >> 3)) & 1);
}

/** Exactly two digits, or a number above 99. */
// @ts-ignore: decorator
@inline
function twoDigits(at: usize): i32 {
  const tens = digitAt(at);
  const ones = digitAt(at + 1);
  return tens > 9 || ones > 9 ? 1000 : <i32>(tens * 10 + ones);
}

const NOT_A_DATE: i32 = i32.MIN_VALUE;

/** `YYYY-MM-DD` at `at`, ten bytes, or {@link NOT_A_DATE}. */
function parsePlainDate(at: usize): i32 {
  const century = twoDigits(at);
  const yearOfCentury = twoDigits(at + 2);
  const month = twoDigits(at + 5);
  const day = twoDigits(at + 8);
  if (century > 99 || yearOfCentury > 99 || load<u8>(at + 4) != 45 || load<u8>(at + 7) != 45) return NOT_A_DATE;
  const year = century * 100 + yearOfCentury;
  if (year == 0 || month == 0 || month > 12 || day == 0 || day > daysInMonth(year, month)) return NOT_A_DATE;
  return daysFromCivil(year, month, day);
}

/** `YYYY-MM-DD` as days since 1970-01-01 (i32). */
export function parseDates(refs: usize, step: u32, count: u32, out: usize, rest: usize): u32 {
  const restStart = rest;
  for (let row: u32 = 0; row < count; row++) {
    const ref = load<u64>(refs);
    refs += step;
    const days = <u32>(ref >> 32) == 10 ? parsePlainDate(<usize>(<u32>ref)) : NOT_A_DATE;
    if (days == NOT_A_DATE) {
      store<u32>(rest, row);
      rest += 4;
    } else store<i32>(out, days);
    out += 4;
  }
  return <u32>((rest - restStart) >> 2);
}

const NOT_A_TIME: i64 = -1;

/** `HH:MM:SS[.digits]` as microseconds of the day, digits beyond six cut off, or {@link NOT_A_TIME}. */
function parsePlainTime(at: usize, end: usize): i64 {
  if (end - at < 8 || load<u8>(at + 2) != 58 || load<u8>(at + 5) != 58) return NOT_A_TIME;
  const hour = twoDigits(at);
  const minute = twoDigits(at + 3);
  const second = twoDigits(at + 6);
  if (hour > 23 || minute > 59 || second > 59) return NOT_A_TIME;
  let micros: i64 = 0;
  at += 8;
  if (at < end) {
    if (load<u8>(at) != 46 || end - at < 2) return NOT_A_TIME;
    at++;
    let place: i64 = 100000;
    while (at < end) {
      const digit = digitAt(at);
      if (digit > 9) return NOT_A_TIME;
      micros += <i64>digit * place;
      place /= 10;
      at++;
    }
  }
  return (<i64>(hour * 3600 + minute * 60 + second)) * 1000000 + micros;
}

/** `YYYY-MM-DD[ HH:MM:SS[.digits]]`, blank or `T` between, as microseconds since 1970-01-01 (i64). */
export function parseTimestamps(refs: usize, step: u32, count: u32, out: usize, rest: usize): u32 {
  const restStart = rest;
  for (let row: u32 = 0; row < count; row++) {
    const ref = load<u64>(refs);
    refs += step;
    const at = <usize>(<u32>ref);
    const length = <u32>(ref >> 32);
    const days = length >= 10 ? parsePlainDate(at) : NOT_A_DATE;
    let micros: i64 = 0;
    if (length > 10) {
      const between = load<u8>(at + 10);
      micros = between == 32 || between == 84 ? parsePlainTime(at + 11, at + length) : NOT_A_TIME;
    }
    if (days == NOT_A_DATE || micros == NOT_A_TIME) {
      store<u32>(rest, row);
      rest += 4;
    } else store<i64>(out, <i64>days * 86400000000 + micros);
    out += 8;
  }
  return <u32>((rest - restStart) >> 2);
}

/** `HH:MM:SS[.digits]` as microseconds of the day (i64). */
export function parseTimes(refs: usize, step: u32, count: u32, out: usize, rest: usize): u32 {
  const restStart = rest;
  for (let row: u32 = 0; row < count; row++) {
    const ref = load<u64>(refs);
    refs += step;
    const at = <usize>(<u32>ref);
    const micros = parsePlainTime(at, at + <u32>(ref >> 32));
    if (micros == NOT_A_TIME) {
      store<u32>(rest, row);
      rest += 4;
    } else store<i64>(out, micros);
    out += 8;
  }
  return <u32>((rest - restStart) >> 2);
}
