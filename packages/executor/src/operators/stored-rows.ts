import type { Address } from '@windrow/core';
import type { Query } from '../runtime/query.ts';
import { type RowChunk, RowStore } from '../runtime/row-store.ts';

/** Rows of a block at least, but for the last one. */
const BLOCK_ROWS = 65536;

/** Kept rows as tasks see them: a task works on a block, some neighbouring chunks. */
export interface StoredRows {
  readonly store: RowStore;
  readonly rows: number;
  readonly blocks: BlockLayout;
}

/** Where blocks begin and end; plain data for tasks. */
export interface BlockLayout {
  /** Block b is chunks `chunkStarts[b]` … `chunkStarts[b + 1]`. */
  readonly chunkStarts: readonly number[];
  /** Rows before block b; the last element is the number of all rows. */
  readonly rowStarts: readonly number[];
  /** One u32 a chunk, its number of rows. */
  readonly chunkLengths: Address;
}

/** Number of blocks. */
export const blockCount = (blocks: BlockLayout): number => blocks.chunkStarts.length - 1;

/** Prepares chunks, in the order in which their rows count, for task rounds. */
export function storeRows(query: Query, chunks: readonly RowChunk[]): StoredRows {
  const { memory, arena } = query;
  const chunkLengths = arena.allocate(Math.max(1, chunks.length) * 4);
  const chunkStarts = [0];
  const rowStarts = [0];
  let rows = 0;
  chunks.forEach((chunk, index) => {
    memory.u32[(chunkLengths >>> 2) + index] = chunk.length;
    rows += chunk.length;
    if (rows - rowStarts.at(-1)! < BLOCK_ROWS && index + 1 < chunks.length) return;
    chunkStarts.push(index + 1);
    rowStarts.push(rows);
  });
  const store = new RowStore(memory, arena, chunks);
  return { store, rows, blocks: { chunkStarts, rowStarts, chunkLengths } };
}
