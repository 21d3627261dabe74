/**
 * Hash join tables: from a row's code, a u64, to the build rows that have it.
 *
 * Codes are made from the key columns. Where the columns' ranges on the build side fit into 64 bits, the
 * code is the key itself, each column less its smallest value; a probe row out of the ranges has no match.
 * Otherwise it is a hash of the key, and pairs are verified by comparing the columns.
 *
 *   key (40 bytes)                                  entry (16 bytes): a build row on its way to the table
 *    0 u32      physical type                        0 u64 code
 *    4 u32      1: NULL is a value (code span + 1)   8 u32 row id
 *    8 u64 × 2  smallest normalized value           12 u32 next entry of the same code, NONE: last
 *   24 u64      span: greatest − smallest
 *   32 u32      left shift in the code              head: NONE, a row id, or LIST | address / 4 of a list,
 *                                                   which is u32 count, then the row ids, ascending
 *   table (32 bytes)
 *    0 u32 layout      DIRECT: slot = head (4 bytes), at the code itself
 *    4 u32 slots       COMPACT: u32 code, u32 head;  WIDE: u64 code, u32 head, u32 unused
 *    8 u32 slot count (of DIRECT: codes)
 *   12 u32 slots of a region
 *   16 u32 right shift of a code (DIRECT) or of the upper half of its hash that gives its region
 *
 * A table is cut into regions of equally many slots, which are filled one by one or in parallel; probing
 * looks at one slot, and at the following ones of the region on a collision.
 */

import {
  BOOL, F32, F64, I16, I32, I64, I8, REF, U16, U32, U64, U8,
  isValid, normalized, normalizedHigh, normalizedLow,
} from './physical';
import { equalBytes } from './compare';

const NONE: u32 = 0xffffffff;
const LIST: u32 = 0x80000000;

const DIRECT: u32 = 0;
const COMPACT: u32 = 1;
const WIDE: u32 = 2;

/** Upper half of a hash that spreads its lower bits over the upper ones. */
// @ts-ignore: decorator
@inline
export function mix(code: u64): u64 {
  return ((code ^ (code >> 32)) * 0x9e3779b97f4a7c15) >> 32;
}

/**
 * Codes of one key column: `codes[i]` is set (`first`) or or-ed, `matchable[i]` (bytes) set or and-ed.
 * Returns how many of the rows can still have a match.
 */
export function joinCodes(
  key: usize, first: u32, values: usize, validity: usize, count: u32, codes: usize, matchable: usize,
): u32 {
  const keep: u64 = first != 0 ? 0 : ~(<u64>0);
  switch (load<u32>(key)) {
    case BOOL: case U8: return narrowCodes<u8>(key, keep, values, validity, count, codes, matchable);
    case I8: return narrowCodes<i8>(key, keep, values, validity, count, codes, matchable);
    case I16: return narrowCodes<i16>(key, keep, values, validity, count, codes, matchable);
    case U16: return narrowCodes<u16>(key, keep, values, validity, count, codes, matchable);
    case I32: return narrowCodes<i32>(key, keep, values, validity, count, codes, matchable);
    case U32: return narrowCodes<u32>(key, keep, values, validity, count, codes, matchable);
    case I64: return narrowCodes<i64>(key, keep, values, validity, count, codes, matchable);
    case U64: return narrowCodes<u64>(key, keep, values, validity, count, codes, matchable);
    case F32: return narrowCodes<f32>(key, keep, values, validity, count, codes, matchable);
    case F64: return narrowCodes<f64>(key, keep, values, validity, count, codes, matchable);
    default: return wideCodes(key, keep, values, validity, count, codes, matchable);
  }
}

