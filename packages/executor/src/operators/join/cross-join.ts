import type { Batch, FlatVector } from '@windrow/core';
import { flatten } from '../../expression/flatten.ts';
import type { Push, StreamOperator, TaskContext } from '../../operator.ts';
import type { RowChunk } from '../../runtime/row-store.ts';
import { sliceBatches } from '../../runtime/slice.ts';
import type { OperatorData } from '../../runtime/stream.ts';
import { constantRow } from './constant-row.ts';
import type { JoinColumn } from './join-columns.ts';
import { cardinalityError } from './join-kinds.ts';

/** Every probe row with every build row. */
export interface CrossJoinSpec extends OperatorData {
  readonly kind: 'crossJoin';
  /** Kept rows of the build side, at least one. */
  readonly chunks: readonly RowChunk[];
  readonly output: readonly JoinColumn[];
  /** More than one build row is an error. */
  readonly single: boolean;
}

/**
 * Columns of the side with more rows pass through as they are, beside a row of the other side as constants:
 * joining a single row, as scalar subqueries do, costs next to nothing.
 */
export function openCrossJoin(spec: CrossJoinSpec, context: TaskContext): StreamOperator {
  const { chunks, output, single } = spec;
  const buildRows = chunks.reduce((sum, { length }) => sum + length, 0);

  function pushPerBuildRow(batch: Batch, next: Push): void {
    for (const chunk of chunks) {
      for (let row = 0; row < chunk.length; row++) {
        context.checkCancelled();
        const mark = context.batchArena.mark();
        const columns = output.map((column) =>
          column.kind === 'probe'
            ? batch.columns[column.position]!
            : constantRow(context, chunk.columns[column.column]!, row, batch.length),
        );
        next({ ...batch, columns });
        context.batchArena.rewind(mark);
      }
    }
  }

  function pushPerProbeRow(batch: Batch, next: Push): void {
    const { selection, length } = batch;
    const probe = new Map<number, FlatVector>();
    for (const column of output) {
      if (column.kind !== 'probe') continue;
      const { position } = column;
      probe.set(position, flatten(context, batch.columns[position]!, selection, length));
    }
    for (let row = 0; row < length; row++) {
      for (const chunk of chunks) {
        context.checkCancelled();
        const mark = context.batchArena.mark();
        for (const slice of sliceBatches(context, chunk)) {
          const columns = output.map((column) =>
            column.kind === 'probe'
              ? constantRow(context, probe.get(column.position)!, row, slice.length)
              : slice.columns[column.column]!,
          );
          next({ ...slice, columns });
        }
        context.batchArena.rewind(mark);
      }
    }
  }

  return {
    push(batch, next) {
      if (single && buildRows > 1) throw cardinalityError();
      if (buildRows <= batch.length) pushPerBuildRow(batch, next);
      else pushPerProbeRow(batch, next);
    },
  };
}
