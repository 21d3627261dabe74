/**
 * Rows that can still be among the first ones of a sort. The limit is the row that is last among the first
 * so far: the words of its key, level by level, by the program that encodes the rows.
 */

import {
  BOOL, F32, F64, I16, I32, I64, I8, U16, U32, U64, U8,
  isValid, normalized,
} from './physical';
import { COMPARE, NARROW, NULL_FLAG, PIECE_BYTES, compareByPiece, sortEncode } from './sort-key';

/** Rows that are encoded at a time: their entries stay in the first-level cache. */
const BLOCK_ROWS: u32 = 256;

// @ts-ignore: decorator
@inline
function piecesOf(program: usize, level: u32): usize {
  const record = program + 8 + ((<usize>level) << 3);
  return <usize>load<u32>(program + 4) + <usize>load<u32>(record) * PIECE_BYTES;
}

/**
 * The rows of a column, the first one of the key, that do not lie beyond the limit's word of level 0 in
 * what this word has of the column. Writes all rows where that would not be cheap to tell.
 */
export function sortFirstKeyWithin(
  program: usize, limit: u64, values: usize, validity: usize, count: u32, rows: usize,
): u32 {
  let piece = piecesOf(program, 0);
  let passNull: u32 = 1;
  let passValid: u32 = 0;
  if (load<u32>(piece) == NULL_FLAG) {
    const ofNull = load<u32>(piece + 60);
    const flag = <u32>(limit >> <u64>load<u32>(piece + 44)) & 1;
    passNull = u32(ofNull <= flag);
    if ((ofNull ^ 1) > flag) return nullRows(validity, count, rows);
    passValid = u32((ofNull ^ 1) < flag);
    piece += PIECE_BYTES;
  }
  if (passValid != 0 || load<u32>(piece) != NARROW) return allRows(count, rows);
  switch (load<u32>(piece + 4)) {
    case BOOL: case U8: return narrowWithin<u8>(piece, limit, passNull, values, validity, count, rows);
    case I8: return narrowWithin<i8>(piece, limit, passNull, values, validity, count, rows);
    case I16: return narrowWithin<i16>(piece, limit, passNull, values, validity, count, rows);
    case U16: return narrowWithin<u16>(piece, limit, passNull, values, validity, count, rows);
    case I32: return narrowWithin<i32>(piece, limit, passNull, values, validity, count, rows);
    case U32: return narrowWithin<u32>(piece, limit, passNull, values, validity, count, rows);
    case I64: return narrowWithin<i64>(piece, limit, passNull, values, validity, count, rows);
    case U64: return narrowWithin<u64>(piece, limit, passNull, values, validity, count, rows);
    case F32: return narrowWithin<f32>(piece, limit, passNull, values, validity, count, rows);
    case F64: return narrowWithin<f64>(piece, limit, passNull, values, validity, count, rows);
    default: return allRows(count, rows);
  }
}

function allRows(count: u32, rows: usize): u32 {
  for (let row: u32 = 0; row < count; row++) store<u32>(rows + ((<usize>row) << 2), row);
  return count;
}

function nullRows(validity: usize, count: u32, rows: usize): u32 {
  let found: usize = 0;
  for (let row: u32 = 0; row < count; row++) {
    store<u32>(rows + (found << 2), row);
    found += usize(!isValid(validity, row));
  }
  return <u32>found;
}

function narrowWithin<T>(
  piece: usize, limit: u64, passNull: u32, values: usize, validity: usize, count: u32, rows: usize,
): u32 {
  const base = load<u64>(piece + 16);
  const mask = load<u64>(piece + 32);
  const right = <u64>load<u32>(piece + 40);
  const invert = load<u64>(piece + 48);
  const greatest = (limit >> <u64>load<u32>(piece + 44)) & mask;
  let found: usize = 0;
  for (let row: u32 = 0; row < count; row++) {
    const value = normalized<T>(values + <usize>row * sizeof<T>());
    let pass = u32(((((value - base) >> right) ^ invert) & mask) <= greatest);
    if (validity != 0 && !isValid(validity, row)) pass = passNull;
    store<u32>(rows + (found << 2), row);
    found += <usize>pass;
  }
  return <u32>found;
}

/**
 * Keeps, in place, those of the `rows` of chunk 0 that come before the limit, or with it where `inclusive`.
 * `limits` has a word for each of the first `levels` levels; rows that are equal in all of them count as
 * equal to the limit. `entries` is room for BLOCK_ROWS + 1 entries.
 */
export function sortRowsWithin(
  program: usize, limits: usize, levels: u32, inclusive: u32, rows: usize, count: u32, entries: usize,
): u32 {
  const limit = load<u64>(limits);
  const single = entries + ((<usize>BLOCK_ROWS) << 4);
  let kept: usize = 0;
  for (let start: u32 = 0; start < count; start += BLOCK_ROWS) {
    const size = min(BLOCK_ROWS, count - start);
    for (let i: u32 = 0; i < size; i++) {
      store<u64>(entries + ((<usize>i) << 4) + 8, <u64>load<u32>(rows + ((<usize>(start + i)) << 2)));
    }
    sortEncode(program, 0, entries, size);
    for (let i: u32 = 0; i < size; i++) {
      const entry = entries + ((<usize>i) << 4);
      const word = load<u64>(entry);
      let pass = word < limit;
      if (word == limit) pass = isWithin(program, limits, levels, inclusive, load<u64>(entry + 8), single);
      store<u32>(rows + (kept << 2), load<u32>(entry + 8));
      kept += usize(pass);
    }
  }
  return <u32>kept;
}