function narrowCodes<T>(
  key: usize, keep: u64, values: usize, validity: usize, count: u32, codes: usize, matchable: usize,
): u32 {
  const nullMatches = load<u32>(key + 4) != 0;
  const base = load<u64>(key + 8);
  const span = load<u64>(key + 24);
  const shift = <u64>load<u32>(key + 32);
  const keepFlag = <u32>keep & 1;
  let matches: u32 = 0;
  for (let row: usize = 0; row < <usize>count; row++) {
    let code = normalized<T>(values + row * sizeof<T>()) - base;
    let flag = u32(code <= span);
    if (!isValid(validity, <u32>row)) {
      code = span + 1;
      flag = u32(nullMatches);
    }
    flag &= load<u8>(matchable + row) | (keepFlag ^ 1);
    store<u64>(codes + (row << 3), (load<u64>(codes + (row << 3)) & keep) | (code << shift));
    store<u8>(matchable + row, <u8>flag);
    matches += flag;
  }
  return matches;
}

function wideCodes(
  key: usize, keep: u64, values: usize, validity: usize, count: u32, codes: usize, matchable: usize,
): u32 {
  const type = load<u32>(key);
  const nullMatches = load<u32>(key + 4) != 0;
  const baseLow = load<u64>(key + 8);
  const baseHigh = load<u64>(key + 16);
  const span = load<u64>(key + 24);
  const shift = <u64>load<u32>(key + 32);
  const keepFlag = <u32>keep & 1;
  let matches: u32 = 0;
  for (let row: usize = 0; row < <usize>count; row++) {
    const value = values + (row << 4);
    const low = normalizedLow(type, value);
    const above = normalizedHigh(type, value) - baseHigh - u64(low < baseLow);
    let code = low - baseLow;
    let flag = u32(above == 0 && code <= span);
    if (!isValid(validity, <u32>row)) {
      code = span + 1;
      flag = u32(nullMatches);
    }
    flag &= load<u8>(matchable + row) | (keepFlag ^ 1);
    store<u64>(codes + (row << 3), (load<u64>(codes + (row << 3)) & keep) | (code << shift));
    store<u8>(matchable + row, <u8>flag);
    matches += flag;
  }
  return matches;
}

/** As the flags of {@link joinCodes}, for codes that are hashes: a NULL has no match. */
export function joinMatchable(first: u32, validity: usize, count: u32, matchable: usize): u32 {
  let matches: u32 = 0;
  for (let row: u32 = 0; row < count; row++) {
    const flag = u32(isValid(validity, row)) & (load<u8>(matchable + row) | first);
    store<u8>(matchable + row, <u8>flag);
    matches += flag;
  }
  return matches;
}

// Building.

/** Entries of the matchable rows (0: all) among `count`, the first of which has id `firstId`. */
export function joinEntries(
  codes: usize, matchable: usize, count: u32, firstId: u32, entries: usize,
): u32 {
  let entry = entries;
  for (let row: u32 = 0; row < count; row++) {
    store<u64>(entry, load<u64>(codes + ((<usize>row) << 3)));
    store<u32>(entry + 8, firstId + row);
    entry += matchable == 0 ? 16 : (<usize>load<u8>(matchable + row)) << 4;
  }
  return <u32>((entry - entries) >> 4);
}

/** The region of a code. */
// @ts-ignore: decorator
@inline
function regionOf(isDirect: bool, shift: u64, code: u64): usize {
  return <usize>((isDirect ? code : mix(code)) >> shift);
}

/** Groups entries by region, keeping their order; `ends[r]` becomes where region r ends in `out`. */
export function joinScatter(
  table: usize, entries: usize, count: u32, regions: u32, ends: usize, out: usize,
): void {
  const isDirect = load<u32>(table) == DIRECT;
  const shift = <u64>load<u32>(table + 16);
  const last = entries + ((<usize>count) << 4);
  memory.fill(ends, 0, (<usize>regions) << 2);
  for (let entry = entries; entry < last; entry += 16) {
    const end = ends + (regionOf(isDirect, shift, load<u64>(entry)) << 2);
    store<u32>(end, load<u32>(end) + 1);
  }
  let offset: u32 = 0;
  for (let region: usize = 0; region < <usize>regions; region++) {
    const size = load<u32>(ends + (region << 2));
    store<u32>(ends + (region << 2), offset);
    offset += size;
  }
  for (let entry = entries; entry < last; entry += 16) {
    const end = ends + (regionOf(isDirect, shift, load<u64>(entry)) << 2);
    const place = load<u32>(end);
    store<u32>(end, place + 1);
    v128.store(out + ((<usize>place) << 4), v128.load(entry));
  }
}

