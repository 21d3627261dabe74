import {
  type Address,
  type Arena,
  assert,
  bitmapBytes,
  copyReferenced,
  type FlatVector,
  isNested,
  isReference,
  PAGE_BYTES,
  type SharedMemory,
  widthBytes,
} from '@windrow/core';
import { GROUP_HEAD_BYTES, GROUP_TABLE, GROUP_TABLE_BYTES, kernels } from '@windrow/kernels';
import type { EncodedKeys } from './key-encoder.ts';
import type { KeyLayout } from './key-layout.ts';

/** Entries of groups by their addresses, u32; plain data. */
export interface GroupList {
  readonly entries: Address;
  readonly count: number;
}

interface TableContext {
  readonly memory: SharedMemory;
  readonly taskArena: Arena;
  readonly batchArena: Arena;
}

const FIRST_SLOTS = 256;
const FIRST_BLOCK_BYTES = 4096;
const MAX_BLOCK_BYTES = 65536;

/** Slots that stay in the second-level cache together with their groups. */
const MAX_SPARSE_SLOTS = 32768;

/**
 * Groups that so many slots are for. While slots stay in the cache, most of them are free: a row whose
 * first slot is not its own costs a mispredicted branch.
 */
const capacityOf = (slotCount: number): number =>
  slotCount <= MAX_SPARSE_SLOTS ? slotCount / 8 : slotCount / 2;

/**
 * A hash table of groups, one thread's: keys beside their states, in entries that stay where they are
 * until the query ends. Slots and the list of groups are given back with {@link close}.
 */
export class GroupTable {
  readonly layout: KeyLayout;
  /** From an entry to its state. */
  readonly stateOffset: number;
  readonly #context: TableContext;
  readonly #entryBytes: number;
  /** Where the table lies, for {@link attach}. */
  readonly record: Address;
  #slotCount = 0;
  #blockBytes = FIRST_BLOCK_BYTES;

  private constructor(context: TableContext, layout: KeyLayout, record: Address) {
    this.#context = context;
    this.layout = layout;
    this.stateOffset = GROUP_HEAD_BYTES + layout.bytes;
    this.record = record;
    this.#entryBytes = this.#get('entryBytes');
    this.#slotCount = this.#get('mask') + 1;
  }

  /** An empty table; states take `stateBytes`, a multiple of 8. */
  static create(context: TableContext, layout: KeyLayout, stateBytes: number): GroupTable {
    const { memory, taskArena } = context;
    const record = taskArena.allocateZeroed(GROUP_TABLE_BYTES);
    const set = (word: keyof typeof GROUP_TABLE, value: number): void => {
      memory.u32[record / 4 + GROUP_TABLE[word]] = value;
    };
    set('entryBytes', GROUP_HEAD_BYTES + layout.bytes + stateBytes);
    set('keyWords', layout.words);
    set('keyRefs', layout.refs);
    set('keyBytes', layout.bytes);
    const table = new GroupTable(context, layout, record);
    table.#allocateSlots(FIRST_SLOTS);
    return table;
  }

  /** A table that another context has made, which no longer uses it. */
  static attach(context: TableContext, layout: KeyLayout, record: Address): GroupTable {
    return new GroupTable(context, layout, record);
  }

  get count(): number {
    return this.#get('count');
  }

  /** Bytes that probing touches. */
  get bytes(): number {
    return this.#slotCount * 8 + this.count * this.#entryBytes;
  }

