import type { Address, PhysicalType, SharedMemory } from '@windrow/core';

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
  /**
   * Rows of the key's first column, of a chunk, that cannot be told to come after the limit, whose word
   * of level 0 is `limit`; as u32. Returns how many. A cheap filter before {@link sortRowsWithin}.
   */
  sortFirstKeyWithin(
    program: Address,
    limit: bigint,
    values: Address,
    validity: Address,
    count: number,
    rows: Address,
  ): number;
  /**
   * Keeps, in place, the rows of chunk 0 that come before the limit, or with it where `inclusive`; returns
   * how many. `limits` has the words (u64) of the first `levels` levels, `entries` is
   * {@link SORT_WITHIN_SCRATCH_BYTES}.
   */
  sortRowsWithin(
    program: Address,
    limits: Address,
    levels: number,
    inclusive: number,
    rows: Address,
    count: number,
    entries: Address,
  ): number;
  /** The levels before the first one that compares whole values. */
  sortWordLevels(program: Address): number;
  /** Writes a row's words (u64) of the first `levels` levels; `entry` is room for one entry. */
  sortRowWords(program: Address, levels: number, id: number, entry: Address, words: Address): void;
  /** How many rows from `position` on, of `count` sorted ones, have the same key; `entries`: room for two. */
  sortCountPeers(
    program: Address,
    ids: Address,
    position: number,
    count: number,
    entries: Address,
  ): number;
  /**
   * Of sorted rows those with a rank of at most `limit` within their partition: their ids (u32) and ranks
   * (int64); returns how many. Flags of one byte a row tell where partitions and peer groups start;
   * `ranking` is one of {@link SORT_RANKINGS}, `state` is described at {@link SORT_RANK_PHASES}.
   */
  sortTopRanks(
    partitionStarts: Address,
    peerStarts: Address,
    count: number,
    ranking: number,
    limit: bigint,
    state: Address,
    ids: Address,
    outIds: Address,
    outRanks: Address,
  ): number;
}

export const SORT_RANKINGS = { row_number: 0, rank: 1, dense_rank: 2 } as const;

/**
 * First u32 of the state that `sortTopRanks` carries from call to call; the state starts zeroed. `before`:
 * rows are left out until a partition starts. The caller sets `beyond` to finish the partition at hand;
 * the kernel sets `done` when no further row of it is wanted.
 */
export const SORT_RANK_PHASES = { before: 0, inside: 1, beyond: 2, done: 3 } as const;

export const SORT_RANK_STATE_BYTES = 32;

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

/**
 * Writes the range of all values that a type has, NULL included: for keys of rows that are not known yet.
 * Keys by such a range take more bits than by what `sortKeyRange` finds.
 */
export function writeFullSortRange(
  { view }: SharedMemory,
  range: Address,
  type: PhysicalType,
): void {
  const [least, greatest] = FULL_RANGES[type];
  view.setBigUint64(range, BigInt.asUintN(64, least), true);
  view.setBigUint64(range + 8, least >> 64n, true);
  view.setBigUint64(range + 16, BigInt.asUintN(64, greatest), true);
  view.setBigUint64(range + 24, greatest >> 64n, true);
  view.setBigUint64(range + 32, 0n, true);
  view.setBigUint64(range + 40, 0xffffffffffffffffn, true);
  // One value and one NULL; no common prefix, and lengths from 0 to the greatest.
  for (const [offset, value] of [1, 1, 0, 0, 0, 0xffffffff, 0].entries()) {
    view.setUint32(range + 48 + offset * 4, value, true);
  }
}

const signed = (bits: bigint): readonly [bigint, bigint] => {
  const zero = 2n ** (bits > 64n ? 127n : 63n);
  return [zero - 2n ** (bits - 1n), zero + 2n ** (bits - 1n) - 1n];
};
const unsigned = (bits: bigint): readonly [bigint, bigint] => [0n, 2n ** bits - 1n];

/** Normalized values, see `assembly/physical.ts`. */
const FULL_RANGES: Readonly<Record<PhysicalType, readonly [bigint, bigint]>> = {
  bool: unsigned(1n),
  i8: signed(8n),
  i16: signed(16n),
  i32: signed(32n),
  i64: signed(64n),
  i128: signed(128n),
  u8: unsigned(8n),
  u16: unsigned(16n),
  u32: unsigned(32n),
  u64: unsigned(64n),
  f32: unsigned(32n),
  f64: unsigned(64n),
  ref: unsigned(0n),
  // Days, biased to at most 41 bits, above the 37 bits of microseconds.
  interval: unsigned(78n),
  uuid: unsigned(128n),
};

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

/** Scratch of `sortRowsWithin`. */
export const SORT_WITHIN_SCRATCH_BYTES: number = 257 * SORT_ENTRY_BYTES;

/** Counters of the deepest recursion of the radix sort. */
const WORKSPACE_BYTES = 65536;

/** Bytes of scratch memory for sorting `count` entries. */
export const sortScratchBytes = (count: number): number =>
  count * SORT_ENTRY_BYTES + WORKSPACE_BYTES;

/** Bytes of a range table: header, 4,097 cells, splitters. */
export const sortRangeTableBytes = (rangeCount: number): number => 24 + 8200 + rangeCount * 8;
