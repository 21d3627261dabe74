import type { PhysicalSort, SortKey } from '@windrow/planner';
import { columnIds } from '../../runtime/layout.ts';
import type { Query } from '../../runtime/query.ts';
import type { Stream } from '../../runtime/stream.ts';
import { type KeyedRows, keepRows } from '../keyed-rows.ts';
import { storeRows } from '../stored-rows.ts';
import { type SortColumnOrder, sortRows } from './sort-rows.ts';
import { sortedRowsStream } from './sorted-rows.ts';

/** ORDER BY: stable, in the order of the input where keys are equal. */
export async function lowerSort(plan: PhysicalSort, query: Query): Promise<Stream> {
  const { nodeId } = plan;
  const input = await query.lower(plan.input);
  const kept = await keepRows(query, input, {
    nodeId,
    columns: columnIds(input.columns),
    keys: plan.keys.map(({ expr }) => expr),
  });
  const { ids, rows } = await sortRows(query, storeRows(query, kept.chunks), {
    order: sortOrder(kept, plan.keys),
    nodeId,
  });
  const columns = input.columns.map(({ id }) => kept.positions.get(id)!);
  return sortedRowsStream({ chunks: kept.chunks, ids, rows, columns }, input.columns, nodeId);
}

/** The kept columns that `keys` are, which are the layout's keys from number `first` on. */
export const sortOrder = (
  layout: Pick<KeyedRows, 'keys'>,
  keys: readonly SortKey[],
  first = 0,
): readonly SortColumnOrder[] =>
  keys.map(({ descending, nullsFirst }, key) => ({
    column: layout.keys[first + key]!,
    descending,
    nullsFirst,
  }));
