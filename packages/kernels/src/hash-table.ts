import type { Address } from '@windrow/core';

/** Words (u32) of a group table's record; their meaning is drawn in assembly/hash-table.ts. */
export const GROUP_TABLE = {
  slots: 0,
  mask: 1,
  shift: 2,
  count: 3,
  capacity: 4,
  groups: 5,
  next: 6,
  end: 7,
  entryBytes: 8,
  keyWords: 9,
  keyRefs: 10,
  keyBytes: 11,
  pairs: 12,
} as const;

/** Bytes of a group table's record. */
export const GROUP_TABLE_BYTES = 56;

/** Bytes of an entry before its key: u32 hash, u32 null mask. */
export const GROUP_HEAD_BYTES = 8;

/**
 * Group tables: from keys to the entries of their groups. The caller keeps the record (zeroed pages of
 * slots, room for entries, the list of groups) and makes room when a call returns early.
 */
export interface HashTableKernels {
  /** Addresses of the rows' states, new groups included; returns the first row not done. */
  groupFind(
    table: Address,
    heads: Address,
    keys: Address,
    stride: number,
    from: number,
    count: number,
    out: Address,
  ): number;
  /** Takes other tables' entries in as they are, and lists pairs of states; returns the first not done. */
  groupAbsorb(
    table: Address,
    entries: Address,
    from: number,
    count: number,
    into: Address,
    other: Address,
  ): number;
  /** Fills free slots with what the old ones hold. */
  groupRehash(table: Address, oldSlots: Address, slotCount: number): void;
  /** Entries ordered by the low `bits` of their hash; `starts` gets 2^bits + 1 u32. */
  groupPartition(
    entries: Address,
    count: number,
    bits: number,
    starts: Address,
    out: Address,
  ): void;
  /** Heads from hashes, in place if wanted. */
  groupHeads(hashes: Address, count: number, heads: Address): void;
  /** Sets bit `bit` of u32 masks, `stride` bytes apart, where the row is NULL. */
  groupNullBits(
    masks: Address,
    stride: number,
    validity: Address,
    count: number,
    bit: number,
  ): void;
  /** A key column in its comparable form; `type` is one of PHYSICAL_TYPE_CODES. */
  groupEncode(
    type: number,
    values: Address,
    validity: Address,
    count: number,
    out: Address,
    stride: number,
  ): void;
  /** Values of 8 or 16 bytes as they are. */
  groupPayload(
    width: number,
    values: Address,
    validity: Address,
    count: number,
    out: Address,
    stride: number,
  ): void;
  /** Total length of the references at `offset` of entries. */
  groupReferenceBytes(entries: Address, count: number, offset: number): number;
  /** Copies their bytes and turns the references to the copies. */
  groupCopyReferences(entries: Address, count: number, offset: number, bytes: Address): void;
  /** Values at `offset` of entries. */
  groupDecode(width: number, entries: Address, count: number, offset: number, out: Address): void;
  /** Validity by bit `bit` of the mask at `offset` of entries; returns the number of NULLs. */
  groupValidity(entries: Address, count: number, offset: number, bit: number, out: Address): number;
  /** Adds `delta` to u32 addresses. */
  groupOffset(addresses: Address, count: number, delta: number, out: Address): void;
  /**
   * `out = out × factor + (value − least)`, `size − 1` for NULL; `type` is an integer's or BOOLEAN's of
   * PHYSICAL_TYPE_CODES.
   */
  directCodes(
    type: number,
    values: Address,
    validity: Address,
    count: number,
    least: bigint,
    size: number,
    factor: number,
    out: Address,
  ): void;
  /** One row for each code whose state is 0; returns how many. */
  directMissing(states: Address, codes: Address, count: number, out: Address): number;
  /** `states[codes[rows[i]]] = found[i]`. */
  directAssign(states: Address, codes: Address, rows: Address, count: number, found: Address): void;
}
