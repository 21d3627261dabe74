import { type Address, physicalType, type SharedMemory } from '@windrow/core';
import {
  createSortProgram,
  kernels,
  SORT_ENTRY_BYTES,
  type SortColumn,
  sortRangeTableBytes,
} from '@windrow/kernels';
import type { Query } from '../../runtime/query.ts';
import { measureKeys } from '../key-ranges.ts';
import { withPages } from '../pages.ts';
import { blockCount, type StoredRows } from '../stored-rows.ts';

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

/** Rows that a range should have: its entries and their scratch stay near the second-level cache. */
const RANGE_ROWS = 131072;

/** Ranges for each thread, so that threads end together though ranges differ. */
const RANGES_PER_THREAD = 4;

const MAX_RANGES = 4096;

/** Sampled rows for each range. */
const SAMPLES_PER_RANGE = 32;

/**
 * Sorts rows, stably in the order of their chunks, by columns that are kept with them.
 *
 * Many rows are split into ranges by splitters from a sample. Each block of rows is encoded and grouped by
 * range on its own; then each range collects its entries from all blocks, in the order of blocks, and
 * sorts them. Only 16-byte entries move; whoever reads the rows gathers them by id.
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
  const table = createRangeTable(query, rows, program);
  await withPages(query, rows.rows * SORT_ENTRY_BYTES, async (entries) => {
    const endsBytes = blockCount(blocks) * table.rangeCount * 4;
    await withPages(query, endsBytes, async (ends) => {
      const work = { nodeId, program, blocks, entries, ends, rangeCount: table.rangeCount };
      await query.runTasks(
        { kind: 'sortScatter', ...work, rangeTable: table.address },
        blockCount(blocks),
      );
      const rangeStarts = startsOfRanges(query.memory, blockCount(blocks), work);
      await query.runTasks({ kind: 'sortRange', ...work, rangeStarts, ids }, table.rangeCount);
    });
  });
  return sorted;
}

/** Splitters between ranges of about equally many rows, from rows at even distances. */
function createRangeTable(
  query: Query,
  { rows, store }: StoredRows,
  program: Address,
): { readonly address: Address; readonly rangeCount: number } {
  const { memory, arena, threads } = query;
  const k = kernels(memory);
  const wanted = Math.max(threads * RANGES_PER_THREAD, Math.ceil(rows / RANGE_ROWS));
  const ranges = Math.min(wanted, MAX_RANGES);
  const samples = Math.min(rows, ranges * SAMPLES_PER_RANGE);
  const words = new BigUint64Array(samples);
  const entry = arena.allocate(SORT_ENTRY_BYTES);
  let chunk = 0;
  let chunkEnd = store.chunks[0]!.length;
  for (let sample = 0; sample < samples; sample++) {
    const row = Math.floor((sample * rows) / samples);
    while (row >= chunkEnd) chunkEnd += store.chunks[++chunk]!.length;
    const offset = row - (chunkEnd - store.chunks[chunk]!.length);
    k.sortEncodeRows(program, chunk, offset, 1, entry);
    words[sample] = memory.u64[entry >>> 3]!;
  }
  words.sort();
  const splitters = new Set<bigint>();
  for (let range = 1; range < ranges; range++) {
    splitters.add(words[Math.floor((range * samples) / ranges)]!);
  }
  const rangeCount = splitters.size + 1;
  const at = arena.allocate(splitters.size * 8);
  memory.u64.set([...splitters], at >>> 3);
  const address = arena.allocate(sortRangeTableBytes(rangeCount));
  k.sortRangeTable(at, rangeCount, address);
  return { address, rangeCount };
}

/** Rows before each range, from the blocks' range ends. */
function startsOfRanges(
  memory: SharedMemory,
  blockNumber: number,
  { ends, rangeCount }: { readonly ends: Address; readonly rangeCount: number },
): readonly number[] {
  const starts = [0];
  for (let range = 0; range < rangeCount - 1; range++) {
    let start = 0;
    for (let block = 0; block < blockNumber; block++) {
      start += memory.u32[(ends >>> 2) + block * rangeCount + range]!;
    }
    starts.push(start);
  }
  return starts;
}
