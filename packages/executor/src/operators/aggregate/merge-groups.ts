import type { Batch } from '@windrow/core';
import { kernels } from '@windrow/kernels';
import type { Returns, TaskContext, TaskRunner } from '../../operator.ts';
import { type PartitionedRows, partitionChunks } from '../../runtime/partitioned-rows.ts';
import { sliceBatches } from '../../runtime/slice.ts';
import type { OperatorData } from '../../runtime/stream.ts';
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
  readonly partitionsPerTask: number;
}

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
  const { memory, batchArena } = context;
  const { u32 } = memory;
  const merger = createMerger(spec.aggregation, context);
  return {
    run(task): GroupList {
      const first = task * spec.partitionsPerTask;
      const end = first + spec.partitionsPerTask;
      for (const { entries, starts } of spec.groups) {
        const from = u32[starts / 4 + first]!;
        const count = u32[starts / 4 + end]! - from;
        merger.absorb({ entries: entries + from * 4, count });
      }
      const mark = batchArena.mark();
      for (let partition = first; partition < end; partition++) {
        for (const rows of spec.rows) {
          for (const chunk of partitionChunks(memory, rows, partition)) {
            for (const batch of sliceBatches(context, chunk)) {
              merger.add(batch);
              batchArena.rewind(mark);
              context.checkCancelled();
            }
          }
        }
      }
      return merger.take();
    },
    close: () => merger.close(),
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
