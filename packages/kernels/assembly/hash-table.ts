/**
 * Group tables: from a row's key to the entry of its group. Open addressing with linear probing.
 *
 *   table (u32 words)
 *     0 slots      u64 each: hash in the low half, address of the entry in the high half; 0 = free
 *     1 mask       number of slots − 1
 *     2 shift      32 − log2(number of slots): a hash's home is slot hash >> shift
 *     3 count      groups
 *     4 capacity   most groups for these slots and this list
 *     5 groups     the entries' addresses (u32) in the order of insertion
 *     6 next       memory for new entries …
 *     7 end        … and its end
 *     8 entryBytes
 *     9 keyWords   u64 words of a key, equal when the keys are
 *    10 keyRefs    references behind the words, equal when their bytes are
 *    11 keyBytes   words, references, and what belongs to a key but is not compared
 *    12 pairs      result of groupAbsorb
 *    13 touched    written only so that reads ahead are not optimized away
 *
 *   entry
 *     0 u32 hash │ 4 u32 null mask, bit i = key column i is NULL │ 8 key │ 8 + keyBytes state
 *
 * A row comes as its head, the entry's first 8 bytes, and its key. Values under a NULL are zero bytes.
 */

import { equalBytes } from './compare';
import {
  BOOL, F32, F64, I16, I32, I64, I8, INTERVAL, REF, U16, U32, U64, U8,
  isValid, normalizedIntervalHigh, normalizedIntervalLow,
} from './physical';

const SLOTS: usize = 0;
const MASK: usize = 4;
const SHIFT: usize = 8;
const COUNT: usize = 12;
const CAPACITY: usize = 16;
const GROUPS: usize = 20;
const NEXT: usize = 24;
const END: usize = 28;
const ENTRY_BYTES: usize = 32;
const KEY_WORDS: usize = 36;
const KEY_REFS: usize = 40;
const KEY_BYTES: usize = 44;
const PAIRS: usize = 48;
const TOUCHED: usize = 52;

const KEY: usize = 8;

/** Rows whose slots are read ahead, so that their cache misses overlap. */
const AHEAD: u32 = 64;

/** Slots that fit into the inner caches: below, reading ahead only costs. */
const CACHED_SLOTS: u32 = 16384;

// @ts-ignore: decorator
@inline
function refsEqual(a: usize, b: usize, refs: u32): bool {
  for (let ref: u32 = 0; ref < refs; ref++) {
    const x = load<u64>(a);
    const y = load<u64>(b);
    if (x != y && !equalBytes(x, y)) return false;
    a += 8;
    b += 8;
  }
  return true;
}

// @ts-ignore: decorator
@inline
function keysEqual(a: usize, b: usize, words: u32, refs: u32): bool {
  for (let word: u32 = 0; word < words; word++) {
    if (load<u64>(a) != load<u64>(b)) return false;
    a += 8;
    b += 8;
  }
  return refsEqual(a, b, refs);
}

/** Reads the home slots of rows, and the entries they name. */
// @ts-ignore: decorator
@inline
function touch(table: usize, heads: usize, count: u32): void {
  const slots = <usize>load<u32>(table, SLOTS);
  const shift = load<u32>(table, SHIFT);
  let sum: u32 = 0;
  const end = heads + ((<usize>count) << 3);
  for (let head = heads; head < end; head += 8) {
    sum += load<u32>(slots + ((<usize>(load<u32>(head) >> shift)) << 3), 4);
  }
  for (let head = heads; head < end; head += 8) {
    const entry = load<u32>(slots + ((<usize>(load<u32>(head) >> shift)) << 3), 4);
    // Address 0 is readable.
    sum += load<u32>(<usize>entry);
  }
  store<u32>(table, sum, TOUCHED);
}

/**
 * Finds the groups of rows `from … count`, making those that are new, with a state of zero bytes.
 * `keys` are `stride` bytes apart; `out` gets the addresses of the rows' states, u32.
 * Returns the first row that was not done: `count`, unless the table has to grow or needs memory.
 */
export function groupFind(
  table: usize, heads: usize, keys: usize, stride: u32, from: u32, count: u32, out: usize,
): u32 {
  if (load<u32>(table, KEY_WORDS) == 1 && load<u32>(table, KEY_REFS) == 0) {
    return findRows(table, heads, keys, stride, from, count, out, true);
  }
  return findRows(table, heads, keys, stride, from, count, out, false);
}

