import type { Address } from '@windrow/core';
import { kernels, SORT_ENTRY_BYTES, sortScratchBytes } from '@windrow/kernels';
import type { TaskContext, TaskRunner } from '../../operator.ts';
import type { OperatorData } from '../../runtime/stream.ts';
import type { BlockLayout } from '../stored-rows.ts';
import { type GroupedSegments, partsOfRange } from './entry-segments.ts';

/** One task: sorts all rows. */
export interface SortAllTaskSpec extends OperatorData {
  readonly kind: 'sortAll';
  readonly program: Address;
  readonly blocks: BlockLayout;
  /** Gets the row ids in order. */
  readonly ids: Address;
}

/** What the two rounds of a parallel sort share. */
interface ParallelSort extends OperatorData, GroupedSegments {
  readonly program: Address;
  readonly level: number;
}

/** A task a segment: groups its entries by the ranges of a level. */
export interface SortScatterTaskSpec extends ParallelSort {
  readonly kind: 'sortScatter';
  readonly rangeTable: Address;
  /** The rows to make the entries of, a block a segment; absent where there are entries already. */
  readonly blocks?: BlockLayout;
}

/** A task a range: collects its entries from the segments and sorts them. */
export interface SortRangeTaskSpec extends ParallelSort {
  readonly kind: 'sortRange';
  /** The range of each task. */
  readonly ranges: readonly number[];
  /** Rows before each range. */
  readonly starts: readonly number[];
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
        at = encodeBlock(context, program, blocks, block, at);
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
  program: Address,
  blocks: BlockLayout,
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
  const { program, level, segments, blocks, rangeTable, rangeCount } = spec;
  const { memory, batchArena } = context;
  const k = kernels(memory);
  return {
    run(segment) {
      const { address, rows } = segments[segment]!;
      const entries = batchArena.allocate(rows * SORT_ENTRY_BYTES);
      if (blocks !== undefined) {
        encodeBlock(context, program, blocks, segment, entries);
      } else {
        memory.u8.copyWithin(entries, address, address + rows * SORT_ENTRY_BYTES);
        k.sortEncode(program, level, entries, rows);
      }
      const ranges = batchArena.allocate(rows * 2);
      const ends = spec.ends + segment * rangeCount * 4;
      k.sortScatterByRange(entries, rows, rangeTable, ranges, ends, address);
      return undefined;
    },
  };
}

export function openSortRange(spec: SortRangeTaskSpec, context: TaskContext): TaskRunner {
  const { program, level, ranges, starts, ids } = spec;
  const { memory, batchArena } = context;
  const k = kernels(memory);
  return {
    run(task) {
      const range = ranges[task]!;
      const start = starts[range]!;
      const rows = starts[range + 1]! - start;
      const entries = batchArena.allocate(rows * SORT_ENTRY_BYTES);
      let at = entries;
      for (const part of partsOfRange(memory, spec, range)) {
        const bytes = part.rows * SORT_ENTRY_BYTES;
        memory.u8.copyWithin(at, part.address, part.address + bytes);
        at += bytes;
      }
      context.checkCancelled();
      k.sortEntries(program, level, entries, rows, batchArena.allocate(sortScratchBytes(rows)));
      k.sortRowIds(entries, rows, ids + start * 4);
      return undefined;
    },
  };
}
