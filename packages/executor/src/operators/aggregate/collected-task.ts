import {
  type Address,
  assert,
  bitmapBytes,
  type FlatVector,
  type SqlType,
  type Vector,
  widthBytes,
} from '@windrow/core';
import { kernels } from '@windrow/kernels';
import type { Returns, TaskContext, TaskRunner } from '../../operator.ts';
import { type PartitionedRows, partitionChunks } from '../../runtime/partitioned-rows.ts';
import {
  countRows,
  MAX_CHUNK_ROWS,
  type RowChunk,
  RowStoreWriter,
} from '../../runtime/row-store.ts';
import { sliceVector } from '../../runtime/slice.ts';
import type { OperatorData } from '../../runtime/stream.ts';
import type { SpilledChunk } from '../../spill/spill-file.ts';
import { type CollectedAggregation, keptTypes } from './collected.ts';
import { evaluateCollected, updateStates } from './collected-call.ts';
import { groupRows, type RowGroups, type RowList } from './row-groups.ts';

/** A task a partition: groups its rows and evaluates the aggregates. */
export interface CollectedTaskSpec extends OperatorData, Returns<readonly RowChunk[]> {
  readonly kind: 'collected';
  readonly aggregation: CollectedAggregation;
  readonly threads: readonly CollectedThread[];
  /** Partition of the first task. */
  readonly first: number;
  /** Types of the output: keys, then aggregates. */
  readonly types: readonly SqlType[];
}

/** Rows that one thread has distributed. */
export interface CollectedThread {
  readonly rows: PartitionedRows | undefined;
  /** Rows in files, for each partition from the first task's on. */
  readonly spilled: readonly (readonly SpilledChunk[])[];
}

export function openCollectedTask(
  spec: CollectedTaskSpec,
  context: TaskContext,
): TaskRunner<readonly RowChunk[]> {
  const { aggregation, threads, types } = spec;
  const { keyCount, plain, collected } = aggregation;
  return {
    run(task): readonly RowChunk[] {
      const partition = spec.first + task;
      const runs = threads.map(({ rows, spilled }) => [
        ...(rows === undefined ? [] : partitionChunks(context.memory, rows, partition)),
        // What is read from a file lives as long as the task.
        ...(spilled[task] ?? []).map((chunk) => context.spill.read(chunk, context.batchArena)),
      ]);
      const chunks = runs.flat();
      const count = countRows(chunks);
      if (count === 0 && keyCount > 0) return [];
      const kept = keptTypes(aggregation).map((type, column) =>
        contiguous(context, chunks, { type, column, count }),
      );
      const columns = kept.slice(0, -1);
      const morsels = kept.at(-1)!;
      const isMixed = runs.filter((run) => run.length > 0).length > 1;
      const scanOrder = isMixed ? byMorsel(context, morsels) : { rows: 0, count };
      const groups = groupRows(context, columns.slice(0, keyCount), scanOrder);
      const rows = { count, columns, morsels, groups };
      const values = new Array<Vector>(plain.length + collected.length);
      const plainValues = updateStates(context, {
        calls: plain.map(({ call }) => call),
        input: columns.map((_, position) => position),
        columns,
        seen: { rows: 0, count },
        numbers: groups.numbers,
        groupCount: groups.groupCount,
      });
      plain.forEach(({ place }, index) => {
        values[place] = plainValues[index]!;
      });
      for (const call of collected) {
        context.checkCancelled();
        values[call.place] = evaluateCollected(context, rows, call);
      }
      // Bytes that were read from a file go when the task ends.
      const stable = threads.every(({ spilled }) => spilled.length === 0);
      return keep(context, { groups, values, types, partition, stable });
    },
  };
}

/** A column of all chunks in one piece; a single chunk is that already. */
function contiguous(
  context: TaskContext,
  chunks: readonly RowChunk[],
  options: { readonly type: SqlType; readonly column: number; readonly count: number },
): FlatVector {
  const { type, column, count } = options;
  const { memory, batchArena } = context;
  const [only, ...others] = chunks;
  if (only !== undefined && others.length === 0) return { ...only.columns[column]!, stable: true };
  const width = widthBytes(type);
  const values = batchArena.allocate(count * width);
  let validity: Address = 0;
  if (chunks.some((chunk) => chunk.columns[column]!.validity !== 0)) {
    validity = batchArena.allocate(bitmapBytes(count));
    memory.fill(0xff, validity, bitmapBytes(count));
  }
  let row = 0;
  for (const { length, columns } of chunks) {
    const part = columns[column]!;
    memory.u8.copyWithin(values + row * width, part.values, part.values + length * width);
    if (part.validity !== 0) kernels(memory).bitmapAppend(part.validity, length, validity, row);
    row += length;
  }
  return { kind: 'flat', type, length: count, values, validity, stable: true };
}

/** Rows in the order of their morsels, which several threads have shared. */
function byMorsel({ memory, batchArena }: TaskContext, morsels: FlatVector): RowList {
  const { length: count, values } = morsels;
  const numbers = memory.u32.subarray(values / 4, values / 4 + count);
  const last = numbers.reduce((most, morsel) => Math.max(most, morsel), 0);
  const rows = batchArena.allocate(count * 4);
  const starts = batchArena.allocate((last + 2) * 4);
  kernels(memory).rowGroupSort(values, 0, count, last + 1, starts, rows);
  return { rows, count };
}

/** The finished groups, kept for the next pipeline. */
function keep(
  context: TaskContext,
  options: {
    readonly groups: RowGroups;
    readonly values: readonly Vector[];
    readonly types: readonly SqlType[];
    readonly partition: number;
    /** Do the bytes of the rows outlive the task? */
    readonly stable: boolean;
  },
): readonly RowChunk[] {
  const { groups, values, types, partition, stable } = options;
  const columns = [...groups.keys, ...values].map((column) => ({
    ...column,
    stable: column.stable && stable,
  }));
  assert(columns.length === types.length, 'groups have their keys and aggregates');
  const writer = new RowStoreWriter(context, context.taskArena, types);
  for (let from = 0; from < groups.groupCount; from += MAX_CHUNK_ROWS) {
    const length = Math.min(MAX_CHUNK_ROWS, groups.groupCount - from);
    const part = columns.map((column) => sliceVector(context, column, from, length));
    writer.append({ length, selection: 0, columns: part });
  }
  writer.endMorsel(partition);
  return writer.finish();
}
