import { unreachable } from '@windrow/core';
import type { PhysicalPlan } from '@windrow/planner';
import type { PipelineSink, Source, StreamOperator, TaskContext, TaskRunner } from './operator.ts';
import { lowerAggregate } from './operators/aggregate/aggregate.ts';
import { type CollectedSinkSpec, openCollectedSink } from './operators/aggregate/collected-sink.ts';
import { type CollectedTaskSpec, openCollectedTask } from './operators/aggregate/collected-task.ts';
import {
  type GlobalSinkSpec,
  type GlobalSourceSpec,
  openGlobalSink,
  openGlobalSource,
} from './operators/aggregate/global.ts';
import { type GroupsSinkSpec, openGroups } from './operators/aggregate/groups-sink.ts';
import { type GroupsSourceSpec, openGroupsSource } from './operators/aggregate/groups-source.ts';
import {
  type MergeGroupsTaskSpec,
  type MergePartitionsTaskSpec,
  openMergeGroups,
  openMergePartitions,
  openPartitionGroups,
  type PartitionGroupsTaskSpec,
} from './operators/aggregate/merge-groups.ts';
import { lowerCte, lowerCteScan } from './operators/cte.ts';
import { type ExpandSpec, lowerExpand, openExpand } from './operators/expand.ts';
import { type FilterSpec, lowerFilter, openFilter } from './operators/filter.ts';
import { type BuildRowsSourceSpec, openBuildRows } from './operators/join/build-rows.ts';
import { type CrossJoinSpec, openCrossJoin } from './operators/join/cross-join.ts';
import { lowerHashJoin } from './operators/join/hash-join.ts';
import { type HashJoinProbeSpec, openHashJoinProbe } from './operators/join/hash-join-probe.ts';
import {
  type JoinRegionTaskSpec,
  type JoinScatterTaskSpec,
  openJoinRegion,
  openJoinScatter,
} from './operators/join/join-tasks.ts';
import { type KeyFilterSpec, openKeyFilter } from './operators/join/key-filter.ts';
import {
  lowerNestedLoopJoin,
  type NestedLoopProbeSpec,
  openNestedLoopProbe,
} from './operators/join/nested-loop-join.ts';
import { type KeyRangesTaskSpec, openKeyRanges } from './operators/key-ranges.ts';
import { type KeyedSinkSpec, openKeyed } from './operators/keyed-rows.ts';
import { type LimitSinkSpec, lowerLimit, openLimit } from './operators/limit.ts';
import { openPass, type PassSpec } from './operators/pass.ts';
import { lowerProject, openProject, type ProjectSpec } from './operators/project.ts';
import { lowerRecursiveCte, type NewRowsTaskSpec, openNewRows } from './operators/recursive-cte.ts';
import {
  type CollectSinkSpec,
  openCollect,
  openRows,
  type RowsSourceSpec,
} from './operators/rows.ts';
import { lowerScan, openScan, type ScanSourceSpec } from './operators/scan.ts';
import { lowerPartitionedTopN } from './operators/sort/partitioned-top-n.ts';
import { openRankedRows, type RankedRowsSourceSpec } from './operators/sort/ranked-rows.ts';
import { lowerSort } from './operators/sort/sort.ts';
import {
  openSortAll,
  openSortRange,
  openSortScatter,
  type SortAllTaskSpec,
  type SortRangeTaskSpec,
  type SortScatterTaskSpec,
} from './operators/sort/sort-tasks.ts';
import { openSortedRows, type SortedRowsSourceSpec } from './operators/sort/sorted-rows.ts';
import { lowerTopN } from './operators/sort/top-n.ts';
import { openTop, type TopSinkSpec } from './operators/sort/top-sink.ts';
import { lowerUnion } from './operators/union.ts';
import { lowerUnnest, openUnnest, type UnnestSpec } from './operators/unnest.ts';
import { lowerValues, openValues, type ValuesSourceSpec } from './operators/values.ts';
import {
  lowerWindow,
  openWindow,
  openWindowTotals,
  type WindowSourceSpec,
  type WindowTotalsTaskSpec,
} from './operators/window/window.ts';
import { lowerWrite, openWrite, type WriteSinkSpec } from './operators/write.ts';
import type { Query } from './runtime/query.ts';
import { openResult, type ResultSinkSpec } from './runtime/result.ts';
import type { Stream } from './runtime/stream.ts';
import { openSplit, type SplitSinkSpec } from './spill/split-sink.ts';

/*
 * The one place where operators are known. An operator is a file in operators/ and its lines here:
 *
 * - its plain data, one type a source, streaming operator, sink or task round, in the unions below;
 * - how a thread makes an instance of each, in the tables under them (`open…`);
 * - how the coordinator turns the plan node into a stream, in `lower` (`lower…`).
 *
 * A streaming operator appends its data to the stream below it (operators/filter.ts). A breaker runs the
 * stream below it with `query.run`, which gives one plain result a thread, may go on with
 * `query.runTasks`, and returns a stream whose source reads what was built (operators/rows.ts).
 */

export type SourceSpec =
  | ScanSourceSpec
  | ValuesSourceSpec
  | RowsSourceSpec
  | SortedRowsSourceSpec
  | RankedRowsSourceSpec
  | BuildRowsSourceSpec
  | GlobalSourceSpec
  | GroupsSourceSpec
  | WindowSourceSpec;
