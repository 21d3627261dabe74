import {
  type Address,
  assert,
  type Batch,
  BIGINT,
  bitmapBytes,
  type ColumnId,
  type Expr,
  type FlatVector,
  type SqlType,
  type Vector,
  widthBytes,
} from '@windrow/core';
import { kernels } from '@windrow/kernels';
import type { PhysicalUnnest } from '@windrow/planner';
import { flatten, selectRows } from '../expression/flatten.ts';
import { createProjector } from '../expression/projector.ts';
import type { Push, StreamOperator, TaskContext } from '../operator.ts';
import { columnIds, layoutOf } from '../runtime/layout.ts';
import { needsMainThread } from '../runtime/main-thread.ts';
import type { Query } from '../runtime/query.ts';
import { append, type OperatorData, type Stream } from '../runtime/stream.ts';

/** Each row as often as its longest list has elements, with the elements as further columns. */
export interface UnnestSpec extends OperatorData {
  readonly kind: 'unnest';
  readonly columns: readonly ColumnId[];
  readonly lists: readonly Expr[];
  readonly hasOrdinality: boolean;
  /** Keep rows without elements. */
  readonly outer: boolean;
}

export async function lowerUnnest(plan: PhysicalUnnest, query: Query): Promise<Stream> {
  const input = await query.lower(plan.input);
  const { nodeId, ordinality, outer } = plan;
  const lists = plan.lists.map(({ expr }) => expr);
  const columns = [
    ...input.columns,
    ...plan.lists.map(({ output }) => output),
    ...(ordinality === undefined ? [] : [ordinality]),
  ];
  return append(
    input,
    {
      kind: 'unnest',
      nodeId,
      columns: columnIds(input.columns),
      lists,
      hasOrdinality: ordinality !== undefined,
      outer,
    },
    { columns, mainThread: needsMainThread(query.functions, lists) },
  );
}

const elementType = (type: SqlType): SqlType => {
  assert(type.kind === 'list' || type.kind === 'array', 'lists are unnested');
  return type.element;
};

export function openUnnest(spec: UnnestSpec, context: TaskContext): StreamOperator {
  const { memory, batchArena, batchRows } = context;
  const k = kernels(memory);
  const projector = createProjector(context, spec.lists, layoutOf(spec.columns));
  return {
    push(batch, next) {
      const { length } = batch;
      const lists = projector.evaluate(batch).map((list) => flatten(context, list, 0, length));
      const counts = batchArena.allocateZeroed(length * 4);
      for (const { values, validity } of lists) k.unnestCounts(values, validity, length, counts);
      const outputs = spec.outer ? batchArena.allocate(length * 4) : counts;
      if (spec.outer) k.unnestOuter(counts, length, outputs);
      const starts = batchArena.allocate((length + 1) * 4);
      const total = k.unnestStarts(outputs, length, starts) >>> 0;
      const input = { batch, lists, counts, starts };
      for (let from = 0; from < total; from += batchRows) {
        const mark = batchArena.mark();
        pushRows(context, spec, { ...input, from, count: Math.min(batchRows, total - from) }, next);
        batchArena.rewind(mark);
        context.checkCancelled();
      }
    },
  };
}

/** Pushes outputs `from … from + count` of a batch. */
function pushRows(
  context: TaskContext,
  spec: UnnestSpec,
  part: {
    readonly batch: Batch;
    readonly lists: readonly FlatVector[];
    readonly counts: Address;
    readonly starts: Address;
    readonly from: number;
    readonly count: number;
  },
  next: Push,
): void {
  const { memory, batchArena } = context;
  const { batch, lists, counts, starts, from, count } = part;
  const k = kernels(memory);
  const rows = batchArena.allocate(count * 4);
  const elements = batchArena.allocate(count * 4);
  k.unnestRows(starts, batch.length, from, count, rows, elements);
  const unnested = lists.map((list): Vector => {
    const type = elementType(list.type);
    const values = batchArena.allocate(count * widthBytes(type));
    const validity = batchArena.allocate(bitmapBytes(count));
    const width = widthBytes(type);
    const { values: refs, validity: isList } = list;
    k.unnestElements(width, refs, isList, rows, elements, count, values, validity);
    return { kind: 'flat', type, length: count, values, validity, stable: list.stable };
  });
  const ordinals = spec.hasOrdinality
    ? [ordinalsOf(context, { counts, rows, elements, count })]
    : [];
  let inputRows = rows;
  if (batch.selection !== 0) {
    inputRows = batchArena.allocate(count * 4);
    k.gather4(batch.selection, rows, count, inputRows);
  }
  const columns = batch.columns.map((column) => selectRows(context, column, inputRows, count));
  next({ length: count, selection: 0, columns: [...columns, ...unnested, ...ordinals] });
}

function ordinalsOf(
  { memory, batchArena }: TaskContext,
  {
    counts,
    rows,
    elements,
    count,
  }: {
    readonly counts: Address;
    readonly rows: Address;
    readonly elements: Address;
    readonly count: number;
  },
): Vector {
  const values = batchArena.allocate(count * 8);
  const validity = batchArena.allocate(bitmapBytes(count));
  kernels(memory).unnestOrdinals(counts, rows, elements, count, values, validity);
  return { kind: 'flat', type: BIGINT, length: count, values, validity, stable: true };
}
