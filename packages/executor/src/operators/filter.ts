import type { ColumnId, Expr } from '@windrow/core';
import type { PhysicalFilter } from '@windrow/planner';
import { createFilter } from '../expression/filter.ts';
import type { StreamOperator, TaskContext } from '../operator.ts';
import { columnIds, layoutOf } from '../runtime/layout.ts';
import { needsMainThread } from '../runtime/main-thread.ts';
import type { Query } from '../runtime/query.ts';
import { append, type OperatorData, type Stream } from '../runtime/stream.ts';

/** Keeps rows for which the predicate is true, by selection. */
export interface FilterSpec extends OperatorData {
  readonly kind: 'filter';
  readonly predicate: Expr;
  readonly columns: readonly ColumnId[];
}

export async function lowerFilter(plan: PhysicalFilter, query: Query): Promise<Stream> {
  const input = await query.lower(plan.input);
  const { nodeId, predicate } = plan;
  return append(
    input,
    { kind: 'filter', nodeId, predicate, columns: columnIds(input.columns) },
    { columns: input.columns, mainThread: needsMainThread(query.functions, [predicate]) },
  );
}

export function openFilter(spec: FilterSpec, context: TaskContext): StreamOperator {
  const filter = createFilter(context, spec.predicate, layoutOf(spec.columns));
  return {
    push(batch, next) {
      next(filter.select(batch));
    },
  };
}