export type OperatorSpec =
  | FilterSpec
  | PassSpec
  | ProjectSpec
  | ExpandSpec
  | KeyFilterSpec
  | HashJoinProbeSpec
  | NestedLoopProbeSpec
  | CrossJoinSpec
  | UnnestSpec;
export type SinkSpec =
  | CollectSinkSpec
  | CollectedSinkSpec
  | GlobalSinkSpec
  | GroupsSinkSpec
  | KeyedSinkSpec
  | LimitSinkSpec
  | ResultSinkSpec
  | SplitSinkSpec
  | TopSinkSpec
  | WriteSinkSpec;
export type TaskSpec =
  | CollectedTaskSpec
  | NewRowsTaskSpec
  | MergeGroupsTaskSpec
  | MergePartitionsTaskSpec
  | PartitionGroupsTaskSpec
  | KeyRangesTaskSpec
  | SortAllTaskSpec
  | SortScatterTaskSpec
  | SortRangeTaskSpec
  | JoinScatterTaskSpec
  | JoinRegionTaskSpec
  | WindowTotalsTaskSpec;

type Table<Spec extends { readonly kind: string }, Instance> = {
  readonly [Kind in Spec['kind']]: (
    spec: Extract<Spec, { readonly kind: Kind }>,
    context: TaskContext,
  ) => Instance;
};

const SOURCES: Table<SourceSpec, Source> = {
  scan: openScan,
  values: openValues,
  rows: openRows,
  sortedRows: openSortedRows,
  rankedRows: openRankedRows,
  buildRows: openBuildRows,
  global: openGlobalSource,
  groups: openGroupsSource,
  window: openWindow,
};

const OPERATORS: Table<OperatorSpec, StreamOperator> = {
  filter: openFilter,
  pass: openPass,
  project: openProject,
  expand: openExpand,
  unnest: openUnnest,
  keyFilter: openKeyFilter,
  hashJoinProbe: openHashJoinProbe,
  nestedLoopProbe: openNestedLoopProbe,
  crossJoin: openCrossJoin,
};

const SINKS: Table<SinkSpec, PipelineSink> = {
  collect: openCollect,
  collected: openCollectedSink,
  global: openGlobalSink,
  groups: openGroups,
  keyed: openKeyed,
  limit: openLimit,
  result: openResult,
  split: openSplit,
  top: openTop,
  write: openWrite,
};

const TASKS: Table<TaskSpec, TaskRunner> = {
  collected: openCollectedTask,
  newRows: openNewRows,
  mergeGroups: openMergeGroups,
  mergePartitions: openMergePartitions,
  partitionGroups: openPartitionGroups,
  keyRanges: openKeyRanges,
  sortAll: openSortAll,
  sortScatter: openSortScatter,
  sortRange: openSortRange,
  joinScatter: openJoinScatter,
  joinRegion: openJoinRegion,
  windowTotals: openWindowTotals,
};

/** The compiler cannot see that a spec and the entry of its kind belong together. */
function open<Spec extends { readonly kind: string }, Instance>(
  table: Table<Spec, Instance>,
  spec: Spec,
  context: TaskContext,
): Instance {
  const create = table[spec.kind as Spec['kind']] as (spec: Spec, context: TaskContext) => Instance;
  return create(spec, context);
}

/** One thread's instance. */
export const openSource = (spec: SourceSpec, context: TaskContext): Source =>
  open(SOURCES, spec, context);
export const openOperator = (spec: OperatorSpec, context: TaskContext): StreamOperator =>
  open(OPERATORS, spec, context);
export const openSink = (spec: SinkSpec, context: TaskContext): PipelineSink =>
  open(SINKS, spec, context);
export const openTask = (spec: TaskSpec, context: TaskContext): TaskRunner =>
  open(TASKS, spec, context);

/** The rows of a plan node as a stream; pipelines below it that have to be complete first are run. */
export async function lower(plan: PhysicalPlan, query: Query): Promise<Stream> {
  switch (plan.kind) {
    case 'scan':
      return lowerScan(plan);
    case 'values':
      return lowerValues(plan);
    case 'filter':
      return lowerFilter(plan, query);
    case 'project':
      return lowerProject(plan, query);
    case 'expand':
      return lowerExpand(plan, query);
    case 'limit':
      return lowerLimit(plan, query);
    case 'union':
      return lowerUnion(plan, query);
    case 'aggregate':
      return lowerAggregate(plan, query);
    case 'cte':
      return lowerCte(plan, query);
    case 'cteScan':
      return lowerCteScan(plan, query);
    case 'hashJoin':
      return lowerHashJoin(plan, query);
    case 'nestedLoopJoin':
      return lowerNestedLoopJoin(plan, query);
    case 'sort':
      return lowerSort(plan, query);
    case 'topN':
      return lowerTopN(plan, query);
    case 'partitionedTopN':
      return lowerPartitionedTopN(plan, query);
    case 'window':
      return lowerWindow(plan, query);
    case 'write':
      return lowerWrite(plan, query);
    case 'unnest':
      return lowerUnnest(plan, query);
    case 'recursiveCte':
      return lowerRecursiveCte(plan, query);
    default:
      return unreachable(plan);
  }
}
