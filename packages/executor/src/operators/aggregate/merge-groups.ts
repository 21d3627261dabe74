import { Arena, type Batch } from '@windrow/core';
import { kernels } from '@windrow/kernels';
import type { Returns, TaskContext, TaskRunner } from '../../operator.ts';
import { type PartitionedRows, partitionChunks } from '../../runtime/partitioned-rows.ts';
import type { RowChunk } from '../../runtime/row-store.ts';
import { sliceBatches } from '../../runtime/slice.ts';
import type { OperatorData } from '../../runtime/stream.ts';
import type { SpilledChunk } from '../../spill/spill-file.ts';
import type { Aggregation } from './aggregation.ts';
import { addDistributed, type PartitionedGroups } from './distributed-rows.ts';
import { GroupRows } from './group-rows.ts';
import type { GroupList } from './group-table.ts';
import { layOutKey } from './key-layout.ts';

/** One task: merges lists of groups, in their order, into the first that has each group. */
export interface MergeGroupsTaskSpec extends OperatorData, Returns<GroupList> {
  readonly kind: 'mergeGroups';
  readonly aggregation: Aggregation;
  readonly lists: readonly GroupList[];
}

/** A task a thread's list: orders its groups by hash partition. */
export interface PartitionGroupsTaskSpec extends OperatorData, Returns<PartitionedGroups> {
  readonly kind: 'partitionGroups';
  readonly lists: readonly GroupList[];
  readonly bits: number;
}

/** A task some neighbouring hash partitions: merges their groups, and groups their rows. */
export interface MergePartitionsTaskSpec extends OperatorData, Returns<GroupList> {
  readonly kind: 'mergePartitions';
  readonly aggregation: Aggregation;
  readonly groups: readonly PartitionedGroups[];
  readonly rows: readonly PartitionedRows[];
  /** Rows in files, for each partition from `firstPartition` on; absent: none. */
  readonly spilled?: readonly (readonly SpilledChunk[])[];
  /** Of the first task; absent: 0. */
  readonly firstPartition?: number;
  readonly partitionsPerTask: number;
}

const READ_BLOCK_BYTES = 262144;

export function openMergeGroups(
  spec: MergeGroupsTaskSpec,
  context: TaskContext,
): TaskRunner<GroupList> {
  const merger = createMerger(spec.aggregation, context);
  return {
    run(): GroupList {
      for (const list of spec.lists) merger.absorb(list);
      return merger.take();
    },
    close: () => merger.close(),
  };
}

export function openPartitionGroups(
  spec: PartitionGroupsTaskSpec,
  context: TaskContext,
): TaskRunner<PartitionedGroups> {
  const { memory, taskArena } = context;
  return {
    run(task): PartitionedGroups {
      const { entries, count } = spec.lists[task]!;
      const starts = taskArena.allocate(((1 << spec.bits) + 1) * 4);
      const ordered = taskArena.allocate(count * 4);
      kernels(memory).groupPartition(entries, count, spec.bits, starts, ordered);
      return { entries: ordered, starts };
    },
  };
}

export function openMergePartitions(
  spec: MergePartitionsTaskSpec,
  context: TaskContext,
): TaskRunner<GroupList> {
  const { memory, batchArena, taskArena, spill } = context;
  const { u32 } = memory;
  const { spilled = [], firstPartition = 0 } = spec;
  const merger = createMerger(spec.aggregation, context);
  const readArena = new Arena(memory, taskArena.owner, READ_BLOCK_BYTES);
  const chunksOf = function* (partition: number): Iterable<RowChunk> {
    for (const rows of spec.rows) yield* partitionChunks(memory, rows, partition);
    for (const chunk of spilled[partition - firstPartition] ?? []) {
      readArena.reset();
      yield spill.read(chunk, readArena);
    }
  };
  return {
    run(task): GroupList {
      const first = firstPartition + task * spec.partitionsPerTask;
      const end = first + spec.partitionsPerTask;
      for (const { entries, starts } of spec.groups) {
        const from = u32[starts / 4 + first]!;
        const count = u32[starts / 4 + end]! - from;
        merger.absorb({ entries: entries + from * 4, count });
      }
      const mark = batchArena.mark();
      for (let partition = first; partition < end; partition++) {
        for (const chunk of chunksOf(partition)) {
          for (const batch of sliceBatches(context, chunk)) {
            merger.add(batch);
            batchArena.rewind(mark);
            context.checkCancelled();
          }
        }
      }
      return merger.take();
    },
    close(): void {
      merger.close();
      readArena.release();
    },
  };
}

interface Merger {
  absorb(list: GroupList): void;
  /** Rows as the sink distributed them: keys, then the columns that the aggregates read. */
  add(batch: Batch): void;
  /** The groups; the merger starts afresh. */
  take(): GroupList;
  close(): void;
}

function createMerger(aggregation: Aggregation, context: TaskContext): Merger {
  const { keys, aggregates, readIds } = aggregation;
  const layout = layOutKey(keys.map(({ type }) => type));
  const group = GroupRows.open(context, layout, { aggregates, input: readIds });
  const { table, states } = group;
  return {
    absorb: (list) => table.absorb(list, (into, other, count) => states.merge(into, other, count)),
    add: (batch) => addDistributed(context, group, { aggregation, batch }),
    take(): GroupList {
      const groups = table.takeGroups();
      table.clear();
      return groups;
    },
    close: () => table.close(),
  };
}
