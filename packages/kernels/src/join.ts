import type { Address, PhysicalType, SharedMemory } from '@windrow/core';
import { PHYSICAL_TYPE_CODES } from './physical.ts';

/**
 * Tables of hash joins; `assembly/join-layout.ts` draws keys, entries and tables. Codes are u64, heads, rows and
 * ids u32, flags one byte each. Row id 0xFFFFFFFF means "no row".
 */
export interface JoinKernels {
  /**
   * Codes of a key column by the key at `key`: of the first column they are set, of others or-ed; so are
   * the `matchable` flags, and-ed. Returns how many rows can still have a match.
   */
  joinCodes(
    key: Address,
    first: number,
    values: Address,
    validity: Address,
    count: number,
    codes: Address,
    matchable: Address,
  ): number;
  /** The flags alone, for hashed codes: 0 where a column is NULL. Returns as {@link joinCodes}. */
  joinMatchable(first: number, validity: Address, count: number, matchable: Address): number;
  /** Appends entries for the matchable (0: all) of rows `firstId …`; returns how many. */
  joinEntries(
    codes: Address,
    matchable: Address,
    count: number,
    firstId: number,
    entries: Address,
  ): number;
  /** Groups entries by region, keeping their order; `ends` (u32) gets the end of each in `out`. */
  joinScatter(
    table: Address,
    entries: Address,
    count: number,
    regions: number,
    ends: Address,
    out: Address,
  ): void;
  /**
   * Fills a region from its entries, in row order; returns the u32 words its lists will take, or −1 when
   * the region has too few slots (of a hashed one, one has to stay free).
   */
  joinFillRegion(table: Address, region: number, entries: Address, count: number): number;
  /** Second half of {@link joinFillRegion}: writes the lists, which stay part of the table. */
  joinFinishRegion(table: Address, region: number, entries: Address, lists: Address): void;
  /** Heads of probe rows (of flag 0: none); returns how many have one. `retries`: u32 a row. */
  joinProbe(
    table: Address,
    codes: Address,
    matchable: Address,
    count: number,
    heads: Address,
    retries: Address,
  ): number;
  /** All pairs, when no code occurs twice in the table; returns how many. */
  joinPairs(heads: Address, count: number, probeRows: Address, buildRows: Address): number;
  /** The next pairs, at most `capacity`; `cursor` is 8 bytes, zeroed before the first call. */
  joinExpand(
    heads: Address,
    count: number,
    outer: number,
    cursor: Address,
    capacity: number,
    probeRows: Address,
    buildRows: Address,
  ): number;
  /** Clears the `equal` flag of pairs whose values of one key column differ. */
  joinCompareKeys(
    type: number,
    nullMatches: number,
    values: Address,
    validity: Address,
    probeRows: Address,
    table: Address,
    buildRows: Address,
    count: number,
    equal: Address,
  ): void;
  /** Keeps the flagged pairs, in place; returns how many. */
  joinKeepPairs(keep: Address, count: number, probeRows: Address, buildRows: Address): number;
  /**
   * Sets the flags of build rows, those that are no row left out; `table` has two u32 a chunk, the first
   * the address of its flags.
   */
  joinMarkBuild(buildRows: Address, count: number, table: Address): void;
  /** Sets the flags of rows; returns how many were set already. */
  joinMarkRows(rows: Address, count: number, flags: Address): number;
  /** The rows without a head, ascending; returns how many. */
  joinWithoutHead(heads: Address, count: number, rows: Address): number;
  /** The rows whose flag is `wanted`, ascending; returns how many. */
  joinRowsByByte(flags: Address, wanted: number, count: number, rows: Address): number;
  /** Sets the flags of rows that are NULL. */
  joinMarkNulls(validity: Address, count: number, flags: Address): void;
  /**
   * Sets the flag in `matched` or `unknown` of each row (0: row i is i) whose condition, a BOOLEAN, is
   * true or NULL.
   */
  joinMarkTruth(
    values: Address,
    validity: Address,
    rows: Address,
    count: number,
    matched: Address,
    unknown: Address,
  ): void;
  /** Sets the bits of entries in a join filter; threads may do so at the same time. */
  joinFilterAdd(filter: Address, entries: Address, count: number): void;
  /**
   * The rows (of flag 0: none) that pass a join filter, and their codes; returns how many. All that have
   * a match pass.
   */
  joinFilter(
    filter: Address,
    codes: Address,
    matchable: Address,
    count: number,
    rows: Address,
    passedCodes: Address,
  ): number;
  /**
   * The rows whose value of one key column, of at most 8 bytes, passes that column's filter; returns how
   * many. Rows are those of `selection` (0: the first `count`), and named so.
   */
  joinFilterKey(
    key: Address,
    filter: Address,
    values: Address,
    validity: Address,
    selection: Address,
    count: number,
    rows: Address,
  ): number;
  /** `out[i] = rows[i] + add`; without rows (0), `i + add`. In place is allowed. */
  joinOffsetRows(rows: Address, count: number, add: number, out: Address): void;
}

