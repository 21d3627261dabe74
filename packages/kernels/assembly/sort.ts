/**
 * Stable sorting of entries (sort-key.ts draws them) by their words, and by deeper levels of the key
 * where words tie.
 *
 * Words are sorted by radix, whichever way is cheaper: least significant digit first when few digits
 * vary, else one most significant digit that leaves buckets of about eight entries, and again in each.
 * Digits are taken from `word − least`, so that a range that crosses a power of two costs nothing.
 *
 * Scratch: room for as many entries again, and behind it SORT_WORKSPACE_BYTES of counters.
 */

import { COMPARE, PIECE_BYTES, compareByPiece, sortEncode } from './sort-key';

/** Up to this many entries are sorted by insertion. */
const INSERTION_ENTRIES: usize = 24;

/** Entries a bucket that a most significant digit aims at, as a power of two. */
const BUCKET_BITS: u32 = 3;

const MAX_DIGIT_BITS: u32 = 11;

/** Digits of a least-significant-first sort are 8 bits: 256 open lines fit the first-level cache. */
const LOW_DIGIT_BITS: u32 = 8;

/** Below this many entries, 256 counters cost more than they save. */
const LOW_DIGIT_ENTRIES: usize = 256;

/** More passes than this and a most significant digit first is cheaper. */
const MAX_LOW_PASSES: u32 = 3;

/** Sorts `count` entries whose words are those of `level`. The words of ties are lost. */
export function sortEntries(
  program: usize, level: u32, entries: usize, count: u32, scratch: usize,
): void {
  const counters = scratch + ((<usize>count) << 4);
  sortWords(entries, scratch, count, false, counters);
  sortTies(program, level, entries, count, scratch, counters);
}

/** Sorts by the next level each run of entries with equal words. */
function sortTies(
  program: usize, level: u32, entries: usize, count: usize, scratch: usize, counters: usize,
): void {
  const next = level + 1;
  if (next == load<u32>(program)) return;
  const end = entries + (count << 4);
  let start = entries;
  while (start < end) {
    const word = load<u64>(start);
    let stop = start + 16;
    while (stop < end && load<u64>(stop) == word) stop += 16;
    if (stop - start > 16) sortRun(program, next, start, (stop - start) >> 4, scratch, counters);
    start = stop;
  }
}

/** Sorts a run whose entries are equal up to `level`. */
function sortRun(
  program: usize, level: u32, entries: usize, count: usize, scratch: usize, counters: usize,
): void {
  const record = program + 8 + ((<usize>level) << 3);
  const piece = <usize>load<u32>(program + 4) + <usize>load<u32>(record) * PIECE_BYTES;
  if (load<u32>(piece) == COMPARE) {
    mergeSort(piece, entries, scratch, count);
    if (level + 1 < load<u32>(program)) {
      numberPeers(piece, entries, count);
      sortTies(program, level, entries, count, scratch, counters);
    }
  } else {
    sortEncode(program, level, entries, <u32>count);
    sortWords(entries, scratch, count, false, counters);
    sortTies(program, level, entries, count, scratch, counters);
  }
}

/** Sorts by word; the result lies in `other` if so asked, else in `entries`. */
export function sortWords(
  entries: usize, other: usize, count: usize, intoOther: bool, counters: usize,
): void {
  if (count <= INSERTION_ENTRIES) {
    insertionSort(entries, count);
    if (intoOther) memory.copy(other, entries, count << 4);
    return;
  }
  const end = entries + (count << 4);
  let least = load<u64>(entries);
  let greatest = least;
  let any = least;
  let all = least;
  let previous = least;
  let descents: u32 = 0;
  for (let entry = entries + 16; entry < end; entry += 16) {
    const word = load<u64>(entry);
    least = min(least, word);
    greatest = max(greatest, word);
    any |= word;
    all &= word;
    descents += u32(word < previous);
    previous = word;
  }
  if (descents == 0) {
    if (intoOther) memory.copy(other, entries, count << 4);
    return;
  }
  const topBit: u32 = 64 - <u32>clz(greatest - least);
  const lowBit: u32 = <u32>ctz(any & ~all);
  const passes: u32 = (topBit - lowBit + LOW_DIGIT_BITS - 1) / LOW_DIGIT_BITS;
  if (passes <= MAX_LOW_PASSES && count >= LOW_DIGIT_ENTRIES) {
    sortByLowDigits(entries, other, count, intoOther, counters, least, lowBit, topBit, passes);
  } else {
    const bits: u32 = min<u32>(32 - clz<u32>(<u32>count) - BUCKET_BITS, MAX_DIGIT_BITS);
    sortByHighDigit(entries, other, count, intoOther, counters, least, topBit, bits);
  }
}

