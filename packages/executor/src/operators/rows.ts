import type { Batch } from '@windrow/core';
import type { OutputColumn } from '@windrow/planner';
import type { PipelineSink, Returns, Source, TaskContext } from '../operator.ts';
import type { Query } from '../runtime/query.ts';
import { countRows, inMorselOrder, type RowChunk, RowStoreWriter } from '../runtime/row-store.ts';
import { sliceBatches } from '../runtime/slice.ts';
import { type OperatorData, type SourceData, type Stream, streamOf } from '../runtime/stream.ts';

/*
 * Keeping rows and reading them again: the simplest breaker, and the pattern of all others. The
 * coordinator's part (`materialize`) runs the stream below into a sink, gets plain data back from every
 * thread, and returns a stream over it.
 */

/** Rows kept by a sink; morsel m is `chunks[starts[m]] … chunks[starts[m + 1]]`. */
export interface RowsSourceSpec extends SourceData {
  readonly kind: 'rows';
  readonly chunks: readonly RowChunk[];
  readonly starts: readonly number[];
}

/** Keeps all rows, in chunks that know their morsel. */
export interface CollectSinkSpec extends OperatorData, Returns<readonly RowChunk[]> {
  readonly kind: 'collect';
  readonly columns: readonly OutputColumn[];
}

/** Runs a stream and keeps its rows, in their order, until the query ends. */
export async function materialize(
  query: Query,
  stream: Stream,
  nodeId: number,
): Promise<readonly RowChunk[]> {
  const { columns } = stream;
  const results = await query.run(stream, { kind: 'collect', nodeId, columns });
  return inMorselOrder(results);
}

const MORSEL_ROWS = 65536;

/** A stream over kept rows, in the order of the chunks. */
export function rowsStream(
  chunks: readonly RowChunk[],
  columns: readonly OutputColumn[],
  nodeId: number,
): Stream {
  const starts = [0];
  let rows = 0;
  chunks.forEach((chunk, index) => {
    rows += chunk.length;
    if (rows < MORSEL_ROWS && index + 1 < chunks.length) return;
    starts.push(index + 1);
    rows = 0;
  });
  const morsels = starts.length - 1;
  return streamOf(
    { kind: 'rows', nodeId, morsels, rows: countRows(chunks), chunks, starts },
    columns,
  );
}

export const openRows = (spec: RowsSourceSpec, context: TaskContext): Source => ({
  *batches(morsel): Iterable<Batch> {
    const end = spec.starts[morsel + 1]!;
    for (let index = spec.starts[morsel]!; index < end; index++) {
      yield* sliceBatches(context, spec.chunks[index]!);
    }
  },
});

export function openCollect(
  spec: CollectSinkSpec,
  context: TaskContext,
): PipelineSink<readonly RowChunk[]> {
  const types = spec.columns.map((column) => column.type);
  const writer = new RowStoreWriter(context, context.taskArena, types);
  return {
    push: (batch) => writer.append(batch),
    endMorsel: ({ morsel }) => writer.endMorsel(morsel),
    finish: () => writer.finish(),
  };
}
