/**
 * Radix partitioning of columns. A row belongs to the partition that the bits from 32 on of its hash say,
 * which are the lowest ones of a group table's hash.
 *
 * Rows are written to the ends of one array a partition and column. Arrays of one element a partition:
 *   counts    u32, rows of the batch that go there
 *   used      u32, rows already in the partition's present chunk
 *   room      u32, rows that the chunk can hold
 *   bases     u32, address of the column in the chunk
 *   cursors   u32, scratch
 */

import { isValid } from './physical';

/** Counts rows by partition, and stores each row's as u16. */
export function partitionRows(
  hashes: usize, count: u32, bits: u32, counts: usize, partitions: usize,
): void {
  const mask = (<u32>1 << bits) - 1;
  memory.fill(counts, 0, (<usize>mask + 1) << 2);
  const end = hashes + ((<usize>count) << 3);
  for (; hashes < end; hashes += 8) {
    const partition = load<u32>(hashes, 4) & mask;
    store<u16>(partitions, <u16>partition);
    partitions += 2;
    const counter = counts + ((<usize>partition) << 2);
    store<u32>(counter, load<u32>(counter) + 1);
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
  values: usize, partitions: usize, count: u32, bases: usize, used: usize, partitionCount: u32,
  cursors: usize,
): void {
  for (let partition: u32 = 0; partition < partitionCount; partition++) {
    const at = (<usize>partition) << 2;
    store<u32>(cursors + at, load<u32>(bases + at) + load<u32>(used + at) * <u32>sizeof<T>());
  }
  const end = partitions + ((<usize>count) << 1);
  for (; partitions < end; partitions += 2) {
    const cursor = cursors + ((<usize>load<u16>(partitions)) << 2);
    const target = <usize>load<u32>(cursor);
    store<T>(target, load<T>(values));
    store<u32>(cursor, <u32>(target + sizeof<T>()));
    values += sizeof<T>();
  }
}

function scatter16(
  values: usize, partitions: usize, count: u32, bases: usize, used: usize, partitionCount: u32,
  cursors: usize,
): void {
  for (let partition: u32 = 0; partition < partitionCount; partition++) {
    const at = (<usize>partition) << 2;
    store<u32>(cursors + at, load<u32>(bases + at) + (load<u32>(used + at) << 4));
  }
  const end = partitions + ((<usize>count) << 1);
  for (; partitions < end; partitions += 2) {
    const cursor = cursors + ((<usize>load<u16>(partitions)) << 2);
    const target = <usize>load<u32>(cursor);
    v128.store(target, v128.load(values));
    store<u32>(cursor, <u32>(target + 16));
    values += 16;
  }
}

/** Writes a column of `width` bytes (1, 2, 4, 8, 16) to its partitions. */
export function partitionScatter(
  width: u32, values: usize, partitions: usize, count: u32, bases: usize, used: usize,
  partitionCount: u32, cursors: usize,
): void {
  if (width == 8) scatter<u64>(values, partitions, count, bases, used, partitionCount, cursors);
  else if (width == 4) scatter<u32>(values, partitions, count, bases, used, partitionCount, cursors);
  else if (width == 1) scatter<u8>(values, partitions, count, bases, used, partitionCount, cursors);
  else if (width == 2) scatter<u16>(values, partitions, count, bases, used, partitionCount, cursors);
  else scatter16(values, partitions, count, bases, used, partitionCount, cursors);
}

/** Clears the bytes of rows that are NULL; `bases` are addresses of one byte a row. */
export function partitionScatterNulls(
  validity: usize, partitions: usize, count: u32, bases: usize, used: usize, partitionCount: u32,
  cursors: usize,
): void {
  memory.copy(cursors, used, (<usize>partitionCount) << 2);
  for (let row: u32 = 0; row < count; row++) {
    const at = (<usize>load<u16>(partitions)) << 2;
    partitions += 2;
    const place = load<u32>(cursors + at);
    store<u32>(cursors + at, place + 1);
    if (!isValid(validity, row)) store<u8>(<usize>load<u32>(bases + at) + place, 0);
  }
}
