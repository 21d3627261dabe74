import {
  type Address,
  type Arena,
  assert,
  bitmapBytes,
  type FlatVector,
  isNested,
  isReference,
  type SharedMemory,
  type SqlType,
  type Vector,
  widthBytes,
} from '@windrow/core';
import { kernels } from '@windrow/kernels';
import { copyReferencedBytes, flatten } from '../expression/flatten.ts';
import { MAX_CHUNK_ROWS, type RowChunk } from './row-store.ts';

/*
 * Rows distributed over 2^bits partitions by the bits from 32 on of their hash. One chunk of each
 * partition is open for writing at a time. What was written is described in shared memory, so that
 * tasks on other threads find their partition without thousands of objects being sent around:
 *
 *   index: u32 a partition and one more: number of the partition's first chunk
 *   chunk: u32 rows, then u32 values and u32 validity for each column
 */

/** Rows that one thread distributed; plain data. */
export interface PartitionedRows {
  readonly types: readonly SqlType[];
  readonly bits: number;
  readonly rows: number;
  readonly index: Address;
  readonly chunks: Address;
}

interface WriterContext {
  readonly memory: SharedMemory;
  readonly batchArena: Arena;
}

/** Arrays of one u32 a partition; see assembly/partition.ts. */
interface PartitionArrays {
  readonly counts: Address;
  readonly used: Address;
  readonly room: Address;
  readonly full: Address;
}

/** A column of the open chunks. */
interface OpenColumn {
  readonly type: SqlType;
  readonly width: number;
  /** One address a partition. */
  readonly values: Address;
  /** Addresses of one validity byte a row; they appear with the column's first NULL. */
  validity: Address;
}

interface ClosedChunk {
  readonly partition: number;
  readonly length: number;
  readonly columns: readonly { readonly values: Address; readonly validity: Address }[];
}

/** Text of more bytes a value takes several cache lines anyway, and stays where it is if it may. */
export const SHORT_TEXT_BYTES = 32;

const MIN_CHUNK_ROWS = 64;

/** A further chunk has room for this share of the rows that the partition has already. */
const GROWTH = 0.5;

/** Room beyond the expected rows, as hashes never spread them evenly. */
const FIRST_CHUNK_MARGIN = 1.125;

/** Distributes batches over partitions, on one thread, in an arena of the caller's choice. */
export class PartitionedRowsWriter {
  readonly #context: WriterContext;
  readonly #arena: Arena;
  readonly #types: readonly SqlType[];
  readonly #bits: number;
  readonly #arrays: PartitionArrays;
  readonly #columns: readonly OpenColumn[];
  readonly #firstRoom: number;
  readonly #closed: ClosedChunk[] = [];
  /** Rows in the closed chunks of each partition. */
  readonly #partitionRows: number[] = [];
  #rows = 0;

