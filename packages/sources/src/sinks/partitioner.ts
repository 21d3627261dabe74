import type { Address, Chunk, SharedMemory, Vector } from '@windrow/core';
import { Arena, bitmapBytes, isValidAt, PAGE_BYTES, readText, widthBytes } from '@windrow/core';
import { kernels } from '@windrow/kernels';
import { gatherOf } from '../dense-rows.ts';
import { DictionaryBuilder } from '../dictionary-builder.ts';
import { columnText } from '../text/column-text.ts';
import { denseVector } from './record-columns.ts';

/** Rows of a chunk that belong to one partition. */
export interface PartitionRows {
  /** Texts of the keys, in the order of the key columns. */
  readonly keys: readonly (string | null)[];
  readonly chunk: Chunk;
}

/** More values of a key than this are no partitions. */
const MAX_KEYS = 65536;

/** Splits chunks by the values of key columns. Keys are numbered as they come up. */
export class Partitioner {
  readonly #memory: SharedMemory;
  readonly #keyColumns: readonly number[];
  readonly #keys: readonly DictionaryBuilder[];
  readonly #dictionaries: Arena;
  readonly #scratch: Arena;
  /** Number of a partition by its keys' numbers, joined. */
  readonly #numbers = new Map<string, number>();
  readonly #texts: (readonly (string | null)[])[] = [];

  constructor(memory: SharedMemory, keyColumns: readonly number[]) {
    this.#memory = memory;
    this.#keyColumns = keyColumns;
    this.#dictionaries = new Arena(memory, memory.newOwner(), PAGE_BYTES);
    this.#scratch = new Arena(memory, memory.newOwner());
    this.#keys = keyColumns.map(
      () =>
        new DictionaryBuilder(this.#dictionaries, { capacity: 64, limit: MAX_KEYS, copies: true }),
    );
  }

  /** Gives each partition its rows, by the partition's number; the chunks are valid during the call. */
  split(chunk: Chunk, use: (partition: number, rows: PartitionRows) => void): void {
    const { length } = chunk;
    const rowsOf = this.#rowNumbers(chunk);
    const dense = chunk.columns.map((column) => denseVector(column, length, this.#scratch));
    for (const [partition, rows] of rowsOf) {
      const mark = this.#scratch.mark();
      const ids = this.#scratch.allocate(rows.length * 4);
      this.#memory.u32.set(rows, ids >>> 2);
      const columns = dense.map((column): Vector => {
        const width = widthBytes(column.type);
        const values = this.#scratch.allocate(rows.length * width);
        gatherOf(kernels(this.#memory), width)(column.values, ids, rows.length, values);
        return {
          ...column,
          length: rows.length,
          values,
          validity: this.#bits(column.validity, ids, rows.length),
        };
      });
      const keys = this.#texts[partition] ?? [];
      use(partition, { keys, chunk: { length: rows.length, columns } });
      this.#scratch.rewind(mark);
    }
    this.#scratch.reset();
  }

  release(): void {
    this.#scratch.release();
    this.#dictionaries.release();
  }

  #bits(validity: Address, ids: Address, count: number): Address {
    if (validity === 0) return 0;
    const out = this.#scratch.allocate(bitmapBytes(count));
    kernels(this.#memory).gatherBits(validity, ids, count, out);
    return out;
  }

  /** Row numbers by partition, in the order in which partitions come up. */
  #rowNumbers(chunk: Chunk): Map<number, number[]> {
    const { length } = chunk;
    const codes = this.#keyColumns.map((ordinal, key) => this.#codes(chunk, ordinal, key));
    const rows = new Map<number, number[]>();
    for (let row = 0; row < length; row++) {
      const partition = this.#partition(codes, row);
      const known = rows.get(partition);
      if (known === undefined) rows.set(partition, [row]);
      else known.push(row);
    }
    return rows;
  }

  /** The number of each row's key, −1 where NULL. */
  #codes(chunk: Chunk, ordinal: number, key: number): Int32Array {
    const { length } = chunk;
    const vector = denseVector(chunk.columns[ordinal] as Vector, length, this.#scratch);
    const refs = columnText(vector, this.#scratch);
    const out = this.#scratch.allocate(length * 4);
    const { validity } = vector;
    const builder = this.#keys[key] as DictionaryBuilder;
    builder.encodeAll({ refs, validity, count: length }, out);
    const codes = this.#memory.i32.slice(out >>> 2, (out >>> 2) + length);
    if (validity !== 0) {
      for (let row = 0; row < length; row++)
        if (!isValidAt(this.#memory, validity, row)) codes[row] = -1;
    }
    return codes;
  }

  #partition(codes: readonly Int32Array[], row: number): number {
    const [only] = codes;
    const name =
      codes.length === 1 ? String(only?.[row]) : codes.map((column) => column[row]).join();
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(name, number);
    this.#texts.push(codes.map((column, key) => this.#text(key, column[row] ?? -1)));
    return number;
  }

  #text(key: number, code: number): string | null {
    if (code < 0) return null;
    const word = ((this.#keys[key]?.entries ?? 0) >>> 2) + code * 2;
    const { u32 } = this.#memory;
    return readText(this.#memory, u32[word] ?? 0, u32[word + 1] ?? 0);
  }
}
