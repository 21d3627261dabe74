/**
 * Radix partitioning of columns. A row belongs to the partition that the bits from 32 on of its hash say,
 * which are the lowest ones of a group table's hash.
 *
 * A batch's rows are ordered by partition first. Then each column is copied run by run, so that writing
 * touches one page a partition and not one a row. Arrays of one element a partition:
 *   counts    u32, rows of the batch that go there
 *   used      u32, rows already in the partition's present chunk
 *   room      u32, rows that the chunk can hold
 *   bases     u32, address of the column in the chunk
 */

import { isValid } from './physical';

/** Counts rows by partition; `order` gets the row numbers (u32), grouped by partition, else ascending. */
export function partitionRows(
  hashes: usize, count: u32, bits: u32, counts: usize, order: usize,
): void {
  const partitionCount = <u32>1 << bits;
  const mask = partitionCount - 1;
  memory.fill(counts, 0, (<usize>partitionCount) << 2);
  for (let row: u32 = 0; row < count; row++) {
    const counter = counts + ((<usize>(load<u32>(hashes + ((<usize>row) << 3), 4) & mask)) << 2);
    store<u32>(counter, load<u32>(counter) + 1);
  }
  // Each counter becomes the end of its partition, then, counted down, its start; the difference to the
  // next start is the count again.
  let end: u32 = 0;
  for (let partition: u32 = 0; partition < partitionCount; partition++) {
    const counter = counts + ((<usize>partition) << 2);
    end += load<u32>(counter);
    store<u32>(counter, end);
  }
  for (let row = count; row > 0; ) {
    row--;
    const counter = counts + ((<usize>(load<u32>(hashes + ((<usize>row) << 3), 4) & mask)) << 2);
    const place = load<u32>(counter) - 1;
    store<u32>(counter, place);
    store<u32>(order + ((<usize>place) << 2), row);
  }
  for (let partition: u32 = 0; partition < partitionCount; partition++) {
    const counter = counts + ((<usize>partition) << 2);
    const next = partition == mask ? count : load<u32>(counter, 4);
    store<u32>(counter, next - load<u32>(counter));
  }
}

/**
 * Mixes hashes once more, in place, by the finalizer of SplitMix64 (Steele, Lea and Flood 2014): their bits
 * then say nothing about those before.
 */
export function partitionRehash(hashes: usize, count: u32, level: u32): void {
  const offset = (<u64>level + 1) * 0x9e3779b97f4a7c15;
  for (let row: u32 = 0; row < count; row++) {
    const at = hashes + ((<usize>row) << 3);
    let hash = load<u64>(at) + offset;
    hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9;
    hash = (hash ^ (hash >> 27)) * 0x94d049bb133111eb;
    store<u64>(at, hash ^ (hash >> 31));
  }
}

/** Hashes that lead into partitions given by number, u16. */
export function partitionByNumber(numbers: usize, count: u32, hashes: usize): void {
  for (let row: u32 = 0; row < count; row++) {
    const number = <u64>load<u16>(numbers + ((<usize>row) << 1));
    store<u64>(hashes + ((<usize>row) << 3), number << 32);
  }
}

/** Partitions whose chunk cannot take the batch, as u32; returns how many. */
export function partitionFull(
  counts: usize, used: usize, room: usize, partitionCount: u32, out: usize,
): u32 {
  let full: u32 = 0;
  for (let partition: u32 = 0; partition < partitionCount; partition++) {
    const at = (<usize>partition) << 2;
    if (load<u32>(used + at) + load<u32>(counts + at) <= load<u32>(room + at)) continue;
    store<u32>(out + ((<usize>full) << 2), partition);
    full++;
  }
  return full;
}

/** The batch has been written. */
export function partitionAdvance(used: usize, counts: usize, partitionCount: u32): void {
  for (let partition: u32 = 0; partition < partitionCount; partition++) {
    const at = (<usize>partition) << 2;
    store<u32>(used + at, load<u32>(used + at) + load<u32>(counts + at));
  }
}

// @ts-ignore: decorator
@inline
function scatter<T>(
  values: usize, order: usize, counts: usize, bases: usize, used: usize, partitionCount: u32,
): void {
  for (let partition: u32 = 0; partition < partitionCount; partition++) {
    const at = (<usize>partition) << 2;
    const start = <usize>load<u32>(used + at) * sizeof<T>();
    let target = <usize>load<u32>(bases + at) + start;
    const end = target + <usize>load<u32>(counts + at) * sizeof<T>();
    for (; target < end; target += sizeof<T>()) {
      store<T>(target, load<T>(values + (<usize>load<u32>(order)) * sizeof<T>()));
      order += 4;
    }
  }
}

function scatter16(
  values: usize, order: usize, counts: usize, bases: usize, used: usize, partitionCount: u32,
): void {
  for (let partition: u32 = 0; partition < partitionCount; partition++) {
    const at = (<usize>partition) << 2;
    let target = <usize>load<u32>(bases + at) + ((<usize>load<u32>(used + at)) << 4);
    const end = target + ((<usize>load<u32>(counts + at)) << 4);
    for (; target < end; target += 16) {
      v128.store(target, v128.load(values + ((<usize>load<u32>(order)) << 4)));
      order += 4;
    }
  }
}

/** Writes a column of `width` bytes (1, 2, 4, 8, 16) behind what the partitions have. */
export function partitionScatter(
  width: u32, values: usize, order: usize, counts: usize, bases: usize, used: usize,
  partitionCount: u32,
): void {
  if (width == 8) scatter<u64>(values, order, counts, bases, used, partitionCount);
  else if (width == 4) scatter<u32>(values, order, counts, bases, used, partitionCount);
  else if (width == 1) scatter<u8>(values, order, counts, bases, used, partitionCount);
  else if (width == 2) scatter<u16>(values, order, counts, bases, used, partitionCount);
  else scatter16(values, order, counts, bases, used, partitionCount);
}

/** Clears the bytes of rows that are NULL; `bases` are addresses of one byte a row. */
export function partitionScatterNulls(
  validity: usize, order: usize, counts: usize, bases: usize, used: usize, partitionCount: u32,
): void {
  for (let partition: u32 = 0; partition < partitionCount; partition++) {
    const at = (<usize>partition) << 2;
    let target = <usize>(load<u32>(bases + at) + load<u32>(used + at));
    const end = target + <usize>load<u32>(counts + at);
    for (; target < end; target++) {
      if (!isValid(validity, load<u32>(order))) store<u8>(target, 0);
      order += 4;
    }
  }
}
