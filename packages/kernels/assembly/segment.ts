/**
 * Aggregates over segments: the collected rows of each group. Segment s is rows `starts[s] … starts[s + 1]`
 * of a flat column without NULLs; `starts` is u32, `count + 1` long.
 */

import { compareBytes, equalBytes } from './compare';
import { REF, narrow, normalizedHigh, normalizedLow, restore } from './physical';
import { quantilePosition } from './quantile-position';
import { normalizeRange, select } from './select';

const NONE: u32 = 0xffffffff;

// @ts-ignore: decorator
@inline
function at(rows: usize, row: u32): u32 {
  return load<u32>(rows + ((<usize>row) << 2));
}

// @ts-ignore: decorator
@inline
function isWide(type: u32): bool {
  return type > REF || type == 5;
}

/** Sign of a − b in SQL order. */
function compareRows(type: u32, values: usize, a: u32, b: u32): i32 {
  if (type == REF) {
    return compareBytes(load<u64>(values + ((<usize>a) << 3)), load<u64>(values + ((<usize>b) << 3)));
  }
  if (isWide(type)) {
    const x = values + ((<usize>a) << 4);
    const y = values + ((<usize>b) << 4);
    const xHigh = normalizedHigh(type, x);
    const yHigh = normalizedHigh(type, y);
    if (xHigh != yHigh) return xHigh < yHigh ? -1 : 1;
    const xLow = normalizedLow(type, x);
    const yLow = normalizedLow(type, y);
    return i32(xLow > yLow) - i32(xLow < yLow);
  }
  const x = narrow(type, values, a);
  const y = narrow(type, values, b);
  return i32(x > y) - i32(x < y);
}

function equalRows(type: u32, values: usize, a: u32, b: u32): bool {
  if (type == REF) {
    return equalBytes(load<u64>(values + ((<usize>a) << 3)), load<u64>(values + ((<usize>b) << 3)));
  }
  return compareRows(type, values, a, b) == 0;
}

/** The earliest row with the smallest or greatest value of each segment; NONE for an empty one. */
export function segmentExtremes(
  type: u32, values: usize, starts: usize, count: u32, greatest: u32, out: usize,
): void {
  for (let segment: u32 = 0; segment < count; segment++) {
    const start = at(starts, segment);
    const end = at(starts, segment + 1);
    let best: u32 = start < end ? start : NONE;
    for (let row = start + 1; row < end; row++) {
      const order = compareRows(type, values, row, best);
      if (greatest != 0 ? order > 0 : order < 0) best = row;
    }
    store<u32>(out + ((<usize>segment) << 2), best);
  }
}

/** Slots of a segment's table: u32 row + 1, u32 occurrences. A power of two, at most half full. */
// @ts-ignore: decorator
@inline
function slotMask(rows: u32): u32 {
  return <u32>((<u64>1 << (33 - clz<u32>(max<u32>(rows, 1)))) - 1);
}

/** The slot of a row's value; a new value takes an empty one. */
// @ts-ignore: decorator
@inline
function slotOf(type: u32, values: usize, hashes: usize, row: u32, table: usize, mask: u32): usize {
  let slot = <u32>load<u64>(hashes + ((<usize>row) << 3)) & mask;
  let entry = table + ((<usize>slot) << 3);
  let taken = load<u32>(entry);
  while (taken != 0 && !equalRows(type, values, taken - 1, row)) {
    slot = (slot + 1) & mask;
    entry = table + ((<usize>slot) << 3);
    taken = load<u32>(entry);
  }
  if (taken == 0) store<u32>(entry, row + 1);
  return entry;
}

/**
 * The first row of the most frequent value of each segment, of equally frequent ones the earliest; NONE
 * for an empty one. `hashes` is a u64 a row, `table` room for 32 bytes a row of the largest segment plus 64.
 */
export function segmentModes(
  type: u32, values: usize, hashes: usize, starts: usize, count: u32, table: usize, out: usize,
): void {
  for (let segment: u32 = 0; segment < count; segment++) {
    const start = at(starts, segment);
    const end = at(starts, segment + 1);
    const mask = slotMask(end - start);
    memory.fill(table, 0, ((<usize>mask) + 1) << 3);
    for (let row = start; row < end; row++) {
      const entry = slotOf(type, values, hashes, row, table, mask);
      store<u32>(entry + 4, load<u32>(entry + 4) + 1);
    }
    let best: u32 = NONE;
    let most: u32 = 0;
    for (let slot: u32 = 0; slot <= mask && start < end; slot++) {
      const entry = table + ((<usize>slot) << 3);
      const occurrences = load<u32>(entry + 4);
      const row = load<u32>(entry) - 1;
      if (occurrences > most || (occurrences == most && occurrences > 0 && row < best)) {
        most = occurrences;
        best = row;
      }
    }
    store<u32>(out + ((<usize>segment) << 2), best);
  }
}

/**
 * Writes the rows that hold a value of their segment for the first time to `outRows`, and where each
 * segment's begin to `outStarts` (`count + 1`). Returns their number. Tables as for segmentModes.
 */
export function segmentDistinct(
  type: u32, values: usize, hashes: usize, starts: usize, count: u32, table: usize, outRows: usize,
  outStarts: usize,
): u32 {
  let written: u32 = 0;
  for (let segment: u32 = 0; segment < count; segment++) {
    store<u32>(outStarts + ((<usize>segment) << 2), written);
    const start = at(starts, segment);
    const end = at(starts, segment + 1);
    const mask = slotMask(end - start);
    memory.fill(table, 0, ((<usize>mask) + 1) << 3);
    for (let row = start; row < end; row++) {
      const entry = slotOf(type, values, hashes, row, table, mask);
      if (load<u32>(entry) == row + 1) {
        store<u32>(outRows + ((<usize>written) << 2), row);
        written++;
      }
    }
  }
  store<u32>(outStarts + ((<usize>count) << 2), written);
  return written;
}

