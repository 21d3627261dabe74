import {
  type Address,
  type Arena,
  assert,
  type Batch,
  bitmapBytes,
  type FlatVector,
  type SharedMemory,
  type SqlType,
  unreachable,
  type Vector,
  widthBytes,
} from '@windrow/core';
import { kernels } from '@windrow/kernels';
import {
  copyReferencedBytes,
  dictionaryValidity,
  gatherValidity,
  selectRows,
} from '../expression/flatten.ts';

/** Most rows of a chunk: a row's offset in its chunk takes 16 bits of its id. */
export const MAX_CHUNK_ROWS = 65536;

/** Row id that stands for "no row" in {@link RowStore.gather}: all columns NULL. */
export const NO_ROW = 0xffffffff;

const FIRST_CHUNK_ROWS = 64;

/** Chunks start at whole words of their block's bitmaps. */
const CHUNK_ALIGNMENT_ROWS = 64;

/** Rows kept by one thread, as plain data. Columns are flat; referenced bytes outlive the chunk. */
export interface RowChunk {
  readonly length: number;
  /** The morsel that the rows came from, when the writer was told; chunks of one morsel are in order. */
  readonly morsel: number;
  readonly columns: readonly FlatVector[];
}

export const countRows = (chunks: readonly { readonly length: number }[]): number =>
  chunks.reduce((sum, { length }) => sum + length, 0);

/** The chunks of all threads in the order of their morsels. */
export const inMorselOrder = <Chunk extends { readonly morsel: number }>(
  results: readonly (readonly Chunk[])[],
): readonly Chunk[] =>
  // The sort is stable, and a morsel's chunks all come from one thread, in order.
  results.flat().sort((a, b) => a.morsel - b.morsel);

/** Memory for the rows of one or several chunks. */
interface Block {
  readonly capacity: number;
  readonly values: readonly Address[];
  /** Bitmaps appear with the first NULL of their column. */
  readonly validity: Address[];
}

/** Where vectors are read from and temporaries go. */
interface WriterContext {
  readonly memory: SharedMemory;
  readonly batchArena: Arena;
}

/**
 * Keeps the rows of batches in chunks, in an arena of the caller's choice. Bytes behind references that
 * are not stable are copied there too. Used by one thread; cost: one copy of each value.
 */
export class RowStoreWriter {
  readonly #context: WriterContext;
  readonly #arena: Arena;
  readonly #types: readonly SqlType[];
  readonly #chunks: RowChunk[] = [];
  #block: Block | undefined;
  #blockRows = 0;
  #chunkStart = 0;
  #rows = 0;
  /** Chunks before it know their morsel. */
  #morselStart = 0;

  constructor(context: WriterContext, arena: Arena, types: readonly SqlType[]) {
    this.#context = context;
    this.#arena = arena;
    this.#types = types;
  }

  /** Rows appended so far. */
  get rows(): number {
    return this.#rows;
  }

