import {
  assert,
  type Batch,
  BLOB,
  type ColumnId,
  type ColumnRef,
  type Expr,
  isNested,
  type OwnerId,
  type SqlType,
} from '@windrow/core';
import { selectRows } from '../expression/flatten.ts';
import { createProjector } from '../expression/projector.ts';
import type { PipelineSink, Returns, TaskContext } from '../operator.ts';
import { comparableVector } from '../runtime/comparable.ts';
import { columnIds, layoutOf } from '../runtime/layout.ts';
import { needsMainThread } from '../runtime/main-thread.ts';
import type { Query } from '../runtime/query.ts';
import { inMorselOrder, type RowChunk } from '../runtime/row-store.ts';
import type { OperatorData, Stream } from '../runtime/stream.ts';
import {
  inMemory,
  isSpilled,
  type KeptChunk,
  type KeptRows,
  SpillingRows,
  type SpillPolicy,
} from '../spill/spilling-rows.ts';
import type { SurveyResult } from '../spill/survey.ts';

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

export interface KeyedSinkSpec extends OperatorData, Returns<KeptRows> {
  readonly kind: 'keyed';
  readonly columns: KeyedColumns;
  /** Holds the rows that stay in memory. */
  readonly owner: OwnerId;
  readonly policy: SpillPolicy;
  /** Kept columns to be surveyed, should rows leave memory. */
  readonly survey?: readonly number[];
}

/** Rows kept for an operator, in their order. */
export interface KeyedRows extends KeyedLayout {
  readonly chunks: readonly RowChunk[];
}

/** Rows of which some are in files. */
export interface SpilledKeyedRows extends KeyedLayout {
  readonly owner: OwnerId;
  readonly chunks: readonly KeptChunk[];
  readonly surveys: readonly SurveyResult[];
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

interface KeepOptions {
  readonly nodeId: number;
  readonly columns: Iterable<ColumnId>;
  readonly keys: readonly Expr[];
  readonly values?: readonly Expr[];
}

/** Runs a stream and keeps of its rows the columns named, `keys` and `values`, in memory. */
export async function keepRows(
  query: Query,
  stream: Stream,
  options: KeepOptions,
): Promise<KeyedRows> {
  const { chunks, ...layout } = await runKeyed(query, stream, { ...options, policy: 'never' });
  return { ...layout, chunks: inMemory(chunks) };
}

/**
 * As {@link keepRows}, but rows go to files when memory is short. `survey` are keys by number that the rows
 * would then be cut by.
 */
export async function keepOrSpill(
  query: Query,
  stream: Stream,
  options: KeepOptions & {
    readonly survey: readonly number[];
    /** Can the operator work on a part of the rows at a time? */
    readonly mayCut: boolean;
  },
): Promise<
  | { readonly kind: 'inMemory'; readonly kept: KeyedRows }
  | { readonly kind: 'spilled'; readonly kept: SpilledKeyedRows }
> {
  // Rounds of a recursion read what was kept before them again and again.
  const policy = options.mayCut && !query.isRecursing ? 'whenShort' : 'never';
  const rows = await runKeyed(query, stream, { ...options, policy });
  const { chunks, ...layout } = rows;
  if (chunks.some(isSpilled)) return { kind: 'spilled', kept: rows };
  return { kind: 'inMemory', kept: { ...layout, chunks: inMemory(chunks) } };
}

async function runKeyed(
  query: Query,
  stream: Stream,
  options: KeepOptions & { readonly policy: SpillPolicy; readonly survey?: readonly number[] },
): Promise<SpilledKeyedRows> {
  const { nodeId, keys, values = [], policy } = options;
  const layout = layOutKeys(stream, options.columns, keys, values);
  const mainThread = stream.mainThread || needsMainThread(query.functions, [...keys, ...values]);
  const { columns } = layout;
  const owner = query.newKeptOwner();
  const survey = (options.survey ?? []).map((key) => layout.keys[key]!);
  const sink = { kind: 'keyed', nodeId, columns, owner, policy, survey } as const;
  const results = await query.run({ ...stream, mainThread }, sink);
  return {
    ...layout,
    owner,
    chunks: inMorselOrder(results.map(({ chunks }) => chunks)),
    surveys: results.flatMap((result) => result.survey ?? []),
  };
}

export function openKeyed(spec: KeyedSinkSpec, context: TaskContext): PipelineSink<KeptRows> {
  const { types } = spec.columns;
  const rows = new SpillingRows(context, { ...spec, types });
  const toKeyed = createKeyed(context, spec.columns);
  return {
    push: (batch, { morsel }) => rows.append(toKeyed(batch), morsel),
    endMorsel: ({ morsel }) => rows.endMorsel(morsel),
    finish: () => rows.finish(),
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
