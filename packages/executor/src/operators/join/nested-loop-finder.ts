import type { Address, Batch, FlatVector, Vector } from '@windrow/core';
import { kernels } from '@windrow/kernels';
import { createFilter, type Filter } from '../../expression/filter.ts';
import { flatten } from '../../expression/flatten.ts';
import type { TaskContext } from '../../operator.ts';
import { layoutOf } from '../../runtime/layout.ts';
import type { RowChunk } from '../../runtime/row-store.ts';
import { sliceBatches } from '../../runtime/slice.ts';
import { constantRow } from './constant-row.ts';
import type { Pairs } from './join-columns.ts';
import type { MatchFinder, PairOptions, ProbedBatch } from './match-finder.ts';
import type { PairCondition } from './pair-checks.ts';

/** Pairs on their way, in arrays of their own. */
interface PairBuffer {
  readonly probeRows: Address;
  readonly buildRows: Address;
  count: number;
}

/**
 * Tries every build row with every probe row. The rows of the side that has fewer of them are taken one by
 * one as constants, and the condition is evaluated over the rows of the other side as they lie: a pair
 * costs what the condition costs, nothing is copied for it.
 */
export class NestedLoopFinder implements MatchFinder {
  readonly heads = 'nothing';
  readonly #context: TaskContext;
  readonly #condition: PairCondition | undefined;
  readonly #chunks: readonly RowChunk[];
  readonly #buildRows: number;
  readonly #filter: Filter | undefined;

  constructor(
    context: TaskContext,
    chunks: readonly RowChunk[],
    condition: PairCondition | undefined,
  ) {
    this.#context = context;
    this.#condition = condition;
    this.#chunks = chunks;
    this.#buildRows = chunks.reduce((sum, { length }) => sum + length, 0);
    this.#filter = condition && createFilter(context, condition.predicate, layoutOf(condition.ids));
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
    const { batchArena, batchRows } = this.#context;
    const columns = this.#probeColumns(batch);
    const capacity = 2 * Math.max(batch.length, batchRows);
    const buffer: PairBuffer = {
      probeRows: batchArena.allocate(capacity * 4),
      buildRows: batchArena.allocate(capacity * 4),
      count: 0,
    };
    const flush = (): void => {
      if (buffer.count > 0) take({ ...buffer, missing: false });
      buffer.count = 0;
    };
    const onPairs = (): void => {
      if (buffer.count >= capacity / 2) flush();
    };
    if (this.#buildRows <= batch.length) {
      this.#loopOverBuild(columns, batch.length, buffer, onPairs);
    } else {
      this.#loopOverProbe(columns, batch.length, buffer, { onPairs, any });
    }
    flush();
  }

  /** The probe side's columns of the condition, dense. */
  #probeColumns(batch: Batch): readonly FlatVector[] {
    const { selection, length } = batch;
    return (this.#condition?.columns ?? []).flatMap((column) =>
      column.kind === 'probe'
        ? [flatten(this.#context, batch.columns[column.position]!, selection, length)]
        : [],
    );
  }

  #loopOverBuild(
    columns: readonly FlatVector[],
    length: number,
    buffer: PairBuffer,
    onPairs: () => void,
  ): void {
    const { batchArena } = this.#context;
    this.#chunks.forEach((chunk, chunkIndex) => {
      for (let row = 0; row < chunk.length; row++) {
        this.#context.checkCancelled();
        const mark = batchArena.mark();
        const found = this.#select(length, columns, (column) =>
          constantRow(this.#context, chunk.columns[column]!, row, length),
        );
        const id = chunkIndex * 65536 + row;
        this.#append(buffer, found, { rows: 'probeRows', first: 0, other: id });
        onPairs();
        batchArena.rewind(mark);
      }
    });
  }

  #loopOverProbe(
    columns: readonly FlatVector[],
    length: number,
    buffer: PairBuffer,
    options: { readonly onPairs: () => void; readonly any: boolean },
  ): void {
    for (let row = 0; row < length; row++) {
      const mark = this.#context.batchArena.mark();
      this.#tryProbeRow(columns, row, buffer, options);
      this.#context.batchArena.rewind(mark);
    }
  }

  #tryProbeRow(
    columns: readonly FlatVector[],
    row: number,
    buffer: PairBuffer,
    { onPairs, any }: { readonly onPairs: () => void; readonly any: boolean },
  ): void {
    const { batchArena } = this.#context;
    for (const [chunkIndex, chunk] of this.#chunks.entries()) {
      let first = chunkIndex * 65536;
      for (const slice of sliceBatches(this.#context, chunk)) {
        this.#context.checkCancelled();
        const mark = batchArena.mark();
        const constants = columns.map((vector) =>
          constantRow(this.#context, vector, row, slice.length),
        );
        const found = this.#select(slice.length, constants, (column) => slice.columns[column]!);
        this.#append(buffer, found, { rows: 'buildRows', first, other: row });
        onPairs();
        batchArena.rewind(mark);
        if (any && found.length > 0) return;
        first += slice.length;
      }
    }
  }

  /** Rows for which the condition is true, by selection. */
  #select(
    length: number,
    probeColumns: readonly Vector[],
    buildColumn: (column: number) => Vector,
  ): Pick<Batch, 'length' | 'selection'> {
    if (this.#condition === undefined || this.#filter === undefined)
      return { length, selection: 0 };
    let probeColumn = 0;
    const columns = this.#condition.columns.map((column) =>
      column.kind === 'probe' ? probeColumns[probeColumn++]! : buildColumn(column.column),
    );
    return this.#filter.select({ length, selection: 0, columns });
  }

  /** Pairs of the rows found, numbered from `first`, with one row of the other side. */
  #append(
    buffer: PairBuffer,
    found: Pick<Batch, 'length' | 'selection'>,
    side: {
      readonly rows: 'probeRows' | 'buildRows';
      readonly first: number;
      readonly other: number;
    },
  ): void {
    const { memory, batchArena } = this.#context;
    const k = kernels(memory);
    const at = buffer.count * 4;
    const [rows, others] =
      side.rows === 'probeRows'
        ? [buffer.probeRows, buffer.buildRows]
        : [buffer.buildRows, buffer.probeRows];
    const other = batchArena.allocate(4);
    memory.u32[other / 4] = side.other;
    k.joinOffsetRows(found.selection, found.length, side.first, rows + at);
    k.fill4(other, found.length, others + at);
    buffer.count += found.length;
  }
}