function insertionSort(entries: usize, count: usize): void {
  const end = entries + (count << 4);
  for (let entry = entries + 16; entry < end; entry += 16) {
    const word = load<u64>(entry);
    if (word >= load<u64>(entry - 16)) continue;
    const id = load<u64>(entry + 8);
    let hole = entry;
    do {
      v128.store(hole, v128.load(hole - 16));
      hole -= 16;
    } while (hole > entries && word < load<u64>(hole - 16));
    store<u64>(hole, word);
    store<u64>(hole + 8, id);
  }
}

function sortByLowDigits(
  entries: usize, other: usize, count: usize, intoOther: bool, counters: usize,
  least: u64, lowBit: u32, topBit: u32, passes: u32,
): void {
  let from = entries;
  let to = other;
  const digitBits: u32 = (topBit - lowBit + passes - 1) / passes;
  for (let pass: u32 = 0; pass < passes; pass++) {
    scatter(from, to, count, counters, least, lowBit + pass * digitBits, digitBits);
    const swap = from;
    from = to;
    to = swap;
  }
  const wanted = intoOther ? other : entries;
  if (from != wanted) memory.copy(wanted, from, count << 4);
}

/** Afterwards counter `d` is the end of digit d's entries in `to`, as a byte offset. */
function scatter(
  from: usize, to: usize, count: usize, counters: usize, least: u64, shift: u32, bits: u32,
): void {
  const mask = ((<u64>1) << bits) - 1;
  const end = from + (count << 4);
  const countersEnd = counters + ((<usize>4) << bits);
  memory.fill(counters, 0, (<usize>4) << bits);
  for (let entry = from; entry < end; entry += 16) {
    const counter = counters + (<usize>(((load<u64>(entry) - least) >> shift) & mask) << 2);
    store<u32>(counter, load<u32>(counter) + 16);
  }
  let offset: u32 = 0;
  for (let counter = counters; counter < countersEnd; counter += 4) {
    const bytes = load<u32>(counter);
    store<u32>(counter, offset);
    offset += bytes;
  }
  for (let entry = from; entry < end; entry += 16) {
    const counter = counters + (<usize>(((load<u64>(entry) - least) >> shift) & mask) << 2);
    const offset = load<u32>(counter);
    store<u32>(counter, offset + 16);
    v128.store(to + offset, v128.load(entry));
  }
}

function sortByHighDigit(
  entries: usize, other: usize, count: usize, intoOther: bool, counters: usize,
  least: u64, topBit: u32, wantedBits: u32,
): void {
  const bits = min(wantedBits, topBit);
  scatter(entries, other, count, counters, least, topBit - bits, bits);
  const deeper = counters + ((<usize>4) << bits);
  let start: usize = 0;
  for (let counter = counters; counter < deeper; counter += 4) {
    const stop = <usize>load<u32>(counter);
    if (stop - start > 16) {
      sortWords(other + start, entries + start, (stop - start) >> 4, !intoOther, deeper);
    } else if (stop != start && !intoOther) {
      v128.store(entries + start, v128.load(other + start));
    }
    start = stop;
  }
}

/** Stable merge sort of entries by a COMPARE piece. */
function mergeSort(piece: usize, entries: usize, scratch: usize, count: usize): void {
  if (count <= 4) {
    insertionSortByPiece(piece, entries, count);
    return;
  }
  const half = count >> 1;
  const middle = entries + (half << 4);
  const end = entries + (count << 4);
  mergeSort(piece, entries, scratch, half);
  mergeSort(piece, middle, scratch, count - half);
  if (compareByPiece(piece, load<u32>(middle - 8), load<u32>(middle + 8)) <= 0) return;
  memory.copy(scratch, entries, half << 4);
  const leftEnd = scratch + (half << 4);
  let left = scratch;
  let right = middle;
  let out = entries;
  while (left < leftEnd && right < end) {
    if (compareByPiece(piece, load<u32>(left + 8), load<u32>(right + 8)) <= 0) {
      v128.store(out, v128.load(left));
      left += 16;
    } else {
      v128.store(out, v128.load(right));
      right += 16;
    }
    out += 16;
  }
  memory.copy(out, left, leftEnd - left);
}

function insertionSortByPiece(piece: usize, entries: usize, count: usize): void {
  const end = entries + (count << 4);
  for (let entry = entries + 16; entry < end; entry += 16) {
    const moved = v128.load(entry);
    const id = load<u32>(entry + 8);
    let hole = entry;
    while (hole > entries && compareByPiece(piece, id, load<u32>(hole - 8)) < 0) {
      v128.store(hole, v128.load(hole - 16));
      hole -= 16;
    }
    v128.store(hole, moved);
  }
}