// @ts-ignore: decorator
@inline
function findRows(
  table: usize, heads: usize, keys: usize, stride: u32, from: u32, count: u32, out: usize,
  oneWord: bool,
): u32 {
  const slots = <usize>load<u32>(table, SLOTS);
  const mask = load<u32>(table, MASK);
  const shift = load<u32>(table, SHIFT);
  const words = load<u32>(table, KEY_WORDS);
  const refs = load<u32>(table, KEY_REFS);
  const stateOffset = KEY + <usize>load<u32>(table, KEY_BYTES);
  const isLarge = mask >= CACHED_SLOTS;
  let row = from;
  let touched = from;
  while (row < count) {
    if (isLarge && row == touched) {
      const ahead = min<u32>(AHEAD, count - row);
      touch(table, heads + ((<usize>row) << 3), ahead);
      touched = row + ahead;
    }
    const head = load<u64>(heads + ((<usize>row) << 3));
    const hash = <u32>head;
    const key = keys + <usize>row * stride;
    let slot = hash >> shift;
    let entry: usize = 0;
    while (true) {
      const taken = load<u64>(slots + ((<usize>slot) << 3));
      if (taken == 0) break;
      if (<u32>taken == hash) {
        const candidate = <usize>(taken >> 32);
        if (load<u64>(candidate) == head) {
          const isEqual = oneWord
            ? load<u64>(candidate, KEY) == load<u64>(key)
            : keysEqual(candidate + KEY, key, words, refs);
          if (isEqual) {
            entry = candidate;
            break;
          }
        }
      }
      slot = (slot + 1) & mask;
    }
    if (entry == 0) {
      entry = insert(table, head, key);
      if (entry == 0) return row;
      store<u64>(slots + ((<usize>slot) << 3), (<u64>hash) | ((<u64>entry) << 32));
    }
    store<u32>(out + ((<usize>row) << 2), <u32>(entry + stateOffset));
    row++;
  }
  return row;
}

/** A new entry, 0 when there is no room. */
function insert(table: usize, head: u64, key: usize): usize {
  const groups = load<u32>(table, COUNT);
  const entry = <usize>load<u32>(table, NEXT);
  const entryBytes = <usize>load<u32>(table, ENTRY_BYTES);
  if (groups == load<u32>(table, CAPACITY)) return 0;
  if (entry + entryBytes > <usize>load<u32>(table, END)) return 0;
  const keyBytes = <usize>load<u32>(table, KEY_BYTES);
  store<u64>(entry, head);
  for (let at: usize = 0; at < keyBytes; at += 8) store<u64>(entry + KEY + at, load<u64>(key + at));
  for (let at = KEY + keyBytes; at < entryBytes; at += 8) store<u64>(entry + at, 0);
  store<u32>(<usize>load<u32>(table, GROUPS) + ((<usize>groups) << 2), <u32>entry);
  store<u32>(table, groups + 1, COUNT);
  store<u32>(table, <u32>(entry + entryBytes), NEXT);
  return entry;
}

/**
 * Takes entries `from … count` of other tables with the same key layout in, as they are. Where the group
 * exists, the states' addresses are put into `into` (that of this table) and `other`; `pairs` says how
 * many. Returns the first entry not done: `count`, unless the table has to grow.
 */
export function groupAbsorb(
  table: usize, entries: usize, from: u32, count: u32, into: usize, other: usize,
): u32 {
  const slots = <usize>load<u32>(table, SLOTS);
  const mask = load<u32>(table, MASK);
  const shift = load<u32>(table, SHIFT);
  const words = load<u32>(table, KEY_WORDS);
  const refs = load<u32>(table, KEY_REFS);
  const stateOffset = KEY + <usize>load<u32>(table, KEY_BYTES);
  const capacity = load<u32>(table, CAPACITY);
  const groups = <usize>load<u32>(table, GROUPS);
  let known = load<u32>(table, COUNT);
  let pairs: u32 = 0;
  let number = from;
  for (; number < count; number++) {
    const entry = <usize>load<u32>(entries + ((<usize>number) << 2));
    const head = load<u64>(entry);
    const hash = <u32>head;
    let slot = hash >> shift;
    let found: usize = 0;
    while (true) {
      const taken = load<u64>(slots + ((<usize>slot) << 3));
      if (taken == 0) break;
      if (<u32>taken == hash) {
        const candidate = <usize>(taken >> 32);
        if (load<u64>(candidate) == head && keysEqual(candidate + KEY, entry + KEY, words, refs)) {
          found = candidate;
          break;
        }
      }
      slot = (slot + 1) & mask;
    }
    if (found != 0) {
      store<u32>(into + ((<usize>pairs) << 2), <u32>(found + stateOffset));
      store<u32>(other + ((<usize>pairs) << 2), <u32>(entry + stateOffset));
      pairs++;
      continue;
    }
    if (known == capacity) break;
    store<u64>(slots + ((<usize>slot) << 3), (<u64>hash) | ((<u64>entry) << 32));
    store<u32>(groups + ((<usize>known) << 2), <u32>entry);
    known++;
  }
  store<u32>(table, known, COUNT);
  store<u32>(table, pairs, PAIRS);
  return number;
}

