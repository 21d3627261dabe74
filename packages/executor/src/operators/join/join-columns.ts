import {
  type Address,
  assert,
  type Batch,
  type ColumnId,
  type ConstantVector,
  type SqlType,
  unreachable,
  type Vector,
} from '@windrow/core';
import { kernels } from '@windrow/kernels';
import type { OutputColumn } from '@windrow/planner';
import { selectRows } from '../../expression/flatten.ts';
import type { TaskContext } from '../../operator.ts';
import type { RowStore } from '../../runtime/row-store.ts';

/** Where a column of joined rows comes from. */
export type JoinColumn =
  | { readonly kind: 'probe'; readonly position: number }
  | { readonly kind: 'build'; readonly column: number; readonly type: SqlType };

/** The columns of both sides by id. */
export interface JoinSides {
  readonly probe: readonly OutputColumn[];
  /** Among the kept columns of the build side. */
  readonly build: ReadonlyMap<ColumnId, number>;
}

/** Finds columns on the sides of a join. */
export const joinColumnsOf = (
  wanted: readonly Pick<OutputColumn, 'id' | 'type'>[],
  sides: JoinSides,
): readonly JoinColumn[] =>
  wanted.map(({ id, type }) => {
    const column = sides.build.get(id);
    if (column !== undefined) return { kind: 'build', column, type };
    const position = sides.probe.findIndex((probe) => probe.id === id);
    assert(position >= 0, `column ${id} is on one of the sides of its join`);
    return { kind: 'probe', position };
  });

/** Rows of a batch with build rows by id, u32 each. */
export interface Pairs {
  readonly count: number;
  /** Row numbers below `batch.length`; 0: all rows of the batch, in order. */
  readonly probeRows: Address;
  readonly buildRows: Address;
  /** May a build row be missing (NO_ROW)? */
  readonly missing: boolean;
}

/** Where rows of batches are made. */
type RowContext = Pick<TaskContext, 'memory' | 'batchArena'>;

/** The columns of joined rows, dense; values are fetched here and nowhere earlier. */
export function pairColumns(
  context: RowContext,
  store: RowStore,
  columns: readonly JoinColumn[],
  batch: Batch,
  pairs: Pairs,
): Vector[] {
  const { count, buildRows, missing } = pairs;
  const usesProbe = columns.some(({ kind }) => kind === 'probe');
  const rows = usesProbe ? rowsOfColumns(context, batch, pairs) : 0;
  return columns.map((column) => {
    switch (column.kind) {
      case 'probe':
        return selectRows(context, batch.columns[column.position]!, rows, count);
      case 'build':
        return store.gather(column.column, buildRows, count, context.batchArena, { missing });
      default:
        return unreachable(column);
    }
  });
}

/** Row numbers within the columns of a batch of row numbers within its rows. */
export function rowsOfColumns(
  { memory, batchArena }: RowContext,
  { selection }: Batch,
  { probeRows, count }: Pick<Pairs, 'probeRows' | 'count'>,
): Address {
  if (probeRows === 0) return selection;
  if (selection === 0) return probeRows;
  const rows = batchArena.allocate(count * 4);
  kernels(memory).gather4(selection, probeRows, count, rows);
  return rows;
}

/** Some rows of a batch by selection, without build rows: their columns are NULL. */
export function probeOnlyBatch(
  context: RowContext,
  columns: readonly JoinColumn[],
  batch: Batch,
  rows: Pick<Pairs, 'probeRows' | 'count'>,
): Batch {
  const { count: length } = rows;
  return {
    length,
    selection: rowsOfColumns(context, batch, rows),
    columns: columns.map((column) => {
      switch (column.kind) {
        case 'probe':
          return batch.columns[column.position]!;
        case 'build':
          return nullVector(context, column.type, length);
        default:
          return unreachable(column);
      }
    }),
  };
}

/** A column of NULLs. */
export function nullVector(
  { batchArena }: Pick<TaskContext, 'batchArena'>,
  type: SqlType,
  length: number,
): ConstantVector {
  const values = batchArena.allocateZeroed(16);
  return { kind: 'constant', type, length, values, isNull: true, stable: true };
}
