import type { Address, Batch } from '@windrow/core';
import type { OutputColumn, PhysicalLimit } from '@windrow/planner';
import type { PipelineSink, Returns, TaskContext, Wanted } from '../operator.ts';
import type { Query } from '../runtime/query.ts';
import { countRows, inMorselOrder, type RowChunk, RowStoreWriter } from '../runtime/row-store.ts';
import { firstRows, sliceVector } from '../runtime/slice.ts';
import { morselCount, type OperatorData, type Stream } from '../runtime/stream.ts';
import { materialize, rowsStream } from './rows.ts';

/*
 * LIMIT below the root (the root's own is applied while rows are handed out, see runtime/result.ts).
 * It keeps the order of rows: of each morsel at most the rows needed are kept, and the pipeline ends as
 * soon as the morsels from the first on, without a gap, have enough of them.
 */

export interface LimitSinkSpec extends OperatorData, Returns<readonly RowChunk[]> {
  readonly kind: 'limit';
  readonly columns: readonly OutputColumn[];
  /** Rows wanted from the start of the input. */
  readonly needed: number;
  readonly morsels: number;
  /** One u32 a morsel: rows kept of it plus one, 0 while it is not through. */
  readonly progress: Address;
}

export async function lowerLimit(plan: PhysicalLimit, query: Query): Promise<Stream> {
  const input = await query.lower(plan.input);
  const chunks = await keepFirst(plan, input, query);
  const range = limitRange(plan, countRows(chunks));
  return rowsStream(sliceChunks(chunks, range, query), input.columns, plan.nodeId);
}

/** The rows that a limit lets through, of `rows` rows in all, half-open. */
export function limitRange(
  plan: Pick<PhysicalLimit, 'limit' | 'offset' | 'percent'>,
  rows: number,
): { readonly from: number; readonly to: number } {
  const from = Math.min(plan.offset, rows);
  if (plan.limit === undefined) return { from, to: rows };
  const count = plan.percent ? Math.floor((rows * plan.limit) / 100) : plan.limit;
  return { from, to: Math.min(rows, from + count) };
}

async function keepFirst(
  plan: PhysicalLimit,
  input: Stream,
  query: Query,
): Promise<readonly RowChunk[]> {
  const { nodeId, limit, offset, percent } = plan;
  const { columns } = input;
  if (limit === undefined || percent) {
    return materialize(query, input, nodeId);
  }
  const needed = limit + offset;
  if (needed === 0) return [];
  const morsels = morselCount(input.branches);
  const progress = query.arena.allocateZeroed(morsels * 4);
  const sink: LimitSinkSpec = { kind: 'limit', nodeId, columns, needed, morsels, progress };
  return inMorselOrder(await query.run(input, sink));
}

function sliceChunks(
  chunks: readonly RowChunk[],
  range: { readonly from: number; readonly to: number },
  query: Query,
): RowChunk[] {
  const context = { memory: query.memory, batchArena: query.arena };
  const kept: RowChunk[] = [];
  let start = 0;
  for (const chunk of chunks) {
    const from = Math.max(0, range.from - start);
    const length = Math.min(chunk.length, range.to - start) - from;
    start += chunk.length;
    if (length <= 0) continue;
    const columns = chunk.columns.map((column) => sliceVector(context, column, from, length));
    kept.push({ ...chunk, length, columns });
  }
  return kept;
}

export function openLimit(
  spec: LimitSinkSpec,
  context: TaskContext,
): PipelineSink<readonly RowChunk[]> {
  const types = spec.columns.map((column) => column.type);
  const writer = new RowStoreWriter(context, context.taskArena, types);
  const { u32 } = context.memory;
  const base = spec.progress >>> 2;
  let morselRows = 0;
  // The gapless morsels from the first on, as far as this thread has seen them.
  let through = 0;
  let throughRows = 0;
  return {
    push(batch: Batch): void {
      const rows = Math.min(batch.length, spec.needed - morselRows);
      if (rows === 0) return;
      writer.append(firstRows(context, batch, rows));
      morselRows += rows;
    },
    endMorsel({ morsel }): void {
      writer.endMorsel(morsel);
      Atomics.store(u32, base + morsel, morselRows + 1);
      morselRows = 0;
    },
    wants(): Wanted {
      while (through < spec.morsels && throughRows < spec.needed) {
        const progress = Atomics.load(u32, base + through);
        if (progress === 0) break;
        throughRows += progress - 1;
        through += 1;
      }
      if (throughRows >= spec.needed) return 'nothing';
      return morselRows >= spec.needed ? 'nextMorsel' : 'rows';
    },
    finish: () => writer.finish(),
  };
}