// @ts-ignore: decorator
@inline
function slotBytes(layout: u32): usize {
  return (<usize>4) << layout;
}

// @ts-ignore: decorator
@inline
function headOffset(layout: u32): usize {
  return layout << 2;
}

/** The first slot to look at for a code, by its number in the table. */
// @ts-ignore: decorator
@inline
function firstSlot(layout: u32, slotCount: u64, code: u64): u64 {
  return layout == DIRECT ? code : (mix(code) * slotCount) >> 32;
}

// @ts-ignore: decorator
@inline
function hasCode(layout: u32, slot: usize, code: u64): bool {
  if (layout == COMPACT) return load<u32>(slot) == <u32>code;
  return load<u64>(slot) == code;
}

/**
 * Fills a region by its entries. Afterwards heads are entry numbers and entries are chained; the result is
 * the number of u32 that lists of rows with equal codes will take, 0 when no code occurs twice, or NONE
 * when the region has too few slots: of a hashed region one has to stay free.
 */
export function joinFillRegion(table: usize, region: u32, entries: usize, count: u32): u32 {
  const layout = load<u32>(table);
  if (layout == DIRECT) return fillRegion(DIRECT, table, region, entries, count);
  if (layout == COMPACT) return fillRegion(COMPACT, table, region, entries, count);
  return fillRegion(WIDE, table, region, entries, count);
}

// @ts-ignore: decorator
@inline
function fillRegion(layout: u32, table: usize, region: u32, entries: usize, count: u32): u32 {
  const slots = <usize>load<u32>(table + 4);
  const slotCount = <u64>load<u32>(table + 8);
  const regionBytes = <usize>load<u32>(table + 12) * slotBytes(layout);
  const regionStart = slots + <usize>region * regionBytes;
  const regionEnd = layout == DIRECT
    ? min(regionStart + regionBytes, slots + <usize>slotCount * 4)
    : regionStart + regionBytes;
  memory.fill(regionStart, 0xff, regionEnd - regionStart);
  let listWords: u32 = 0;
  let free: u32 = load<u32>(table + 12);
  // Backwards, so that chains, which grow at their heads, ascend.
  for (let number = count - 1; number != NONE; number--) {
    const entry = entries + ((<usize>number) << 4);
    const code = load<u64>(entry);
    let slot = slots + <usize>firstSlot(layout, slotCount, code) * slotBytes(layout);
    let head = load<u32>(slot + headOffset(layout));
    if (layout != DIRECT) {
      while (head != NONE && !hasCode(layout, slot, code)) {
        slot += slotBytes(layout);
        if (slot == regionEnd) slot = regionStart;
        head = load<u32>(slot + headOffset(layout));
      }
      if (layout == COMPACT) store<u32>(slot, <u32>code);
      else store<u64>(slot, code);
      free -= u32(head == NONE);
      if (free == 0) return NONE;
    }
    store<u32>(slot + headOffset(layout), number);
    store<u32>(entry + 12, head);
    if (head != NONE) listWords += load<u32>(entries + ((<usize>head) << 4) + 12) == NONE ? 3 : 1;
  }
  return listWords;
}

/** Turns a region's heads into row ids and lists, which are written to `lists`. */
export function joinFinishRegion(table: usize, region: u32, entries: usize, lists: usize): void {
  const layout = load<u32>(table);
  const slots = <usize>load<u32>(table + 4);
  const regionBytes = <usize>load<u32>(table + 12) * slotBytes(layout);
  let slot = slots + <usize>region * regionBytes;
  const regionEnd = min(slot + regionBytes, slots + <usize>load<u32>(table + 8) * slotBytes(layout));
  slot += headOffset(layout);
  for (; slot < regionEnd; slot += slotBytes(layout)) {
    const head = load<u32>(slot);
    if (head == NONE) continue;
    let entry = entries + ((<usize>head) << 4);
    let next = load<u32>(entry + 12);
    if (next == NONE) {
      store<u32>(slot, load<u32>(entry + 8));
      continue;
    }
    store<u32>(slot, LIST | <u32>(lists >> 2));
    const size = lists;
    lists += 4;
    store<u32>(lists, load<u32>(entry + 8));
    do {
      entry = entries + ((<usize>next) << 4);
      next = load<u32>(entry + 12);
      lists += 4;
      store<u32>(lists, load<u32>(entry + 8));
    } while (next != NONE);
    lists += 4;
    store<u32>(size, <u32>((lists - size) >> 2) - 1);
  }
}

