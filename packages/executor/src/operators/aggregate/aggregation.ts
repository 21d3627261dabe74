import {
  assert,
  type ColumnId,
  columnsOf,
  type Expr,
  type FunctionRegistry,
  type SqlType,
} from '@windrow/core';
import type { AggregateCall, OutputColumn } from '@windrow/planner';
import { columnIds } from '../../runtime/layout.ts';

/** Keys and aggregates over the batches of a stream; plain data, the same for all threads. */
export interface Aggregation {
  /** Columns of the input's batches. */
  readonly input: readonly ColumnId[];
  readonly keys: readonly Expr[];
  readonly aggregates: readonly AggregateCall[];
  /** Columns of the input that the aggregates read, each once: where they lie, and what they are. */
  readonly read: readonly { readonly position: number; readonly type: SqlType }[];
  /** Ids of `read`. */
  readonly readIds: readonly ColumnId[];
}

export function createAggregation(
  columns: readonly OutputColumn[],
  keys: readonly Expr[],
  aggregates: readonly AggregateCall[],
): Aggregation {
  const wanted = new Set<ColumnId>();
  for (const expr of aggregates.flatMap(expressionsOf)) columnsOf(expr, wanted);
  const input = columnIds(columns);
  const readIds = [...wanted];
  const read = readIds.map((id) => {
    const position = input.indexOf(id);
    const type = columns[position]?.type;
    assert(type !== undefined, 'aggregates read columns of their input');
    return { position, type };
  });
  return { input, keys, aggregates, read, readIds };
}

/** Everything that an aggregate evaluates for a row. */
export const expressionsOf = (call: AggregateCall): readonly Expr[] => [
  ...call.args,
  ...(call.filter === undefined ? [] : [call.filter]),
  ...call.orderBy.map(({ expr }) => expr),
];

/** How an aggregate has to see its rows. */
interface AggregateTraits {
  /** A constant-size state that rows update. */
  readonly hasState: boolean;
  readonly isOrdered: boolean;
  readonly ignoresDistinct: boolean;
}

function traitsOf(functions: FunctionRegistry, call: AggregateCall): AggregateTraits {
  const definition = functions.aggregate(call.function);
  const overload = definition?.overloads[call.overload];
  assert(definition !== undefined && overload !== undefined, `${call.function} is an aggregate`);
  return {
    hasState: overload.implementation.kind === 'state',
    isOrdered: definition.ordered,
    ignoresDistinct: definition.ignoresDistinct ?? false,
  };
}

/** The call without DISTINCT and ORDER BY where they change nothing. */
export function simplifyCall(functions: FunctionRegistry, call: AggregateCall): AggregateCall {
  const { isOrdered, ignoresDistinct } = traitsOf(functions, call);
  return {
    ...call,
    distinct: call.distinct && !ignoresDistinct,
    orderBy: isOrdered ? call.orderBy : [],
  };
}

/**
 * Must the rows of a group be brought together first? Otherwise each row updates a state, in any order.
 * The call is simplified.
 */
export function needsRows(functions: FunctionRegistry, call: AggregateCall): boolean {
  const { hasState, isOrdered } = traitsOf(functions, call);
  return !hasState || isOrdered || call.distinct;
}
