/**
 * Quantiles of frames. The k-th smallest value of the rows [start, end) is looked up in a wavelet matrix over
 * the values' ranks, in time that grows with the bits of a rank and not with the frame (Claude, Navarro and
 * Ordóñez 2015, Information Systems 47): level 0 holds the highest bit of every rank in row order; each
 * further level holds the next bit, in the order of the level before after its zeros were brought before its
 * ones.
 *
 *   matrix                                       block (16 bytes), of 64 rows
 *    0 u32  levels                                0 u64  bits, the first row lowest
 *    4 u32  bytes of a level                      8 u32  ones in the blocks before
 *    8 u32 × 32  zeros of each level             12 u32  unused
 *  136  blocks of level 0, of level 1, …; each level ends with one more block
 */

import { narrow, restore } from './physical';
import { quantilePosition } from './quantile-position';
import { sortWords } from './sort';

const ZEROS: usize = 8;
const BLOCKS: usize = 136;

// @ts-ignore: decorator
@inline
function at(rows: usize, row: u32): u32 {
  return load<u32>(rows + ((<usize>row) << 2));
}

/** `places[row]`, `rows + 1` long, becomes the number of seen rows before it; `seen` 0 means all are. */
export function framePlaces(seen: usize, rows: u32, places: usize): u32 {
  let place: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    store<u32>(places + ((<usize>row) << 2), place);
    place += seen == 0 ? 1 : ((load<u8>(seen + (row >> 3)) >> (row & 7)) & 1);
  }
  store<u32>(places + ((<usize>rows) << 2), place);
  return place;
}

/**
 * Ranks of the seen rows among their distinct values: `ranks[place]` is u32, `keys[rank]` the normalized
 * value. Returns the number of distinct values. `entries` and `scratch` are those of a sort of the seen rows.
 */
export function frameRanks(
  type: u32, values: usize, places: usize, rows: u32, entries: usize, scratch: usize, ranks: usize,
  keys: usize,
): u32 {
  for (let row: u32 = 0; row < rows; row++) {
    const place = at(places, row);
    if (at(places, row + 1) == place) continue;
    const entry = entries + ((<usize>place) << 4);
    store<u64>(entry, narrow(type, values, row));
    store<u64>(entry + 8, place);
  }
  const count = at(places, rows);
  if (count == 0) return 0;
  sortWords(entries, scratch, count, false, scratch + ((<usize>count) << 4));
  let rank: u32 = 0;
  let previous = load<u64>(entries);
  store<u64>(keys, previous);
  const end = entries + ((<usize>count) << 4);
  for (let entry = entries; entry < end; entry += 16) {
    const word = load<u64>(entry);
    if (word != previous) {
      rank++;
      store<u64>(keys + ((<usize>rank) << 3), word);
      previous = word;
    }
    store<u32>(ranks + ((<usize>load<u32>(entry + 8)) << 2), rank);
  }
  return rank + 1;
}

/** Builds the matrix over `count` ranks of at most `levels` bits; `ranks` and `other` (u32 × count) are used up. */
export function frameMatrix(ranks: usize, count: u32, levels: u32, other: usize, matrix: usize): void {
  const levelBytes = ((<usize>count >> 6) + 1) << 4;
  store<u32>(matrix, levels);
  store<u32>(matrix + 4, <u32>levelBytes);
  let from = ranks;
  let to = other;
  let blocks = matrix + BLOCKS;
  for (let level: u32 = 0; level < levels; level++) {
    const shift = levels - 1 - level;
    const ones = markBits(from, count, shift, blocks);
    const zeros = count - ones;
    store<u32>(matrix + ZEROS + ((<usize>level) << 2), zeros);
    let zero = to;
    let one = to + ((<usize>zeros) << 2);
    const end = from + ((<usize>count) << 2);
    for (let rank = from; rank < end; rank += 4) {
      const value = load<u32>(rank);
      const isOne = ((value >> shift) & 1) != 0;
      store<u32>(isOne ? one : zero, value);
      one += isOne ? 4 : 0;
      zero += isOne ? 0 : 4;
    }
    const swap = from;
    from = to;
    to = swap;
    blocks += levelBytes;
  }
}

/** Writes one level's blocks; returns how many bits are set. */
function markBits(ranks: usize, count: u32, shift: u32, blocks: usize): u32 {
  let ones: u32 = 0;
  for (let first: u32 = 0; first <= count; first += 64) {
    const last = min(count, first + 64);
    let bits: u64 = 0;
    for (let place = first; place < last; place++) {
      bits |= (<u64>((at(ranks, place) >> shift) & 1)) << (<u64>(place - first));
    }
    store<u64>(blocks, bits);
    store<u32>(blocks + 8, ones);
    ones += <u32>popcnt(bits);
    blocks += 16;
  }
  return ones;
}

/** Ones among the first `count` rows of a level. */
// @ts-ignore: decorator
@inline
function onesBefore(blocks: usize, count: u32): u32 {
  const block = blocks + (((<usize>count) >> 6) << 4);
  const below = (<u64>1 << <u64>(count & 63)) - 1;
  return load<u32>(block + 8) + <u32>popcnt(load<u64>(block) & below);
}

