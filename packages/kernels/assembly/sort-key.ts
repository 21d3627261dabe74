/**
 * Sort keys: the columns of an ORDER BY as unsigned words whose order is the SQL order of the rows.
 *
 * First `sortKeyRange` looks at every value of a key column. From the ranges the TypeScript face makes a
 * program: the key as one string of bits, of each column only as many as its values need, cut into levels
 * of 64 bits. Rows are sorted by the word of level 0; deeper levels are encoded for ties alone.
 *
 *   range (80 bytes)                             piece (64 bytes)
 *    0 u64 × 2  smallest normalized value         0 u32 operation: the constants below
 *   16 u64 × 2  greatest                          4 u32 physical type
 *   32 u64      AND of the low words              8 u32 table of the chunks' addresses     
 *   40 u64      OR of the low words              12 u32 0 when no chunk has a NULL
 *   48 u32      valid rows                       16 u64 × 2  subtracted before anything else
 *   52 u32      NULLs                            32 u64 mask applied after the right shift
 *   56 u32      address of the first value       40 u32 right shift
 *   60 u32      length of that value             44 u32 left shift
 *   64 u32      common prefix of all, bytes      48 u64 xored before the mask: all ones descending
 *   68 u32      longest value, bytes             56 u32 first byte, for references
 *   72 u32      shortest value, bytes            60 u32 the null flag of a NULL, 0 or 1
 *   (56 … 72 are about references)
 *
 *   table: a chunk's u32 address of values, u32 address of validity (0: no NULL in the chunk).
 *   program: u32 number of levels, u32 address of the pieces; then a level: u32 first piece, u32 pieces.
 *   entry (16 bytes): u64 word, u32 row id, u32 unused. Row id: chunk << 16 | row in the chunk.
 */

import { compareBytes } from './compare';
import {
  BOOL, F32, F64, I16, I32, I64, I8, REF, U16, U32, U64, U8,
  isValid, normalized, normalizedHigh, normalizedLow,
} from './physical';

export const PIECE_BYTES: usize = 64;

/** A value of up to 8 bytes. */
export const NARROW: u32 = 0;
/** A value of 16 bytes. */
const WIDE: u32 = 1;
export const NULL_FLAG: u32 = 2;
/** Eight bytes of a string from its `first byte` on, zeros behind its end. */
const BLOCK: u32 = 3;
/** Length of a string beyond `first byte`. */
const LENGTH: u32 = 4;
/** A level of its own: whole values are compared. */
export const COMPARE: u32 = 5;

/** Widens `range` by the values of one chunk; a range starts with all 80 bytes zero. */
export function sortKeyRange(type: u32, values: usize, validity: usize, count: u32, range: usize): void {
  if (load<u32>(range + 48) == 0) {
    store<u64>(range, ~(<u64>0));
    store<u64>(range + 8, ~(<u64>0));
    store<u64>(range + 32, ~(<u64>0));
    store<u32>(range + 72, ~(<u32>0));
  }
  switch (type) {
    case BOOL: case U8: narrowRange<u8>(values, validity, count, range); break;
    case I8: narrowRange<i8>(values, validity, count, range); break;
    case I16: narrowRange<i16>(values, validity, count, range); break;
    case U16: narrowRange<u16>(values, validity, count, range); break;
    case I32: narrowRange<i32>(values, validity, count, range); break;
    case U32: narrowRange<u32>(values, validity, count, range); break;
    case I64: narrowRange<i64>(values, validity, count, range); break;
    case U64: narrowRange<u64>(values, validity, count, range); break;
    case F32: narrowRange<f32>(values, validity, count, range); break;
    case F64: narrowRange<f64>(values, validity, count, range); break;
    case REF: referenceRange(values, validity, count, range); break;
    default: wideRange(type, values, validity, count, range); break;
  }
}

function narrowRange<T>(values: usize, validity: usize, count: u32, range: usize): void {
  let least = load<u64>(range);
  let greatest = load<u64>(range + 16);
  let all = load<u64>(range + 32);
  let any = load<u64>(range + 40);
  let valid: u32 = 0;
  for (let row: u32 = 0; row < count; row++) {
    if (!isValid(validity, row)) continue;
    const value = normalized<T>(values + <usize>row * sizeof<T>());
    least = min(least, value);
    greatest = max(greatest, value);
    all &= value;
    any |= value;
    valid++;
  }
  store<u64>(range, least);
  store<u64>(range + 8, 0);
  store<u64>(range + 16, greatest);
  store<u64>(range + 32, all);
  store<u64>(range + 40, any);
  countRows(range, valid, count);
}

