import type { Address, OwnerId, SharedMemory, Vector } from '@windrow/core';
import {
  Arena,
  assert,
  bitmapBytes,
  copyReferenced,
  isNested,
  isReference,
  PAGE_BYTES,
  widthBytes,
} from '@windrow/core';
import { COPY_SLACK_BYTES, kernels } from '@windrow/kernels';
import { type DenseRows, denseRows, gatherOf } from '../dense-rows.ts';
import { type ColumnProfile, EMPTY_PROFILE, mergeProfiles, profileRows } from './column-profile.ts';
import { PARTITION_ROWS, type StoredColumn, type StoredPartition } from './partition.ts';
import type { TableColumn } from './table-column.ts';

/** Capacities of a partition under construction grow so; what has been outgrown stays allocated. */
const FIRST_CAPACITY = 1024;
const GROWTH = 16;

/**
 * Takes rows into a partition of its own pages by deep copy, until the partition is full. What has been
 * stored never moves away from under a reader: growing allocates anew.
 */
export class PartitionBuilder {
  readonly owner: OwnerId;
  readonly #arena: Arena;
  readonly #columns: readonly ColumnBuilder[];
  #capacity = 0;
  #rowCount = 0;

  constructor(memory: SharedMemory, columns: readonly TableColumn[]) {
    this.owner = memory.newOwner();
    this.#arena = new Arena(memory, this.owner, PAGE_BYTES);
    this.#columns = columns.map((column) => new ColumnBuilder(column, this.#arena));
  }

  get rowCount(): number {
    return this.#rowCount;
  }

  /** Memory that the partition's pages take. */
  get reservedBytes(): number {
    return this.#arena.reservedBytes;
  }

  get isFull(): boolean {
    return this.#rowCount === PARTITION_ROWS;
  }

