import type { OutputColumn, PhysicalSort, SortKey } from '@windrow/planner';
import { columnIds } from '../../runtime/layout.ts';
import type { Query } from '../../runtime/query.ts';
import type { Stream } from '../../runtime/stream.ts';
import { columnRef, keptColumns, runParts, splitByRange } from '../../spill/split-rows.ts';
import { type KeyedRows, keepOrSpill, type SpilledKeyedRows } from '../keyed-rows.ts';
import { selectColumns } from '../project.ts';
import { rowsStream } from '../rows.ts';
import { storeRows } from '../stored-rows.ts';
import { type SortColumnOrder, sortRows } from './sort-rows.ts';
import { sortedRowsStream } from './sorted-rows.ts';

/** ORDER BY: stable, in the order of the input where keys are equal. */
export async function lowerSort(plan: PhysicalSort, query: Query): Promise<Stream> {
  const { nodeId } = plan;
  const input = await query.lower(plan.input);
  const rowsKept = await keepOrSpill(query, input, {
    nodeId,
    columns: columnIds(input.columns),
    keys: plan.keys.map(({ expr }) => expr),
    survey: plan.keys.map((_, key) => key),
    mayCut: true,
  });
  if (rowsKept.kind === 'spilled') return sortSpilled(query, plan, rowsKept.kept, input.columns);
  const { kept } = rowsKept;
  const { ids, rows } = await sortRows(query, storeRows(query, kept.chunks), {
    order: sortOrder(kept, plan.keys),
    nodeId,
  });
  const columns = input.columns.map(({ id }) => kept.positions.get(id)!);
  return sortedRowsStream({ chunks: kept.chunks, ids, rows, columns }, input.columns, nodeId);
}

/** Sorts range by range, and keeps the ranges in a file. */
async function sortSpilled(
  query: Query,
  plan: PhysicalSort,
  kept: SpilledKeyedRows,
  input: readonly OutputColumn[],
): Promise<Stream> {
  const { nodeId } = plan;
  const columns = keptColumns(kept, input);
  const order = sortOrder(kept, plan.keys);
  const parts = await splitByRange(query, kept, { nodeId, columns, order });
  // Keys that are all equal leave the rows in their order.
  if (parts === undefined)
    return selectColumns(rowsStream(kept.chunks, columns, nodeId), input, nodeId);
  const keys = plan.keys.map((key, index) => ({
    ...key,
    expr: columnRef(columns[kept.keys[index]!]!),
  }));
  const stream = await runParts(query, {
    nodeId,
    parts: parts.map((rows) => [{ plan: plan.input, rows, columns }]),
    columns,
    mayCut: true,
    run: (part) => lowerSort({ ...plan, keys }, part),
  });
  return selectColumns(stream, input, nodeId);
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
