import {
  type Address,
  type Arena,
  isReference,
  physicalType,
  type SharedMemory,
} from '@windrow/core';
import { kernels, PHYSICAL_TYPE_CODES, SORT_RANGE_BYTES } from '@windrow/kernels';
import { type RowChunk, RowStoreWriter } from '../runtime/row-store.ts';

/** What has to be known of sort keys once their rows have left memory; plain data. */
export interface SurveyResult {
  /** A range of each key column over all rows, see `sortKeyRange` of the kernels. */
  readonly ranges: readonly Address[];
  /** Key columns of some rows at even distances. */
  readonly sample: readonly RowChunk[];
}

/** One row in so many is kept. */
const SAMPLE_DISTANCE = 256;

/** Offsets in a range of references: address and length of the first value. */
const FIRST_VALUE_OFFSET = 56;

/** Looks at key columns of rows that pass by. What it finds lies in an arena of the caller's choice. */
export class Survey {
  readonly #memory: SharedMemory;
  readonly #arena: Arena;
  readonly #batchArena: Arena;
  readonly #columns: readonly number[];
  readonly #ranges: readonly Address[] = [];
  #sample: RowStoreWriter | undefined;
  #next = 0;

  constructor(
    context: { readonly memory: SharedMemory; readonly batchArena: Arena },
    arena: Arena,
    columns: readonly number[],
  ) {
    this.#memory = context.memory;
    this.#batchArena = context.batchArena;
    this.#arena = arena;
    this.#columns = columns;
    this.#ranges = columns.map(() => arena.allocateZeroed(SORT_RANGE_BYTES));
  }

  add(chunk: RowChunk): void {
    this.#columns.forEach((column, key) => {
      const { type, values, validity } = chunk.columns[column]!;
      const range = this.#ranges[key]!;
      const code = PHYSICAL_TYPE_CODES[physicalType(type)];
      kernels(this.#memory).sortKeyRange(code, values, validity, chunk.length, range);
      if (isReference(type)) this.#keepFirstValue(range);
    });
    this.#addSample(chunk);
  }

  finish(): SurveyResult {
    return { ranges: this.#ranges, sample: this.#sample?.finish() ?? [] };
  }

  /** A range refers to the value that it met first, whose chunk is about to go. */
  #keepFirstValue(range: Address): void {
    const { u8, u32 } = this.#memory;
    const at = (range + FIRST_VALUE_OFFSET) >>> 2;
    const [address, bytes] = [u32[at]!, u32[at + 1]!];
    if (bytes === 0) return;
    const copy = this.#arena.allocate(bytes);
    u8.copyWithin(copy, address, address + bytes);
    u32[at] = copy;
  }

  #addSample({ columns, length }: RowChunk): void {
    const wanted: number[] = [];
    for (; this.#next < length; this.#next += SAMPLE_DISTANCE) wanted.push(this.#next);
    this.#next -= length;
    if (wanted.length === 0 || this.#columns.length === 0) return;
    const selection = this.#batchArena.allocate(wanted.length * 4);
    this.#memory.u32.set(wanted, selection >>> 2);
    const keys = this.#columns.map((column) => ({ ...columns[column]!, stable: false }));
    const context = { memory: this.#memory, batchArena: this.#batchArena };
    this.#sample ??= new RowStoreWriter(
      context,
      this.#arena,
      keys.map(({ type }) => type),
    );
    this.#sample.append({ length: wanted.length, selection, columns: keys });
  }
}