// @ts-ignore: decorator
@inline
function countRows(range: usize, valid: u32, count: u32): void {
  store<u32>(range + 48, load<u32>(range + 48) + valid);
  store<u32>(range + 52, load<u32>(range + 52) + count - valid);
}

function wideRange(type: u32, values: usize, validity: usize, count: u32, range: usize): void {
  let valid: u32 = 0;
  for (let row: u32 = 0; row < count; row++) {
    if (!isValid(validity, row)) continue;
    const value = values + ((<usize>row) << 4);
    const low = normalizedLow(type, value);
    widenWide(range, low, normalizedHigh(type, value), low, low);
    valid++;
  }
  countRows(range, valid, count);
}

function widenWide(range: usize, low: u64, high: u64, all: u64, any: u64): void {
  if (isBelow(low, high, load<u64>(range), load<u64>(range + 8))) {
    store<u64>(range, low);
    store<u64>(range + 8, high);
  }
  if (isBelow(load<u64>(range + 16), load<u64>(range + 24), low, high)) {
    store<u64>(range + 16, low);
    store<u64>(range + 24, high);
  }
  store<u64>(range + 32, load<u64>(range + 32) & all);
  store<u64>(range + 40, load<u64>(range + 40) | any);
}

// @ts-ignore: decorator
@inline
function isBelow(low: u64, high: u64, otherLow: u64, otherHigh: u64): bool {
  return high < otherHigh || (high == otherHigh && low < otherLow);
}

function referenceRange(values: usize, validity: usize, count: u32, range: usize): void {
  let valid: u32 = 0;
  let longest = load<u32>(range + 68);
  let shortest = load<u32>(range + 72);
  for (let row: u32 = 0; row < count; row++) {
    if (!isValid(validity, row)) continue;
    const reference = values + ((<usize>row) << 3);
    const length = load<u32>(reference + 4);
    if (valid == 0 && load<u32>(range + 48) == 0) {
      store<u32>(range + 56, load<u32>(reference));
      store<u32>(range + 60, length);
      store<u32>(range + 64, length);
    }
    shortenPrefix(range, load<u32>(reference), length);
    longest = max(longest, length);
    shortest = min(shortest, length);
    valid++;
  }
  store<u32>(range + 68, longest);
  store<u32>(range + 72, shortest);
  countRows(range, valid, count);
}

// @ts-ignore: decorator
@inline
function shortenPrefix(range: usize, bytes: usize, length: u32): void {
  const prefix = load<u32>(range + 64);
  if (prefix == 0) return;
  const sample = load<u32>(range + 56);
  const limit = min(prefix, length);
  let same: u32 = 0;
  while (same < limit && load<u8>(sample + same) == load<u8>(bytes + same)) same++;
  store<u32>(range + 64, same);
}

/** Widens `into` by another range of the same type. */
export function sortKeyRangeMerge(type: u32, into: usize, from: usize): void {
  const nulls = load<u32>(into + 52) + load<u32>(from + 52);
  if (load<u32>(from + 48) != 0) {
    if (load<u32>(into + 48) == 0) {
      memory.copy(into, from, 80);
    } else {
      if (type == REF) {
        shortenPrefix(into, load<u32>(from + 56), load<u32>(from + 64));
        store<u32>(into + 68, max(load<u32>(into + 68), load<u32>(from + 68)));
        store<u32>(into + 72, min(load<u32>(into + 72), load<u32>(from + 72)));
      } else {
        widenWide(into, load<u64>(from), load<u64>(from + 8), load<u64>(from + 32), load<u64>(from + 40));
        widenWide(into, load<u64>(from + 16), load<u64>(from + 24), load<u64>(from + 32), load<u64>(from + 40));
      }
      store<u32>(into + 48, load<u32>(into + 48) + load<u32>(from + 48));
    }
  }
  store<u32>(into + 52, nulls);
}

