/**
 * Scanning of JSON records (RFC 8259) into references to the values of wanted keys.
 *
 * A job is a record of u32 words:
 *
 *   0 address of the columns         5 out: position of the next record
 *   1 count of the columns           6 out: rows scanned
 *   2 most rows                      7 out: problem (0: none)
 *   3 options (bits below)           8 out: position of the problem
 *   4 out: records left out          9 out: position of the record with the problem
 *                                   10 out: length of an unknown key, which lies at word 8
 *
 * A column is 24 bytes: u64 reference of its key; u32 where its references go, one a row, 0: nowhere;
 * u32 1 when the JSON text itself is wanted; u32 out: kinds of values seen, a bit each; unused.
 *
 * Where references go must be zero bytes at first: NULL and a missing key are the reference 0. Strings
 * are referred to without quotes, unescaped in place; other values, and JSON text, as they are written.
 *
 * The text ends at `end`; 64 bytes behind it belong to the job too and are overwritten.
 */

import { equalBytes } from './compare';

const COLUMNS: usize = 0;
const COLUMN_COUNT: usize = 4;
const MAX_ROWS: usize = 8;
const OPTIONS: usize = 12;
const LEFT_OUT: usize = 16;
const NEXT: usize = 20;
const ROWS: usize = 24;
const PROBLEM: usize = 28;
const PROBLEM_AT: usize = 32;
const RECORD_AT: usize = 36;
const KEY_LENGTH: usize = 40;

const COLUMN_BYTES: usize = 24;
const SLOT: usize = 8;
const RAW: usize = 12;
const KINDS: usize = 16;

/** Records are elements of an array: commas between them, `]` behind the last. */
const ARRAY: u32 = 1;
/** Records with a problem are left out with the rest of their line. */
const SKIP_BAD: u32 = 2;
/** Keys that are no column's are a problem. */
const KNOWN_KEYS_ONLY: u32 = 4;
/** Each record is one value, whatever it is, for the first column. */
const WHOLE_RECORDS: u32 = 8;

const SYNTAX: u32 = 1;
const UNKNOWN_KEY: u32 = 2;
/** The text ends within a record. */
const INCOMPLETE: u32 = 3;
const NOT_AN_OBJECT: u32 = 4;
const TOO_DEEP: u32 = 5;

/** Levels of objects and arrays within a value. */
const MAX_DEPTH: u32 = 64;

const JSON_STRING: u32 = 0;
const JSON_NUMBER: u32 = 1;
const JSON_BOOLEAN: u32 = 2;
const JSON_NULL: u32 = 3;
const JSON_OBJECT: u32 = 4;
const JSON_ARRAY: u32 = 5;

// What the scan of one value leaves behind; a module is one thread's.
let problem: u32 = 0;
let problemAt: usize = 0;
let valueKind: u32 = 0;
/** Of a string: its text without quotes. */
let textStart: usize = 0;
let textEnd: usize = 0;
let textEscaped: bool = false;

function fail(kind: u32, at: usize): usize {
  problem = kind;
  problemAt = at;
  return at;
}

// @ts-ignore: decorator
@inline
function isBlank(byte: u8): bool {
  return byte == 32 || byte == 10 || byte == 13 || byte == 9;
}

/** Behind blanks; a sentinel that is not blank ends the search. */
// @ts-ignore: decorator
@inline
function skipBlanks(at: usize): usize {
  while (isBlank(load<u8>(at))) at++;
  return at;
}

/** Scans a string whose opening quote is at `at`; returns the position behind the closing one. */
function scanString(at: usize, end: usize): usize {
  const quotes = i8x16.splat(34);
  const escapes = i8x16.splat(92);
  textStart = ++at;
  textEscaped = false;
  while (at < end) {
    const block = v128.load(at);
    const found = i8x16.bitmask(v128.or(i8x16.eq(block, quotes), i8x16.eq(block, escapes)));
    if (found == 0) {
      at += 16;
      continue;
    }
    at += ctz(found);
    if (at >= end) break;
    if (load<u8>(at) == 34) {
      textEnd = at;
      return at + 1;
    }
    textEscaped = true;
    at += 2;
  }
  return fail(INCOMPLETE, end);
}

/** The four hexadecimal digits at `at`, or a number above 0xffff. */
function hexDigits(at: usize): u32 {
  let value: u32 = 0;
  for (let i: usize = 0; i < 4; i++) {
    const byte = <u32>load<u8>(at + i);
    const digit = byte - 48 <= 9 ? byte - 48 : (byte | 32) - 97 <= 5 ? (byte | 32) - 87 : 0x10000;
    value = (value << 4) | digit;
    if (digit > 15) return 0x10000;
  }
  return value;
}

