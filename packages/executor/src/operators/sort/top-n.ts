import { createSortProgram, kernels, SORT_ENTRY_BYTES } from '@windrow/kernels';
import type { PhysicalTopN } from '@windrow/planner';
import { columnIds } from '../../runtime/layout.ts';
import { needsMainThread } from '../../runtime/main-thread.ts';
import type { Query } from '../../runtime/query.ts';
import type { RowChunk } from '../../runtime/row-store.ts';
import type { Stream } from '../../runtime/stream.ts';
import { type KeyedLayout, keepRows, layOutKeys } from '../keyed-rows.ts';
import { storeRows } from '../stored-rows.ts';
import { sortOrder } from './sort.ts';
import { type SortColumnOrder, type SortedIds, sortRows } from './sort-rows.ts';
import { sortedRowsStream } from './sorted-rows.ts';

/** Beyond so many rows, keeping all and sorting once is cheaper than cutting again and again. */
const MAX_BOUNDED_ROWS = 262144;

/**
 * The first rows of a sort: each thread keeps its own first rows, then these are sorted. Of equal rows
 * the earlier ones are kept, as a whole sort would do.
 */
export async function lowerTopN(plan: PhysicalTopN, query: Query): Promise<Stream> {
  const { nodeId, keys, limit, offset, withTies } = plan;
  const input = await query.lower(plan.input);
  const needed = limit + offset;
  const expressions = keys.map(({ expr }) => expr);
  const layout = layOutKeys(input, columnIds(input.columns), expressions);
  const order = sortOrder(layout, keys);
  const isBounded = needed > 0 && needed <= MAX_BOUNDED_ROWS;
  const chunks = isBounded
    ? await firstRows(plan, query, { input, layout, order })
    : (
        await keepRows(query, input, {
          nodeId,
          columns: columnIds(input.columns),
          keys: expressions,
        })
      ).chunks;
  // The last column of bounded rows: rows of a morsel are in their order, morsels are not.
  const byMorsel = { column: layout.columns.types.length, descending: false, nullsFirst: false };
  const sorted = await sortRows(query, storeRows(query, chunks), {
    order: isBounded ? [...order, byMorsel] : order,
    nodeId,
  });
  const end = withTies
    ? endWithTies(query, sorted, { needed, keys: order.length })
    : Math.min(needed, sorted.rows);
  const from = Math.min(offset, end);
  return sortedRowsStream(
    {
      chunks,
      ids: sorted.ids + from * 4,
      rows: limit === 0 ? 0 : end - from,
      columns: input.columns.map(({ id }) => layout.positions.get(id)!),
    },
    input.columns,
    nodeId,
  );
}

async function firstRows(
  { nodeId, keys, limit, offset, withTies }: PhysicalTopN,
  query: Query,
  rows: {
    readonly input: Stream;
    readonly layout: KeyedLayout;
    readonly order: readonly SortColumnOrder[];
  },
): Promise<readonly RowChunk[]> {
  const { input, order } = rows;
  const { columns } = rows.layout;
  const expressions = keys.map(({ expr }) => expr);
  const mainThread = input.mainThread || needsMainThread(query.functions, expressions);
  const results = await query.run(
    { ...input, mainThread },
    { kind: 'top', nodeId, columns, order, limit: limit + offset, withTies },
  );
  return results.flat();
}

/** Where the rows end that are wanted, together with those equal to the last one. */
function endWithTies(
  { memory, arena }: Query,
  { ids, rows, columns }: SortedIds,
  { needed, keys }: { readonly needed: number; readonly keys: number },
): number {
  if (needed === 0 || needed >= rows) return Math.min(needed, rows);
  const { address } = createSortProgram(arena, columns.slice(0, keys));
  const entries = arena.allocate(2 * SORT_ENTRY_BYTES);
  return needed - 1 + kernels(memory).sortCountPeers(address, ids, needed - 1, rows, entries);
}
