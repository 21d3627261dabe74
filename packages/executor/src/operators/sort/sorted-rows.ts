import type { Address, Batch } from '@windrow/core';
import type { OutputColumn } from '@windrow/planner';
import type { Source, TaskContext } from '../../operator.ts';
import { type RowChunk, RowStore } from '../../runtime/row-store.ts';
import { rowsOfBatch } from '../../runtime/slice.ts';
import { type SourceData, type Stream, streamOf } from '../../runtime/stream.ts';

/** Kept rows in the order of row ids; values are fetched when the rows leave. */
export interface SortedRowsSourceSpec extends SourceData {
  readonly kind: 'sortedRows';
  readonly chunks: readonly RowChunk[];
  /** Row ids (u32), `rows` of them. */
  readonly ids: Address;
  readonly rows: number;
  /** The chunks' columns that go up. */
  readonly columns: readonly number[];
}

const MORSEL_ROWS = 65536;

/** A stream of kept rows in the order of `ids`. */
export function sortedRowsStream(
  rows: {
    readonly chunks: readonly RowChunk[];
    readonly ids: Address;
    readonly rows: number;
    readonly columns: readonly number[];
  },
  columns: readonly OutputColumn[],
  nodeId: number,
): Stream {
  const morsels = Math.ceil(rows.rows / MORSEL_ROWS);
  return streamOf({ kind: 'sortedRows', nodeId, morsels, ...rows }, columns);
}

export function openSortedRows(spec: SortedRowsSourceSpec, context: TaskContext): Source {
  const { memory, taskArena, batchArena } = context;
  const store = new RowStore(memory, taskArena, spec.chunks);
  return {
    *batches(morsel): Iterable<Batch> {
      const end = Math.min(spec.rows, (morsel + 1) * MORSEL_ROWS);
      const types = spec.columns.map((column) => store.typeOf(column));
      const batchRows = rowsOfBatch(context, types);
      for (let row = morsel * MORSEL_ROWS; row < end; row += batchRows) {
        const length = Math.min(batchRows, end - row);
        const columns = spec.columns.map((column) =>
          store.gather(column, spec.ids + row * 4, length, batchArena),
        );
        yield { length, selection: 0, columns };
      }
    },
  };
}
