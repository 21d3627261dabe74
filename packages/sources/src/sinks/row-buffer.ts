import type { Chunk, Schema, SharedMemory, Vector } from '@windrow/core';
import { Arena, PAGE_BYTES } from '@windrow/core';
import type { StoredPartition } from '../memory/partition.ts';
import { PartitionBuilder } from '../memory/partition-builder.ts';
import { TableColumn } from '../memory/table-column.ts';

/** Keeps copies of rows until there are enough of them. */
export class RowBuffer {
  readonly #memory: SharedMemory;
  readonly #schema: Schema;
  readonly #columns: readonly TableColumn[];
  readonly #scratch: Arena;
  #builders: PartitionBuilder[] = [];

  constructor(memory: SharedMemory, schema: Schema) {
    this.#memory = memory;
    this.#schema = schema;
    this.#columns = schema.fields.map(({ type }) => new TableColumn(type, undefined, undefined));
    this.#scratch = new Arena(memory, memory.newOwner(), PAGE_BYTES);
  }

  get rowCount(): number {
    return this.#builders.reduce((rows, builder) => rows + builder.rowCount, 0);
  }

  get bytes(): number {
    return this.#builders.reduce((sum, builder) => sum + builder.reservedBytes, 0);
  }

  /** Copies `count` rows of the chunk. */
  add(chunk: Chunk, from: number, count: number): void {
    for (let row = from; row < from + count; ) {
      let builder = this.#builders.at(-1);
      if (builder === undefined || builder.isFull) {
        builder = new PartitionBuilder(this.#memory, this.#columns);
        this.#builders.push(builder);
      }
      row += builder.append(chunk.columns, row, from + count - row, this.#scratch);
    }
    this.#scratch.reset();
  }

  /** The rows as chunks of flat columns, valid until {@link clear}. */
  chunks(): Chunk[] {
    return this.#builders.map((builder) => this.#chunk(builder.snapshot()));
  }

  clear(): void {
    for (const builder of this.#builders) this.#memory.freeOwner(builder.owner);
    this.#builders = [];
  }

  release(): void {
    this.clear();
    this.#scratch.release();
  }

  #chunk({ rowCount: length, columns }: StoredPartition): Chunk {
    return {
      length,
      columns: columns.map(({ data: values, validity }, index): Vector => {
        const type = this.#schema.fields[index]?.type as Vector['type'];
        return { kind: 'flat', type, length, values, validity, stable: false };
      }),
    };
  }
}
