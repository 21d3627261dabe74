import { type Arena, physicalType } from '@windrow/core';
import {
  createSortProgram,
  kernels,
  PHYSICAL_TYPE_CODES,
  SORT_ENTRY_BYTES,
  SORT_RANGE_BYTES,
  sortScratchBytes,
} from '@windrow/kernels';
import type { RowStore } from '../../runtime/row-store.ts';
import type { SortColumnOrder, SortedIds } from './sort-rows.ts';

/** Sorts the rows of a store on this thread, stably; everything lies in `arena`. */
export function sortLocally(
  arena: Arena,
  store: RowStore,
  order: readonly SortColumnOrder[],
): SortedIds {
  const { memory } = arena;
  const k = kernels(memory);
  const rows = store.chunks.reduce((sum, { length }) => sum + length, 0);
  const columns = order.map(({ column, descending, nullsFirst }) => {
    const type = physicalType(store.typeOf(column));
    const range = arena.allocateZeroed(SORT_RANGE_BYTES);
    for (const { columns, length } of store.chunks) {
      const { values, validity } = columns[column]!;
      k.sortKeyRange(PHYSICAL_TYPE_CODES[type], values, validity, length, range);
    }
    return { type, descending, nullsFirst, ...store.table(column), range };
  });
  const { address: program } = createSortProgram(arena, columns);
  const entries = arena.allocate(rows * SORT_ENTRY_BYTES);
  let at = entries;
  store.chunks.forEach(({ length }, chunk) => {
    k.sortEncodeRows(program, chunk, 0, length, at);
    at += length * SORT_ENTRY_BYTES;
  });
  k.sortEntries(program, 0, entries, rows, arena.allocate(sortScratchBytes(rows)));
  const ids = arena.allocate(rows * 4);
  k.sortRowIds(entries, rows, ids);
  return { ids, rows, columns, program };
}
