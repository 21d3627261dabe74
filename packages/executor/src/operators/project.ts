import type { ColumnId, Expr } from '@windrow/core';
import type { OutputColumn, PhysicalProject } from '@windrow/planner';
import { createProjector } from '../expression/projector.ts';
import type { StreamOperator, TaskContext } from '../operator.ts';
import { columnIds, layoutOf } from '../runtime/layout.ts';
import { needsMainThread } from '../runtime/main-thread.ts';
import type { Query } from '../runtime/query.ts';
import { append, type OperatorData, type Stream } from '../runtime/stream.ts';

/** Computes expressions; the batches that leave are dense. */
export interface ProjectSpec extends OperatorData {
  readonly kind: 'project';
  readonly expressions: readonly Expr[];
  readonly columns: readonly ColumnId[];
}

export async function lowerProject(plan: PhysicalProject, query: Query): Promise<Stream> {
  const input = await query.lower(plan.input);
  const expressions = plan.expressions.map(({ expr }) => expr);
  return append(
    input,
    { kind: 'project', nodeId: plan.nodeId, expressions, columns: columnIds(input.columns) },
    {
      columns: plan.expressions.map(({ output }) => output),
      mainThread: needsMainThread(query.functions, expressions),
    },
  );
}

/** The stream with exactly these of its columns, in this order, as a preparation for node `nodeId`. */
export function selectColumns(
  stream: Stream,
  wanted: readonly OutputColumn[],
  nodeId: number,
): Stream {
  const { columns } = stream;
  const isSame =
    columns.length === wanted.length && columns.every(({ id }, i) => id === wanted[i]?.id);
  if (isSame) return stream;
  const expressions = wanted.map(
    ({ id, type, name, nullable }): Expr => ({ kind: 'column', id, type, name, nullable }),
  );
  return append(
    stream,
    { kind: 'project', nodeId, expressions, columns: columnIds(columns), isAuxiliary: true },
    { columns: wanted },
  );
}

export function openProject(spec: ProjectSpec, context: TaskContext): StreamOperator {
  const projector = createProjector(context, spec.expressions, layoutOf(spec.columns));
  return {
    push(batch, next) {
      next({ length: batch.length, selection: 0, columns: projector.evaluate(batch) });
    },
  };
}