/** Fills the table's slots, all free, with what `slotCount` old ones hold. */
export function groupRehash(table: usize, oldSlots: usize, slotCount: u32): void {
  const slots = <usize>load<u32>(table, SLOTS);
  const mask = load<u32>(table, MASK);
  const shift = load<u32>(table, SHIFT);
  const end = oldSlots + ((<usize>slotCount) << 3);
  for (let old = oldSlots; old < end; old += 8) {
    const taken = load<u64>(old);
    if (taken == 0) continue;
    let slot = <u32>taken >> shift;
    while (load<u64>(slots + ((<usize>slot) << 3)) != 0) slot = (slot + 1) & mask;
    store<u64>(slots + ((<usize>slot) << 3), taken);
  }
}

/**
 * Entries ordered by the low `bits` of their hash, those of one partition in their old order: partition
 * p is `out[starts[p]] … out[starts[p + 1]]`. `starts` holds 2^bits + 1 u32.
 */
export function groupPartition(
  entries: usize, count: u32, bits: u32, starts: usize, out: usize,
): void {
  const partitions: u32 = <u32>1 << bits;
  const mask = partitions - 1;
  memory.fill(starts, 0, ((<usize>partitions) + 1) << 2);
  const end = entries + ((<usize>count) << 2);
  for (let at = entries; at < end; at += 4) {
    const counter = starts + ((<usize>(load<u32>(<usize>load<u32>(at)) & mask)) << 2);
    store<u32>(counter, load<u32>(counter, 4) + 1, 4);
  }
  // The counts lie one place further on: sums turn them into starts, and placing moves each start to
  // the next one's, so the starts are shifted back at the end.
  for (let p: u32 = 1; p <= partitions; p++) {
    const at = starts + ((<usize>p) << 2);
    store<u32>(at, load<u32>(at) + load<u32>(at - 4));
  }
  for (let at = entries; at < end; at += 4) {
    const entry = load<u32>(at);
    const start = starts + ((<usize>(load<u32>(<usize>entry) & mask)) << 2);
    const place = load<u32>(start);
    store<u32>(out + ((<usize>place) << 2), entry);
    store<u32>(start, place + 1);
  }
  for (let p = partitions; p > 0; p--) {
    const at = starts + ((<usize>p) << 2);
    store<u32>(at, load<u32>(at - 4));
  }
  store<u32>(starts, 0);
}

// Keys.

/** Heads of rows without NULLs, from their hashes; `heads` may be `hashes`. */
export function groupHeads(hashes: usize, count: u32, heads: usize): void {
  const end = hashes + ((<usize>count) << 3);
  const last = end - 8;
  for (; hashes < last; hashes += 16) {
    v128.store(heads, i64x2.shr_u(v128.load(hashes), 32));
    heads += 16;
  }
  if (hashes < end) store<u64>(heads, load<u64>(hashes) >> 32);
}

/** Sets bit `bit` of the u32 masks, `stride` bytes apart, of rows that are NULL. */
export function groupNullBits(
  masks: usize, stride: u32, validity: usize, count: u32, bit: u32,
): void {
  for (let row: u32 = 0; row < count; row++) {
    if (!isValid(validity, row)) store<u32>(masks, load<u32>(masks) | (<u32>1 << bit));
    masks += stride;
  }
}

// @ts-ignore: decorator
@inline
function encode<T>(values: usize, validity: usize, count: u32, out: usize, stride: u32): void {
  for (let row: u32 = 0; row < count; row++) {
    let value = load<T>(values);
    if (isFloat<T>()) value = value != value ? <T>NaN : value + <T>0.0;
    store<T>(out, isValid(validity, row) ? value : <T>0);
    values += sizeof<T>();
    out += stride;
  }
}

function encodeWide(
  type: u32, values: usize, validity: usize, count: u32, out: usize, stride: u32,
): void {
  for (let row: u32 = 0; row < count; row++) {
    let low: u64 = 0;
    let high: u64 = 0;
    if (isValid(validity, row)) {
      low = type == INTERVAL ? normalizedIntervalLow(values) : load<u64>(values);
      high = type == INTERVAL ? normalizedIntervalHigh(values) : load<u64>(values, 8);
    }
    store<u64>(out, low);
    store<u64>(out, high, 8);
    values += 16;
    out += stride;
  }
}