// Probing.

/**
 * `heads[i]` of the row with `codes[i]`, NONE without one and where `matchable` (0: all) is 0.
 * `retries` is room for a u32 a row. Returns the number of rows with a head.
 */
export function joinProbe(
  table: usize, codes: usize, matchable: usize, count: u32, heads: usize, retries: usize,
): u32 {
  const layout = load<u32>(table);
  if (layout == DIRECT) return probeDirect(table, codes, matchable, count, heads);
  if (layout == COMPACT) return probeHashed(COMPACT, table, codes, matchable, count, heads, retries);
  return probeHashed(WIDE, table, codes, matchable, count, heads, retries);
}

function probeDirect(table: usize, codes: usize, matchable: usize, count: u32, heads: usize): u32 {
  const slots = <usize>load<u32>(table + 4);
  let matches: u32 = 0;
  if (matchable == 0) {
    for (let row: usize = 0; row < <usize>count; row++) {
      const head = load<u32>(slots + (<usize>load<u64>(codes + (row << 3)) << 2));
      store<u32>(heads + (row << 2), head);
      matches += u32(head != NONE);
    }
    return matches;
  }
  for (let row: usize = 0; row < <usize>count; row++) {
    let head = NONE;
    if (load<u8>(matchable + row)) {
      head = load<u32>(slots + (<usize>load<u64>(codes + (row << 3)) << 2));
      matches += u32(head != NONE);
    }
    store<u32>(heads + (row << 2), head);
  }
  return matches;
}

/**
 * First a loop that does nothing but touch each row's slot, so that many cache misses are under way at a
 * time; then one look per row without a branch on what is found; then the rows that met another code.
 */
// @ts-ignore: decorator
@inline
function probeHashed(
  layout: u32, table: usize, codes: usize, matchable: usize, count: u32, heads: usize, retries: usize,
): u32 {
  const slots = <usize>load<u32>(table + 4);
  const slotCount = <u64>load<u32>(table + 8);
  let touched: u32 = 0;
  for (let row: usize = 0; row < <usize>count; row++) {
    const code = load<u64>(codes + (row << 3));
    const slot = slots + <usize>firstSlot(layout, slotCount, code) * slotBytes(layout);
    touched += load<u32>(slot);
    store<u32>(heads + (row << 2), <u32>slot);
  }
  // Keeps the loads alive; the place is overwritten by the first retry.
  store<u32>(retries, touched);
  let matches: u32 = 0;
  let retry = retries;
  for (let row: usize = 0; row < <usize>count; row++) {
    const code = load<u64>(codes + (row << 3));
    const slot = <usize>load<u32>(heads + (row << 2));
    const head = load<u32>(slot + headOffset(layout));
    const wanted = matchable == 0 ? 1 : <u32>load<u8>(matchable + row);
    const hit = u32(hasCode(layout, slot, code)) & u32(head != NONE) & wanted;
    store<u32>(heads + (row << 2), head | (hit - 1));
    store<u32>(retry, <u32>row);
    matches += hit;
    retry += <usize>(u32(head != NONE) & (hit ^ 1) & wanted) << 2;
  }
  const regionSlots = <u64>load<u32>(table + 12);
  const regionShift = <u64>load<u32>(table + 16);
  for (let at = retries; at < retry; at += 4) {
    const row = <usize>load<u32>(at);
    const code = load<u64>(codes + (row << 3));
    const region = <u64>regionOf(false, regionShift, code);
    const regionStart = slots + <usize>(region * regionSlots) * slotBytes(layout);
    const regionEnd = regionStart + <usize>regionSlots * slotBytes(layout);
    let slot = slots + <usize>firstSlot(layout, slotCount, code) * slotBytes(layout);
    let head: u32;
    do {
      slot += slotBytes(layout);
      if (slot == regionEnd) slot = regionStart;
      head = load<u32>(slot + headOffset(layout));
    } while (head != NONE && !hasCode(layout, slot, code));
    store<u32>(heads + (row << 2), head);
    matches += u32(head != NONE);
  }
  return matches;
}

