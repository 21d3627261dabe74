import { type Address, Arena, type FlatVector } from '@windrow/core';
import { kernels } from '@windrow/kernels';
import type { TaskContext } from '../../operator.ts';
import { sliceBatches } from '../../runtime/slice.ts';
import { decodeKeys, type GroupList, GroupTable } from './group-table.ts';
import { encodeKeys, hashKeys } from './key-encoder.ts';
import { layOutKey } from './key-layout.ts';

/** Rows by number, u32; 0 stands for all rows in ascending order. */
export interface RowList {
  readonly rows: Address;
  readonly count: number;
}

/** The rows of each group, one group behind the other; `starts` is u32, one more than groups. */
export interface GroupedRows extends RowList {
  readonly starts: Address;
  readonly groupCount: number;
}

/** Which group each row belongs to. Groups are numbered in the order of their first rows. */
export interface RowGroups {
  readonly groupCount: number;
  /** u32 by row number. */
  readonly numbers: Address;
  readonly grouped: GroupedRows;
  /** The keys of the groups, in the batch arena. */
  readonly keys: readonly FlatVector[];
}

const NUMBER_BYTES = 8;

const ENTRY_BLOCK_BYTES = 262144;

/**
 * Groups the rows of a partition by their key columns. `scanOrder` lists the rows in the order in which
 * the input had them. All results lie in the batch arena, of which the caller says when it ends.
 */
export function groupRows(
  context: TaskContext,
  keys: readonly FlatVector[],
  scanOrder: RowList,
): RowGroups {
  const { memory, batchArena } = context;
  const { count } = scanOrder;
  const k = kernels(memory);
  if (keys.length === 0) {
    const numbers = batchArena.allocateZeroed(count * 4);
    const starts = batchArena.allocate(8);
    memory.u32.set([0, count], starts / 4);
    const grouped = { ...scanOrder, starts, groupCount: 1 };
    return { groupCount: 1, numbers, grouped, keys: [] };
  }
  const numbers = batchArena.allocate(count * 4);
  const { groups, stateOffset, states, close } = findGroups(context, keys, count);
  k.rowGroupNumber(states, scanOrder.rows, count, numbers);
  const ordered = batchArena.allocate(groups.count * 4);
  k.rowGroupEntries(groups.entries, groups.count, stateOffset, ordered);
  const list = { entries: ordered, count: groups.count };
  const layout = layOutKey(keys.map(({ type }) => type));
  const decoded = decodeKeys(memory, layout, list, batchArena);
  close();
  const grouped = sortByNumber(context, scanOrder, numbers, groups.count);
  return { groupCount: groups.count, numbers, grouped, keys: decoded };
}

/**
 * Finds the groups of rows by their keys: the address of each row's state (u32 by row number), a u64
 * that starts as 0. All of it is gone after `close`.
 */
export function findGroups(
  context: TaskContext,
  keys: readonly FlatVector[],
  count: number,
): {
  readonly groups: GroupList;
  readonly stateOffset: number;
  readonly states: Address;
  close(): void;
} {
  const { memory, batchArena, taskArena } = context;
  // The entries are needed no longer than the task, so they are no business of the query's arena.
  const entries = new Arena(memory, taskArena.owner, ENTRY_BLOCK_BYTES);
  const layout = layOutKey(keys.map(({ type }) => type));
  const table = GroupTable.create({ memory, batchArena, taskArena: entries }, layout, NUMBER_BYTES);
  const states = batchArena.allocate(count * 4);
  const mark = batchArena.mark();
  let row = 0;
  for (const { columns, length } of sliceBatches(context, { length: count, columns: keys })) {
    const found = table.find(encodeKeys(context, layout, hashKeys(context, columns, length)));
    memory.u8.copyWithin(states + row * 4, found, found + length * 4);
    row += length;
    batchArena.rewind(mark);
    context.checkCancelled();
  }
  return {
    groups: table.groups,
    stateOffset: table.stateOffset,
    states,
    close(): void {
      table.close();
      entries.release();
    },
  };
}

/** Brings the rows of equal numbers together, keeping their order. */
export function sortByNumber(
  context: TaskContext,
  list: RowList,
  numbers: Address,
  groupCount: number,
): GroupedRows {
  const { memory, batchArena } = context;
  const { count } = list;
  const starts = batchArena.allocate((groupCount + 1) * 4);
  const rows = batchArena.allocate(count * 4);
  kernels(memory).rowGroupSort(numbers, list.rows, count, groupCount, starts, rows);
  return { rows, count, starts, groupCount };
}