/** Does a row that is equal to the limit in level 0 come before it, or with it? */
function isWithin(
  program: usize, limits: usize, levels: u32, inclusive: u32, id: u64, entry: usize,
): bool {
  store<u64>(entry + 8, id);
  for (let level: u32 = 1; level < levels; level++) {
    sortEncode(program, level, entry, 1);
    const word = load<u64>(entry);
    const limit = load<u64>(limits + ((<usize>level) << 3));
    if (word != limit) return word < limit;
  }
  return inclusive != 0;
}

/** The levels before the first one that compares whole values. */
export function sortWordLevels(program: usize): u32 {
  const levels = load<u32>(program);
  let level: u32 = 0;
  while (level < levels && load<u32>(program + 8 + ((<usize>level) << 3) + 4) != 0
    && load<u32>(piecesOf(program, level)) != COMPARE) level++;
  return level;
}

/** The words of the first `levels` levels of a row's key. `entry` is room for one entry. */
export function sortRowWords(program: usize, levels: u32, id: u32, entry: usize, words: usize): void {
  store<u64>(entry + 8, <u64>id);
  for (let level: u32 = 0; level < levels; level++) {
    store<u64>(entry, 0);
    sortEncode(program, level, entry, 1);
    store<u64>(words + ((<usize>level) << 3), load<u64>(entry));
  }
}

/** How many of `ids[position] …` have the key of the first of them. `entries` is room for two. */
export function sortCountPeers(
  program: usize, ids: usize, position: u32, count: u32, entries: usize,
): u32 {
  const first = load<u32>(ids + ((<usize>position) << 2));
  let next = position + 1;
  while (next < count && isPeer(program, first, load<u32>(ids + ((<usize>next) << 2)), entries)) next++;
  return next - position;
}

function isPeer(program: usize, id: u32, otherId: u32, entries: usize): bool {
  const levels = load<u32>(program);
  for (let level: u32 = 0; level < levels; level++) {
    const piece = piecesOf(program, level);
    if (load<u32>(program + 8 + ((<usize>level) << 3) + 4) == 0) continue;
    if (load<u32>(piece) == COMPARE) {
      if (compareByPiece(piece, id, otherId) != 0) return false;
      continue;
    }
    store<u64>(entries + 8, <u64>id);
    store<u64>(entries + 24, <u64>otherId);
    sortEncode(program, level, entries, 2);
    if (load<u64>(entries) != load<u64>(entries + 16)) return false;
  }
  return true;
}

const ROW_NUMBER: u32 = 0;
const RANK: u32 = 1;

/** No partition has begun yet. */
const BEFORE: u32 = 0;
/** Within the rows asked for. */
const INSIDE: u32 = 1;
/** Beyond them, to the end of the partition that has begun there. */
const BEYOND: u32 = 2;
const DONE: u32 = 3;

/**
 * Of sorted rows the ids and ranks (u64) of those with a rank of at most `limit` in their partition; returns
 * how many. `partitionStarts` and `peerStarts` are flags, one byte a row. Rows before the first partition
 * that starts are left out. The state carries ranks from call to call:
 *
 *   0 u32 phase, as above      8 u64 row number      16 u64 rank      24 u64 dense rank
 */
export function sortTopRanks(
  partitionStarts: usize, peerStarts: usize, count: u32, ranking: u32, limit: u64, state: usize,
  ids: usize, outIds: usize, outRanks: usize,
): u32 {
  let phase = load<u32>(state);
  let rowNumber = load<u64>(state + 8);
  let rank = load<u64>(state + 16);
  let denseRank = load<u64>(state + 24);
  let found: usize = 0;
  for (let row: usize = 0; row < <usize>count && phase != DONE; row++) {
    const isStart = load<u8>(partitionStarts + row) != 0;
    if (isStart) {
      if (phase == BEYOND) {
        phase = DONE;
        break;
      }
      phase = INSIDE;
      rowNumber = 0;
      denseRank = 0;
    } else if (phase == BEFORE) continue;
    rowNumber++;
    if (isStart || load<u8>(peerStarts + row) != 0) {
      rank = rowNumber;
      denseRank++;
    }
    const value = ranking == ROW_NUMBER ? rowNumber : ranking == RANK ? rank : denseRank;
    if (value <= limit) {
      store<u32>(outIds + (found << 2), load<u32>(ids + (row << 2)));
      store<u64>(outRanks + (found << 3), value);
      found++;
    } else if (phase == BEYOND) phase = DONE;
  }
  store<u32>(state, phase);
  store<u64>(state + 8, rowNumber);
  store<u64>(state + 16, rank);
  store<u64>(state + 24, denseRank);
  return <u32>found;
}
