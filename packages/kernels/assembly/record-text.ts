/**
 * Records as text, from columns of texts. A column is 24 bytes:
 *
 *   0 u32 address of its references, one a row     8 u32 kind (below)
 *   4 u32 its validity bitmap, 0: no NULLs        16 u64 reference of what is written before its values
 */

import { isValid } from './physical';

const COLUMN_BYTES: usize = 24;

/** Written as it is. */
const PLAIN: u32 = 0;
/** CSV: quoted where need be. JSON: a string. */
const TEXT: u32 = 1;
/** CSV: always quoted. */
const QUOTED: u32 = 2;

// @ts-ignore: decorator
@inline
function put(out: usize, ref: u64): usize {
  const length = <usize>(ref >> 32);
  memory.copy(out, <usize>(<u32>ref), length);
  return out + length;
}

// @ts-ignore: decorator
@inline
function same(a: u64, b: u64): bool {
  return a >> 32 == b >> 32 && memory.compare(<usize>(<u32>a), <usize>(<u32>b), <usize>(a >> 32)) == 0;
}

/** Would the text be read as something else without quotes? */
function needsQuotes(ref: u64, delimiter: u8, quote: u8, nullText: u64): bool {
  const start = <usize>(<u32>ref);
  const end = start + <usize>(ref >> 32);
  if (same(ref, nullText)) return true;
  // Blanks around a value, and a comment's sign before it, are dropped by some readers.
  if (end > start) {
    const first = load<u8>(start);
    if (first == 32 || first == 35 || load<u8>(end - 1) == 32) return true;
  }
  for (let at = start; at < end; at++) {
    const byte = load<u8>(at);
    if (byte == delimiter || byte == quote || byte == 10 || byte == 13) return true;
  }
  return false;
}

function putQuoted(out: usize, ref: u64, quote: u8, escape: u8): usize {
  const start = <usize>(<u32>ref);
  const end = start + <usize>(ref >> 32);
  store<u8>(out++, quote);
  for (let at = start; at < end; at++) {
    const byte = load<u8>(at);
    if (byte == quote || byte == escape) store<u8>(out++, escape);
    store<u8>(out++, byte);
  }
  store<u8>(out++, quote);
  return out;
}

/**
 * Rows `from` … `from + count` as delimited records ended by LF. `quote` 0: nothing is quoted. At most
 * twice the bytes of the values and three a value. Returns the end.
 */
export function csvWrite(
  columns: usize, columnCount: u32, from: u32, count: u32,
  delimiter: u32, quote: u32, escape: u32, nullText: u64, out: usize,
): usize {
  for (let row = from; row < from + count; row++) {
    let column = columns;
    for (let i: u32 = 0; i < columnCount; i++) {
      if (i != 0) store<u8>(out++, <u8>delimiter);
      if (!isValid(<usize>load<u32>(column, 4), row)) {
        out = put(out, nullText);
      } else {
        const ref = load<u64>(<usize>load<u32>(column) + ((<usize>row) << 3));
        const kind = load<u32>(column, 8);
        const quoted = quote != 0 &&
          (kind == QUOTED || (kind == TEXT && needsQuotes(ref, <u8>delimiter, <u8>quote, nullText)));
        out = quoted ? putQuoted(out, ref, <u8>quote, <u8>escape) : put(out, ref);
      }
      column += COLUMN_BYTES;
    }
    store<u8>(out++, 10);
  }
  return out;
}

// @ts-ignore: decorator
@inline
function hexDigit(value: u32): u8 {
  return <u8>(value < 10 ? 48 + value : 87 + value);
}

function putJsonString(out: usize, ref: u64): usize {
  const start = <usize>(<u32>ref);
  const end = start + <usize>(ref >> 32);
  store<u8>(out++, 34);
  for (let at = start; at < end; at++) {
    const byte = load<u8>(at);
    if (byte >= 32 && byte != 34 && byte != 92) {
      store<u8>(out++, byte);
      continue;
    }
    store<u8>(out++, 92);
    let short: u8 = 0;
    switch (byte) {
      case 34:
      case 92: short = byte; break;
      case 8: short = 98; break;
      case 9: short = 116; break;
      case 10: short = 110; break;
      case 12: short = 102; break;
      case 13: short = 114; break;
      default: break;
    }
    if (short != 0) {
      store<u8>(out++, short);
    } else {
      store<u32>(out, 0x00303075); // u00
      store<u8>(out + 3, hexDigit(byte >> 4));
      store<u8>(out + 4, hexDigit(byte & 15));
      out += 5;
    }
  }
  store<u8>(out++, 34);
  return out;
}

/**
 * Rows `from` … `from + count` as JSON objects: each column's prefix and value, then `suffix`, then
 * `separator` but for the last row. At most six times the bytes of the values, two a value, and what is
 * put around them. Returns the end.
 */
export function jsonWrite(
  columns: usize, columnCount: u32, from: u32, count: u32, suffix: u64, separator: u64, out: usize,
): usize {
  for (let row = from; row < from + count; row++) {
    let column = columns;
    for (let i: u32 = 0; i < columnCount; i++) {
      out = put(out, load<u64>(column, 16));
      if (!isValid(<usize>load<u32>(column, 4), row)) {
        store<u32>(out, 0x6c6c756e); // null
        out += 4;
      } else {
        const ref = load<u64>(<usize>load<u32>(column) + ((<usize>row) << 3));
        out = load<u32>(column, 8) == PLAIN ? put(out, ref) : putJsonString(out, ref);
      }
      column += COLUMN_BYTES;
    }
    out = put(out, suffix);
    if (row + 1 < from + count) out = put(out, separator);
  }
  return out;
}
