import type { Address, SharedMemory } from '@windrow/core';
import { SORT_ENTRY_BYTES } from '@windrow/kernels';

/** Entries one behind the other. */
export interface EntrySegment {
  readonly address: Address;
  readonly rows: number;
}

/** Segments whose entries are grouped by range. */
export interface GroupedSegments {
  readonly segments: readonly EntrySegment[];
  readonly rangeCount: number;
  /** A u32 for each range of each segment: where it ends among the segment's entries. */
  readonly ends: Address;
}

/** Rows before each range; the last element is the number of all rows. */
export function startsOfRanges(
  memory: SharedMemory,
  { segments, ends, rangeCount }: GroupedSegments,
): readonly number[] {
  const starts = [0];
  for (let range = 0; range < rangeCount; range++) {
    let end = 0;
    segments.forEach((_, segment) => {
      end += memory.u32[(ends >>> 2) + segment * rangeCount + range]!;
    });
    starts.push(end);
  }
  return starts;
}

/** The entries of a range within each segment; segments that have none are left out. */
export function partsOfRange(
  memory: SharedMemory,
  { segments, ends, rangeCount }: GroupedSegments,
  range: number,
): readonly EntrySegment[] {
  return segments.flatMap(({ address }, segment) => {
    const end = (ends >>> 2) + segment * rangeCount + range;
    const from = range === 0 ? 0 : memory.u32[end - 1]!;
    const rows = memory.u32[end]! - from;
    return rows === 0 ? [] : [{ address: address + from * SORT_ENTRY_BYTES, rows }];
  });
}
