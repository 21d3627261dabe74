import { type FlatVector, physicalType, UINTEGER } from '@windrow/core';
import {
  createSortProgram,
  kernels,
  PHYSICAL_TYPE_CODES,
  SORT_ENTRY_BYTES,
  SORT_RANGE_BYTES,
  sortScratchBytes,
} from '@windrow/kernels';
import type { TaskContext } from '../../operator.ts';
import { MAX_CHUNK_ROWS } from '../../runtime/row-store.ts';
import { sliceVector } from '../../runtime/slice.ts';
import type { GroupedRows, RowGroups } from './row-groups.ts';

/** A column to sort by. */
interface OrderColumn {
  readonly vector: FlatVector;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/**
 * The rows of each group in the order of columns; rows that are equal in all of them stay in the order
 * of `morsels` (undefined: all of one), within a morsel in that of their numbers. Results lie in the batch
 * arena.
 */
export function orderGroups(
  context: TaskContext,
  groups: Pick<RowGroups, 'grouped' | 'groupCount' | 'numbers'>,
  options: { readonly orderBy: readonly OrderColumn[]; readonly morsels: FlatVector | undefined },
): GroupedRows {
  const { memory, batchArena } = context;
  const { grouped, groupCount, numbers } = groups;
  const { count } = grouped;
  const k = kernels(memory);
  const ascending = { descending: false, nullsFirst: false };
  const number: FlatVector = {
    kind: 'flat',
    type: UINTEGER,
    length: count,
    values: numbers,
    validity: 0,
    stable: true,
  };
  const columns = [
    { vector: number, ...ascending },
    ...options.orderBy,
    ...(options.morsels === undefined ? [] : [{ vector: options.morsels, ...ascending }]),
  ];
  const { address: program } = createSortProgram(
    batchArena,
    columns.map((column) => sortColumn(context, column)),
  );
  const entries = batchArena.allocate(count * SORT_ENTRY_BYTES);
  for (let from = 0; from < count; from += MAX_CHUNK_ROWS) {
    const rows = Math.min(MAX_CHUNK_ROWS, count - from);
    const at = entries + from * SORT_ENTRY_BYTES;
    k.sortEncodeRows(program, from / MAX_CHUNK_ROWS, 0, rows, at);
  }
  k.sortEntries(program, 0, entries, count, batchArena.allocate(sortScratchBytes(count)));
  const rows = batchArena.allocate(count * 4);
  k.sortRowIds(entries, count, rows);
  return { rows, count, starts: grouped.starts, groupCount };
}

/**
 * The column as chunks of as many rows as a row id has room for: then row ids are row numbers.
 */
function sortColumn(context: TaskContext, { vector, descending, nullsFirst }: OrderColumn) {
  const { memory, batchArena } = context;
  const { length } = vector;
  const type = physicalType(vector.type);
  const table = batchArena.allocate(Math.ceil(length / MAX_CHUNK_ROWS) * 8);
  const range = batchArena.allocateZeroed(SORT_RANGE_BYTES);
  for (let from = 0, word = table / 4; from < length; from += MAX_CHUNK_ROWS, word += 2) {
    const rows = Math.min(MAX_CHUNK_ROWS, length - from);
    const { values, validity } = sliceVector(context, vector, from, rows);
    memory.u32[word] = values;
    memory.u32[word + 1] = validity;
    const code = PHYSICAL_TYPE_CODES[type];
    kernels(memory).sortKeyRange(code, values, validity, rows, range);
  }
  return { type, descending, nullsFirst, table, hasNulls: vector.validity !== 0, range };
}