/** Entropy in bits of the value frequencies of each segment, 0 for an empty one; `out` is f64. */
export function segmentEntropy(
  type: u32, values: usize, hashes: usize, starts: usize, count: u32, table: usize, out: usize,
): void {
  for (let segment: u32 = 0; segment < count; segment++) {
    const start = at(starts, segment);
    const end = at(starts, segment + 1);
    const mask = slotMask(end - start);
    memory.fill(table, 0, ((<usize>mask) + 1) << 3);
    for (let row = start; row < end; row++) {
      const entry = slotOf(type, values, hashes, row, table, mask);
      store<u32>(entry + 4, load<u32>(entry + 4) + 1);
    }
    let entropy: f64 = 0;
    const rows = <f64>(end - start);
    for (let slot: u32 = 0; slot <= mask && start < end; slot++) {
      const occurrences = load<u32>(table + ((<usize>slot) << 3) + 4);
      if (occurrences == 0) continue;
      const share = <f64>occurrences / rows;
      entropy -= share * Math.log2(share);
    }
    store<f64>(out + ((<usize>segment) << 3), entropy);
  }
}

/**
 * Of each segment the values at `floor` and behind it that a quantile lies between, and how far: with
 * `discrete` the one value at place max(1, ⌈np⌉), else those around (n − 1)p (Hyndman and Fan types 1
 * and 7). A negative fraction counts from the greatest. Integers come out as i64, floats as f64. Segments
 * must not be empty where the result is looked at. `keys` is room for two u64 a row of the largest
 * segment, and behind them for SELECT_SCRATCH_BYTES.
 */
export function segmentQuantiles(
  type: u32, values: usize, starts: usize, count: u32, fraction: f64, discrete: u32, keys: usize,
  lower: usize, upper: usize, weights: usize,
): void {
  for (let segment: u32 = 0; segment < count; segment++) {
    const start = at(starts, segment);
    const rows = at(starts, segment + 1) - start;
    if (rows == 0) continue;
    normalizeRange(type, values, start, rows, keys);
    const position = quantilePosition(rows, fraction, discrete != 0);
    const k = <u32>Math.floor(position);
    const weight = position - <f64>k;
    const spare = keys + ((<usize>rows) << 3);
    const wishes = spare + ((<usize>rows) << 3);
    const found = wishes + 16;
    const wishCount: u32 = weight > 0 ? 2 : 1;
    store<u32>(wishes, k);
    store<u32>(wishes, 0, 4);
    store<u32>(wishes, k + 1, 8);
    store<u32>(wishes, 1, 12);
    select(keys, rows, spare, found + 16, wishes, wishCount, 0, found);
    restore(type, load<u64>(found), lower + ((<usize>segment) << 3));
    restore(type, load<u64>(weight > 0 ? found + 8 : found), upper + ((<usize>segment) << 3));
    store<f64>(weights + ((<usize>segment) << 3), weight);
  }
}

/** The row of the discrete quantile of each segment of references; NONE for an empty one. `rows` is u32. */
export function segmentTextQuantiles(
  values: usize, starts: usize, count: u32, fraction: f64, rows: usize, out: usize,
): void {
  for (let segment: u32 = 0; segment < count; segment++) {
    const start = at(starts, segment);
    const size = at(starts, segment + 1) - start;
    if (size == 0) {
      store<u32>(out + ((<usize>segment) << 2), NONE);
      continue;
    }
    const k = <u32>quantilePosition(size, fraction, true);
    heapSelect(values, start, size, k, rows);
    store<u32>(out + ((<usize>segment) << 2), load<u32>(rows));
  }
}

/** Leaves the k-th smallest row at the root of a max-heap of the k + 1 smallest. */
function heapSelect(values: usize, start: u32, size: u32, k: u32, heap: usize): void {
  let length: u32 = 0;
  for (let row = start; row < start + size; row++) {
    if (length <= k) {
      let hole = length++;
      while (hole > 0) {
        const parent = (hole - 1) >> 1;
        const above = at(heap, parent);
        if (compareRows(REF, values, above, row) >= 0) break;
        store<u32>(heap + ((<usize>hole) << 2), above);
        hole = parent;
      }
      store<u32>(heap + ((<usize>hole) << 2), row);
    } else if (compareRows(REF, values, row, at(heap, 0)) < 0) {
      let hole: u32 = 0;
      for (;;) {
        let child: u32 = 2 * hole + 1;
        if (child >= length) break;
        if (child + 1 < length && compareRows(REF, values, at(heap, child + 1), at(heap, child)) > 0) child++;
        if (compareRows(REF, values, at(heap, child), row) <= 0) break;
        store<u32>(heap + ((<usize>hole) << 2), at(heap, child));
        hole = child;
      }
      store<u32>(heap + ((<usize>hole) << 2), row);
    }
  }
}

/** Replaces each value by its distance from its segment's centre. */
export function segmentDistances(
  values: usize, starts: usize, count: u32, centres: usize, out: usize,
): void {
  for (let segment: u32 = 0; segment < count; segment++) {
    const centre = load<f64>(centres + ((<usize>segment) << 3));
    const end = at(starts, segment + 1);
    for (let row = at(starts, segment); row < end; row++) {
      const place = (<usize>row) << 3;
      store<f64>(out + place, Math.abs(load<f64>(values + place) - centre));
    }
  }
}
