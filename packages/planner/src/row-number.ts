import { BIGINT, type Expr } from '@windrow/core';
import type { ColumnIds } from './column-ids.ts';
import type { Frame, LogicalPlan, OutputColumn, WindowCall } from './logical.ts';

/** The frame of functions that do not look at one. */
export const WHOLE_PARTITION: Frame = {
  unit: 'rows',
  start: { kind: 'unboundedPreceding' },
  end: { kind: 'unboundedFollowing' },
  exclude: 'noOthers',
};

/** A call of a ranking function, and the column it makes. */
export function rankingCall(ids: ColumnIds, name: 'row_number' | 'rank'): WindowCall {
  return {
    output: { id: ids.next(), name, type: BIGINT, nullable: false },
    aggregate: false,
    function: name,
    overload: 0,
    args: [],
    distinct: false,
    filter: undefined,
    orderBy: [],
    ignoreNulls: false,
    frame: WHOLE_PARTITION,
  };
}

/** Numbers the rows in their order, from 1 in each partition. */
export function addRowNumber(
  ids: ColumnIds,
  input: LogicalPlan,
  partitionBy: readonly Expr[] = [],
): { readonly plan: LogicalPlan; readonly number: OutputColumn } {
  const call = rankingCall(ids, 'row_number');
  const plan: LogicalPlan = { kind: 'window', input, partitionBy, orderBy: [], functions: [call] };
  return { plan, number: call.output };
}