  /** Appends the selected rows of a batch. `batch.length` is at most {@link MAX_CHUNK_ROWS}. */
  append(batch: Batch): void {
    const { columns, selection, length } = batch;
    assert(columns.length === this.#types.length, 'a batch has the columns of its row store');
    let block = this.#block;
    if (block === undefined || this.#blockRows + length > block.capacity) {
      this.#endChunk();
      block = this.#newBlock(length);
    }
    for (let column = 0; column < columns.length; column++) {
      this.#appendColumn(block, column, columns[column]!, selection, length);
    }
    this.#blockRows += length;
    this.#rows += length;
  }

  /** Rows from now on go into another chunk; those since the last call belong to `morsel`. */
  endMorsel(morsel: number): void {
    this.#endChunk();
    for (; this.#morselStart < this.#chunks.length; this.#morselStart++) {
      const chunk = this.#chunks[this.#morselStart]!;
      this.#chunks[this.#morselStart] = { ...chunk, morsel };
    }
  }

  /** Hands over the chunks, in the order of appending; the writer starts afresh, in fresh memory. */
  finish(): readonly RowChunk[] {
    this.#endChunk();
    this.#block = undefined;
    this.#blockRows = 0;
    this.#rows = 0;
    this.#morselStart = 0;
    return this.#chunks.splice(0);
  }

  #newBlock(rows: number): Block {
    assert(rows <= MAX_CHUNK_ROWS, 'a batch fits into a chunk');
    const wanted = Math.max(FIRST_CHUNK_ROWS, rows, 2 * (this.#block?.capacity ?? 0));
    const capacity = Math.min(MAX_CHUNK_ROWS, alignRows(wanted));
    const values = this.#types.map((type) => this.#arena.allocate(capacity * widthBytes(type)));
    this.#block = { capacity, values, validity: this.#types.map(() => 0) };
    this.#blockRows = 0;
    this.#chunkStart = 0;
    return this.#block;
  }

  #endChunk(): void {
    const block = this.#block;
    const start = this.#chunkStart;
    const length = this.#blockRows - start;
    if (block === undefined || length === 0) return;
    const columns = this.#types.map((type, column): FlatVector => {
      const bitmap = block.validity[column]!;
      const values = block.values[column]! + start * widthBytes(type);
      const validity = bitmap === 0 ? 0 : bitmap + start / 8;
      return { kind: 'flat', type, length, values, validity, stable: true };
    });
    this.#chunks.push({ length, morsel: 0, columns });
    this.#blockRows = Math.min(block.capacity, alignRows(this.#blockRows));
    this.#chunkStart = this.#blockRows;
  }

  #appendColumn(
    block: Block,
    column: number,
    vector: Vector,
    selection: Address,
    length: number,
  ): void {
    const context = this.#context;
    const type = this.#types[column]!;
    const at = block.values[column]! + this.#blockRows * widthBytes(type);
    const validity = writeValues(context, vector, { selection, length, at });
    if (validity !== 0) {
      const words = bitmapBytes(block.capacity);
      let bitmap = block.validity[column]!;
      if (bitmap === 0) {
        bitmap = this.#arena.allocate(words);
        context.memory.fill(0xff, bitmap, words);
        block.validity[column] = bitmap;
      }
      kernels(context.memory).bitmapAppend(validity, length, bitmap, this.#blockRows);
    }
    if (vector.stable) return;
    const kept: FlatVector = { kind: 'flat', type, length, values: at, validity, stable: false };
    copyReferencedBytes(this.#arena, kept, { out: at });
  }
}

const alignRows = (rows: number): number =>
  Math.ceil(rows / CHUNK_ALIGNMENT_ROWS) * CHUNK_ALIGNMENT_ROWS;

/** Writes the selected rows' values to `at`; returns their validity, in the batch arena or the vector's own. */
function writeValues(
  context: WriterContext,
  vector: Vector,
  to: { readonly selection: Address; readonly length: number; readonly at: Address },
): Address {
  const { memory } = context;
  const { selection, length, at } = to;
  const k = kernels(memory);
  const width = widthBytes(vector.type) as 1 | 2 | 4 | 8 | 16;
  switch (vector.kind) {
    case 'flat':
      if (selection === 0) {
        memory.u8.copyWithin(at, vector.values, vector.values + length * width);
        return vector.validity;
      }
      k[`gather${width}`](vector.values, selection, length, at);
      return gatherValidity(context, vector.validity, selection, length);
    case 'constant':
      if (vector.isNull) {
        memory.fill(0, at, length * width);
        return context.batchArena.allocateZeroed(bitmapBytes(length));
      }
      k[`fill${width}`](vector.values, length, at);
      return 0;
    case 'dictionary': {
      const selected = selectRows(context, vector, selection, length);
      assert(selected.kind === 'dictionary', 'selection keeps the encoding');
      k[`gather${width}`](vector.dictionary.values, selected.indices, length, at);
      return dictionaryValidity(context, selected);
    }
    default:
      return unreachable(vector);
  }
}

/**
 * The rows of any number of chunks under 32-bit ids, `chunk << 16 | offset`, for operators that sort,
 * join or rank ids and fetch the values when rows leave. Any thread may open one over the same chunks.
 */
export class RowStore {
  readonly chunks: readonly RowChunk[];
  readonly #memory: SharedMemory;
  readonly #arena: Arena;
  readonly #tables = new Map<number, { readonly table: Address; readonly hasNulls: boolean }>();

  /** @param arena holds a small table for each column that is read. */
  constructor(memory: SharedMemory, arena: Arena, chunks: readonly RowChunk[]) {
    assert(chunks.length <= 65536, 'a row id has 16 bits for the chunk');
    this.#memory = memory;
    this.#arena = arena;
    this.chunks = chunks;
  }

  /**
   * The values of rows by id, in the order of ids; {@link NO_ROW} gives NULL when `missing` says that it
   * may occur. `ids` is u32, `count` long; the result lies in `arena`.
   */
  gather(
    column: number,
    ids: Address,
    count: number,
    arena: Arena,
    options: { readonly missing: boolean } = { missing: false },
  ): FlatVector {
    const type = this.typeOf(column);
    const k = kernels(this.#memory);
    const { table, hasNulls } = this.table(column);
    const width = widthBytes(type);
    const values = arena.allocate(count * width);
    k.rowStoreGather(width, table, ids, count, values);
    let validity = 0;
    if (hasNulls || options.missing) {
      validity = arena.allocate(bitmapBytes(count));
      k.rowStoreGatherBits(table, ids, count, validity);
    }
    return { kind: 'flat', type, length: count, values, validity, stable: true };
  }

  /** The type of a column; there is at least one row. */
  typeOf(column: number): SqlType {
    const type = this.chunks[0]?.columns[column]?.type;
    assert(type !== undefined, 'a row store without rows has no columns');
    return type;
  }

  /**
   * Where kernels find a column: two u32 a chunk, the addresses of its values and of its validity (0: no
   * NULL in the chunk), and whether any chunk has a validity.
   */
  table(column: number): { readonly table: Address; readonly hasNulls: boolean } {
    let entry = this.#tables.get(column);
    if (entry === undefined) {
      const table = this.#arena.allocate(this.chunks.length * 8);
      let hasNulls = false;
      this.chunks.forEach((chunk, index) => {
        const { values, validity } = chunk.columns[column]!;
        this.#memory.u32[table / 4 + index * 2] = values;
        this.#memory.u32[table / 4 + index * 2 + 1] = validity;
        hasNulls ||= validity !== 0;
      });
      entry = { table, hasNulls };
      this.#tables.set(column, entry);
    }
    return entry;
  }
}