/** Bytes of an entry: u64 code, u32 row id, u32 link. */
export const JOIN_ENTRY_BYTES = 16;

export const JOIN_KEY_BYTES = 40;

export const JOIN_TABLE_BYTES = 32;

/** How a key column becomes bits of a code. */
export interface JoinKeyLayout {
  readonly type: PhysicalType;
  /** NULL equals NULL: its code is `span + 1`. */
  readonly nullMatches: boolean;
  /** Smallest normalized value on the build side. */
  readonly base: bigint;
  /** Greatest less smallest; below 2⁶⁴. */
  readonly span: bigint;
  /** Place of the column's lowest bit in the code. */
  readonly shift: number;
}

export function writeJoinKey({ view }: SharedMemory, at: Address, key: JoinKeyLayout): void {
  view.setUint32(at, PHYSICAL_TYPE_CODES[key.type], true);
  view.setUint32(at + 4, key.nullMatches ? 1 : 0, true);
  view.setBigUint64(at + 8, BigInt.asUintN(64, key.base), true);
  view.setBigUint64(at + 16, key.base >> 64n, true);
  view.setBigUint64(at + 24, key.span, true);
  view.setUint32(at + 32, key.shift, true);
}

/** Bytes of a slot; codes of `compact` tables have at most 32 bits, those of `direct` ones are slots. */
export const JOIN_SLOT_BYTES = { direct: 4, compact: 8, wide: 16 } as const;

export type JoinTableKind = keyof typeof JOIN_SLOT_BYTES;

const LAYOUTS = { direct: 0, compact: 1, wide: 2 } as const satisfies Record<JoinTableKind, number>;

/** Shape of a table. */
export interface JoinTableLayout {
  readonly kind: JoinTableKind;
  readonly slots: Address;
  /** Of a direct table the number of codes, else `regions × regionSlots`; below 2³². */
  readonly slotCount: number;
  readonly regionSlots: number;
  /** Of a direct table log₂ of `regionSlots` (63: one region), else 32 − log₂ of the regions. */
  readonly regionShift: number;
}

export function writeJoinTable({ view }: SharedMemory, at: Address, table: JoinTableLayout): void {
  view.setUint32(at, LAYOUTS[table.kind], true);
  view.setUint32(at + 4, table.slots, true);
  view.setUint32(at + 8, table.slotCount, true);
  view.setUint32(at + 12, table.regionSlots, true);
  view.setUint32(at + 16, table.regionShift, true);
}

export const JOIN_FILTER_BYTES = 32;

/** Shape of a join filter; its bits start zeroed. */
export interface JoinFilterLayout {
  readonly bits: Address;
  readonly bitCount: number;
  /** A code has its own bit: codes are below `bitCount`. */
  readonly exact: boolean;
  /** The bits of a code that count, where they are those of one key column. */
  readonly part?: { readonly shift: number; readonly bits: number };
}

export function writeJoinFilter(
  { view }: SharedMemory,
  at: Address,
  filter: JoinFilterLayout,
): void {
  view.setUint32(at, filter.bits, true);
  view.setUint32(at + 4, filter.exact ? 0 : 1, true);
  view.setBigUint64(at + 8, BigInt(filter.bitCount), true);
  const { shift, bits } = filter.part ?? { shift: 0, bits: 64 };
  view.setUint32(at + 16, shift, true);
  view.setBigUint64(at + 24, (1n << BigInt(bits)) - 1n, true);
}
