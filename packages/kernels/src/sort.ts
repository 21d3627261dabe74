import type { Address, SharedMemory } from '@windrow/core';

/**
 * Sorting by normalized keys. Rows are named by row ids (chunk << 16 | row of the chunk), columns given
 * as tables of their chunks' addresses (two u32 a chunk: values, validity or 0); `assembly/sort-key.ts` draws ranges, programs and entries.
 */
export interface SortKernels {
  /**
   * Widens `range` by the values of one chunk of a key column; `type` is one of PHYSICAL_TYPE_CODES.
   * A range is {@link SORT_RANGE_BYTES} long and starts zeroed; it keeps an address of referenced bytes.
   */
  sortKeyRange(
    type: number,
    values: Address,
    validity: Address,
    count: number,
    range: Address,
  ): void;
  /** Widens range `into` by another range of the same type. */
  sortKeyRangeMerge(type: number, into: Address, from: Address): void;
  /** Entries, words of level 0 included, of the rows `from … from + count` of a chunk. */
  sortEncodeRows(
    program: Address,
    chunk: number,
    from: number,
    count: number,
    entries: Address,
  ): void;
  /** Overwrites the words of the entries by those of a level, which must not be a comparison. */
  sortEncode(program: Address, level: number, entries: Address, count: number): void;
  /**
   * Sorts entries in place, stably, by the whole key from `level` on; the words are those of `level`
   * before and undefined after. `scratch` has {@link sortScratchBytes} bytes. Cost: O(count log count).
   */
  sortEntries(
    program: Address,
    level: number,
    entries: Address,
    count: number,
    scratch: Address,
  ): void;
  /** The entries' row ids as a u32 array. */
  sortRowIds(entries: Address, count: number, rowIds: Address): void;
  /**
   * Prepares `table` ({@link sortRangeTableBytes}) for finding the range of a word among `rangeCount − 1`
   * splitters (u64, ascending). Range r has the words from splitter r − 1 up to, without, splitter r.
   */
  sortRangeTable(splitters: Address, rangeCount: number, table: Address): void;
  /**
   * Groups entries by the ranges of a range table, keeping the order within a range. `ends` (u32) gets
   * the end of each range in `out`; `ranges` is room for `count` u16.
   */
  sortScatterByRange(
    entries: Address,
    count: number,
    table: Address,
    ranges: Address,
    ends: Address,
    out: Address,
  ): void;
}

/** Bytes of a key column's range. */
export const SORT_RANGE_BYTES = 80;

/** What a key column's values are like. */
export interface SortRange {
  readonly validRows: number;
  readonly nulls: number;
  /** Smallest and greatest normalized value, up to 128 bits; of no meaning for references. */
  readonly least: bigint;
  readonly greatest: bigint;
  /** Bits, of the low word, in which values differ. */
  readonly varyingBits: bigint;
  /** Of references: bytes that all have in common at their start, greatest and smallest length. */
  readonly prefixBytes: number;
  readonly longestBytes: number;
  readonly shortestBytes: number;
}

/** Reads a range that `sortKeyRange` has written. */
export function readSortRange({ view }: SharedMemory, range: Address): SortRange {
  const word = (offset: number): bigint => view.getBigUint64(range + offset, true);
  return {
    validRows: view.getUint32(range + 48, true),
    nulls: view.getUint32(range + 52, true),
    least: (word(8) << 64n) | word(0),
    greatest: (word(24) << 64n) | word(16),
    varyingBits: word(40) & ~word(32),
    prefixBytes: view.getUint32(range + 64, true),
    longestBytes: view.getUint32(range + 68, true),
    shortestBytes: view.getUint32(range + 72, true),
  };
}

/** Bytes of an entry: u64 word, u32 row id, u32 unused. */
export const SORT_ENTRY_BYTES = 16;

/** Counters of the deepest recursion of the radix sort. */
const WORKSPACE_BYTES = 65536;

/** Bytes of scratch memory for sorting `count` entries. */
export const sortScratchBytes = (count: number): number =>
  count * SORT_ENTRY_BYTES + WORKSPACE_BYTES;

/** Bytes of a range table: header, 4,097 cells, splitters. */
export const sortRangeTableBytes = (rangeCount: number): number => 24 + 8200 + rangeCount * 8;