  /**
   * Stores rows `from` … of the vectors and returns how many there was room for, at most `count`. When it
   * throws, no row has been added.
   */
  append(vectors: readonly Vector[], from: number, count: number, scratch: Arena): number {
    assert(vectors.length === this.#columns.length, 'rows have the columns of the table');
    const taken = Math.min(count, PARTITION_ROWS - this.#rowCount);
    this.#reserve(this.#rowCount + taken);
    const profiles = this.#columns.map((column, index) =>
      column.append(vectors[index] as Vector, { from, count: taken, at: this.#rowCount }, scratch),
    );
    this.#columns.forEach((column, index) => {
      column.profile = mergeProfiles(column.profile, profiles[index] as ColumnProfile);
    });
    this.#rowCount += taken;
    return taken;
  }

  /** A function that takes back what is appended from now on. */
  savepoint(): () => void {
    const rowCount = this.#rowCount;
    const profiles = this.#columns.map((column) => column.profile);
    return () => {
      this.#rowCount = rowCount;
      this.#columns.forEach((column, index) => {
        column.profile = profiles[index] as ColumnProfile;
      });
    };
  }

  /** The partition as of now; it stays valid while more rows are added. */
  snapshot(): StoredPartition {
    const columns = this.#columns.map((column) => column.stored());
    return { rowCount: this.#rowCount, columns, owner: this.owner };
  }

  #reserve(rows: number): void {
    if (rows <= this.#capacity) return;
    let capacity = Math.max(FIRST_CAPACITY, this.#capacity * GROWTH);
    while (capacity < rows) capacity *= GROWTH;
    // A first piece of rows is often all there is: it gets what it needs.
    if (this.#capacity === 0) capacity = Math.ceil(rows / 64) * 64;
    capacity = Math.min(capacity, PARTITION_ROWS);
    for (const column of this.#columns) column.reserve(capacity, this.#rowCount);
    this.#capacity = capacity;
  }
}

interface Piece {
  readonly from: number;
  readonly count: number;
  /** Row of the partition at which the piece begins. */
  readonly at: number;
}

class ColumnBuilder {
  readonly #column: TableColumn;
  readonly #arena: Arena;
  #kind: StoredColumn['kind'];
  #data: Address = 0;
  #validity: Address = 0;
  #capacity = 0;
  profile: ColumnProfile = EMPTY_PROFILE;

  constructor(column: TableColumn, arena: Arena) {
    this.#column = column;
    this.#arena = arena;
    this.#kind = column.dictionary?.isOpen === true ? 'codes' : 'values';
  }

  stored(): StoredColumn {
    const { profile } = this;
    return { kind: this.#kind, data: this.#data, validity: this.#validity, profile };
  }

  reserve(capacity: number, rowCount: number): void {
    const width = this.#width();
    const { u8 } = this.#arena.memory;
    const data = this.#arena.allocate(capacity * width);
    u8.copyWithin(data, this.#data, this.#data + rowCount * width);
    this.#data = data;
    this.#capacity = capacity;
    if (this.#validity !== 0) this.#validity = this.#newValidity(this.#validity, rowCount);
  }

  /** Stores the piece and returns its profile. */
  append(vector: Vector, { from, count, at }: Piece, scratch: Arena): ColumnProfile {
    const mark = scratch.mark();
    const rows = denseRows(vector, from, count, scratch);
    const { type, dictionary } = this.#column;
    const encoded =
      this.#kind === 'codes' && this.#column.encode(rows, count, this.#data + at * 4, scratch);
    if (this.#kind === 'codes' && !encoded) this.#spellOut(at);
    if (this.#kind === 'values') {
      this.#storeValues(rows, count, at);
      this.#column.counter?.add(rows, count, scratch);
    }
    this.#storeValidity(rows.validity, count, at);
    const codes =
      encoded && dictionary !== undefined
        ? {
            indices: this.#data + at * 4,
            entries: dictionary.entries,
            entryCount: dictionary.entryCount,
          }
        : undefined;
    const profile = profileRows(type, rows, count, scratch, codes);
    scratch.rewind(mark);
    return profile;
  }

  #width(): number {
    return this.#kind === 'codes' ? 4 : widthBytes(this.#column.type);
  }

  /** The dictionary has closed: the codes stored so far become references to its entries. */
  #spellOut(rowCount: number): void {
    const { dictionary } = this.#column;
    assert(dictionary !== undefined, 'codes have a dictionary');
    const { memory } = this.#arena;
    const refs = this.#arena.allocate(this.#capacity * 8);
    gatherOf(kernels(memory), 8)(dictionary.entries, this.#data, rowCount, refs);
    this.#data = refs;
    this.#kind = 'values';
  }

  #storeValues({ values, validity }: DenseRows, count: number, at: number): void {
    const { type } = this.#column;
    const { memory } = this.#arena;
    const width = widthBytes(type);
    const target = this.#data + at * width;
    if (!isReference(type)) {
      memory.u8.copyWithin(target, values, values + count * width);
      return;
    }
    const exports = kernels(memory);
    if (isNested(type)) {
      this.#copyNested({ values, validity }, count, target);
      return;
    }
    const bytes = exports.referenceBytes(values, validity, count) + COPY_SLACK_BYTES;
    exports.copyReferences(values, validity, 0, count, target, this.#arena.allocate(bytes));
  }

  #copyNested({ values, validity }: DenseRows, count: number, target: Address): void {
    const { u8, u32 } = this.#arena.memory;
    for (let row = 0; row < count; row++) {
      const valid = validity === 0 || (((u8[validity + (row >>> 3)] ?? 0) >>> (row & 7)) & 1) === 1;
      const from = (values >>> 2) + row * 2;
      const reference = { address: u32[from] ?? 0, bytes: u32[from + 1] ?? 0 };
      const to = (target >>> 2) + row * 2;
      u32[to] = valid ? copyReferenced(this.#arena, this.#column.type, reference) : 0;
      u32[to + 1] = valid ? reference.bytes : 0;
    }
  }

  #storeValidity(validity: Address, count: number, at: number): void {
    if (validity === 0 && this.#validity === 0) return;
    if (this.#validity === 0) this.#validity = this.#newValidity(0, at);
    const { memory } = this.#arena;
    if (validity !== 0) {
      kernels(memory).bitmapPut(validity, count, this.#validity, at);
      return;
    }
    setBits(memory.u8, this.#validity, at, count);
  }

  /** A bitmap for the whole capacity that begins with the first `rowCount` bits of `old`, or all ones. */
  #newValidity(old: Address, rowCount: number): Address {
    const { u8 } = this.#arena.memory;
    // One byte more than the bits need: storing at an odd bit writes the byte after the last.
    const bytes = bitmapBytes(this.#capacity) + 8;
    const validity = this.#arena.allocate(bytes);
    u8.fill(0xff, validity, validity + bytes);
    if (old !== 0) u8.copyWithin(validity, old, old + Math.ceil(rowCount / 8));
    return validity;
  }
}

function setBits(u8: Uint8Array, bitmap: Address, from: number, count: number): void {
  const end = from + count;
  let bit = from;
  for (; bit < end && (bit & 7) !== 0; bit++) {
    u8[bitmap + (bit >>> 3)] = (u8[bitmap + (bit >>> 3)] ?? 0) | (1 << (bit & 7));
  }
  if (bit < end) u8.fill(0xff, bitmap + (bit >>> 3), bitmap + ((end + 7) >>> 3));
}