  /** @param options.expectedRows rows that this thread will write, as far as anybody knows. */
  constructor(
    context: WriterContext,
    arena: Arena,
    options: {
      readonly types: readonly SqlType[];
      readonly bits: number;
      readonly expectedRows: number;
    },
  ) {
    const { types, bits, expectedRows } = options;
    const partitions = 1 << bits;
    const array = (): Address => arena.allocateZeroed(partitions * 4);
    this.#context = context;
    this.#arena = arena;
    this.#types = types;
    this.#bits = bits;
    this.#arrays = {
      counts: array(),
      used: array(),
      room: array(),
      full: array(),
    };
    this.#columns = types.map((type) => ({
      type,
      width: widthBytes(type),
      values: array(),
      validity: 0,
    }));
    this.#firstRoom = chunkRows((expectedRows / partitions) * FIRST_CHUNK_MARGIN);
  }

  get rows(): number {
    return this.#rows;
  }

  /** Appends dense columns; `hashes` are u64. Bytes of references that are not stable are kept. */
  append(columns: readonly Vector[], hashes: Address, length: number): void {
    const { memory, batchArena } = this.#context;
    const { counts, used, room, full } = this.#arrays;
    assert(length <= MAX_CHUNK_ROWS, 'a batch fits into a chunk');
    const k = kernels(memory);
    const partitionCount = 1 << this.#bits;
    const order = batchArena.allocate(length * 4);
    k.partitionRows(hashes, length, this.#bits, counts, order);
    const fullCount = k.partitionFull(counts, used, room, partitionCount, full);
    for (let i = 0; i < fullCount; i++) this.#replaceChunk(memory.u32[full / 4 + i]!);
    columns.forEach((vector, column) => {
      this.#scatter(this.#columns[column]!, vector, order, length);
    });
    k.partitionAdvance(used, counts, partitionCount);
    this.#rows += length;
  }

  /** Closes all chunks; nothing can be appended afterwards. */
  finish(): PartitionedRows {
    const { memory } = this.#context;
    const partitionCount = 1 << this.#bits;
    for (let partition = 0; partition < partitionCount; partition++) this.#closeChunk(partition);
    const width = 1 + 2 * this.#types.length;
    const index = this.#arena.allocateZeroed((partitionCount + 1) * 4);
    const chunks = this.#arena.allocate(Math.max(1, this.#closed.length) * width * 4);
    // Stable: chunks of a partition stay in the order of their rows.
    this.#closed.sort((a, b) => a.partition - b.partition);
    this.#closed.forEach(({ partition, length, columns }, number) => {
      const at = chunks / 4 + number * width;
      memory.u32[at] = length;
      columns.forEach(({ values, validity }, column) => {
        memory.u32[at + 1 + 2 * column] = values;
        memory.u32[at + 2 + 2 * column] = validity;
      });
      memory.u32[index / 4 + partition + 1] = number + 1;
    });
    for (let partition = 0; partition < partitionCount; partition++) {
      const at = index / 4 + partition;
      memory.u32[at + 1] = Math.max(memory.u32[at]!, memory.u32[at + 1]!);
    }
    return { types: this.#types, bits: this.#bits, rows: this.#rows, index, chunks };
  }

  #scatter(column: OpenColumn, vector: Vector, order: Address, length: number): void {
    const { counts, used } = this.#arrays;
    const k = kernels(this.#context.memory);
    const partitionCount = 1 << this.#bits;
    const flat = this.#keptBytes(flatten(this.#context, vector, 0, length), order);
    const { width } = column;
    k.partitionScatter(width, flat.values, order, counts, column.values, used, partitionCount);
    if (flat.validity === 0) return;
    if (column.validity === 0) this.#addValidity(column);
    const { validity } = column;
    k.partitionScatterNulls(flat.validity, order, counts, validity, used, partitionCount);
  }

  /**
   * Bytes that may vanish are copied, and short text in any case: read partition by partition where it
   * came from, each value would be a cache miss.
   */
  #keptBytes(vector: FlatVector, order: Address): FlatVector {
    const { type, length, stable } = vector;
    if (!isReference(type) || (stable && !this.#isShortText(vector))) return vector;
    const out = this.#context.batchArena.allocate(length * 8);
    return copyReferencedBytes(this.#arena, vector, { out, order });
  }

  #isShortText({ type, values, validity, length }: FlatVector): boolean {
    if (isNested(type)) return false;
    const bytes = kernels(this.#context.memory).referenceBytes(values, validity, length);
    return bytes <= length * SHORT_TEXT_BYTES;
  }

  #addValidity(column: OpenColumn): void {
    const partitionCount = 1 << this.#bits;
    column.validity = this.#arena.allocateZeroed(partitionCount * 4);
    for (let partition = 0; partition < partitionCount; partition++) {
      this.#allocateValidity(column, partition);
    }
  }

  /** Bytes that call all rows of the open chunk valid. */
  #allocateValidity(column: OpenColumn, partition: number): void {
    const { memory } = this.#context;
    const { u32 } = memory;
    const rows = u32[this.#arrays.room / 4 + partition]!;
    if (rows === 0) return;
    const bytes = this.#arena.allocate(rows);
    memory.fill(1, bytes, rows);
    u32[column.validity / 4 + partition] = bytes;
  }

  #replaceChunk(partition: number): void {
    const { u32 } = this.#context.memory;
    const { counts, used, room } = this.#arrays;
    const wanted = u32[counts / 4 + partition]!;
    this.#closeChunk(partition);
    const before = this.#partitionRows[partition] ?? 0;
    const rows = chunkRows(Math.max(wanted, before === 0 ? this.#firstRoom : before * GROWTH));
    u32[room / 4 + partition] = rows;
    u32[used / 4 + partition] = 0;
    for (const column of this.#columns) {
      u32[column.values / 4 + partition] = this.#arena.allocate(rows * column.width);
      if (column.validity !== 0) this.#allocateValidity(column, partition);
    }
  }

  #closeChunk(partition: number): void {
    const { memory } = this.#context;
    const { used } = this.#arrays;
    const length = memory.u32[used / 4 + partition]!;
    if (length === 0) return;
    this.#partitionRows[partition] = (this.#partitionRows[partition] ?? 0) + length;
    const columns = this.#columns.map((column) => {
      const values = memory.u32[column.values / 4 + partition]!;
      if (column.validity === 0) return { values, validity: 0 };
      const validity = this.#arena.allocate(bitmapBytes(length));
      const bytes = memory.u32[column.validity / 4 + partition]!;
      kernels(memory).packBits(bytes, length, validity);
      return { values, validity };
    });
    this.#closed.push({ partition, length, columns });
  }
}

const chunkRows = (wanted: number): number => {
  const rows = Math.min(MAX_CHUNK_ROWS, Math.max(MIN_CHUNK_ROWS, wanted));
  return Math.ceil(rows / MIN_CHUNK_ROWS) * MIN_CHUNK_ROWS;
};

/** The chunks of one partition, in the order in which the thread wrote them. */
export function partitionChunks(
  memory: SharedMemory,
  rows: PartitionedRows,
  partition: number,
): RowChunk[] {
  const { types, index, chunks } = rows;
  const width = 1 + 2 * types.length;
  const first = memory.u32[index / 4 + partition]!;
  const end = memory.u32[index / 4 + partition + 1]!;
  return Array.from({ length: end - first }, (_, i) => {
    const at = chunks / 4 + (first + i) * width;
    const length = memory.u32[at]!;
    const columns = types.map((type, column): FlatVector => {
      const values = memory.u32[at + 1 + 2 * column]!;
      const validity = memory.u32[at + 2 + 2 * column]!;
      return { kind: 'flat', type, length, values, validity, stable: true };
    });
    return { length, morsel: 0, columns };
  });
}
