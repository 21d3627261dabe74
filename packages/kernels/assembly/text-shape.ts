/**
 * What the text of fields looks like, for inferring types. Shapes exclude each other; a value counts for
 * the first that fits.
 */

const SHAPE_COUNT: u32 = 14;

const EMPTY: u32 = 0;
/** `[+-]digits` that fit an int64, without leading zeros. */
const INTEGER: u32 = 1;
/** More digits than an int64 has, at most 38. */
const WIDE_INTEGER: u32 = 2;
/** Digits behind a zero or a plus sign: a number by value, but its text would be lost. */
const PADDED_INTEGER: u32 = 3;
/** With a decimal point, an exponent, or too many digits. */
const NUMBER: u32 = 4;
/** `inf`, `infinity`, `nan` with or without sign. */
const SPECIAL_NUMBER: u32 = 5;
/** `true`, `false`. */
const BOOLEAN: u32 = 6;
/** `t`, `f`. */
const BOOLEAN_LETTER: u32 = 7;
/** `YYYY-MM-DD`. */
const DATE: u32 = 8;
/** `HH:MM:SS[.f]`. */
const TIME: u32 = 9;
/** Date, blank or T, time. */
const TIMESTAMP: u32 = 10;
/** A timestamp with `Z` or an offset. */
const ZONED_TIMESTAMP: u32 = 11;
/** 8-4-4-4-12 hexadecimal digits. */
const UUID: u32 = 12;
const OTHER: u32 = 13;

// @ts-ignore: decorator
@inline
function isDigit(at: usize): bool {
  return <u32>load<u8>(at) - 48 <= 9;
}

function digitsEnd(at: usize, end: usize): usize {
  while (at < end && isDigit(at)) at++;
  return at;
}

/** Is the text this word, without case? `word` is given as little-endian lower-case bytes. */
// @ts-ignore: decorator
@inline
function isWord(at: usize, length: u32, word: u64, wordLength: u32): bool {
  if (length != wordLength) return false;
  let text: u64 = 0;
  for (let i: u32 = 0; i < wordLength; i++) text |= (<u64>(load<u8>(at + i) | 32)) << (i << 3);
  return text == word;
}

function integerShape(at: usize, end: usize): u32 {
  const digits = <u32>(end - at);
  if (digits > 1 && load<u8>(at) == 48) return PADDED_INTEGER;
  if (digits <= 18) return INTEGER;
  if (digits == 19 && memory.compare(at, MAX_INT64, 19) <= 0) return INTEGER;
  return digits <= 38 ? WIDE_INTEGER : NUMBER;
}

const MAX_INT64 = memory.data<u8>([57, 50, 50, 51, 51, 55, 50, 48, 51, 54, 56, 53, 52, 55, 55, 53, 56, 48, 55]);

/** `HH:MM[:SS[.f]]` from `at`; returns its end, or 0. */
function clockEnd(at: usize, end: usize): usize {
  if (end - at < 5 || !isDigit(at) || !isDigit(at + 1) || load<u8>(at + 2) != 58 || !isDigit(at + 3) || !isDigit(at + 4)) return 0;
  if (end - at < 8 || load<u8>(at + 5) != 58) return at + 5;
  if (!isDigit(at + 6) || !isDigit(at + 7)) return 0;
  at += 8;
  if (at < end && load<u8>(at) == 46) {
    const fraction = digitsEnd(at + 1, end);
    return fraction > at + 1 ? fraction : 0;
  }
  return at;
}

/** `Z`, `+HH`, `+HHMM`, `+HH:MM`, and nothing after it. */
function isZone(at: usize, end: usize): bool {
  const first = load<u8>(at);
  if (first == 90 || first == 122) return end == at + 1;
  if (first != 43 && first != 45) return false;
  if (end - at < 3 || !isDigit(at + 1) || !isDigit(at + 2)) return false;
  at += 3;
  if (at == end) return true;
  if (load<u8>(at) == 58) at++;
  return end - at == 2 && isDigit(at) && isDigit(at + 1);
}

