import type { Expr } from '@windrow/core';
import type { AggregateCall, PhysicalAggregate } from '@windrow/planner';
import { aggregatesOnMainThread } from '../../runtime/main-thread.ts';
import type { Query } from '../../runtime/query.ts';
import { inMorselOrder } from '../../runtime/row-store.ts';
import { type Stream, streamOf } from '../../runtime/stream.ts';
import { rowsStream } from '../rows.ts';
import { createAggregation, needsRows, simplifyCall } from './aggregation.ts';
import { planCollected } from './collected.ts';
import { PARTITION_BITS } from './distributed-rows.ts';
import { fuseInput } from './fuse-input.ts';
import { groupStream } from './group-stream.ts';
import { computeOnMainThread } from './main-thread-columns.ts';
import { byPartition, runPartitions } from './spilled-groups.ts';

/** Fewer rows are not distributed: one task is quicker, and groups keep the order of their first rows. */
const MIN_DISTRIBUTED_ROWS = 65536;

/** Rows are read, put in one piece, and brought together group by group. */
const COLLECTED_COPIES = 3;

/** Runs an aggregate: states of groups where rows can update them, collected rows for the rest. */
export async function lowerAggregate(plan: PhysicalAggregate, query: Query): Promise<Stream> {
  const { functions } = query;
  const simple = plan.aggregates.map((call) => simplifyCall(functions, call));
  const collects = simple.some((call) => needsRows(functions, call));
  const fused = fuseInput({ ...plan, aggregates: simple }, functions, { filter: !collects });
  const below = await query.lower(fused.input);
  const { nodeId } = plan;
  const { stream, ...evaluated } = computeOnMainThread(below, fused, { functions, nodeId });
  const parts = { plan, ...evaluated };
  return collects ? aggregateRows(query, stream, parts) : aggregateStates(query, stream, parts);
}

interface AggregateParts {
  readonly plan: PhysicalAggregate;
  readonly keys: readonly Expr[];
  /** Simplified. */
  readonly calls: readonly AggregateCall[];
  readonly predicate: Expr | undefined;
}

async function aggregateStates(
  query: Query,
  stream: Stream,
  { plan, keys, calls, predicate }: AggregateParts,
): Promise<Stream> {
  const { nodeId, output } = plan;
  const aggregation = createAggregation(stream.columns, keys, calls);
  if (keys.length === 0) {
    const states = await query.run(stream, { kind: 'global', nodeId, aggregation, predicate });
    return streamOf({ kind: 'global', nodeId, morsels: 1, rows: 1, aggregation, states }, output);
  }
  return groupStream(query, stream, {
    nodeId,
    aggregation,
    output,
    distribute: plan.strategy === 'partitioned',
    expectedRows: plan.input.estimatedRows,
    expectedGroups: plan.estimatedGroups,
  });
}

async function aggregateRows(
  query: Query,
  stream: Stream,
  { plan, keys, calls }: AggregateParts,
): Promise<Stream> {
  const { nodeId, output } = plan;
  const { estimatedRows } = plan.input;
  const aggregation = planCollected(query, stream, { keys, calls });
  const isSmall = keys.length === 0 || estimatedRows < MIN_DISTRIBUTED_ROWS;
  const spills = keys.length > 0 && !query.isRecursing;
  const bits = isSmall && !(spills && query.spill?.forced === true) ? 0 : PARTITION_BITS;
  const expectedRows = estimatedRows / query.threads;
  const threads = await query.run(stream, {
    kind: 'collected',
    nodeId,
    aggregation,
    bits,
    expectedRows,
    spills,
  });
  const types = output.map(({ type }) => type);
  const mainThread = calls.some((call) => aggregatesOnMainThread(query.functions, call));
  const spilled = threads.map((thread) => byPartition([thread], bits));
  const evaluate = async (
    part: Query,
    { first, end }: { readonly first: number; readonly end: number },
  ): Promise<Stream> => {
    const inRange = threads.map(({ rows }, thread) => ({
      rows,
      spilled: spilled[thread]!.slice(first, end),
    }));
    const task = {
      kind: 'collected',
      nodeId,
      aggregation,
      threads: inRange,
      types,
      first,
    } as const;
    const chunks = await part.runTasks(task, end - first, { mainThread });
    return rowsStream(inMorselOrder(chunks), output, nodeId);
  };
  const partitions = byPartition(threads, bits);
  return partitions.every((chunks) => chunks.length === 0)
    ? evaluate(query, { first: 0, end: partitions.length })
    : runPartitions(query, partitions, {
        nodeId,
        output,
        perByte: COLLECTED_COPIES,
        run: evaluate,
      });
}
