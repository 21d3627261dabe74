import type { ColumnId, Expr } from '@windrow/core';
import type { PhysicalExpand } from '@windrow/planner';
import { createProjector } from '../expression/projector.ts';
import type { StreamOperator, TaskContext } from '../operator.ts';
import { columnIds, layoutOf } from '../runtime/layout.ts';
import { needsMainThread } from '../runtime/main-thread.ts';
import type { Query } from '../runtime/query.ts';
import { append, type OperatorData, type Stream } from '../runtime/stream.ts';

/** Each row once per grouping set. */
export interface ExpandSpec extends OperatorData {
  readonly kind: 'expand';
  readonly sets: readonly (readonly Expr[])[];
  readonly columns: readonly ColumnId[];
}

export async function lowerExpand(plan: PhysicalExpand, query: Query): Promise<Stream> {
  const input = await query.lower(plan.input);
  const { nodeId, sets, output } = plan;
  return append(
    input,
    { kind: 'expand', nodeId, sets, columns: columnIds(input.columns) },
    { columns: output, mainThread: needsMainThread(query.functions, sets.flat()) },
  );
}

export function openExpand(spec: ExpandSpec, context: TaskContext): StreamOperator {
  const layout = layoutOf(spec.columns);
  const projectors = spec.sets.map((set) => createProjector(context, set, layout));
  return {
    push(batch, next) {
      for (const projector of projectors) {
        const mark = context.batchArena.mark();
        next({ length: batch.length, selection: 0, columns: projector.evaluate(batch) });
        context.batchArena.rewind(mark);
      }
    },
  };
}