/**
 * Rank of the k-th smallest of the rows of all ranges (u32 start, u32 end each), which are used up:
 * afterwards they hold the rows of that rank. `k` counts from 0 and is below the number of rows.
 */
function rankAt(matrix: usize, ranges: usize, rangesEnd: usize, k: u32): u32 {
  const levels = load<u32>(matrix);
  const levelBytes = <usize>load<u32>(matrix + 4);
  let blocks = matrix + BLOCKS;
  let rank: u32 = 0;
  below = 0;
  for (let level: u32 = 0; level < levels; level++) {
    const zerosOfLevel = load<u32>(matrix + ZEROS + ((<usize>level) << 2));
    let zeros: u32 = 0;
    for (let range = ranges; range < rangesEnd; range += 8) {
      const start = load<u32>(range);
      const end = load<u32>(range + 4);
      zeros += end - start - (onesBefore(blocks, end) - onesBefore(blocks, start));
    }
    const isOne = k >= zeros;
    rank = (rank << 1) | u32(isOne);
    k -= isOne ? zeros : 0;
    for (let range = ranges; range < rangesEnd; range += 8) {
      const start = load<u32>(range);
      const end = load<u32>(range + 4);
      const onesToStart = onesBefore(blocks, start);
      const onesToEnd = onesBefore(blocks, end);
      store<u32>(range, isOne ? zerosOfLevel + onesToStart : start - onesToStart);
      store<u32>(range + 4, isOne ? zerosOfLevel + onesToEnd : end - onesToEnd);
    }
    blocks += levelBytes;
  }
  below = k;
  return rank;
}

/** After {@link rankAt}: how many rows of the found rank come before the wanted one. */
let below: u32 = 0;

/** Brings the seen rows of a row's frame to `ranges`; returns how many there are. */
function loadRanges(parts: usize, partCount: u32, places: usize, row: u32, ranges: usize): u32 {
  let count: u32 = 0;
  for (let part: u32 = 0; part < partCount; part++) {
    const bounds = parts + ((<usize>part) << 3);
    const start = at(places, at(load<u32>(bounds), row));
    const end = at(places, at(load<u32>(bounds + 4), row));
    const range = ranges + ((<usize>part) << 3);
    store<u32>(range, start);
    store<u32>(range + 4, max(start, end));
    count += max(start, end) - start;
  }
  return count;
}

function sameFrame(parts: usize, partCount: u32, a: u32, b: u32): bool {
  for (let part: u32 = 0; part < partCount; part++) {
    const bounds = parts + ((<usize>part) << 3);
    const starts = <usize>load<u32>(bounds);
    const ends = <usize>load<u32>(bounds + 4);
    if (at(starts, a) != at(starts, b) || at(ends, a) != at(ends, b)) return false;
  }
  return true;
}

/**
 * A quantile of every row's frame, in the form of `segmentQuantiles`: the values it lies between, and the
 * weight of the upper one. A frame is the rows of its `partCount` parts (u32 addresses of starts and of ends),
 * as far as they are seen. Clears the row's bit in `validity` where the frame has none. `ranges` has room
 * for as many parts.
 */
export function frameQuantiles(
  type: u32, matrix: usize, keys: usize, places: usize, parts: usize, partCount: u32, rows: u32,
  fraction: f64, discrete: u32, ranges: usize, lower: usize, upper: usize, weights: usize,
  validity: usize,
): void {
  const rangesEnd = ranges + ((<usize>partCount) << 3);
  let known: i64 = -1;
  for (let row: u32 = 0; row < rows; row++) {
    const out = (<usize>row) << 3;
    if (known >= 0 && sameFrame(parts, partCount, <u32>known, row)) {
      const from = (<usize>known) << 3;
      store<u64>(lower + out, load<u64>(lower + from));
      store<u64>(upper + out, load<u64>(upper + from));
      store<f64>(weights + out, load<f64>(weights + from));
      continue;
    }
    const count = loadRanges(parts, partCount, places, row, ranges);
    if (count == 0) {
      const byte = validity + (row >> 3);
      store<u8>(byte, <u8>(<u32>load<u8>(byte) & ~((<u32>1) << (row & 7))));
      continue;
    }
    const position = quantilePosition(count, fraction, discrete != 0);
    const k = <u32>Math.floor(position);
    const weight = position - <f64>k;
    const rank = rankAt(matrix, ranges, rangesEnd, k);
    restore(type, load<u64>(keys + ((<usize>rank) << 3)), lower + out);
    store<u64>(upper + out, load<u64>(lower + out));
    store<f64>(weights + out, weight);
    known = row;
    if (weight > 0 && below + 1 >= rowsOf(ranges, rangesEnd)) {
      loadRanges(parts, partCount, places, row, ranges);
      const next = rankAt(matrix, ranges, rangesEnd, k + 1);
      restore(type, load<u64>(keys + ((<usize>next) << 3)), upper + out);
    }
  }
}

function rowsOf(ranges: usize, rangesEnd: usize): u32 {
  let count: u32 = 0;
  for (let range = ranges; range < rangesEnd; range += 8) {
    count += load<u32>(range + 4) - load<u32>(range);
  }
  return count;
}
