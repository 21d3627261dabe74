import { type Address, physicalType } from '@windrow/core';
import { createSortProgram, SORT_ENTRY_BYTES, type SortColumn } from '@windrow/kernels';
import type { Query } from '../../runtime/query.ts';
import { measureKeys } from '../key-ranges.ts';
import { withPages } from '../pages.ts';
import type { StoredRows } from '../stored-rows.ts';
import type { EntrySegment } from './entry-segments.ts';
import { sortSegments } from './sort-ranges.ts';

/** A kept column to sort by. */
export interface SortColumnOrder {
  readonly column: number;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** Row ids in sorted order: u32, `rows` long, living as long as the query. */
export interface SortedIds {
  readonly ids: Address;
  readonly rows: number;
  /** The key's columns and its compiled form, over the tables of the stored rows. */
  readonly columns: readonly SortColumn[];
  readonly program: Address;
}

/** Up to so many rows are sorted by one task. */
const SINGLE_TASK_ROWS = 65536;

/**
 * Sorts rows, stably in the order of their chunks, by columns that are kept with them. Only 16-byte entries
 * move; whoever reads the rows gathers them by id.
 */
export async function sortRows(
  query: Query,
  rows: StoredRows,
  options: { readonly order: readonly SortColumnOrder[]; readonly nodeId: number },
): Promise<SortedIds> {
  const { order, nodeId } = options;
  const { store, blocks } = rows;
  const ids = query.arena.allocate(rows.rows * 4);
  if (rows.rows === 0) return { ids, rows: 0, columns: [], program: 0 };
  const measured = order.map(({ column }) => column);
  const ranges = await measureKeys(query, rows, { columns: measured, nodeId });
  const columns = order.map(({ column, descending, nullsFirst }, key): SortColumn => {
    const type = physicalType(store.typeOf(column));
    return { type, descending, nullsFirst, ...store.table(column), range: ranges[key]! };
  });
  const { address: program } = createSortProgram(query.arena, columns);
  const sorted = { ids, rows: rows.rows, columns, program };
  if (rows.rows <= SINGLE_TASK_ROWS) {
    await query.runTasks({ kind: 'sortAll', nodeId, program, blocks, ids }, 1);
    return sorted;
  }
  await withPages(query, rows.rows * SORT_ENTRY_BYTES, async (entries) => {
    const segments = blocks.rowStarts.slice(0, -1).map((rowStart, block): EntrySegment => {
      const address = entries + rowStart * SORT_ENTRY_BYTES;
      return { address, rows: blocks.rowStarts[block + 1]! - rowStart };
    });
    await sortSegments(query, { nodeId, program, segments, level: 0, blocks, ids });
  });
  return sorted;
}