function storeUtf8(out: usize, code: u32): usize {
  if (code < 0x80) {
    store<u8>(out, <u8>code);
    return out + 1;
  }
  if (code < 0x800) {
    store<u8>(out, <u8>(0xc0 | (code >> 6)));
    store<u8>(out + 1, <u8>(0x80 | (code & 63)));
    return out + 2;
  }
  if (code < 0x10000) {
    store<u8>(out, <u8>(0xe0 | (code >> 12)));
    store<u8>(out + 1, <u8>(0x80 | ((code >> 6) & 63)));
    store<u8>(out + 2, <u8>(0x80 | (code & 63)));
    return out + 3;
  }
  store<u8>(out, <u8>(0xf0 | (code >> 18)));
  store<u8>(out + 1, <u8>(0x80 | ((code >> 12) & 63)));
  store<u8>(out + 2, <u8>(0x80 | ((code >> 6) & 63)));
  store<u8>(out + 3, <u8>(0x80 | (code & 63)));
  return out + 4;
}

/** Resolves the escapes of a string's text in place; returns its new end. A lone surrogate becomes U+FFFD. */
function unescape(at: usize, end: usize): usize {
  let out = at;
  while (at < end) {
    const byte = load<u8>(at);
    if (byte != 92) {
      store<u8>(out, byte);
      out++;
      at++;
      continue;
    }
    const escape = load<u8>(at + 1);
    at += 2;
    let code: u32 = 0;
    switch (escape) {
      case 98: code = 8; break; // b
      case 102: code = 12; break; // f
      case 110: code = 10; break; // n
      case 114: code = 13; break; // r
      case 116: code = 9; break; // t
      case 34:
      case 47:
      case 92: code = escape; break;
      case 117: { // u
        code = at + 4 <= end ? hexDigits(at) : 0x10000;
        if (code > 0xffff) {
          fail(SYNTAX, at);
          return out;
        }
        at += 4;
        if (code >= 0xd800 && code <= 0xdfff) {
          let low: u32 = 0;
          if (code < 0xdc00 && at + 6 <= end && load<u8>(at) == 92 && load<u8>(at + 1) == 117) low = hexDigits(at + 2);
          if (low >= 0xdc00 && low <= 0xdfff) {
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
            at += 6;
          } else {
            code = 0xfffd;
          }
        }
        break;
      }
      default:
        fail(SYNTAX, at - 1);
        return out;
    }
    out = storeUtf8(out, code);
  }
  return out;
}

/** `-?digits[.digits][e[+-]digits]` without superfluous zeros. */
function scanNumber(at: usize, end: usize): usize {
  const start = at;
  if (load<u8>(at) == 45) at++;
  const first = at;
  while (<u32>load<u8>(at) - 48 <= 9) at++;
  if (at == first || (load<u8>(first) == 48 && at - first > 1)) return fail(at >= end ? INCOMPLETE : SYNTAX, start);
  if (load<u8>(at) == 46) {
    const fraction = ++at;
    while (<u32>load<u8>(at) - 48 <= 9) at++;
    if (at == fraction) return fail(at >= end ? INCOMPLETE : SYNTAX, at);
  }
  if ((load<u8>(at) | 32) == 101) {
    at++;
    if (load<u8>(at) == 43 || load<u8>(at) == 45) at++;
    const exponent = at;
    while (<u32>load<u8>(at) - 48 <= 9) at++;
    if (at == exponent) return fail(at >= end ? INCOMPLETE : SYNTAX, at);
  }
  return at;
}

/** Behind the key at `at` and its colon, at the value. */
function scanKey(at: usize, end: usize): usize {
  if (load<u8>(at) != 34 || at >= end) return fail(at >= end ? INCOMPLETE : SYNTAX, at);
  at = scanString(at, end);
  if (problem != 0) return at;
  at = skipBlanks(at);
  if (load<u8>(at) != 58 || at >= end) return fail(at >= end ? INCOMPLETE : SYNTAX, at);
  return skipBlanks(at + 1);
}

