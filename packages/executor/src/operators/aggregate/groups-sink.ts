import type { Batch, Vector } from '@windrow/core';
import { selectRows } from '../../expression/flatten.ts';
import { createProjector } from '../../expression/projector.ts';
import type { PipelineSink, Returns, TaskContext } from '../../operator.ts';
import { layoutOf } from '../../runtime/layout.ts';
import { type PartitionedRows, PartitionedRowsWriter } from '../../runtime/partitioned-rows.ts';
import type { OperatorData } from '../../runtime/stream.ts';
import type { Aggregation } from './aggregation.ts';
import { GroupRows } from './group-rows.ts';
import type { GroupList } from './group-table.ts';
import { hashKeys } from './key-encoder.ts';
import { layOutKey } from './key-layout.ts';

/** Groups rows of one thread: in a hash table, or, where that leaves the caches, by distributing rows. */
export interface GroupsSinkSpec extends OperatorData, Returns<ThreadGroups> {
  readonly kind: 'groups';
  readonly aggregation: Aggregation;
  /** Distribute from the first row on: the planner expects more groups than the caches hold. */
  readonly distribute: boolean;
  /** Rows that a thread will see, as far as anybody knows. */
  readonly expectedRows: number;
}

/** What one thread found; plain data. */
export interface ThreadGroups {
  readonly groups: GroupList;
  /** Groups from number `first` on (up to the next mark's) were first seen in `morsel`. */
  readonly marks: readonly { readonly morsel: number; readonly first: number }[];
  /** Rows that came when the table had become too large: keys, then the columns aggregates read. */
  readonly rows: PartitionedRows | undefined;
}

/** Partitions of distributed rows: few enough to write to all at a time, enough for cached tables. */
export const PARTITION_BITS = 8;

/** A table of more bytes is no longer probed out of the second-level cache. */
const MAX_TABLE_BYTES = 1 << 20;

/** A large table is kept when each of its groups has had so many rows: it still makes few of many. */
const MIN_ROWS_PER_GROUP = 16;

export function openGroups(spec: GroupsSinkSpec, context: TaskContext): PipelineSink<ThreadGroups> {
  const { input, keys: keyExprs, aggregates } = spec.aggregation;
  const layout = layOutKey(keyExprs.map(({ type }) => type));
  const projector = createProjector(context, keyExprs, layoutOf(input));
  const group = new GroupRows(context, layout, { aggregates, input });
  const marks: { morsel: number; first: number }[] = [];
  let rows = 0;
  let writer = spec.distribute ? createWriter(spec, context) : undefined;
  return {
    push(batch: Batch, { morsel }): void {
      const keys = projector.evaluate(batch);
      if (writer !== undefined) {
        writer.append(batch, keys);
        return;
      }
      if (marks.at(-1)?.morsel !== morsel) marks.push({ morsel, first: group.table.count });
      group.add(keys, batch);
      rows += batch.length;
      if (group.table.bytes < MAX_TABLE_BYTES) return;
      if (rows < group.table.count * MIN_ROWS_PER_GROUP) writer = createWriter(spec, context);
    },
    finish(): ThreadGroups {
      const groups = group.table.takeGroups();
      group.table.close();
      return { groups, marks, rows: writer?.finish() };
    },
  };
}

interface DistributingWriter {
  append(batch: Batch, keys: readonly Vector[]): void;
  finish(): PartitionedRows;
}

function createWriter(spec: GroupsSinkSpec, context: TaskContext): DistributingWriter {
  const { keys, read } = spec.aggregation;
  const writer = new PartitionedRowsWriter(context, context.taskArena, {
    types: [...keys, ...read].map(({ type }) => type),
    bits: PARTITION_BITS,
    expectedRows: spec.expectedRows,
  });
  return {
    append({ columns, selection, length }, keyColumns): void {
      const { hashes } = hashKeys(context, keyColumns, length);
      const values = read.map(({ position }) =>
        selectRows(context, columns[position]!, selection, length),
      );
      writer.append([...keyColumns, ...values], hashes, length);
    },
    finish: () => writer.finish(),
  };
}