function dateShape(at: usize, end: usize): u32 {
  if (end - at < 10 || load<u8>(at + 4) != 45 || load<u8>(at + 7) != 45) return OTHER;
  for (let i: usize = 0; i < 10; i++) if (i != 4 && i != 7 && !isDigit(at + i)) return OTHER;
  const month = <u32>load<u8>(at + 5) * 10 + load<u8>(at + 6) - 528;
  const day = <u32>load<u8>(at + 8) * 10 + load<u8>(at + 9) - 528;
  if (month == 0 || month > 12 || day == 0 || day > 31) return OTHER;
  at += 10;
  if (at == end) return DATE;
  const between = load<u8>(at);
  if (between != 32 && between != 84) return OTHER;
  const clock = clockEnd(at + 1, end);
  if (clock == 0) return OTHER;
  if (clock == end) return TIMESTAMP;
  return isZone(clock, end) ? ZONED_TIMESTAMP : OTHER;
}

function uuidShape(at: usize, end: usize): u32 {
  if (end - at != 36) return OTHER;
  for (let i: u32 = 0; i < 36; i++) {
    const byte = <u32>load<u8>(at + i);
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (byte != 45) return OTHER;
    } else if (byte - 48 > 9 && (byte | 32) - 97 > 5) return OTHER;
  }
  return UUID;
}

function shapeOf(at: usize, end: usize): u32 {
  if (at == end) return EMPTY;
  const length = <u32>(end - at);
  const first = load<u8>(at);
  const signed = first == 43 || first == 45;
  const start = signed ? at + 1 : at;
  if (start == end) return OTHER;
  if (isDigit(start)) {
    const digits = digitsEnd(start, end);
    if (digits == end) return first == 43 ? PADDED_INTEGER : integerShape(start, end);
    const next = load<u8>(digits);
    if (next == 46 || (next | 32) == 101) return numberShape(start, end);
    if (!signed) {
      if (next == 45) {
        const date = dateShape(at, end);
        return date == OTHER ? uuidShape(at, end) : date;
      }
      if (next == 58) return clockEnd(at, end) == end ? TIME : OTHER;
    }
    return uuidShape(at, end);
  }
  if (load<u8>(start) == 46) return numberShape(start, end);
  const rest = <u32>(end - start);
  if (isWord(start, rest, 0x666e69, 3) || isWord(start, rest, 0x6e616e, 3)) return SPECIAL_NUMBER;
  if (isWord(start, rest, 0x7974696e69666e69, 8)) return SPECIAL_NUMBER;
  if (isWord(at, length, 0x65757274, 4) || isWord(at, length, 0x65736c6166, 5)) return BOOLEAN;
  if (length == 1 && ((first | 32) == 116 || (first | 32) == 102)) return BOOLEAN_LETTER;
  return uuidShape(at, end);
}

/** `digits[.digits][e[+-]digits]` without sign. */
function numberShape(at: usize, end: usize): u32 {
  const whole = digitsEnd(at, end);
  let digits = whole - at;
  at = whole;
  if (at < end && load<u8>(at) == 46) {
    const fraction = digitsEnd(at + 1, end);
    digits += fraction - at - 1;
    at = fraction;
  }
  if (digits == 0) return OTHER;
  if (at < end && (load<u8>(at) | 32) == 101) {
    at++;
    if (at < end && (load<u8>(at) == 43 || load<u8>(at) == 45)) at++;
    const exponent = digitsEnd(at, end);
    if (exponent == at) return OTHER;
    at = exponent;
  }
  return at == end ? NUMBER : OTHER;
}

/**
 * Counts the shapes of the rows that are not NULL (reference 0), blanks around them dropped: one u32 a
 * shape, then, one u32 a shape, the first row that has it.
 */
export function textShapes(refs: usize, count: u32, out: usize): void {
  memory.fill(out, 0, SHAPE_COUNT * 8);
  for (let row: u32 = 0; row < count; row++) {
    const ref = load<u64>(refs + ((<usize>row) << 3));
    if (ref == 0) continue;
    let at = <usize>(<u32>ref);
    let end = at + <u32>(ref >> 32);
    while (at < end && load<u8>(at) == 32) at++;
    while (at < end && load<u8>(end - 1) == 32) end--;
    const counter = out + (shapeOf(at, end) << 2);
    const before = load<u32>(counter);
    if (before == 0) store<u32>(counter + SHAPE_COUNT * 4, row);
    store<u32>(counter, before + 1);
  }
}