/** Skips the object or array whose bracket is at `at`, checking its grammar. */
function scanNested(at: usize, end: usize): usize {
  let depth: u32 = 0;
  // A bit a level: 1 in an array, 0 in an object.
  let kinds: u64 = 0;
  while (true) {
    if (at >= end) return fail(INCOMPLETE, end);
    const byte = load<u8>(at);
    let closed = false;
    if (byte == 123 || byte == 91) {
      if (depth == MAX_DEPTH) return fail(TOO_DEEP, at);
      depth++;
      kinds = (kinds << 1) | u64(byte == 91);
      at = skipBlanks(at + 1);
      closed = load<u8>(at) == byte + 2 && at < end;
      if (!closed) {
        if (byte == 123) at = scanKey(at, end);
        if (problem != 0) return at;
        continue;
      }
    } else {
      at = scanScalar(at, end);
      if (problem != 0) return at;
    }
    // Behind a value: close what ends, and find the next.
    while (true) {
      if (closed) {
        at++;
        kinds >>= 1;
        depth--;
        if (depth == 0) return at;
      }
      at = skipBlanks(at);
      if (at >= end) return fail(INCOMPLETE, end);
      const next = load<u8>(at);
      const inArray = (kinds & 1) != 0;
      closed = next == (inArray ? <u8>93 : <u8>125);
      if (closed) continue;
      if (next != 44) return fail(SYNTAX, at);
      at = skipBlanks(at + 1);
      if (!inArray) at = scanKey(at, end);
      if (problem != 0) return at;
      break;
    }
  }
  return at;
}

/** Scans the value at `at`; returns the position behind it, with its kind in `valueKind`. */
function scanValue(at: usize, end: usize): usize {
  const byte = load<u8>(at);
  if (byte != 123 && byte != 91) return scanScalar(at, end);
  const next = scanNested(at, end);
  valueKind = byte == 123 ? JSON_OBJECT : JSON_ARRAY;
  return next;
}

/** Scans a string, number or word. */
function scanScalar(at: usize, end: usize): usize {
  const byte = load<u8>(at);
  switch (byte) {
    case 34:
      valueKind = JSON_STRING;
      return scanString(at, end);
    case 116:
      valueKind = JSON_BOOLEAN;
      return scanWord(at, end, 0x65757274, 4); // true
    case 102:
      valueKind = JSON_BOOLEAN;
      return scanWord(at, end, 0x65736c6166, 5); // false
    case 110:
      valueKind = JSON_NULL;
      return scanWord(at, end, 0x6c6c756e, 4); // null
    default:
      valueKind = JSON_NUMBER;
      if (byte == 45 || <u32>byte - 48 <= 9) return scanNumber(at, end);
  }
  return fail(SYNTAX, at);
}

/** Scans a word, given as little-endian bytes. One that the end cuts off may yet be one. */
function scanWord(at: usize, end: usize, word: u64, length: u32): usize {
  const there = min(<u32>(end - at), length);
  const mask = ((<u64>1) << (there << 3)) - 1;
  if ((load<u64>(at) & mask) != (word & mask)) return fail(SYNTAX, at);
  return there < length ? fail(INCOMPLETE, end) : at + length;
}

/** Stores the value that {@link scanValue} has found at `at` … `next`. */
function storeValue(column: usize, row: u32, at: usize, next: usize): void {
  store<u32>(column, load<u32>(column, KINDS) | (1 << valueKind), KINDS);
  const slot = <usize>load<u32>(column, SLOT);
  if (slot == 0) return;
  let ref: u64 = 0;
  if (valueKind == JSON_STRING && load<u32>(column, RAW) == 0) {
    const stop = textEscaped ? unescape(textStart, textEnd) : textEnd;
    ref = (<u64>textStart) | ((<u64>(stop - textStart)) << 32);
  } else if (valueKind != JSON_NULL) {
    ref = (<u64>at) | ((<u64>(next - at)) << 32);
  }
  store<u64>(slot + ((<usize>row) << 3), ref);
}

/** Scans the object at `at` into a row; returns the position behind it. */
function scanObject(job: usize, at: usize, end: usize, row: u32, options: u32): usize {
  const columns = <usize>load<u32>(job, COLUMNS);
  const columnCount = load<u32>(job, COLUMN_COUNT);
  // Keys mostly come in the order of the columns.
  let expected: u32 = 0;
  at = skipBlanks(at + 1);
  if (load<u8>(at) == 125) return at + 1;
  while (true) {
    if (at >= end) return fail(INCOMPLETE, end);
    const keyAt = at;
    at = scanKey(at, end);
    if (problem != 0) return at;
    const keyEnd = textEscaped ? unescape(textStart, textEnd) : textEnd;
    if (problem != 0) return at;
    const key = (<u64>textStart) | ((<u64>(keyEnd - textStart)) << 32);
    let column: usize = 0;
    for (let i: u32 = 0; i < columnCount; i++) {
      const candidate = columns + <usize>expected * COLUMN_BYTES;
      expected = expected + 1 == columnCount ? 0 : expected + 1;
      if (equalBytes(load<u64>(candidate), key)) {
        column = candidate;
        break;
      }
    }
    if (column == 0 && (options & KNOWN_KEYS_ONLY) != 0) {
      store<u32>(job, <u32>(key >> 32), KEY_LENGTH);
      // An escaped key has been rewritten: the record cannot be scanned again from its text.
      return fail(UNKNOWN_KEY, keyAt + 1);
    }
    if (at >= end) return fail(INCOMPLETE, end);
    const valueAt = at;
    at = scanValue(at, end);
    if (problem != 0) return at;
    if (column != 0) {
      storeValue(column, row, valueAt, at);
      if (problem != 0) return at;
    }
    at = skipBlanks(at);
    const byte = load<u8>(at);
    if (byte == 125 && at < end) return at + 1;
    if (byte != 44 || at >= end) return fail(at >= end ? INCOMPLETE : SYNTAX, at);
    at = skipBlanks(at + 1);
  }
  return at;
}

