import { Arena, type Batch, type Chunk, widthBytes } from '@windrow/core';
import type { OutputColumn } from '@windrow/planner';
import type { PipelineSink, Returns, TaskContext } from '../operator.ts';
import type { Query } from './query.ts';
import { countRows, inMorselOrder, type RowChunk, RowStoreWriter } from './row-store.ts';
import { firstRows, sliceVector } from './slice.ts';
import type { OperatorData, Stream } from './stream.ts';

/*
 * The end of the last pipeline: rows are handed to the caller while the pipeline runs. It runs in rounds
 * of morsels. A round's rows lie in arenas of their own, two a thread that take turns, so that one round
 * is computed while the caller reads the one before, and memory does not grow with the result.
 */

/** Rows of one batch of a result, dense, valid until the next batch is asked for. */
export type ResultBatch = Chunk;

export interface ResultSinkSpec extends OperatorData, Returns<readonly RowChunk[]> {
  readonly kind: 'result';
  readonly columns: readonly OutputColumn[];
  /** More rows of one morsel are not needed. */
  readonly maxMorselRows: number;
}

export function openResult(
  spec: ResultSinkSpec,
  context: TaskContext,
): PipelineSink<readonly RowChunk[]> {
  const { memory, taskArena } = context;
  const types = spec.columns.map((column) => column.type);
  const rounds = [0, 1].map(() => {
    const arena = new Arena(memory, taskArena.owner);
    return { arena, writer: new RowStoreWriter(context, arena, types) };
  });
  let round = 0;
  let current = rounds[0]!;
  let isNewRound = true;
  let morselRows = 0;
  return {
    push(batch: Batch): void {
      const rows = Math.min(batch.length, spec.maxMorselRows - morselRows);
      if (rows === 0) return;
      // This round was started when the caller was through with the last but one.
      if (isNewRound) current.arena.reset();
      isNewRound = false;
      current.writer.append(firstRows(context, batch, rows));
      morselRows += rows;
    },
    endMorsel({ morsel }): void {
      current.writer.endMorsel(morsel);
      morselRows = 0;
    },
    wants: () => (morselRows >= spec.maxMorselRows ? 'nextMorsel' : 'rows'),
    finish(): readonly RowChunk[] {
      const chunks = current.writer.finish();
      round += 1;
      current = rounds[round % 2]!;
      isNewRound = true;
      return chunks;
    },
  };
}

/** Part of the result that the caller gets. */
interface ResultRange {
  readonly from: number;
  readonly to: number;
}

/** A round grows until it brings this much, and shrinks when it brings four times as much. */
const ROUND_BYTES = 8_388_608;

/** Where memory is short, a round should bring no more than this share of it. */
const ROUND_SHARE = 1 / 32;

/** Runs the root's stream and hands its rows out in order; ends early when `range` is served. */
export async function* resultBatches(
  query: Query,
  stream: Stream,
  options: {
    readonly nodeId: number;
    readonly range: ResultRange;
    /** The node's rows are those that leave here: it has no place in the pipeline. */
    readonly counts: boolean;
  },
): AsyncGenerator<ResultBatch, void, void> {
  const { nodeId, range, counts } = options;
  const { columns } = stream;
  if (range.to <= range.from) return;
  const rounds = await query.start(
    stream,
    { kind: 'result', nodeId, columns, maxMorselRows: range.to },
    { collect: true },
  );
  const rowBytes = columns.reduce((sum, { type }) => sum + widthBytes(type), 1);
  let size = rounds.threads;
  let end = 0;
  const roundBytes = Math.min(ROUND_BYTES, query.memory.limitBytes * ROUND_SHARE);
  const nextRound = async (): Promise<readonly RowChunk[]> => {
    const boundary = rounds.boundaries.find((morsel) => morsel > end) ?? end;
    end = Math.min(end + size, boundary);
    const results = await rounds.next(end);
    const chunks = inMorselOrder(results);
    const bytes = rowBytes * countRows(chunks);
    if (bytes < roundBytes) size *= 2;
    else if (bytes > 4 * roundBytes) size = Math.max(rounds.threads, size >>> 1);
    return chunks;
  };

  const morsels = rounds.boundaries.at(-1)!;
  let row = 0;
  let running = nextRound();
  for (;;) {
    const chunks = await running;
    const rows = countRows(chunks);
    const isLast = end === morsels || row + rows >= range.to;
    if (!isLast) {
      running = nextRound();
      // A failure shows when the round is asked for; until then nobody listens.
      running.catch(() => undefined);
    }
    for (const chunk of chunks) {
      const part = partOf(query, chunk, { from: range.from - row, to: range.to - row });
      row += chunk.length;
      if (part === undefined) continue;
      if (counts) query.stats.addRows(nodeId, part.length);
      yield part;
    }
    if (isLast) return;
  }
}

/** The rows of a chunk inside a range that counts from the chunk's first row. */
function partOf(query: Query, chunk: RowChunk, range: ResultRange): ResultBatch | undefined {
  const from = Math.max(0, range.from);
  const to = Math.min(chunk.length, range.to);
  if (from >= to) return undefined;
  if (to - from === chunk.length) return chunk;
  const context = { memory: query.memory, batchArena: query.arena };
  const columns = chunk.columns.map((column) => sliceVector(context, column, from, to - from));
  return { length: to - from, columns };
}
