import {
  type Address,
  Arena,
  type Batch,
  type ConstantVector,
  INTEGER,
  physicalType,
} from '@windrow/core';
import {
  createSortProgram,
  kernels,
  SORT_ENTRY_BYTES,
  SORT_RANGE_BYTES,
  SORT_WITHIN_SCRATCH_BYTES,
  type SortColumn,
  writeFullSortRange,
} from '@windrow/kernels';
import { flatten } from '../../expression/flatten.ts';
import type { MorselPosition, PipelineSink, Returns, TaskContext } from '../../operator.ts';
import {
  MAX_CHUNK_ROWS,
  type RowChunk,
  RowStore,
  RowStoreWriter,
} from '../../runtime/row-store.ts';
import type { OperatorData } from '../../runtime/stream.ts';
import { createKeyed, type KeyedColumns } from '../keyed-rows.ts';
import { sortLocally } from './sort-locally.ts';
import type { SortColumnOrder } from './sort-rows.ts';

/** Keeps the first rows of a sort, and for each the number of its morsel as a last column. */
export interface TopSinkSpec extends OperatorData, Returns<readonly RowChunk[]> {
  readonly kind: 'top';
  readonly columns: KeyedColumns;
  readonly order: readonly SortColumnOrder[];
  /** Rows wanted, at least one. */
  readonly limit: number;
  /** Also all rows that are equal to the last one. */
  readonly withTies: boolean;
}

/** Rows beyond the limit that are collected before the last ones are dropped. */
const MIN_SURPLUS_ROWS = 2048;

export function openTop(
  spec: TopSinkSpec,
  context: TaskContext,
): PipelineSink<readonly RowChunk[]> {
  const sink = new TopSink(spec, context);
  return {
    push: (batch, position) => sink.push(batch, position),
    finish: () => sink.finish(),
  };
}

/**
 * One thread's candidates. From time to time they are cut to the rows wanted; the last of these is the
 * limit from then on, and a row beyond it is dropped before anything is copied.
 */
class TopSink {
  readonly #spec: TopSinkSpec;
  readonly #context: TaskContext;
  readonly #toKeyed: (batch: Batch) => Batch;
  readonly #types: TopSinkSpec['columns']['types'];
  readonly #limit: RowLimit;
  #arena: Arena;
  #writer: RowStoreWriter;

  constructor(spec: TopSinkSpec, context: TaskContext) {
    this.#spec = spec;
    this.#context = context;
    this.#toKeyed = createKeyed(context, spec.columns);
    this.#types = [...spec.columns.types, INTEGER];
    this.#limit = new RowLimit(spec, context);
    this.#arena = this.#createArena();
    this.#writer = new RowStoreWriter(context, this.#arena, this.#types);
  }

  push(batch: Batch, { morsel }: MorselPosition): void {
    const { limit } = this.#spec;
    const keyed = this.#limit.within(this.#toKeyed(batch));
    if (keyed.length > 0) {
      const columns = [...keyed.columns, this.#morselColumn(morsel, keyed.length)];
      this.#writer.append({ ...keyed, columns });
    }
    if (this.#writer.rows >= limit + Math.max(limit, MIN_SURPLUS_ROWS)) this.#cut();
  }

  finish(): readonly RowChunk[] {
    if (this.#writer.rows > this.#spec.limit) this.#cut();
    return this.#writer.finish();
  }

  #createArena(): Arena {
    return new Arena(this.#context.memory, this.#context.taskArena.owner, 262144);
  }

  #morselColumn(morsel: number, length: number): ConstantVector {
    const values = this.#context.batchArena.allocate(4);
    this.#context.memory.i32[values / 4] = morsel;
    return { kind: 'constant', type: INTEGER, length, values, isNull: false, stable: true };
  }

  /** Sorts the candidates, keeps the rows wanted in a fresh arena, and lowers the limit. */
  #cut(): void {
    const { memory, batchArena } = this.#context;
    const { order, limit, withTies } = this.#spec;
    const [full, chunks] = [this.#arena, this.#writer.finish()];
    const store = new RowStore(memory, full, chunks);
    const { ids, rows, program } = sortLocally(full, store, order);
    let kept = Math.min(limit, rows);
    if (withTies && kept < rows) {
      const entries = full.allocate(2 * SORT_ENTRY_BYTES);
      kept += kernels(memory).sortCountPeers(program, ids, kept - 1, rows, entries) - 1;
    }
    if (kept >= limit) this.#limit.lower(full, store, memory.u32[(ids >>> 2) + limit - 1]!);
    this.#arena = this.#createArena();
    this.#writer = new RowStoreWriter(this.#context, this.#arena, this.#types);
    for (let from = 0; from < kept; from += MAX_CHUNK_ROWS) {
      const mark = batchArena.mark();
      const length = Math.min(MAX_CHUNK_ROWS, kept - from);
      const columns = this.#types.map((_, column) => ({
        ...store.gather(column, ids + from * 4, length, batchArena),
        // The bytes behind references go with the arena.
        stable: false,
      }));
      this.#writer.append({ length, selection: 0, columns });
      batchArena.rewind(mark);
    }
    full.release();
  }
}