/** Takes back what a row has stored. */
function clearRow(job: usize, row: u32): void {
  let column = <usize>load<u32>(job, COLUMNS);
  const columnCount = load<u32>(job, COLUMN_COUNT);
  for (let i: u32 = 0; i < columnCount; i++) {
    const slot = <usize>load<u32>(column, SLOT);
    if (slot != 0) store<u64>(slot + ((<usize>row) << 3), 0);
    column += COLUMN_BYTES;
  }
}

/**
 * Scans the records that begin in `at` … `limit`, each to its end, at most `end`. Stops behind the last
 * one, at the first problem, or when the rows are full.
 */
export function jsonScan(job: usize, at: usize, limit: usize, end: usize): void {
  memory.fill(end, 0, 64);
  const options = load<u32>(job, OPTIONS);
  const maxRows = load<u32>(job, MAX_ROWS);
  let rows: u32 = 0;
  let leftOut: u32 = 0;
  let recordAt = at;
  problem = 0;
  while (rows < maxRows) {
    at = skipBlanks(at);
    if (options & ARRAY) {
      if (load<u8>(at) == 44 && at < limit) at = skipBlanks(at + 1);
      if (load<u8>(at) == 93 && at < limit) {
        at = skipBlanks(at + 1);
        if (at < end) recordAt = fail(SYNTAX, at);
        break;
      }
    }
    if (at >= limit) break;
    recordAt = at;
    if (options & WHOLE_RECORDS) {
      at = scanValue(at, end);
      if (problem == 0) storeValue(<usize>load<u32>(job, COLUMNS), rows, recordAt, at);
    } else if (load<u8>(at) == 123) {
      at = scanObject(job, at, end, rows, options);
    } else {
      at = fail(NOT_AN_OBJECT, at);
    }
    if (problem == 0) {
      rows++;
      continue;
    }
    if (problem == INCOMPLETE || problem == UNKNOWN_KEY || (options & SKIP_BAD) == 0) break;
    clearRow(job, rows);
    leftOut++;
    problem = 0;
    at = recordAt;
    while (at < end && load<u8>(at) != 10) at++;
  }
  if (problem != 0) clearRow(job, rows);
  store<u32>(job, <u32>(problem != 0 ? recordAt : at), NEXT);
  store<u32>(job, rows, ROWS);
  store<u32>(job, problem, PROBLEM);
  store<u32>(job, <u32>problemAt, PROBLEM_AT);
  store<u32>(job, <u32>recordAt, RECORD_AT);
  store<u32>(job, leftOut, LEFT_OUT);
}

/**
 * Structure of a text that is looked at block by block: depth of brackets in the low 31 bits, and whether
 * a string is open in the top bit; `escaped` carries a backslash at the very end over. Positions of
 * values that begin at depth `top` are stored (u32) when they lie `spacing` behind the last one stored;
 * returns how many. The state is two u32 at `state`, read and written.
 */
export function jsonElementStarts(
  at: usize, end: usize, state: usize, top: u32, spacing: u32, out: usize, maxStarts: u32,
): u32 {
  let depth = load<u32>(state) & 0x7fffffff;
  let inString = load<u32>(state) >> 31 != 0;
  let escaped = load<u32>(state, 4) != 0;
  let count: u32 = 0;
  let next = at;
  while (at < end) {
    const byte = load<u8>(at);
    if (inString) {
      if (escaped) escaped = false;
      else if (byte == 92) escaped = true;
      else if (byte == 34) inString = false;
    } else if (byte == 123 || byte == 91) {
      if (depth == top && at >= next && count < maxStarts) {
        store<u32>(out + ((<usize>count) << 2), <u32>at);
        count++;
        next = at + spacing;
      }
      depth++;
    } else if (byte == 125 || byte == 93) {
      if (depth != 0) depth--;
    } else if (byte == 34) {
      inString = true;
    }
    at++;
  }
  store<u32>(state, depth | (u32(inString) << 31));
  store<u32>(state, u32(escaped), 4);
  return count;
}