/**
 * Pairs of a table without lists: the rows that have a head, and their heads. Returns how many.
 * `probeRows` has room for `count`; `buildRows` may be `heads`.
 */
export function joinPairs(heads: usize, count: u32, probeRows: usize, buildRows: usize): u32 {
  let pairs: usize = 0;
  for (let row: usize = 0; row < <usize>count; row++) {
    const head = load<u32>(heads + (row << 2));
    store<u32>(probeRows + (pairs << 2), <u32>row);
    store<u32>(buildRows + (pairs << 2), head);
    pairs += usize(head != NONE);
  }
  return <u32>pairs;
}

/**
 * The next pairs, at most `capacity`, in the order of probe rows and then of build rows; with `outer`, a
 * row without a head makes a pair with NONE. `cursor` (u32 row, u32 place in its list) starts zeroed.
 */
export function joinExpand(
  heads: usize, count: u32, outer: u32, cursor: usize, capacity: u32, probeRows: usize, buildRows: usize,
): u32 {
  let row = load<u32>(cursor);
  let place = load<u32>(cursor + 4);
  let pairs: u32 = 0;
  for (; row < count && pairs < capacity; row++) {
    const head = load<u32>(heads + ((<usize>row) << 2));
    const out = (<usize>pairs) << 2;
    if (head == NONE || (head & LIST) == 0) {
      store<u32>(probeRows + out, row);
      store<u32>(buildRows + out, head);
      pairs += u32(head != NONE) | outer;
      continue;
    }
    const list = (<usize>head) << 2;
    const size = load<u32>(list);
    const taken = min(size - place, capacity - pairs);
    memory.copy(buildRows + out, list + 4 + ((<usize>place) << 2), (<usize>taken) << 2);
    for (let i: usize = 0; i < <usize>taken; i++) store<u32>(probeRows + out + (i << 2), row);
    pairs += taken;
    place += taken;
    if (place < size) break;
    place = 0;
  }
  store<u32>(cursor, row);
  store<u32>(cursor + 4, place);
  return pairs;
}

// Pairs.

/**
 * Is key column `i` equal in both rows of a pair? `values` and `validity` are the probe column, `table` the
 * build column's chunks (values, validity); `equal[i]` (bytes) is and-ed. NULL equals NULL if
 * `nullMatches`, else nothing.
 */
export function joinCompareKeys(
  type: u32, nullMatches: u32, values: usize, validity: usize, probeRows: usize,
  table: usize, buildRows: usize, count: u32, equal: usize,
): void {
  for (let pair: usize = 0; pair < <usize>count; pair++) {
    if (load<u8>(equal + pair) == 0) continue;
    const row = load<u32>(probeRows + (pair << 2));
    const id = load<u32>(buildRows + (pair << 2));
    const chunk = table + ((<usize>(id >> 16)) << 3);
    const offset = id & 0xffff;
    const valid = isValid(validity, row);
    const otherValid = isValid(load<u32>(chunk + 4), offset);
    const same = valid && otherValid
      ? equalValues(type, values, row, load<u32>(chunk), offset)
      : nullMatches != 0 && valid == otherValid;
    store<u8>(equal + pair, u8(same));
  }
}

// @ts-ignore: decorator
@inline
function equalNarrow<T>(values: usize, row: u32, other: usize, offset: u32): bool {
  return normalized<T>(values + <usize>row * sizeof<T>()) == normalized<T>(other + <usize>offset * sizeof<T>());
}

