import type { OutputColumn } from '@windrow/planner';
import type { Query } from '../../runtime/query.ts';
import { type Stream, streamOf } from '../../runtime/stream.ts';
import type { Aggregation } from './aggregation.ts';
import { PARTITION_BITS, type PartitionedGroups } from './distributed-rows.ts';
import type { GroupList } from './group-table.ts';
import type { ThreadGroups } from './groups-sink.ts';
import { byPartition, mergeSpilled } from './spilled-groups.ts';

/** So many groups one task merges, and they come out in the order of their first rows. */
const MAX_MERGED_GROUPS = 32768;

/** Groups that a task on hash partitions should have: its table stays in the second-level cache. */
const GROUPS_PER_TASK = 4096;

/** Tasks for each thread at least, so that threads end together. */
const TASKS_PER_THREAD = 4;

const MORSEL_GROUPS = 65536;

const MIN_ROW_BYTES = 4 << 20;
const MAX_ROW_BYTES = 256 << 20;

/** A grouping to be run. */
export interface Grouping {
  readonly nodeId: number;
  readonly aggregation: Aggregation;
  readonly distribute: boolean;
  readonly expectedRows: number;
  readonly expectedGroups: number;
  /** Columns of the groups: keys, then aggregates. */
  readonly output: readonly OutputColumn[];
}

/**
 * Groups a stream's rows on all threads and brings the threads' groups together: a few in one task,
 * many by hash partitions in parallel, or one range of partitions after the other when memory is short.
 */
export async function groupStream(
  query: Query,
  stream: Stream,
  grouping: Grouping,
): Promise<Stream> {
  const { nodeId, aggregation, output } = grouping;
  const threads = await findGroups(query, stream, grouping);
  if (threads.some(({ spilled }) => spilled.length > 0)) {
    const groups = await partitionGroups(query, threads, grouping);
    const rows = threads.flatMap((thread) => thread.rows ?? []);
    const partitions = byPartition(threads, PARTITION_BITS);
    return mergeSpilled(query, partitions, { nodeId, aggregation, output, groups, rows });
  }
  const lists = await mergeThreads(query, threads, grouping);
  const morsels = lists.length;
  const rows = lists.reduce((sum, { count }) => sum + count, 0);
  return streamOf({ kind: 'groups', nodeId, morsels, rows, aggregation, lists }, output);
}

function findGroups(
  query: Query,
  stream: Stream,
  grouping: Grouping,
): Promise<readonly ThreadGroups[]> {
  const { nodeId, aggregation, distribute } = grouping;
  const expectedRows = grouping.expectedRows / query.threads;
  return query.run(stream, {
    kind: 'groups',
    nodeId,
    aggregation,
    distribute,
    expectedRows,
    maxRowBytes: maxRowBytes(query),
    // Rounds of a recursion read the groups again and again.
    spills: !query.isRecursing,
  });
}

/** Groups that are few come out in the order of their first rows. The lists are morsels for a reader. */
async function mergeThreads(
  query: Query,
  threads: readonly ThreadGroups[],
  grouping: Grouping,
): Promise<readonly GroupList[]> {
  const { nodeId, aggregation } = grouping;
  const found = threads.filter(({ groups }) => groups.count > 0);
  const isDistributed = threads.some(({ rows }) => rows !== undefined);
  if (!isDistributed && found.length <= 1) return found.flatMap(({ groups }) => slices(groups));
  const groups = found.reduce((sum, thread) => sum + thread.groups.count, 0);
  if (isDistributed || groups > MAX_MERGED_GROUPS) {
    return mergePartitions(query, threads, grouping);
  }
  const lists = inFirstRowOrder(found);
  return query.runTasks({ kind: 'mergeGroups', nodeId, aggregation, lists }, 1, { rows: groups });
}

/** The threads' groups, cut up by the morsels that brought them, in the order of morsels. */
function inFirstRowOrder(threads: readonly ThreadGroups[]): GroupList[] {
  const pieces = threads.flatMap(({ groups, marks }) =>
    marks.map(({ morsel, first }, index) => {
      const end = marks[index + 1]?.first ?? groups.count;
      return { morsel, list: { entries: groups.entries + first * 4, count: end - first } };
    }),
  );
  return pieces
    .filter(({ list }) => list.count > 0)
    .sort((a, b) => a.morsel - b.morsel)
    .map(({ list }) => list);
}

async function mergePartitions(
  query: Query,
  threads: readonly ThreadGroups[],
  grouping: Grouping,
): Promise<readonly GroupList[]> {
  const { nodeId, aggregation } = grouping;
  const lists = threads.map((thread) => thread.groups).filter(({ count }) => count > 0);
  const rows = threads.flatMap((thread) => thread.rows ?? []);
  const groups = await partitionGroups(query, threads, grouping);
  const seen = Math.max(0, ...lists.map(({ count }) => count));
  const most = [...lists.map(({ count }) => count), ...rows.map((part) => part.rows)];
  const bound = most.reduce((sum, count) => sum + count, 0);
  const expected = Math.min(bound, Math.max(seen, grouping.expectedGroups));
  const partitionsPerTask = tasksOf(expected, query.threads);
  const tasks = (1 << PARTITION_BITS) / partitionsPerTask;
  const merged = await query.runTasks(
    { kind: 'mergePartitions', nodeId, aggregation, groups, rows, partitionsPerTask },
    tasks,
  );
  return merged.filter(({ count }) => count > 0);
}

/** The groups that the threads have found, by hash partition. */
async function partitionGroups(
  query: Query,
  threads: readonly ThreadGroups[],
  { nodeId }: Grouping,
): Promise<readonly PartitionedGroups[]> {
  const lists = threads.map((thread) => thread.groups).filter(({ count }) => count > 0);
  const partitioned = await query.runTasks(
    { kind: 'partitionGroups', nodeId, lists, bits: PARTITION_BITS },
    lists.length,
  );
  return [...partitioned, ...threads.flatMap((thread) => thread.drained ?? [])];
}

/** Memory that a thread's distributed rows may take: an eighth of all memory for all threads together. */
function maxRowBytes({ memory, threads }: Query): number {
  const share = memory.limitBytes / 8 / threads;
  return Math.min(MAX_ROW_BYTES, Math.max(MIN_ROW_BYTES, share));
}

/** Partitions that one task takes, a power of two. */
function tasksOf(expectedGroups: number, threads: number): number {
  const partitions = 1 << PARTITION_BITS;
  let perTask = 1;
  while (
    perTask * 2 * TASKS_PER_THREAD * threads <= partitions &&
    (perTask * 2 * expectedGroups) / partitions <= GROUPS_PER_TASK
  ) {
    perTask *= 2;
  }
  return perTask;
}

/** The list in pieces of a morsel. */
function slices({ entries, count }: GroupList): GroupList[] {
  return Array.from({ length: Math.ceil(count / MORSEL_GROUPS) }, (_, piece) => {
    const from = piece * MORSEL_GROUPS;
    return { entries: entries + from * 4, count: Math.min(MORSEL_GROUPS, count - from) };
  });
}