/**
 * Writes a key column into keys `stride` bytes apart, in the form whose equality is that of the values:
 * one zero, one NaN, intervals by their length; zero bytes for NULL.
 */
export function groupEncode(
  type: u32, values: usize, validity: usize, count: u32, out: usize, stride: u32,
): void {
  switch (type) {
    case BOOL: case U8: case I8: encode<u8>(values, validity, count, out, stride); break;
    case I16: case U16: encode<u16>(values, validity, count, out, stride); break;
    case I32: case U32: encode<u32>(values, validity, count, out, stride); break;
    case I64: case U64: case REF: encode<u64>(values, validity, count, out, stride); break;
    case F32: encode<f32>(values, validity, count, out, stride); break;
    case F64: encode<f64>(values, validity, count, out, stride); break;
    default: encodeWide(type, values, validity, count, out, stride);
  }
}

/** Copies values of 8 or 16 bytes into keys `stride` bytes apart, as they are; zero bytes for NULL. */
export function groupPayload(
  width: u32, values: usize, validity: usize, count: u32, out: usize, stride: u32,
): void {
  for (let row: u32 = 0; row < count; row++) {
    const valid = isValid(validity, row);
    store<u64>(out, valid ? load<u64>(values) : 0);
    if (width == 16) store<u64>(out, valid ? load<u64>(values, 8) : 0, 8);
    values += width;
    out += stride;
  }
}

/** Total length of the references at `offset` of entries. */
export function groupReferenceBytes(entries: usize, count: u32, offset: u32): f64 {
  let total: u64 = 0;
  const end = entries + ((<usize>count) << 2);
  for (; entries < end; entries += 4) total += load<u32>(<usize>load<u32>(entries) + offset, 4);
  return <f64>total;
}

/** Copies the bytes of these references one behind the other and turns the references to the copies. */
export function groupCopyReferences(entries: usize, count: u32, offset: u32, bytes: usize): void {
  const end = entries + ((<usize>count) << 2);
  for (; entries < end; entries += 4) {
    const at = <usize>load<u32>(entries) + offset;
    const length = <usize>load<u32>(at, 4);
    memory.copy(bytes, <usize>load<u32>(at), length);
    store<u32>(at, <u32>bytes);
    bytes += length;
  }
}

// @ts-ignore: decorator
@inline
function decode<T>(entries: usize, count: u32, offset: u32, out: usize): void {
  const end = entries + ((<usize>count) << 2);
  for (; entries < end; entries += 4) {
    store<T>(out, load<T>(<usize>load<u32>(entries) + offset));
    out += sizeof<T>();
  }
}

/** The values of `width` bytes at `offset` of entries. */
export function groupDecode(
  width: u32, entries: usize, count: u32, offset: u32, out: usize,
): void {
  if (width == 8) decode<u64>(entries, count, offset, out);
  else if (width == 4) decode<u32>(entries, count, offset, out);
  else if (width == 1) decode<u8>(entries, count, offset, out);
  else if (width == 2) decode<u16>(entries, count, offset, out);
  else {
    for (let number: u32 = 0; number < count; number++) {
      v128.store(out, v128.load(<usize>load<u32>(entries + ((<usize>number) << 2)) + offset));
      out += 16;
    }
  }
}

/**
 * Validity of the entries whose null mask, a u32 at `offset`, has bit `bit`: a bitmap padded to whole
 * words with 0. Returns the number of NULLs.
 */
export function groupValidity(
  entries: usize, count: u32, offset: u32, bit: u32, out: usize,
): u32 {
  let nulls: u32 = 0;
  for (let number: u32 = 0; number < count; number += 64) {
    const bits = min<u32>(64, count - number);
    let word: u64 = 0;
    for (let i: u32 = 0; i < bits; i++) {
      const isNull = (load<u32>(<usize>load<u32>(entries) + offset) >> bit) & 1;
      nulls += isNull;
      word |= (<u64>(isNull ^ 1)) << i;
      entries += 4;
    }
    store<u64>(out, word);
    out += 8;
  }
  return nulls;
}

/** Adds `delta` to u32 addresses. */
export function groupOffset(addresses: usize, count: u32, delta: u32, out: usize): void {
  const end = addresses + ((<usize>count) << 2);
  for (; addresses < end; addresses += 4) {
    store<u32>(out, load<u32>(addresses) + delta);
    out += 4;
  }
}