/** Words that number the runs of rows which a COMPARE piece finds equal. */
function numberPeers(piece: usize, entries: usize, count: usize): void {
  let number: u64 = 0;
  store<u64>(entries, 0);
  const end = entries + (count << 4);
  for (let entry = entries + 16; entry < end; entry += 16) {
    number += u64(compareByPiece(piece, load<u32>(entry - 8), load<u32>(entry + 8)) != 0);
    store<u64>(entry, number);
  }
}

/** Row ids of entries, as a u32 array. */
export function sortRowIds(entries: usize, count: u32, rowIds: usize): void {
  for (let row: usize = 0; row < <usize>count; row++) {
    store<u32>(rowIds + (row << 2), load<u32>(entries + (row << 4) + 8));
  }
}

/**
 * A table that finds the range of a word in one look, unless splitters lie close together: the space
 * between the first and the last splitter is cut into equal cells.
 *
 *   0 u64  first splitter              16 u32  number of ranges
 *   8 u64  last splitter − first       20 u32  right shift that makes a cell of a word
 *  24 u16 × (CELLS + 1)  number of splitters below each cell; then, 8-aligned, the splitters
 */
const CELL_BITS: u32 = 12;
const CELLS: usize = 1 << CELL_BITS;
const SPLITTERS: usize = 24 + ((2 * (CELLS + 1) + 7) & ~7);

/** Fills a range table from `rangeCount − 1` ascending splitters. */
export function sortRangeTable(splitters: usize, rangeCount: u32, table: usize): void {
  const count = <usize>rangeCount - 1;
  memory.copy(table + SPLITTERS, splitters, count << 3);
  const first = count == 0 ? 0 : load<u64>(splitters);
  const span = count == 0 ? 0 : load<u64>(splitters + ((count - 1) << 3)) - first;
  const spanBits: u32 = 64 - <u32>clz(span);
  const shift: u32 = spanBits > CELL_BITS ? spanBits - CELL_BITS : 0;
  store<u64>(table, first);
  store<u64>(table + 8, span);
  store<u32>(table + 16, rangeCount);
  store<u32>(table + 20, shift);
  let below: usize = 0;
  for (let cell: usize = 0; cell < CELLS; cell++) {
    while (below < count && (load<u64>(splitters + (below << 3)) - first) >> shift < <u64>cell) below++;
    store<u16>(table + 24 + (cell << 1), <u16>below);
  }
  store<u16>(table + 24 + (CELLS << 1), <u16>count);
}

/** The number of splitters that are at most `word`. */
// @ts-ignore: decorator
@inline
function rangeOf(table: usize, first: u64, span: u64, shift: u64, count: usize, word: u64): usize {
  if (word < first) return 0;
  const distance = word - first;
  if (distance >= span) return count;
  const cell = table + 24 + (<usize>(distance >> shift) << 1);
  let low = <usize>load<u16>(cell);
  let high = <usize>load<u16>(cell + 2);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<u64>(table + SPLITTERS + (middle << 3)) <= word) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Groups entries by range, keeping their order within one: entry e goes to the range r with
 * `splitters[r − 1] <= word < splitters[r]`. `ends[r]` becomes the number of entries up to and with range
 * r. `ranges` is room for a u16 an entry.
 */
export function sortScatterByRange(
  entries: usize, count: u32, table: usize, ranges: usize, ends: usize, out: usize,
): void {
  const first = load<u64>(table);
  const span = load<u64>(table + 8);
  const rangeCount = <usize>load<u32>(table + 16);
  const shift = <u64>load<u32>(table + 20);
  memory.fill(ends, 0, rangeCount << 2);
  for (let row: usize = 0; row < <usize>count; row++) {
    const word = load<u64>(entries + (row << 4));
    const range = rangeOf(table, first, span, shift, rangeCount - 1, word);
    store<u16>(ranges + (row << 1), <u16>range);
    const end = ends + (range << 2);
    store<u32>(end, load<u32>(end) + 1);
  }
  let offset: u32 = 0;
  for (let range: usize = 0; range < rangeCount; range++) {
    const size = load<u32>(ends + (range << 2));
    store<u32>(ends + (range << 2), offset);
    offset += size;
  }
  for (let row: usize = 0; row < <usize>count; row++) {
    const end = ends + (<usize>load<u16>(ranges + (row << 1)) << 2);
    const place = load<u32>(end);
    store<u32>(end, place + 1);
    v128.store(out + ((<usize>place) << 4), v128.load(entries + (row << 4)));
  }
}
