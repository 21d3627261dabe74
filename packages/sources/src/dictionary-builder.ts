import type { Address, Arena } from '@windrow/core';
import { SqlError } from '@windrow/core';
import { kernels } from '@windrow/kernels';

/** Words of a dictionary under construction; drawn in the kernels' assembly/dictionary.ts. */
const ENTRY_COUNT = 0;
const MAX_ENTRIES = 1;
const SLOT_MASK = 2;
const SLOTS = 3;
const ENTRIES = 4;
const HASHES = 5;
const NEXT_BYTE = 6;
const END_BYTE = 7;
const RECORD_WORDS = 8;

/** Room for the bytes of new entries is taken in blocks of this size, or of one value's size. */
const BYTES_BLOCK = 32768;

/**
 * A growing dictionary of distinct values behind references. Entries are numbered in order of first
 * appearance and never change their number.
 *
 * With `copies`, the entries' bytes are copied into the arena; else they stay where the rows have them.
 */
export class DictionaryBuilder {
  readonly #arena: Arena;
  readonly #limit: number;
  readonly #copies: boolean;
  readonly #record: Address;

  constructor(
    arena: Arena,
    options: { readonly capacity: number; readonly limit: number; readonly copies: boolean },
  ) {
    this.#arena = arena;
    this.#limit = options.limit;
    this.#copies = options.copies;
    this.#record = arena.allocateZeroed(RECORD_WORDS * 4);
    this.#grow(Math.min(options.capacity, options.limit));
    if (options.copies) this.#reserveBytes(0);
  }

  get entryCount(): number {
    return this.#word(ENTRY_COUNT);
  }

  /** Address of the entries' references; a longer array takes its place when the dictionary grows. */
  get entries(): Address {
    return this.#word(ENTRIES);
  }

  /**
   * Stores the entry numbers (u32) of the rows at `out`; NULL rows get 0. Returns false when more
   * entries than the limit are needed; then `out` is not complete.
   */
  encode(
    rows: {
      readonly refs: Address;
      readonly validity: Address;
      readonly from?: number;
      readonly count: number;
    },
    out: Address,
  ): boolean {
    const { refs, validity, count } = rows;
    const { dictionaryEncode } = kernels(this.#arena.memory);
    let row = rows.from ?? 0;
    for (;;) {
      row = dictionaryEncode(this.#record, refs, validity, row, count, out);
      if (row === count) return true;
      const capacity = this.#word(MAX_ENTRIES);
      if (this.entryCount < capacity) {
        this.#reserveBytes(this.#arena.memory.u32[(refs >>> 2) + row * 2 + 1] ?? 0);
      } else if (capacity < this.#limit) {
        this.#grow(Math.min(this.#limit, capacity * 4));
      } else {
        return false;
      }
    }
  }

  /**
   * As {@link encode}, for dictionaries that have to take all values.
   * @throws SqlError 54000 when there are more than the limit.
   */
  encodeAll(
    rows: { readonly refs: Address; readonly validity: Address; readonly count: number },
    out: Address,
  ): void {
    if (this.encode(rows, out)) return;
    throw new SqlError('execution', `there are more than ${this.#limit} distinct values`, {
      sqlState: '54000',
    });
  }

  /** Moves to larger arrays; the old ones stay as they are, for those who hold their addresses. */
  #grow(capacity: number): void {
    const arena = this.#arena;
    const { u8, u32 } = arena.memory;
    const count = this.entryCount;
    const entries = arena.allocate(capacity * 8);
    const hashes = arena.allocate(capacity * 4);
    u8.copyWithin(entries, this.entries, this.entries + count * 8);
    u8.copyWithin(hashes, this.#word(HASHES), this.#word(HASHES) + count * 4);
    // A column of NULLs alone points at entry 0, which must be readable.
    if (count === 0) u8.fill(0, entries, entries + 8);
    const mask = 2 ** Math.ceil(Math.log2(capacity * 2)) - 1;
    const slots = arena.allocateZeroed((mask + 1) * 4);
    for (let entry = 0; entry < count; entry++) {
      let slot = (u32[(hashes >>> 2) + entry] ?? 0) & mask;
      while (u32[(slots >>> 2) + slot] !== 0) slot = (slot + 1) & mask;
      u32[(slots >>> 2) + slot] = entry + 1;
    }
    this.#set(MAX_ENTRIES, capacity);
    this.#set(SLOT_MASK, mask);
    this.#set(SLOTS, slots);
    this.#set(ENTRIES, entries);
    this.#set(HASHES, hashes);
  }

  #reserveBytes(needed: number): void {
    if (!this.#copies) return;
    const bytes = Math.max(BYTES_BLOCK, needed);
    const address = this.#arena.allocate(bytes);
    this.#set(NEXT_BYTE, address);
    this.#set(END_BYTE, address + bytes);
  }

  #word(index: number): number {
    return this.#arena.memory.u32[(this.#record >>> 2) + index] ?? 0;
  }

  #set(index: number, value: number): void {
    this.#arena.memory.u32[(this.#record >>> 2) + index] = value;
  }
}
