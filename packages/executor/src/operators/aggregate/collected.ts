import { type ColumnId, type Expr, type Literal, type SqlType, UINTEGER } from '@windrow/core';
import type { AggregateCall } from '@windrow/planner';
import { columnIds } from '../../runtime/layout.ts';
import type { Query } from '../../runtime/query.ts';
import type { Stream } from '../../runtime/stream.ts';
import { needsRows } from './aggregation.ts';

/*
 * Aggregates that see the rows of a group together. Rows are distributed over hash partitions of their
 * keys, with the values of all expressions that the aggregates need; a task a partition brings the rows
 * of each group together and evaluates.
 */

/** What is kept of each row and what is computed from it; plain data. Columns are kept ones by position. */
export interface CollectedAggregation {
  /** Columns of the input's batches. */
  readonly input: readonly ColumnId[];
  /** Expressions kept for each row: the keys, then what aggregates need. */
  readonly columns: readonly Expr[];
  readonly keyCount: number;
  /** Aggregates that rows update in any order; their column ids are positions of kept columns. */
  readonly plain: readonly PlacedCall[];
  readonly collected: readonly CollectedCall[];
}

/** An aggregate and its position among the node's aggregates. */
export interface PlacedCall {
  readonly place: number;
  readonly call: AggregateCall;
}

/** An aggregate over collected rows. `call` has neither filter nor order any more. */
export interface CollectedCall extends PlacedCall {
  readonly args: readonly CollectedArgument[];
  readonly filter: number | undefined;
  readonly isDistinct: boolean;
  readonly orderBy: readonly {
    readonly column: number;
    readonly descending: boolean;
    readonly nullsFirst: boolean;
  }[];
}

/** Literals are not kept row by row. */
export type CollectedArgument =
  | { readonly kind: 'column'; readonly column: number; readonly type: SqlType }
  | Literal;

/** Types of the rows that are kept: the columns, and the morsel each row came from. */
export const keptTypes = ({ columns }: CollectedAggregation): readonly SqlType[] => [
  ...columns.map(({ type }) => type),
  UINTEGER,
];

/** Plans what to keep; the calls are simplified. */
export function planCollected(
  query: Query,
  stream: Stream,
  options: { readonly keys: readonly Expr[]; readonly calls: readonly AggregateCall[] },
): CollectedAggregation {
  const { keys, calls } = options;
  const columns: Expr[] = [...keys];
  const plain: PlacedCall[] = [];
  const collected: CollectedCall[] = [];
  const keep = (expr: Expr): number => {
    const known = columns.findIndex((other) => isSame(other, expr));
    return known >= 0 ? known : columns.push(expr) - 1;
  };
  const argument = (expr: Expr): CollectedArgument =>
    expr.kind === 'literal' ? expr : { kind: 'column', column: keep(expr), type: expr.type };
  calls.forEach((original, place) => {
    const args = original.args.map(argument);
    const filter = original.filter === undefined ? undefined : keep(original.filter);
    const over = args.map((arg) =>
      arg.kind === 'literal' ? arg : keptColumn(arg.column, columns),
    );
    if (!needsRows(query.functions, original)) {
      const condition = filter === undefined ? undefined : keptColumn(filter, columns);
      plain.push({ place, call: { ...original, args: over, filter: condition } });
      return;
    }
    const call = { ...original, args: over, filter: undefined, orderBy: [], distinct: false };
    const orderBy = original.orderBy.map(({ expr, descending, nullsFirst }) => ({
      column: keep(expr),
      descending,
      nullsFirst,
    }));
    collected.push({ place, call, args, filter, orderBy, isDistinct: original.distinct });
  });
  return {
    input: columnIds(stream.columns),
    columns,
    keyCount: keys.length,
    plain,
    collected,
  };
}

const isSame = (a: Expr, b: Expr): boolean =>
  a === b || (a.kind === 'column' && b.kind === 'column' && a.id === b.id);

const keptColumn = (position: number, columns: readonly Expr[]): Expr => ({
  kind: 'column',
  id: position,
  type: columns[position]!.type,
  name: `kept ${position}`,
  nullable: true,
});
