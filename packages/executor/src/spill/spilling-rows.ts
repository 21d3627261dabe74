import { Arena, type Batch, type OwnerId, type SqlType, unreachable } from '@windrow/core';
import type { TaskContext } from '../operator.ts';
import { type RowChunk, RowStoreWriter } from '../runtime/row-store.ts';
import { sliceVector } from '../runtime/slice.ts';
import { SPILLED_CHUNK_ROWS, type SpilledChunk, type SpillFile } from './spill-file.ts';
import { Survey, type SurveyResult } from './survey.ts';

/** Rows that an operator keeps, in memory or not. */
export type KeptChunk = RowChunk | SpilledChunk;

export const isSpilled = (chunk: KeptChunk): chunk is SpilledChunk => 'file' in chunk;

/** The chunks in memory. */
export const inMemory = (chunks: readonly KeptChunk[]): readonly RowChunk[] =>
  chunks.filter((chunk): chunk is RowChunk => !isSpilled(chunk));

/** When rows are written out; `always` is for rows that nobody needs before all others are there. */
export type SpillPolicy = 'never' | 'whenShort' | 'always';

/** What one thread has kept; plain data. */
export interface KeptRows {
  readonly chunks: readonly KeptChunk[];
  /** About the rows that have been written out. */
  readonly survey: SurveyResult | undefined;
}

const BLOCK_BYTES = 262144;

/** What is written in any case is written in such pieces, or such a share of the memory. */
const ALWAYS_BYTES = 4 << 20;
const ALWAYS_SHARE = 1 / 64;

/** Keeps rows of one thread in memory while there is enough of it, and in a file from then on. */
export class SpillingRows {
  readonly #context: TaskContext;
  readonly #policy: SpillPolicy;
  readonly #alwaysBytes: number;
  readonly #arena: Arena;
  readonly #writer: RowStoreWriter;
  readonly #surveyed: readonly number[] | undefined;
  readonly #spilled: SpilledChunk[] = [];
  #survey: Survey | undefined;
  #file: SpillFile | undefined;
  #morsel = 0;

  /**
   * @param options.owner holds the rows that stay in memory.
   * @param options.survey columns that rows will be sorted by, for rows that are written out.
   */
  constructor(
    context: TaskContext,
    options: {
      readonly types: readonly SqlType[];
      readonly owner: OwnerId;
      readonly policy: SpillPolicy;
      readonly survey?: readonly number[] | undefined;
    },
  ) {
    this.#context = context;
    this.#policy = options.policy;
    this.#surveyed = options.survey;
    const { memory, taskArena } = context;
    this.#alwaysBytes = Math.min(ALWAYS_BYTES, memory.limitBytes * ALWAYS_SHARE);
    this.#arena = new Arena(memory, options.owner, BLOCK_BYTES, taskArena);
    this.#writer = new RowStoreWriter(context, this.#arena, options.types);
  }

  append(batch: Batch, morsel: number): void {
    this.#morsel = morsel;
    this.#writer.append(batch);
    if (this.#isFull()) this.#spill();
  }

  endMorsel(morsel: number): void {
    this.#writer.endMorsel(morsel);
  }

  /** All rows, in their order. Once some have been written out, the rest follows. */
  finish(): KeptRows {
    const { spill } = this.#context;
    const forced = this.#policy !== 'never' && spill.isForced;
    if (this.#file === undefined && this.#policy !== 'always' && !forced) {
      return { chunks: this.#writer.finish(), survey: undefined };
    }
    if (this.#writer.rows > 0) this.#spill();
    if (this.#file !== undefined) spill.finish(this.#file);
    this.#file = undefined;
    this.#arena.release();
    return { chunks: this.#spilled, survey: this.#survey?.finish() };
  }

  #isFull(): boolean {
    switch (this.#policy) {
      case 'never':
        return false;
      case 'always':
        return this.#arena.reservedBytes > this.#alwaysBytes;
      case 'whenShort':
        return this.#context.spill.isShort(this.#writer.rows, this.#arena.reservedBytes);
      default:
        return unreachable(this.#policy);
    }
  }

  #spill(): void {
    const { spill, taskArena } = this.#context;
    this.#file ??= spill.create();
    if (this.#surveyed !== undefined) {
      this.#survey ??= new Survey(this.#context, taskArena, this.#surveyed);
    }
    this.#writer.endMorsel(this.#morsel);
    for (const chunk of this.#writer.finish()) {
      this.#survey?.add(chunk);
      this.#spilled.push(...writeChunk(this.#context, this.#file, chunk));
    }
    this.#arena.release();
  }
}

/** Writes a chunk of any length. */
export function writeChunk(
  context: Pick<TaskContext, 'memory' | 'batchArena'>,
  file: SpillFile,
  chunk: RowChunk,
): SpilledChunk[] {
  const written: SpilledChunk[] = [];
  for (let from = 0; from < chunk.length; from += SPILLED_CHUNK_ROWS) {
    const length = Math.min(SPILLED_CHUNK_ROWS, chunk.length - from);
    const columns = chunk.columns.map((column) => sliceVector(context, column, from, length));
    written.push(file.write({ length, morsel: chunk.morsel, columns }));
  }
  return written;
}
