/**
 * Rows out of lists. A list is a reference to a block (core's nested.ts): u32 count, 12 bytes unused,
 * the elements, to 8 bytes, validity words.
 */

import { isValid } from './physical';

const HEADER_BYTES: usize = 16;

/** Raises each row's count (u32) to that of its list; NULL has no element. */
export function unnestCounts(lists: usize, validity: usize, rowCount: u32, counts: usize): void {
  for (let row: u32 = 0; row < rowCount; row++) {
    const at = counts + ((<usize>row) << 2);
    if (isValid(validity, row)) {
      const elements = load<u32>(<usize>load<u32>(lists + ((<usize>row) << 3)));
      store<u32>(at, max<u32>(load<u32>(at), elements));
    }
  }
}

/** Turns counts into starts: `starts[i]` is the sum of the counts before, `starts[rowCount]` of all. */
export function unnestStarts(counts: usize, rowCount: u32, starts: usize): u32 {
  let sum: u32 = 0;
  for (let row: u32 = 0; row < rowCount; row++) {
    const count = load<u32>(counts + ((<usize>row) << 2));
    store<u32>(starts + ((<usize>row) << 2), sum);
    sum += count;
  }
  store<u32>(starts + ((<usize>rowCount) << 2), sum);
  return sum;
}

/** The row (u32) and the element's number in it (u32) of outputs `from … from + count`. */
export function unnestRows(
  starts: usize, rowCount: u32, from: u32, count: u32, rows: usize, elements: usize,
): void {
  let low: u32 = 0;
  let high = rowCount;
  // The last row that starts at or before `from`.
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (load<u32>(starts + ((<usize>middle) << 2)) <= from) low = middle;
    else high = middle;
  }
  let row = low;
  let element = from - load<u32>(starts + ((<usize>row) << 2));
  for (let i: u32 = 0; i < count; i++) {
    while (from + i >= load<u32>(starts + ((<usize>row) << 2), 4)) {
      row++;
      element = 0;
    }
    store<u32>(rows + ((<usize>i) << 2), row);
    store<u32>(elements + ((<usize>i) << 2), element);
    element++;
  }
}

/**
 * The elements named by row and number, of `width` bytes each, and their validity as a bitmap padded to
 * whole words with 0: an element beyond its list's end is NULL. Values under NULL are zero bytes.
 */
export function unnestElements(
  width: u32, lists: usize, validity: usize, rows: usize, elements: usize, count: u32,
  out: usize, outValidity: usize,
): void {
  let word: u64 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const row = load<u32>(rows + ((<usize>i) << 2));
    const element = load<u32>(elements + ((<usize>i) << 2));
    let value: usize = 0;
    if (isValid(validity, row)) {
      const block = <usize>load<u32>(lists + ((<usize>row) << 3));
      const length = load<u32>(block);
      if (element < length) {
        const bits = block + HEADER_BYTES + ((<usize>length * width + 7) & ~7);
        if (isValid(bits, element)) value = block + HEADER_BYTES + <usize>element * width;
      }
    }
    const at = out + <usize>i * width;
    if (value == 0) {
      memory.fill(at, 0, width);
    } else {
      word |= (<u64>1) << (i & 63);
      memory.copy(at, value, width);
    }
    if ((i & 63) == 63 || i + 1 == count) {
      store<u64>(outValidity + ((<usize>(i >> 6)) << 3), word);
      word = 0;
    }
  }
}

/** One-based numbers of elements as i64, NULL where a row has no such element (outer rows). */
export function unnestOrdinals(
  counts: usize, rows: usize, elements: usize, count: u32, out: usize, outValidity: usize,
): void {
  let word: u64 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const row = load<u32>(rows + ((<usize>i) << 2));
    const element = load<u32>(elements + ((<usize>i) << 2));
    store<u64>(out + ((<usize>i) << 3), <u64>element + 1);
    const exists = element < load<u32>(counts + ((<usize>row) << 2));
    word |= (<u64>exists) << (i & 63);
    if ((i & 63) == 63 || i + 1 == count) {
      store<u64>(outValidity + ((<usize>(i >> 6)) << 3), word);
      word = 0;
    }
  }
}

/** Raises counts of 0 to 1: rows without elements stay. */
export function unnestOuter(counts: usize, rowCount: u32, out: usize): void {
  for (let row: u32 = 0; row < rowCount; row++) {
    const at = (<usize>row) << 2;
    store<u32>(out + at, max<u32>(1, load<u32>(counts + at)));
  }
}
