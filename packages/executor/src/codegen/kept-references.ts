import {
  type Address,
  type Arena,
  assert,
  copyReferenced,
  isNested,
  type SqlType,
} from '@windrow/core';
import { kernels } from '@windrow/kernels';

/** A place in records that holds a reference. */
export interface ReferenceSlot {
  readonly offsetBytes: number;
  readonly of: SqlType;
}

const FIRST_CHUNK_BYTES = 16384;
const LAST_CHUNK_BYTES = 16 * 1048576;

/**
 * Copies what records refer to into an arena, each time they have changed, and knows by address what it
 * has copied before. Copies that no record refers to any more stay behind in the arena.
 */
export class KeptReferences {
  readonly #slots: readonly ReferenceSlot[];
  /** Chunks for flat bytes, as the kernels want them: pairs of start and end. */
  readonly #chunks: Address[] = [];
  /** Copies of nested values, which are allocated one by one. */
  readonly #nested = new Set<Address>();
  #arena: Arena | undefined;
  #ranges: Address = 0;
  #next: Address = 0;
  #end: Address = 0;

  constructor(slots: readonly ReferenceSlot[]) {
    this.#slots = slots;
  }

  /** `records` are u32 addresses, duplicates allowed; the arena has to be the same in all calls. */
  keep(records: Address, count: number, arena: Arena): void {
    assert(this.#arena === undefined || this.#arena === arena, 'references are kept in one arena');
    this.#arena = arena;
    for (const slot of this.#slots) {
      if (isNested(slot.of)) this.#keepNested(slot, records, count, arena);
      else this.#keepBytes(slot, records, count, arena);
    }
  }

  #keepBytes({ offsetBytes }: ReferenceSlot, records: Address, count: number, arena: Arena): void {
    const k = kernels(arena.memory);
    const bytes = k.unkeptReferenceBytes(
      records,
      count,
      offsetBytes,
      this.#ranges,
      this.#chunks.length / 2,
    );
    if (bytes === 0) return;
    if (this.#next + bytes > this.#end) this.#addChunk(bytes, arena);
    const end = k.keepReferences(
      records,
      count,
      offsetBytes,
      this.#ranges,
      this.#chunks.length / 2,
      this.#next,
    );
    this.#next = end >>> 0;
  }

  /** Chunks double in size, so that there are few of them to search. */
  #addChunk(bytes: number, arena: Arena): void {
    const doubled = FIRST_CHUNK_BYTES * 2 ** Math.min(this.#chunks.length / 2, 20);
    const size = Math.max(bytes, Math.min(doubled, LAST_CHUNK_BYTES));
    this.#next = arena.allocate(size);
    this.#end = this.#next + size;
    this.#chunks.push(this.#next, this.#end);
    this.#ranges = arena.allocate(this.#chunks.length * 4);
    arena.memory.u32.set(this.#chunks, this.#ranges >>> 2);
  }

  #keepNested(
    { offsetBytes, of }: ReferenceSlot,
    records: Address,
    count: number,
    arena: Arena,
  ): void {
    const { u32 } = arena.memory;
    for (let i = 0; i < count; i++) {
      const word = (u32[(records >>> 2) + i]! + offsetBytes) >>> 2;
      const address = u32[word]!;
      const bytes = u32[word + 1]!;
      if (bytes === 0 || this.#nested.has(address)) continue;
      const copy = copyReferenced(arena, of, { address, bytes });
      this.#nested.add(copy);
      u32[word] = copy;
    }
  }
}
