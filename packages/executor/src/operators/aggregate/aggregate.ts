import type { PhysicalAggregate } from '@windrow/planner';
import { needsMainThread } from '../../runtime/main-thread.ts';
import type { Query } from '../../runtime/query.ts';
import { type Stream, streamOf } from '../../runtime/stream.ts';
import { createAggregation, expressionsOf, simplifyCall } from './aggregation.ts';
import { groupStream } from './group-stream.ts';

/** Runs an aggregate: states of groups where rows can update them, collected rows for the rest. */
export async function lowerAggregate(plan: PhysicalAggregate, query: Query): Promise<Stream> {
  const { nodeId, output, strategy, estimatedGroups } = plan;
  const input = await query.lower(plan.input);
  const keys = plan.keys.map(({ expr }) => expr);
  const calls = plan.aggregates.map((call) => simplifyCall(query.functions, call));
  const aggregation = createAggregation(input.columns, keys, calls);
  const expressions = [...keys, ...calls.flatMap(expressionsOf)];
  const mainThread = input.mainThread || needsMainThread(query.functions, expressions);
  const stream = { ...input, mainThread };
  if (keys.length === 0) {
    const states = await query.run(stream, { kind: 'global', nodeId, aggregation });
    return streamOf({ kind: 'global', nodeId, morsels: 1, aggregation, states }, output);
  }
  const lists = await groupStream(query, stream, {
    nodeId,
    aggregation,
    distribute: strategy === 'partitioned',
    expectedRows: plan.input.estimatedRows,
    expectedGroups: estimatedGroups,
  });
  return streamOf({ kind: 'groups', nodeId, morsels: lists.length, aggregation, lists }, output);
}
