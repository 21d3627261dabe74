import type {
  Address,
  Chunk,
  OwnerId,
  SharedMemory,
  Sink,
  SinkDescription,
  SinkWriter,
  SqlType,
  WriteReport,
} from '@windrow/core';
import { Arena, PAGE_BYTES } from '@windrow/core';
import { checkNotNull } from './not-null.ts';
import { PARTITION_ROWS, type StoredPartition } from './partition.ts';
import { PartitionBuilder } from './partition-builder.ts';
import { TableColumn } from './table-column.ts';

/** Name of the sink whose partitions a memory table takes over. */
export const MEMORY_SINK = 'memory';

/** Rows of one morsel within a partition, in the order of the partition. */
export interface MorselRange {
  readonly morsel: number;
  readonly rowCount: number;
}

/** What one thread has stored; plain data, all pages belonging to the owners named. */
export interface MemoryWrite {
  readonly thread: number;
  readonly partitions: readonly {
    readonly stored: StoredPartition;
    readonly ranges: readonly MorselRange[];
  }[];
  readonly columns: readonly WrittenColumn[];
}

/** What a thread knows of a column: the dictionary of its codes, and a sketch of the other values. */
export interface WrittenColumn {
  readonly dictionary:
    | {
        readonly owner: OwnerId;
        readonly entries: Address;
        readonly entryCount: number;
        readonly open: boolean;
      }
    | undefined;
  readonly registers: Uint8Array;
}

/** Stores rows in partitions of the thread's own; they become a table's by {@link MemoryTable.attach}. */
export const memorySink: Sink = {
  name: MEMORY_SINK,
  open: (description, { memory, thread }): SinkWriter =>
    new MemoryWriter(description, memory, thread),
};

interface OpenPartition {
  readonly builder: PartitionBuilder;
  readonly ranges: { morsel: number; rowCount: number }[];
}

class MemoryWriter implements SinkWriter {
  readonly #description: SinkDescription;
  readonly #memory: SharedMemory;
  readonly #thread: number;
  readonly #columns: readonly TableColumn[];
  readonly #scratch: Arena;
  readonly #full: OpenPartition[] = [];
  #open: OpenPartition | undefined;

  constructor(description: SinkDescription, memory: SharedMemory, thread: number) {
    this.#description = description;
    this.#memory = memory;
    this.#thread = thread;
    const types: readonly SqlType[] = description.schema.fields.map((field) => field.type);
    this.#columns = types.map((type) => TableColumn.create(memory, type));
    this.#scratch = new Arena(memory, memory.newOwner(), PAGE_BYTES);
  }

  write(chunk: Chunk, position = { morsel: 0 }): void {
    checkNotNull(chunk, this.#description.schema, this.#scratch);
    for (let from = 0; from < chunk.length; ) {
      const { builder, ranges } = this.#partition(position.morsel);
      const taken = builder.append(chunk.columns, from, chunk.length - from, this.#scratch);
      const last = ranges.at(-1);
      if (last?.morsel === position.morsel) last.rowCount += taken;
      else ranges.push({ morsel: position.morsel, rowCount: taken });
      from += taken;
    }
    this.#scratch.reset();
  }

  close(): WriteReport {
    this.#scratch.release();
    const partitions = this.#partitions().map(({ builder, ranges }) => ({
      stored: builder.snapshot(),
      ranges,
    }));
    const columns = this.#columns.map(({ dictionary, counter }): WrittenColumn => {
      const registers = counter?.snapshot() ?? new Uint8Array();
      if (dictionary === undefined) return { dictionary: undefined, registers };
      const { entries, entryCount, isOpen, pages } = dictionary;
      const written = { owner: pages.owner, entries, entryCount, open: isOpen };
      return { dictionary: written, registers };
    });
    const data: MemoryWrite = { thread: this.#thread, partitions, columns };
    const rows = partitions.reduce((sum, { stored }) => sum + stored.rowCount, 0);
    return { files: [], rows, bytes: 0, data };
  }

  abort(): void {
    this.#scratch.release();
    for (const { builder } of this.#partitions()) this.#memory.freeOwner(builder.owner);
    for (const { dictionary } of this.#columns) {
      if (dictionary !== undefined) this.#memory.freeOwner(dictionary.pages.owner);
    }
  }

  #partitions(): readonly OpenPartition[] {
    return this.#open === undefined ? this.#full : [...this.#full, this.#open];
  }

  /** A partition that half full keeps to one run of rows, so that it need not be taken apart later. */
  #partition(morsel: number): OpenPartition {
    const open = this.#open;
    if (open !== undefined) {
      const sameMorsel = open.ranges.at(-1)?.morsel === morsel;
      if (!open.builder.isFull && (sameMorsel || open.builder.rowCount < PARTITION_ROWS / 2))
        return open;
      this.#full.push(open);
    }
    this.#open = { builder: new PartitionBuilder(this.#memory, this.#columns), ranges: [] };
    return this.#open;
  }
}
