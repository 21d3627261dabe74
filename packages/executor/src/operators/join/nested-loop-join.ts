import { BOOLEAN, columnsOf, unreachable } from '@windrow/core';
import type { NestedLoopJoin } from '@windrow/planner';
import type { StreamOperator, TaskContext } from '../../operator.ts';
import { columnIds } from '../../runtime/layout.ts';
import { needsMainThread } from '../../runtime/main-thread.ts';
import type { Query } from '../../runtime/query.ts';
import { type RowChunk, RowStore } from '../../runtime/row-store.ts';
import { append, type OperatorData, type Stream } from '../../runtime/stream.ts';
import { keepRows } from '../keyed-rows.ts';
import { passAs } from '../pass.ts';
import { selectColumns } from '../project.ts';
import { type StoredRows, storeRows } from '../stored-rows.ts';
import { createMatchFlags } from './build-rows.ts';
import type { JoinSides } from './join-columns.ts';
import { createJoinOperator, type JoinOutput } from './join-kinds.ts';
import {
  conditionOf,
  emptyBuild,
  emptyStream,
  finishJoin,
  markAll,
  needsMatchFlags,
  outputOf,
} from './join-stream.ts';
import { NestedLoopFinder } from './nested-loop-finder.ts';
import type { PairCondition } from './pair-checks.ts';

/** Tries the rows of the probe side with all rows of the build side. */
export interface NestedLoopProbeSpec extends OperatorData, JoinOutput {
  readonly kind: 'nestedLoopProbe';
  /** Kept rows of the build side, at least one. */
  readonly chunks: readonly RowChunk[];
  readonly condition: PairCondition | undefined;
}

/** A join on any condition, or on none. */
export async function lowerNestedLoopJoin(plan: NestedLoopJoin, query: Query): Promise<Stream> {
  const { nodeId, condition } = plan;
  const { positions, chunks } = await keepRows(query, await query.lower(plan.build), {
    nodeId,
    columns: [...columnIds(plan.output), ...(condition === undefined ? [] : columnsOf(condition))],
    keys: [],
  });
  const rows = storeRows(query, chunks);
  const probe = await query.lower(plan.probe);
  if (rows.rows === 0) return emptyBuild(plan, probe);
  const sides: JoinSides = { probe: probe.columns, build: positions };
  return (condition === undefined && unconditional(plan, probe, rows, sides)) || probeAll();

  function probeAll(): Promise<Stream> {
    const matched = needsMatchFlags(plan.joinKind) ? createMatchFlags(query, rows) : 0;
    const probed = append(
      probe,
      {
        kind: 'nestedLoopProbe',
        nodeId,
        joinKind: plan.joinKind,
        chunks,
        condition: condition && conditionOf(condition, sides),
        ...outputOf(plan, sides),
        matched,
      },
      {
        columns: plan.output,
        mainThread: condition !== undefined && needsMainThread(query.functions, [condition]),
      },
    );
    return finishJoin(query, plan, probed, { rows, sides, matched });
  }
}

export function openNestedLoopProbe(
  spec: NestedLoopProbeSpec,
  context: TaskContext,
): StreamOperator {
  const { chunks, condition } = spec;
  const store = new RowStore(context.memory, context.taskArena, chunks);
  const finder = new NestedLoopFinder(context, chunks, condition);
  return createJoinOperator(context, { output: spec, finder, store, markUnknown: undefined });
}

/** A join without condition whose build side has rows, where no pair has to be looked at. */
function unconditional(
  plan: NestedLoopJoin,
  probe: Stream,
  { store: { chunks } }: StoredRows,
  sides: JoinSides,
): Stream | undefined {
  const { nodeId, joinKind, output: columns } = plan;
  switch (joinKind) {
    case 'inner':
    case 'probeOuter':
    case 'single': {
      const { output } = outputOf(plan, sides);
      const single = joinKind === 'single';
      return append(probe, { kind: 'crossJoin', nodeId, chunks, output, single }, { columns });
    }
    case 'probeSemi':
      return passAs(selectColumns(probe, columns, nodeId), nodeId);
    case 'probeAnti':
      return emptyStream(columns);
    case 'mark':
      return markAll(plan, probe, { kind: 'literal', value: true, type: BOOLEAN });
    case 'buildOuter':
    case 'fullOuter':
    case 'buildSemi':
    case 'buildAnti':
      return undefined;
    default:
      return unreachable(joinKind);
  }
}