  /** The groups in the order of their first rows; valid until the table changes. */
  get groups(): GroupList {
    return { entries: this.#get('groups'), count: this.count };
  }

  /**
   * The addresses of the rows' states (u32, in the batch arena); groups that are new start with zero
   * bytes, and their keys' bytes are kept.
   */
  find(rows: EncodedKeys): Address {
    const { memory, batchArena } = this.#context;
    const { heads, keys, stride, length } = rows;
    const k = kernels(memory);
    const known = this.count;
    const states = batchArena.allocate(length * 4);
    let row = k.groupFind(this.record, heads, keys, stride, 0, length, states);
    while (row < length) {
      this.#makeRoom();
      row = k.groupFind(this.record, heads, keys, stride, row, length, states);
    }
    if (this.count > known) this.#keepKeys(known, rows.stable);
    return states;
  }

  /**
   * Takes entries of other tables in, as they are. `merge` is told of those whose group exists: the
   * states in `other` go into those in `into`.
   */
  absorb(list: GroupList, merge: (into: Address, other: Address, count: number) => void): void {
    const { memory, batchArena } = this.#context;
    const k = kernels(memory);
    const mark = batchArena.mark();
    const into = batchArena.allocate(ABSORB_ENTRIES * 4);
    const other = batchArena.allocate(ABSORB_ENTRIES * 4);
    for (let entry = 0; entry < list.count; ) {
      const end = Math.min(list.count, entry + ABSORB_ENTRIES);
      const next = k.groupAbsorb(this.record, list.entries, entry, end, into, other);
      const pairs = this.#get('pairs');
      if (pairs > 0) merge(into, other, pairs);
      if (next < end) this.#grow();
      entry = next;
    }
    batchArena.rewind(mark);
  }

  /**
   * The groups ordered by the low `bits` of their hash, in the task arena; `starts` has 2^bits + 1 u32.
   */
  partition(bits: number): { readonly entries: Address; readonly starts: Address } {
    const { memory, taskArena } = this.#context;
    const { entries, count } = this.groups;
    const starts = taskArena.allocate(((1 << bits) + 1) * 4);
    const ordered = taskArena.allocate(count * 4);
    kernels(memory).groupPartition(entries, count, bits, starts, ordered);
    return { entries: ordered, starts };
  }

  /** The groups, copied into the task arena, so that the table can be used anew or closed. */
  takeGroups(): GroupList {
    const { memory, taskArena } = this.#context;
    const { entries, count } = this.groups;
    const copy = taskArena.allocate(count * 4);
    memory.u8.copyWithin(copy, entries, entries + count * 4);
    return { entries: copy, count };
  }

  /** Forgets all groups; their entries stay. */
  clear(): void {
    const { memory } = this.#context;
    const slots = this.#get('slots');
    memory.fill(0, slots, this.#slotCount * 8);
    this.#set('count', 0);
  }

  /** Gives slots and list back. */
  close(): void {
    this.#free(this.#get('slots'), this.#slotCount * 8);
    this.#free(this.#get('groups'), listBytes(this.#slotCount));
  }

  #makeRoom(): void {
    if (this.count === this.#get('capacity')) this.#grow();
    else this.#allocateEntries();
  }

  #grow(): void {
    const { memory } = this.#context;
    const oldCount = this.#slotCount;
    const [oldSlots, oldGroups] = [this.#get('slots'), this.#get('groups')];
    this.#allocateSlots(oldCount * 2);
    const groups = this.#get('groups');
    memory.u8.copyWithin(groups, oldGroups, oldGroups + this.count * 4);
    kernels(memory).groupRehash(this.record, oldSlots, oldCount);
    this.#free(oldSlots, oldCount * 8);
    this.#free(oldGroups, listBytes(oldCount));
  }

  #allocateSlots(count: number): void {
    const { memory } = this.#context;
    assert(count <= 2 ** 30, 'slots are numbered by 32-bit hashes');
    const slots = this.#allocate(count * 8);
    memory.fill(0, slots, count * 8);
    this.#slotCount = count;
    this.#set('slots', slots);
    this.#set('mask', count - 1);
    this.#set('shift', 32 - Math.log2(count));
    this.#set('capacity', capacityOf(count));
    this.#set('groups', this.#allocate(listBytes(count)));
  }

  /** Arrays of whole pages can be given back; small ones stay in the arena. */
  #allocate(bytes: number): Address {
    const { memory, taskArena } = this.#context;
    return bytes < PAGE_BYTES
      ? taskArena.allocate(bytes)
      : memory.allocatePages(bytes, taskArena.owner);
  }

  #free(address: Address, bytes: number): void {
    if (bytes >= PAGE_BYTES) this.#context.memory.freePages(address, bytes);
  }

  #allocateEntries(): void {
    const bytes = Math.max(this.#blockBytes, this.#entryBytes);
    this.#blockBytes = Math.min(MAX_BLOCK_BYTES, this.#blockBytes * 2);
    const block = this.#context.taskArena.allocate(bytes);
    this.#set('next', block);
    this.#set('end', block + bytes);
  }

  /** Copies the bytes of the keys of groups from number `from` on, where they do not outlive the batch. */
  #keepKeys(from: number, stable: readonly boolean[]): void {
    const { memory, taskArena } = this.#context;
    const k = kernels(memory);
    const entries = this.#get('groups') + from * 4;
    const count = this.count - from;
    this.layout.columns.forEach(({ type, offset, valueOffset }, column) => {
      if (!isReference(type) || stable[column] === true) return;
      const at = GROUP_HEAD_BYTES + offset;
      const bytes = taskArena.allocate(k.groupReferenceBytes(entries, count, at));
      k.groupCopyReferences(entries, count, at, bytes);
      if (!isNested(type)) return;
      for (let number = 0; number < count; number++) {
        const entry = memory.u32[entries / 4 + number]!;
        const word = (entry + GROUP_HEAD_BYTES + valueOffset) / 4;
        const reference = { address: memory.u32[word]!, bytes: memory.u32[word + 1]! };
        if (reference.address !== 0) memory.u32[word] = copyReferenced(taskArena, type, reference);
      }
    });
  }

  #get(word: keyof typeof GROUP_TABLE): number {
    return this.#context.memory.u32[this.record / 4 + GROUP_TABLE[word]]!;
  }

  #set(word: keyof typeof GROUP_TABLE, value: number): void {
    this.#context.memory.u32[this.record / 4 + GROUP_TABLE[word]] = value;
  }
}

/** Entries that are absorbed before their merges. */
const ABSORB_ENTRIES = 4096;

const listBytes = (slotCount: number): number => capacityOf(slotCount) * 4;

/** The key columns of groups; vectors lie in `arena`, referenced bytes outlive them. */
export function decodeKeys(
  memory: SharedMemory,
  layout: KeyLayout,
  groups: GroupList,
  arena: Arena,
): FlatVector[] {
  const k = kernels(memory);
  const { entries, count } = groups;
  return layout.columns.map(({ type, valueOffset, maskOffset, maskBit }): FlatVector => {
    const width = widthBytes(type);
    const values = arena.allocate(count * width);
    k.groupDecode(width, entries, count, GROUP_HEAD_BYTES + valueOffset, values);
    const bitmap = arena.allocate(bitmapBytes(count));
    const nulls = k.groupValidity(entries, count, maskOffset, maskBit, bitmap);
    const validity = nulls === 0 ? 0 : bitmap;
    return { kind: 'flat', type, length: count, values, validity, stable: true };
  });
}

/** Addresses of the states of groups, u32, in `arena`. */
export function statesOf(
  memory: SharedMemory,
  layout: KeyLayout,
  groups: GroupList,
  arena: Arena,
): Address {
  const states = arena.allocate(groups.count * 4);
  const offset = GROUP_HEAD_BYTES + layout.bytes;
  kernels(memory).groupOffset(groups.entries, groups.count, offset, states);
  return states;
}
