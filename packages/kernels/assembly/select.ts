/** Selection among normalized keys (u64) by their rank, without sorting them. */

import { BOOL, F32, F64, I16, I32, I64, I8, U16, U32, U8, normalized } from './physical';

// @ts-ignore: decorator
@inline
function normalizeRows<T>(values: usize, rows: u32, keys: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    store<u64>(keys, normalized<T>(values));
    values += sizeof<T>();
    keys += 8;
  }
}

/** Normalized forms (u64) of `rows` values of at most 8 bytes, from row `from` on. */
export function normalizeRange(type: u32, values: usize, from: u32, rows: u32, keys: usize): void {
  const row = <usize>from;
  switch (type) {
    case BOOL: case U8: normalizeRows<u8>(values + row, rows, keys); return;
    case I8: normalizeRows<i8>(values + row, rows, keys); return;
    case I16: normalizeRows<i16>(values + (row << 1), rows, keys); return;
    case U16: normalizeRows<u16>(values + (row << 1), rows, keys); return;
    case I32: normalizeRows<i32>(values + (row << 2), rows, keys); return;
    case U32: normalizeRows<u32>(values + (row << 2), rows, keys); return;
    case F32: normalizeRows<f32>(values + (row << 2), rows, keys); return;
    case F64: normalizeRows<f64>(values + (row << 3), rows, keys); return;
    case I64: normalizeRows<i64>(values + (row << 3), rows, keys); return;
    default: normalizeRows<u64>(values + (row << 3), rows, keys);
  }
}

/** Up to this many keys are sorted by insertion. */
const INSERTION_KEYS: u32 = 24;
const MAX_CELL_BITS: u32 = 11;
/** Keys that a cell should have, as a power of two. */
const KEYS_PER_CELL_BITS: u32 = 3;

function insertionSort(keys: usize, count: u32): void {
  const end = keys + ((<usize>count) << 3);
  for (let at = keys + 8; at < end; at += 8) {
    const key = load<u64>(at);
    let hole = at;
    while (hole > keys && key < load<u64>(hole - 8)) {
      store<u64>(hole, load<u64>(hole - 8));
      hole -= 8;
    }
    store<u64>(hole, key);
  }
}

/**
 * Finds keys by their rank. A wish is a u32 rank and the u32 number of the result, a u64 of `out`; wishes
 * are ascending and ranks count from `base`. The keys between the smallest and the greatest are counted by
 * cells of equal width, and only the cells that are wished for are looked into. Destroys `keys` and
 * `spare`, which have room for as many; `counters` is room for SELECT_COUNTER_BYTES.
 */
export function select(
  keys: usize, count: u32, spare: usize, counters: usize, wishes: usize, wishCount: u32, base: u32,
  out: usize,
): void {
  const wishesEnd = wishes + ((<usize>wishCount) << 3);
  if (count <= INSERTION_KEYS) {
    insertionSort(keys, count);
    for (let wish = wishes; wish < wishesEnd; wish += 8) {
      const key = load<u64>(keys + ((<usize>(load<u32>(wish) - base)) << 3));
      store<u64>(out + ((<usize>load<u32>(wish, 4)) << 3), key);
    }
    return;
  }
  const end = keys + ((<usize>count) << 3);
  let least = load<u64>(keys);
  let greatest = least;
  for (let at = keys + 8; at < end; at += 8) {
    const key = load<u64>(at);
    least = min(least, key);
    greatest = max(greatest, key);
  }
  if (least == greatest) {
    for (let wish = wishes; wish < wishesEnd; wish += 8) {
      store<u64>(out + ((<usize>load<u32>(wish, 4)) << 3), least);
    }
    return;
  }
  const rangeBits: u32 = 64 - <u32>clz(greatest - least);
  const cellBits: u32 = min<u32>(32 - clz<u32>(count) - KEYS_PER_CELL_BITS, MAX_CELL_BITS);
  const shift = <u64>(rangeBits > cellBits ? rangeBits - cellBits : 0);
  const cells = <usize>((greatest - least) >> shift) + 1;
  memory.fill(counters, 0, cells << 2);
  for (let at = keys; at < end; at += 8) {
    const counter = counters + (<usize>((load<u64>(at) - least) >> shift) << 2);
    store<u32>(counter, load<u32>(counter) + 1);
  }
  // Counters become where a wished cell's keys go, 0 for the others, which go nowhere.
  const parts = counters + (cells << 2);
  let part = parts;
  let below: u32 = base;
  let wish = wishes;
  let place = spare;
  for (let cell: usize = 0; cell < cells; cell++) {
    const counter = counters + (cell << 2);
    const inside = load<u32>(counter);
    store<u32>(counter, 0);
    const first = wish;
    while (wish < wishesEnd && load<u32>(wish) < below + inside) wish += 8;
    if (wish != first) {
      store<u32>(counter, <u32>place);
      store<u32>(part, inside);
      store<u32>(part, <u32>first, 4);
      store<u32>(part, <u32>((wish - first) >> 3), 8);
      store<u32>(part, below, 12);
      part += 16;
      place += (<usize>inside) << 3;
    }
    below += inside;
  }
  for (let at = keys; at < end; at += 8) {
    const key = load<u64>(at);
    const counter = counters + (<usize>((key - least) >> shift) << 2);
    const target = load<u32>(counter);
    if (target == 0) continue;
    store<u64>(target, key);
    store<u32>(counter, target + 8);
  }
  let offset: usize = 0;
  for (let each = parts; each < part; each += 16) {
    const inside = load<u32>(each);
    select(
      spare + offset, inside, keys + offset, part,
      load<u32>(each, 4), load<u32>(each, 8), load<u32>(each, 12), out,
    );
    offset += (<usize>inside) << 3;
  }
}