/** Entries for `count` rows of a chunk from row `from` on: row ids and the words of level 0. */
export function sortEncodeRows(program: usize, chunk: u32, from: u32, count: u32, entries: usize): void {
  let id = (chunk << 16) | from;
  const end = entries + ((<usize>count) << 4);
  for (let entry = entries; entry < end; entry += 16) {
    store<u64>(entry, 0);
    store<u64>(entry + 8, id++);
  }
  sortEncode(program, 0, entries, count);
}

/** The words of a level, for the rows that the entries name. */
export function sortEncode(program: usize, level: u32, entries: usize, count: u32): void {
  const record = program + 8 + ((<usize>level) << 3);
  const end = entries + ((<usize>count) << 4);
  let piece = <usize>load<u32>(program + 4) + <usize>load<u32>(record) * PIECE_BYTES;
  let keep: u64 = 0;
  for (let left = load<u32>(record + 4); left != 0; left--) {
    encodePiece(piece, entries, end, keep);
    piece += PIECE_BYTES;
    keep = ~(<u64>0);
  }
}

function encodePiece(piece: usize, entries: usize, end: usize, keep: u64): void {
  switch (load<u32>(piece)) {
    case NARROW: encodeNarrowPiece(piece, entries, end, keep); break;
    case WIDE: encodeWide(piece, entries, end, keep); break;
    case NULL_FLAG: encodeNullFlag(piece, entries, end, keep); break;
    case BLOCK: encodeBlock(piece, entries, end, keep); break;
    case LENGTH: encodeLength(piece, entries, end, keep); break;
  }
}

function encodeNarrowPiece(piece: usize, entries: usize, end: usize, keep: u64): void {
  switch (load<u32>(piece + 4)) {
    case BOOL: case U8: encodeNarrow<u8>(piece, entries, end, keep); break;
    case I8: encodeNarrow<i8>(piece, entries, end, keep); break;
    case I16: encodeNarrow<i16>(piece, entries, end, keep); break;
    case U16: encodeNarrow<u16>(piece, entries, end, keep); break;
    case I32: encodeNarrow<i32>(piece, entries, end, keep); break;
    case U32: encodeNarrow<u32>(piece, entries, end, keep); break;
    case I64: encodeNarrow<i64>(piece, entries, end, keep); break;
    case U64: encodeNarrow<u64>(piece, entries, end, keep); break;
    case F32: encodeNarrow<f32>(piece, entries, end, keep); break;
    case F64: encodeNarrow<f64>(piece, entries, end, keep); break;
  }
}

/** Address of a row's value in a column of the width. */
// @ts-ignore: decorator
@inline
function valueAddress(table: usize, id: u32, width: usize): usize {
  return <usize>load<u32>(table + ((<usize>(id >> 16)) << 3)) + <usize>(id & 0xffff) * width;
}

// @ts-ignore: decorator
@inline
function isValidRow(table: usize, id: u32): bool {
  return isValid(load<u32>(table + ((<usize>(id >> 16)) << 3) + 4), id & 0xffff);
}

function encodeNarrow<T>(piece: usize, entries: usize, end: usize, keep: u64): void {
  const table = load<u32>(piece + 8);
  const hasNulls = load<u32>(piece + 12) != 0;
  const base = load<u64>(piece + 16);
  const mask = load<u64>(piece + 32);
  const right = <u64>load<u32>(piece + 40);
  const left = <u64>load<u32>(piece + 44);
  const invert = load<u64>(piece + 48);
  if (!hasNulls) {
    for (let entry = entries; entry < end; entry += 16) {
      const value = normalized<T>(valueAddress(table, load<u32>(entry + 8), sizeof<T>()));
      const bits = ((((value - base) >> right) ^ invert) & mask) << left;
      store<u64>(entry, (load<u64>(entry) & keep) | bits);
    }
    return;
  }
  for (let entry = entries; entry < end; entry += 16) {
    const id = load<u32>(entry + 8);
    let bits: u64 = 0;
    if (isValidRow(table, id)) {
      const value = normalized<T>(valueAddress(table, id, sizeof<T>()));
      bits = ((((value - base) >> right) ^ invert) & mask) << left;
    }
    store<u64>(entry, (load<u64>(entry) & keep) | bits);
  }
}

