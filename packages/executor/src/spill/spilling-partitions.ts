import { type Address, Arena, type SqlType, type Vector, widthBytes } from '@windrow/core';
import type { TaskContext } from '../operator.ts';
import {
  type PartitionedRows,
  PartitionedRowsWriter,
  partitionChunks,
} from '../runtime/partitioned-rows.ts';
import type { SpilledChunk, SpillFile } from './spill-file.ts';
import { writeChunk } from './spilling-rows.ts';

/** Rows of a partition in a file. */
export interface PartChunk {
  readonly part: number;
  readonly chunk: SpilledChunk;
}

/** Rows that one thread distributed over partitions; plain data. */
export interface KeptPartitions {
  /** Absent when all are in the file. */
  readonly rows: PartitionedRows | undefined;
  readonly spilled: readonly PartChunk[];
}

/** Share of all memory that is made room in for rows that are expected. */
const ROOM_SHARE = 1 / 16;

/** Distributes rows of one thread over partitions, in memory and, when it is told to, in a file. */
export class SpillingPartitions {
  readonly #context: TaskContext;
  readonly #arena: Arena;
  readonly #options: {
    readonly types: readonly SqlType[];
    readonly bits: number;
    readonly expectedRows: number;
  };
  readonly #spilled: PartChunk[] = [];
  #writer: PartitionedRowsWriter;
  #file: SpillFile | undefined;

  constructor(
    context: TaskContext,
    options: {
      readonly types: readonly SqlType[];
      readonly bits: number;
      readonly expectedRows: number;
    },
  ) {
    const { memory, taskArena, threads } = context;
    const rowBytes = options.types.reduce((sum, type) => sum + widthBytes(type), 1);
    const roomRows = (memory.limitBytes * ROOM_SHARE) / threads / rowBytes;
    this.#context = context;
    this.#options = { ...options, expectedRows: Math.min(options.expectedRows, roomRows) };
    this.#arena = new Arena(memory, taskArena.owner, undefined, taskArena);
    this.#writer = new PartitionedRowsWriter(context, this.#arena, this.#options);
  }

  /** Memory that the rows take. */
  get bytes(): number {
    return this.#arena.reservedBytes;
  }

  /** Rows in memory. */
  get rows(): number {
    return this.#writer.rows;
  }

  append(columns: readonly Vector[], hashes: Address, length: number): void {
    this.#writer.append(columns, hashes, length);
  }

  /** Writes the rows in memory to the file, as rows of a morsel where their order counts. */
  spill(morsel = 0): void {
    if (this.#writer.rows === 0) return;
    this.#file ??= this.#context.spill.create();
    const file = this.#file;
    this.takeRows((rows) => {
      for (let part = 0; part < 1 << this.#options.bits; part++) {
        for (const chunk of partitionChunks(this.#context.memory, rows, part)) {
          for (const piece of writeChunk(this.#context, file, { ...chunk, morsel })) {
            this.#spilled.push({ part, chunk: piece });
          }
        }
      }
    });
  }

  /** Hands over the rows in memory, which is free again afterwards. */
  takeRows(take: (rows: PartitionedRows) => void): void {
    take(this.#writer.finish());
    this.#arena.release();
    this.#writer = new PartitionedRowsWriter(this.#context, this.#arena, this.#options);
  }

  /** All rows; those in memory stay there until the query ends. Once rows are in the file, all are. */
  finish(): KeptPartitions {
    if (this.#file === undefined) return { rows: this.#writer.finish(), spilled: [] };
    this.spill();
    this.#context.spill.finish(this.#file);
    this.#arena.release();
    return { rows: undefined, spilled: this.#spilled };
  }
}
