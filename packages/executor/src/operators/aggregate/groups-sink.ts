import type { Batch } from '@windrow/core';
import { createProjector } from '../../expression/projector.ts';
import type { PipelineSink, Returns, TaskContext } from '../../operator.ts';
import { layoutOf } from '../../runtime/layout.ts';
import type { PartitionedRows } from '../../runtime/partitioned-rows.ts';
import type { OperatorData } from '../../runtime/stream.ts';
import type { PartChunk } from '../../spill/spilling-partitions.ts';
import type { Aggregation } from './aggregation.ts';
import { type PartitionedGroups, RowDistributor } from './distributed-rows.ts';
import { GroupRows } from './group-rows.ts';
import type { GroupList } from './group-table.ts';
import { layOutKey } from './key-layout.ts';

/** Groups rows of one thread: in a hash table, or, where that leaves the caches, by distributing rows. */
export interface GroupsSinkSpec extends OperatorData, Returns<ThreadGroups> {
  readonly kind: 'groups';
  readonly aggregation: Aggregation;
  /** Distribute from the first row on: the planner expects more groups than the caches hold. */
  readonly distribute: boolean;
  /** Rows that a thread will see, as far as anybody knows. */
  readonly expectedRows: number;
  /** Memory for distributed rows, before they are grouped to make room. */
  readonly maxRowBytes: number;
  /** May rows go to files? */
  readonly spills: boolean;
}

/** What one thread found; plain data. */
export interface ThreadGroups {
  readonly groups: GroupList;
  /** Groups from number `first` on (up to the next mark's) were first seen in `morsel`. */
  readonly marks: readonly { readonly morsel: number; readonly first: number }[];
  /** Rows that came when the table had become too large. */
  readonly rows: PartitionedRows | undefined;
  /** Such rows for which there was no memory, by partition. */
  readonly spilled: readonly PartChunk[];
  /** Groups of such rows, where they were too many to be kept. */
  readonly drained: PartitionedGroups | undefined;
}

/** A larger table is probed out of slower memory than rows are written to and read from. */
const MAX_TABLE_BYTES = 2 << 20;

/** A large table is kept when each of its groups has had so many rows: it still makes few of many. */
const MIN_ROWS_PER_GROUP = 16;

export function openGroups(spec: GroupsSinkSpec, context: TaskContext): PipelineSink<ThreadGroups> {
  const { input, keys: keyExprs, aggregates } = spec.aggregation;
  const layout = layOutKey(keyExprs.map(({ type }) => type));
  const projector = createProjector(context, keyExprs, layoutOf(input));
  const group = GroupRows.open(context, layout, { aggregates, input });
  const { expectedRows, maxRowBytes: maxBytes, spills } = spec;
  const { spill } = context;
  const distribute = (): RowDistributor =>
    new RowDistributor(context, spec.aggregation, { expectedRows, maxBytes, spills });
  const marks: { morsel: number; first: number }[] = [];
  let rows = 0;
  let distributor = spec.distribute || (spills && spill.isForced) ? distribute() : undefined;
  return {
    push(batch: Batch, { morsel }): void {
      const keys = projector.evaluate(batch);
      if (distributor !== undefined) {
        distributor.append(batch, keys);
        return;
      }
      if (marks.at(-1)?.morsel !== morsel) marks.push({ morsel, first: group.table.count });
      group.add(keys, batch);
      rows += batch.length;
      const { bytes, count } = group.table;
      const isShort = spills && spill.isShort(count, bytes);
      if (bytes < MAX_TABLE_BYTES && !isShort) return;
      if (rows < count * MIN_ROWS_PER_GROUP || isShort) distributor = distribute();
    },
    finish(): ThreadGroups {
      const groups = group.table.takeGroups();
      group.table.close();
      return {
        groups,
        marks,
        rows: undefined,
        spilled: [],
        drained: undefined,
        ...distributor?.finish(),
      };
    },
  };
}