/** The last row wanted so far: which rows of a batch do not come after it? */
class RowLimit {
  readonly #context: TaskContext;
  readonly #order: readonly SortColumnOrder[];
  /** The columns of the key over tables of one chunk, which is the batch at hand. */
  readonly #tables: readonly Address[];
  readonly #program: Address;
  readonly #levels: number;
  /** A word a level. */
  readonly #words: Address;
  /** Rows equal to the limit are wanted: the limit itself came earlier than any further row. */
  readonly #inclusive: 0 | 1;
  readonly #entries: Address;
  #isSet = false;

  constructor({ columns, order, withTies }: TopSinkSpec, context: TaskContext) {
    const { memory, taskArena } = context;
    const k = kernels(memory);
    this.#context = context;
    this.#order = order;
    this.#tables = order.map(() => taskArena.allocate(8));
    const types = order.map(({ column }) => physicalType(columns.types[column]!));
    const program = createSortProgram(
      taskArena,
      order.map(({ descending, nullsFirst }, key): SortColumn => {
        const type = types[key]!;
        const range = taskArena.allocate(SORT_RANGE_BYTES);
        writeFullSortRange(memory, range, type);
        return { type, descending, nullsFirst, table: this.#tables[key]!, hasNulls: true, range };
      }),
    );
    this.#program = program.address;
    this.#levels = k.sortWordLevels(program.address);
    this.#words = taskArena.allocate(this.#levels * 8);
    this.#inclusive = withTies || this.#levels < program.levels ? 1 : 0;
    this.#entries = taskArena.allocate(SORT_WITHIN_SCRATCH_BYTES);
  }

  /** From now on, row `id` of the store is the last one wanted. */
  lower(arena: Arena, store: RowStore, id: number): void {
    const k = kernels(arena.memory);
    const { u32 } = arena.memory;
    const chunk = id >>> 16;
    this.#order.forEach(({ column }, key) => {
      const from = (store.table(column).table >>> 2) + chunk * 2;
      u32.copyWithin(this.#tables[key]! >>> 2, from, from + 2);
    });
    const entry = arena.allocate(SORT_ENTRY_BYTES);
    k.sortRowWords(this.#program, this.#levels, id & 0xffff, entry, this.#words);
    this.#isSet = true;
  }

  /** The rows of a batch that can be among the first. */
  within(batch: Batch): Batch {
    if (!this.#isSet) return batch;
    const { memory, batchArena } = this.#context;
    const { length, selection } = batch;
    const k = kernels(memory);
    this.#order.forEach(({ column }, key) => {
      const vector = flatten(this.#context, batch.columns[column]!, selection, length);
      memory.u32.set([vector.values, vector.validity], this.#tables[key]! >>> 2);
    });
    const rows = batchArena.allocate(length * 4);
    const limit = memory.u64[this.#words >>> 3]!;
    const first = this.#tables[0]! >>> 2;
    const [values, validity] = [memory.u32[first]!, memory.u32[first + 1]!];
    const candidates = k.sortFirstKeyWithin(this.#program, limit, values, validity, length, rows);
    const kept =
      candidates === 0
        ? 0
        : k.sortRowsWithin(
            this.#program,
            this.#words,
            this.#levels,
            this.#inclusive,
            rows,
            candidates,
            this.#entries,
          );
    if (selection !== 0) k.gather4(selection, rows, kept, rows);
    return { ...batch, length: kept, selection: rows };
  }
}
