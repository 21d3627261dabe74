import { Arena, type Batch, type OwnerId } from '@windrow/core';
import type { OutputColumn } from '@windrow/planner';
import type { PipelineSink, Returns, Source, TaskContext } from '../operator.ts';
import type { Query } from '../runtime/query.ts';
import { countRows, inMorselOrder, type RowChunk } from '../runtime/row-store.ts';
import { sliceBatches } from '../runtime/slice.ts';
import { type OperatorData, type SourceData, type Stream, streamOf } from '../runtime/stream.ts';
import { SPILLED_CHUNK_ROWS } from '../spill/spill-file.ts';
import {
  inMemory,
  isSpilled,
  type KeptChunk,
  type KeptRows,
  SpillingRows,
  type SpillPolicy,
} from '../spill/spilling-rows.ts';

/*
 * Keeping rows and reading them again: the simplest breaker, and the pattern of all others. The
 * coordinator's part (`materialize`) runs the stream below into a sink, gets plain data back from every
 * thread, and returns a stream over it.
 */

/** Rows kept by a sink; morsel m is `chunks[starts[m]] … chunks[starts[m + 1]]`. */
export interface RowsSourceSpec extends SourceData {
  readonly kind: 'rows';
  readonly chunks: readonly KeptChunk[];
  readonly starts: readonly number[];
}

/** Keeps all rows, in chunks that know their morsel. */
export interface CollectSinkSpec extends OperatorData, Returns<KeptRows> {
  readonly kind: 'collect';
  readonly columns: readonly OutputColumn[];
  /** Holds the rows. */
  readonly owner: OwnerId;
  readonly policy: SpillPolicy;
}

/** Runs a stream and keeps its rows, in their order, until the query ends. */
export async function materialize(
  query: Query,
  stream: Stream,
  nodeId: number,
): Promise<readonly RowChunk[]> {
  const chunks = await collect(query, stream, { nodeId, policy: 'never' });
  return inMemory(chunks);
}

/** As {@link materialize}, for rows that are only read again in their order. */
export async function collect(
  query: Query,
  stream: Stream,
  options: { readonly nodeId: number; readonly policy: SpillPolicy },
): Promise<readonly KeptChunk[]> {
  const { columns } = stream;
  const owner = query.newKeptOwner();
  const results = await query.run(stream, { kind: 'collect', columns, owner, ...options });
  return inMorselOrder(results.map(({ chunks }) => chunks));
}

const MORSEL_ROWS = 65536;

const READ_BLOCK_BYTES = 262144;

/** A stream over kept rows, in the order of the chunks. */
export function rowsStream(
  chunks: readonly KeptChunk[],
  columns: readonly OutputColumn[],
  nodeId: number,
  options: { readonly isAuxiliary?: boolean; readonly morselRows?: number } = {},
): Stream {
  const { isAuxiliary = false } = options;
  const morselRows =
    options.morselRows ?? (chunks.some(isSpilled) ? SPILLED_CHUNK_ROWS : MORSEL_ROWS);
  const starts = [0];
  let rows = 0;
  chunks.forEach((chunk, index) => {
    rows += chunk.length;
    if (rows < morselRows && index + 1 < chunks.length) return;
    starts.push(index + 1);
    rows = 0;
  });
  const morsels = starts.length - 1;
  return streamOf(
    { kind: 'rows', nodeId, morsels, rows: countRows(chunks), chunks, starts, isAuxiliary },
    columns,
  );
}

export function openRows(spec: RowsSourceSpec, context: TaskContext): Source {
  const { memory, taskArena, spill } = context;
  // Chunks that are read from files, one at a time.
  const arena = new Arena(memory, taskArena.owner, READ_BLOCK_BYTES);
  return {
    *batches(morsel): Iterable<Batch> {
      const end = spec.starts[morsel + 1]!;
      for (let index = spec.starts[morsel]!; index < end; index++) {
        const chunk = spec.chunks[index]!;
        arena.reset();
        yield* sliceBatches(context, isSpilled(chunk) ? spill.read(chunk, arena) : chunk);
      }
    },
    close: () => arena.release(),
  };
}

export function openCollect(spec: CollectSinkSpec, context: TaskContext): PipelineSink<KeptRows> {
  const { columns, owner, policy } = spec;
  const types = columns.map(({ type }) => type);
  const rows = new SpillingRows(context, { types, owner, policy });
  return {
    push: (batch, { morsel }) => rows.append(batch, morsel),
    endMorsel: ({ morsel }) => rows.endMorsel(morsel),
    finish: () => rows.finish(),
  };
}