function equalValues(type: u32, values: usize, row: u32, other: usize, offset: u32): bool {
  switch (type) {
    case BOOL: case U8: case I8: return equalNarrow<u8>(values, row, other, offset);
    case U16: case I16: return equalNarrow<u16>(values, row, other, offset);
    case U32: case I32: return equalNarrow<u32>(values, row, other, offset);
    case U64: case I64: return equalNarrow<u64>(values, row, other, offset);
    case F32: return equalNarrow<f32>(values, row, other, offset);
    case F64: return equalNarrow<f64>(values, row, other, offset);
    case REF: return equalBytes(
      load<u64>(values + ((<usize>row) << 3)), load<u64>(other + ((<usize>offset) << 3)),
    );
    default: {
      const value = values + ((<usize>row) << 4);
      const otherValue = other + ((<usize>offset) << 4);
      return normalizedLow(type, value) == normalizedLow(type, otherValue)
        && normalizedHigh(type, value) == normalizedHigh(type, otherValue);
    }
  }
}

/** Keeps the pairs whose byte is not 0, in place and in order; returns how many. */
export function joinKeepPairs(keep: usize, count: u32, probeRows: usize, buildRows: usize): u32 {
  let kept: usize = 0;
  for (let pair: usize = 0; pair < <usize>count; pair++) {
    store<u32>(probeRows + (kept << 2), load<u32>(probeRows + (pair << 2)));
    store<u32>(buildRows + (kept << 2), load<u32>(buildRows + (pair << 2)));
    kept += usize(load<u8>(keep + pair) != 0);
  }
  return <u32>kept;
}

/** Sets the bytes of build rows, found through a table of the chunks' bytes (two u32 a chunk). */
export function joinMarkBuild(buildRows: usize, count: u32, table: usize): void {
  for (let pair: usize = 0; pair < <usize>count; pair++) {
    const id = load<u32>(buildRows + (pair << 2));
    if (id == NONE) continue;
    store<u8>(<usize>load<u32>(table + ((<usize>(id >> 16)) << 3)) + (id & 0xffff), 1);
  }
}

/** Sets `bytes[rows[i]]`; returns how many of them were set before. */
export function joinMarkRows(rows: usize, count: u32, bytes: usize): u32 {
  let repeated: u32 = 0;
  for (let pair: usize = 0; pair < <usize>count; pair++) {
    const byte = bytes + load<u32>(rows + (pair << 2));
    repeated += load<u8>(byte);
    store<u8>(byte, 1);
  }
  return repeated;
}

/** The rows without a head; returns how many. */
export function joinWithoutHead(heads: usize, count: u32, rows: usize): u32 {
  let found: usize = 0;
  for (let row: usize = 0; row < <usize>count; row++) {
    store<u32>(rows + (found << 2), <u32>row);
    found += usize(load<u32>(heads + (row << 2)) == NONE);
  }
  return <u32>found;
}

/** The rows whose byte is `wanted` (0 or 1); returns how many. */
export function joinRowsByByte(bytes: usize, wanted: u32, count: u32, rows: usize): u32 {
  let found: usize = 0;
  for (let row: usize = 0; row < <usize>count; row++) {
    store<u32>(rows + (found << 2), <u32>row);
    found += usize(<u32>load<u8>(bytes + row) == wanted);
  }
  return <u32>found;
}

/** Sets the bytes of rows that are NULL. */
export function joinMarkNulls(validity: usize, count: u32, bytes: usize): void {
  for (let row: u32 = 0; row < count; row++) {
    if (!isValid(validity, row)) store<u8>(bytes + row, 1);
  }
}

/**
 * Sets the byte in `matched` or in `unknown` of the rows (0: row i is i) whose condition is true or NULL.
 */
export function joinMarkTruth(
  values: usize, validity: usize, rows: usize, count: u32, matched: usize, unknown: usize,
): void {
  for (let i: u32 = 0; i < count; i++) {
    const row = rows == 0 ? i : load<u32>(rows + ((<usize>i) << 2));
    if (!isValid(validity, i)) store<u8>(unknown + row, 1);
    else if (load<u8>(values + i) != 0) store<u8>(matched + row, 1);
  }
}

/** `out[i] = rows[i] + add`; without rows (0), `i + add`. */
export function joinOffsetRows(rows: usize, count: u32, add: u32, out: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    const at = (<usize>i) << 2;
    store<u32>(out + at, (rows == 0 ? i : load<u32>(rows + at)) + add);
  }
}
