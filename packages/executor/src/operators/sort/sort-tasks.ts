import type { Address } from '@windrow/core';
import { kernels, SORT_ENTRY_BYTES, sortScratchBytes } from '@windrow/kernels';
import type { TaskContext, TaskRunner } from '../../operator.ts';
import type { OperatorData } from '../../runtime/stream.ts';
import type { BlockLayout } from '../stored-rows.ts';

/** One task: sorts all rows. */
export interface SortAllTaskSpec extends OperatorData {
  readonly kind: 'sortAll';
  readonly program: Address;
  readonly blocks: BlockLayout;
  /** Gets the row ids in order. */
  readonly ids: Address;
}

/** What the two rounds of a parallel sort share. */
interface ParallelSort extends OperatorData {
  readonly program: Address;
  readonly blocks: BlockLayout;
  readonly rangeCount: number;
  /** Entries of all rows; those of a block, grouped by range, lie at the block's row start. */
  readonly entries: Address;
  /** A u32 for each range of each block: where it ends among the block's entries. */
  readonly ends: Address;
}

/** A task a block: encodes its rows and groups them by range. */
export interface SortScatterTaskSpec extends ParallelSort {
  readonly kind: 'sortScatter';
  readonly rangeTable: Address;
}

/** A task a range: collects its entries from the blocks and sorts them. */
export interface SortRangeTaskSpec extends ParallelSort {
  readonly kind: 'sortRange';
  /** Rows before each range. */
  readonly rangeStarts: readonly number[];
  readonly ids: Address;
}

export function openSortAll(spec: SortAllTaskSpec, context: TaskContext): TaskRunner {
  const { program, blocks, ids } = spec;
  const { memory, batchArena } = context;
  const k = kernels(memory);
  return {
    run() {
      const rows = blocks.rowStarts.at(-1)!;
      const entries = batchArena.allocate(rows * SORT_ENTRY_BYTES);
      let at = entries;
      for (let block = 0; block + 1 < blocks.chunkStarts.length; block++) {
        at = encodeBlock(context, spec, block, at);
      }
      k.sortEntries(program, 0, entries, rows, batchArena.allocate(sortScratchBytes(rows)));
      k.sortRowIds(entries, rows, ids);
      return undefined;
    },
  };
}

/** Writes the entries of a block's rows; returns the address behind them. */
function encodeBlock(
  { memory }: TaskContext,
  { program, blocks }: { readonly program: Address; readonly blocks: BlockLayout },
  block: number,
  entries: Address,
): Address {
  const k = kernels(memory);
  let at = entries;
  for (let chunk = blocks.chunkStarts[block]!; chunk < blocks.chunkStarts[block + 1]!; chunk++) {
    const length = memory.u32[(blocks.chunkLengths >>> 2) + chunk]!;
    k.sortEncodeRows(program, chunk, 0, length, at);
    at += length * SORT_ENTRY_BYTES;
  }
  return at;
}

export function openSortScatter(spec: SortScatterTaskSpec, context: TaskContext): TaskRunner {
  const { blocks, rangeTable, rangeCount } = spec;
  const { memory, batchArena } = context;
  const k = kernels(memory);
  return {
    run(block) {
      const start = blocks.rowStarts[block]!;
      const rows = blocks.rowStarts[block + 1]! - start;
      const entries = batchArena.allocate(rows * SORT_ENTRY_BYTES);
      encodeBlock(context, spec, block, entries);
      const ranges = batchArena.allocate(rows * 2);
      const ends = spec.ends + block * rangeCount * 4;
      const out = spec.entries + start * SORT_ENTRY_BYTES;
      k.sortScatterByRange(entries, rows, rangeTable, ranges, ends, out);
      return undefined;
    },
  };
}

export function openSortRange(spec: SortRangeTaskSpec, context: TaskContext): TaskRunner {
  const { program, blocks, rangeCount, rangeStarts, ids } = spec;
  const { memory, batchArena } = context;
  const k = kernels(memory);
  return {
    run(range) {
      const start = rangeStarts[range]!;
      const rows = (rangeStarts[range + 1] ?? blocks.rowStarts.at(-1)!) - start;
      const entries = batchArena.allocate(rows * SORT_ENTRY_BYTES);
      let at = entries;
      for (let block = 0; block + 1 < blocks.rowStarts.length; block++) {
        const end = (spec.ends >>> 2) + block * rangeCount + range;
        const first = spec.entries + blocks.rowStarts[block]! * SORT_ENTRY_BYTES;
        const from = first + (range === 0 ? 0 : memory.u32[end - 1]!) * SORT_ENTRY_BYTES;
        const to = first + memory.u32[end]! * SORT_ENTRY_BYTES;
        memory.u8.copyWithin(at, from, to);
        at += to - from;
      }
      context.checkCancelled();
      k.sortEntries(program, 0, entries, rows, batchArena.allocate(sortScratchBytes(rows)));
      k.sortRowIds(entries, rows, ids + start * 4);
      return undefined;
    },
  };
}
