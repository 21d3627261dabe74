import {
  assert,
  type Batch,
  BLOB,
  type ColumnId,
  type ColumnRef,
  type Expr,
  isNested,
  type SqlType,
} from '@windrow/core';
import { selectRows } from '../expression/flatten.ts';
import { createProjector } from '../expression/projector.ts';
import type { PipelineSink, Returns, TaskContext } from '../operator.ts';
import { comparableVector } from '../runtime/comparable.ts';
import { columnIds, layoutOf } from '../runtime/layout.ts';
import { needsMainThread } from '../runtime/main-thread.ts';
import type { Query } from '../runtime/query.ts';
import { inMorselOrder, type RowChunk, RowStoreWriter } from '../runtime/row-store.ts';
import type { OperatorData, Stream } from '../runtime/stream.ts';

/*
 * Keeping rows together with the values of expressions over them: what sorts and joins do first. A key
 * that is a column of the input is kept once, as that column; a nested key is kept as bytes that order as
 * its values do. Values are kept as they are.
 */

/** Columns of the input that are kept, then computed keys, then computed values. */
export interface KeyedColumns {
  /** Column ids of the input's batches. */
  readonly input: readonly ColumnId[];
  /** Positions of the kept columns in the input's batches. */
  readonly kept: readonly number[];
  readonly computed: readonly Expr[];
  /** How many of the computed are keys. */
  readonly computedKeys: number;
  /** Types of the kept columns, then of the computed ones; of nested keys BLOB. */
  readonly types: readonly SqlType[];
}

/** Which columns a row has once it is kept. */
export interface KeyedLayout {
  readonly columns: KeyedColumns;
  /** Where each kept column of the input lies among them. */
  readonly positions: ReadonlyMap<ColumnId, number>;
  /** Where each key lies among them. */
  readonly keys: readonly number[];
  /** Where each value lies among them. */
  readonly values: readonly number[];
}

export interface KeyedSinkSpec extends OperatorData, Returns<readonly RowChunk[]> {
  readonly kind: 'keyed';
  readonly columns: KeyedColumns;
}

/** Rows kept for an operator, in their order. */
export interface KeyedRows extends KeyedLayout {
  readonly chunks: readonly RowChunk[];
}

const isColumn = (expr: Expr): expr is ColumnRef => expr.kind === 'column';

const isKeptAsColumn = (key: Expr): key is ColumnRef => isColumn(key) && !isNested(key.type);

/** Lays out rows of a stream that keep some of its columns and have `keys` and `values` besides. */
export function layOutKeys(
  stream: Stream,
  keep: Iterable<ColumnId>,
  keys: readonly Expr[],
  values: readonly Expr[] = [],
): KeyedLayout {
  const input = columnIds(stream.columns);
  const wanted = new Set(keep);
  for (const key of keys) if (isKeptAsColumn(key)) wanted.add(key.id);
  for (const value of values) if (isColumn(value)) wanted.add(value.id);
  const kept: number[] = [];
  const types: SqlType[] = [];
  const positions = new Map<ColumnId, number>();
  stream.columns.forEach(({ id, type }, position) => {
    if (!wanted.has(id) || positions.has(id)) return;
    positions.set(id, kept.length);
    kept.push(position);
    types.push(type);
  });
  const computed: Expr[] = [];
  const positionOf = ({ id, name }: ColumnRef): number => {
    const position = positions.get(id);
    assert(position !== undefined, `the input has the column "${name}"`);
    return position;
  };
  const compute = (expr: Expr, type: SqlType): number => {
    types.push(type);
    return kept.length + computed.push(expr) - 1;
  };
  const keyPositions = keys.map((key) =>
    isKeptAsColumn(key) ? positionOf(key) : compute(key, isNested(key.type) ? BLOB : key.type),
  );
  const computedKeys = computed.length;
  const valuePositions = values.map((value) =>
    isColumn(value) ? positionOf(value) : compute(value, value.type),
  );
  const columns = { input, kept, computed, computedKeys, types };
  return { columns, positions, keys: keyPositions, values: valuePositions };
}

/** Runs a stream and keeps of its rows the columns named, `keys` and `values`. */
export async function keepRows(
  query: Query,
  stream: Stream,
  options: {
    readonly nodeId: number;
    readonly columns: Iterable<ColumnId>;
    readonly keys: readonly Expr[];
    readonly values?: readonly Expr[];
  },
): Promise<KeyedRows> {
  const { nodeId, keys, values = [] } = options;
  const layout = layOutKeys(stream, options.columns, keys, values);
  const mainThread = stream.mainThread || needsMainThread(query.functions, [...keys, ...values]);
  const { columns } = layout;
  const results = await query.run({ ...stream, mainThread }, { kind: 'keyed', nodeId, columns });
  return { ...layout, chunks: inMorselOrder(results) };
}

export function openKeyed(
  spec: KeyedSinkSpec,
  context: TaskContext,
): PipelineSink<readonly RowChunk[]> {
  const writer = new RowStoreWriter(context, context.taskArena, spec.columns.types);
  const toKeyed = createKeyed(context, spec.columns);
  return {
    push: (batch) => writer.append(toKeyed(batch)),
    endMorsel: ({ morsel }) => writer.endMorsel(morsel),
    finish: () => writer.finish(),
  };
}

/** Makes batches of the kept and computed columns; dense where something is computed. */
export function createKeyed(
  context: TaskContext,
  { input, kept, computed, computedKeys }: KeyedColumns,
): (batch: Batch) => Batch {
  if (computed.length === 0) {
    return (batch) => ({ ...batch, columns: kept.map((position) => batch.columns[position]!) });
  }
  const projector = createProjector(context, computed, layoutOf(input));
  return (batch) => {
    const { length, selection } = batch;
    const values = projector
      .evaluate(batch)
      .map((vector, place) =>
        place < computedKeys ? comparableVector(context, vector, length) : vector,
      );
    const columns = kept.map((position) =>
      selectRows(context, batch.columns[position]!, selection, length),
    );
    return { length, selection: 0, columns: [...columns, ...values] };
  };
}
