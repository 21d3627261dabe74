import type { Address, Batch, FlatVector, Vector } from '@windrow/core';
import { kernels } from '@windrow/kernels';
import { createFilter } from '../../expression/filter.ts';
import { flatten } from '../../expression/flatten.ts';
import { createProjector } from '../../expression/projector.ts';
import type { TaskContext } from '../../operator.ts';
import { layoutOf } from '../../runtime/layout.ts';
import type { RowChunk } from '../../runtime/row-store.ts';
import { sliceBatches } from '../../runtime/slice.ts';
import { constantRow } from './constant-row.ts';
import type { Pairs } from './join-columns.ts';
import type { MatchFinder, PairOptions, ProbedBatch } from './match-finder.ts';
import type { MembershipFlags, PairCondition } from './pair-checks.ts';

/** One row of a side with neighbouring rows of the other. */
interface Block {
  /** The side of the one row; the block's rows are of the other one. */
  readonly one: 'probe' | 'build';
  /** Number of the one row: its place in the batch, or its id. */
  readonly row: number;
  /** Number of the block's first row, likewise. */
  readonly first: number;
  /** The condition's columns: constants of the one side, vectors of the other, all of `length` rows. */
  readonly batch: Batch;
}

/** Looks at a block; `true` says that the one row needs no further blocks. */
type Visit = (block: Block) => boolean;

/**
 * Tries every build row with every probe row. The rows of the side that has fewer of them are taken one by
 * one as constants, and the condition is evaluated over the rows of the other side as they lie: a pair
 * costs what the condition costs, nothing is copied for it.
 */
export class NestedLoopFinder implements MatchFinder {
  readonly heads = 'nothing';
  readonly markMembership?: NonNullable<MatchFinder['markMembership']>;
  readonly #context: TaskContext;
  readonly #condition: PairCondition | undefined;
  readonly #chunks: readonly RowChunk[];
  readonly #buildRows: number;
  /** Rows of a block that match, by selection. */
  readonly #select: (block: Batch) => Pick<Batch, 'length' | 'selection'>;

  constructor(
    context: TaskContext,
    chunks: readonly RowChunk[],
    condition: PairCondition | undefined,
  ) {
    this.#context = context;
    this.#condition = condition;
    this.#chunks = chunks;
    this.#buildRows = chunks.reduce((sum, { length }) => sum + length, 0);
    if (condition === undefined) {
      this.#select = (block) => block;
      return;
    }
    const filter = createFilter(context, condition.predicate, layoutOf(condition.ids));
    this.#select = (block) => filter.select(block);
    this.markMembership = this.#createMarkMembership(condition);
  }

  probe(batch: Batch): ProbedBatch {
    return { batch, keys: [], heads: 0, matches: batch.length };
  }

  /** In the order of the side whose rows are taken one by one. */
  eachPairs(
    { batch }: ProbedBatch,
    take: (pairs: Pairs) => void,
    { any = false }: PairOptions,
  ): void {
    const { memory, batchArena, batchRows } = this.#context;
    const k = kernels(memory);
    const capacity = Math.max(batch.length, batchRows);
    const probeRows = batchArena.allocate(2 * capacity * 4);
    const buildRows = batchArena.allocate(2 * capacity * 4);
    const number = batchArena.allocate(4);
    let count = 0;
    const flush = (): void => {
      if (count > 0) take({ probeRows, buildRows, count, missing: false });
      count = 0;
    };
    this.#eachBlock(batch, (block) => {
      const found = this.#select(block.batch);
      const at = count * 4;
      const [rows, ones] = block.one === 'build' ? [probeRows, buildRows] : [buildRows, probeRows];
      memory.u32[number / 4] = block.row;
      k.joinOffsetRows(found.selection, found.length, block.first, rows + at);
      k.fill4(number, found.length, ones + at);
      count += found.length;
      if (count >= capacity) flush();
      return any && block.one === 'probe' && found.length > 0;
    });
    flush();
  }

  #createMarkMembership(condition: PairCondition): NonNullable<MatchFinder['markMembership']> {
    const context = this.#context;
    const k = kernels(context.memory);
    const projector = createProjector(context, [condition.predicate], layoutOf(condition.ids));
    return ({ batch }, { matched, unknown }: MembershipFlags) => {
      this.#eachBlock(batch, (block) => {
        const { length } = block.batch;
        const [truth] = projector.evaluate(block.batch);
        const { values, validity } = flatten(context, truth!, 0, length);
        const rows = block.one === 'build' ? 0 : this.#repeat(block.row, length);
        k.joinMarkTruth(values, validity, rows, length, matched, unknown);
        return block.one === 'probe' && context.memory.u8[matched + block.row] !== 0;
      });
    };
  }

  #repeat(row: number, count: number): Address {
    const { memory, batchArena } = this.#context;
    const rows = batchArena.allocate(count * 4);
    memory.u32.fill(row, rows / 4, rows / 4 + count);
    return rows;
  }

  /** All rows with all rows, a block at a time. */
  #eachBlock(batch: Batch, visit: Visit): void {
    const { selection, length } = batch;
    const columns = (this.#condition?.columns ?? []).map((column) =>
      column.kind === 'probe'
        ? flatten(this.#context, batch.columns[column.position]!, selection, length)
        : undefined,
    );
    if (this.#buildRows <= length) {
      this.#eachBuildRow(columns, length, visit);
      return;
    }
    for (let row = 0; row < length; row++) {
      const mark = this.#context.batchArena.mark();
      this.#tryProbeRow(columns, row, visit);
      this.#context.batchArena.rewind(mark);
    }
  }

  #eachBuildRow(
    probeColumns: readonly (FlatVector | undefined)[],
    length: number,
    visit: Visit,
  ): void {
    const { batchArena } = this.#context;
    this.#chunks.forEach((chunk, chunkNumber) => {
      for (let offset = 0; offset < chunk.length; offset++) {
        this.#context.checkCancelled();
        const mark = batchArena.mark();
        const columns = this.#blockColumns(
          (position) => probeColumns[position]!,
          (column) => constantRow(this.#context, chunk.columns[column]!, offset, length),
        );
        const row = chunkNumber * 65536 + offset;
        visit({ one: 'build', row, first: 0, batch: { length, selection: 0, columns } });
        batchArena.rewind(mark);
      }
    });
  }

  #tryProbeRow(probeColumns: readonly (FlatVector | undefined)[], row: number, visit: Visit): void {
    const { batchArena } = this.#context;
    for (const [chunkNumber, chunk] of this.#chunks.entries()) {
      let first = chunkNumber * 65536;
      for (const slice of sliceBatches(this.#context, chunk)) {
        this.#context.checkCancelled();
        const { length } = slice;
        const mark = batchArena.mark();
        const columns = this.#blockColumns(
          (position) => constantRow(this.#context, probeColumns[position]!, row, length),
          (column) => slice.columns[column]!,
        );
        const isDone = visit({ one: 'probe', row, first, batch: { ...slice, columns } });
        batchArena.rewind(mark);
        if (isDone) return;
        first += length;
      }
    }
  }

  /** The condition's columns, by place in the condition and by column of the build side. */
  #blockColumns(
    probeColumn: (place: number) => Vector,
    buildColumn: (column: number) => Vector,
  ): readonly Vector[] {
    return (this.#condition?.columns ?? []).map((column, place) =>
      column.kind === 'probe' ? probeColumn(place) : buildColumn(column.column),
    );
  }
}