function encodeWide(piece: usize, entries: usize, end: usize, keep: u64): void {
  const type = load<u32>(piece + 4);
  const table = load<u32>(piece + 8);
  const hasNulls = load<u32>(piece + 12) != 0;
  const baseLow = load<u64>(piece + 16);
  const baseHigh = load<u64>(piece + 24);
  const mask = load<u64>(piece + 32);
  const right = load<u32>(piece + 40);
  const left = <u64>load<u32>(piece + 44);
  const invert = load<u64>(piece + 48);
  for (let entry = entries; entry < end; entry += 16) {
    const id = load<u32>(entry + 8);
    let bits: u64 = 0;
    if (!hasNulls || isValidRow(table, id)) {
      const value = valueAddress(table, id, 16);
      const low = normalizedLow(type, value);
      const high = normalizedHigh(type, value) - baseHigh - u64(low < baseLow);
      bits = ((shiftRightWide(low - baseLow, high, right) ^ invert) & mask) << left;
    }
    store<u64>(entry, (load<u64>(entry) & keep) | bits);
  }
}

// @ts-ignore: decorator
@inline
function shiftRightWide(low: u64, high: u64, shift: u32): u64 {
  if (shift == 0) return low;
  if (shift >= 64) return high >> (shift - 64);
  return (low >> shift) | (high << (64 - shift));
}

function encodeNullFlag(piece: usize, entries: usize, end: usize, keep: u64): void {
  const table = load<u32>(piece + 8);
  const left = <u64>load<u32>(piece + 44);
  const ofNull = <u64>load<u32>(piece + 60);
  for (let entry = entries; entry < end; entry += 16) {
    const bit = ofNull ^ u64(isValidRow(table, load<u32>(entry + 8)));
    store<u64>(entry, (load<u64>(entry) & keep) | (bit << left));
  }
}

function encodeBlock(piece: usize, entries: usize, end: usize, keep: u64): void {
  const table = load<u32>(piece + 8);
  const hasNulls = load<u32>(piece + 12) != 0;
  const mask = load<u64>(piece + 32);
  const right = <u64>load<u32>(piece + 40);
  const left = <u64>load<u32>(piece + 44);
  const invert = load<u64>(piece + 48);
  const first = load<u32>(piece + 56);
  for (let entry = entries; entry < end; entry += 16) {
    const id = load<u32>(entry + 8);
    let bits: u64 = 0;
    if (!hasNulls || isValidRow(table, id)) {
      const reference = valueAddress(table, id, 8);
      const block = bigEndianBlock(load<u32>(reference), load<u32>(reference + 4), first);
      bits = (((block >> right) ^ invert) & mask) << left;
    }
    store<u64>(entry, (load<u64>(entry) & keep) | bits);
  }
}

/** The eight bytes from `first` on, zeros for those beyond the length. */
// @ts-ignore: decorator
@inline
function bigEndianBlock(bytes: usize, length: u32, first: u32): u64 {
  if (length <= first) return 0;
  const block = bswap<u64>(load<u64>(bytes + first));
  const present = length - first;
  return present >= 8 ? block : block & ~((~(<u64>0)) >> (<u64>present << 3));
}

function encodeLength(piece: usize, entries: usize, end: usize, keep: u64): void {
  const table = load<u32>(piece + 8);
  const hasNulls = load<u32>(piece + 12) != 0;
  const mask = load<u64>(piece + 32);
  const right = <u64>load<u32>(piece + 40);
  const left = <u64>load<u32>(piece + 44);
  const invert = load<u64>(piece + 48);
  const first = load<u32>(piece + 56);
  for (let entry = entries; entry < end; entry += 16) {
    const id = load<u32>(entry + 8);
    let bits: u64 = 0;
    if (!hasNulls || isValidRow(table, id)) {
      const length = <u64>(load<u32>(valueAddress(table, id, 8) + 4) - first);
      bits = (((length >> right) ^ invert) & mask) << left;
    }
    store<u64>(entry, (load<u64>(entry) & keep) | bits);
  }
}

/** Order of two rows by a COMPARE piece: negative, zero, positive. NULLs are equal here. */
export function compareByPiece(piece: usize, id: u32, otherId: u32): i32 {
  const table = load<u32>(piece + 8);
  if (!isValidRow(table, id) || !isValidRow(table, otherId)) return 0;
  const order = compareBytes(
    load<u64>(valueAddress(table, id, 8)), load<u64>(valueAddress(table, otherId, 8)),
  );
  return load<u64>(piece + 48) == 0 ? order : -order;
}
