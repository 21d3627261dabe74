import type { Address } from '@windrow/core';
import { physicalType } from '@windrow/core';
import { kernels, PHYSICAL_TYPE_CODES } from '@windrow/kernels';
import type { Query } from '../../runtime/query.ts';
import type { StoredRows } from '../stored-rows.ts';
import type { Reach } from './reach.ts';

/*
 * Sorted rows are evaluated in blocks: whole partitions, or, where a partition is much larger than a
 * block and its functions allow for it, a part of one partition with the rows around that they look at.
 */

/** Rows `from … to` of the sorted rows. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/** Rows that are evaluated together, plain data. */
export interface WindowBlockSpec extends RowRange {
  /** Present where the block is only a part of a partition. */
  readonly part?: PartitionPart;
}

export interface PartitionPart {
  /** The rows that may be looked at. */
  readonly seen: RowRange;
  readonly partition: RowRange;
  /** Numbers of the partition's parts, and this one's, among all parts. */
  readonly first: number;
  readonly number: number;
  readonly end: number;
}

/** Most rows that a block aims at. */
const MAX_BLOCK_ROWS = 65536;

/** Blocks follow the size of batches, so that small batches make small blocks. */
const BATCHES_PER_BLOCK = 8;

/** A part is this many times as long as what is looked at around it. */
const PART_PER_HALO = 4;

/** How to cut. */
export interface Cut {
  readonly ids: Address;
  readonly partitionColumns: readonly number[];
  readonly orderColumns: readonly number[];
  /** Undefined: partitions are not split. */
  readonly reach: Reach | undefined;
}

/** Cuts sorted rows into blocks, in their order. */
export function cutBlocks(query: Query, rows: StoredRows, cut: Cut): WindowBlockSpec[] {
  const blocks: WindowBlockSpec[] = [];
  const size = Math.min(MAX_BLOCK_ROWS, query.batchRows * BATCHES_PER_BLOCK);
  const endOfRun = runFinder(query, rows, cut.ids);
  const { partitionColumns } = cut;
  const total = rows.rows;
  for (let from = 0; from < total; ) {
    const wanted = from + size;
    if (wanted >= total) {
      blocks.push({ from, to: total });
      break;
    }
    const partitionEnd = endOfRun(partitionColumns, wanted - 1, total);
    if (cut.reach === undefined || partitionEnd - from <= 2 * size) {
      blocks.push({ from, to: partitionEnd });
    } else {
      const partitionFrom = startOfRun(endOfRun, partitionColumns, from, wanted - 1);
      if (partitionFrom > from) blocks.push({ from, to: partitionFrom });
      const partition = { from: partitionFrom, to: partitionEnd };
      splitPartition(blocks, { ...cut, reach: cut.reach, partition, size, endOfRun });
    }
    from = partitionEnd;
  }
  return blocks;
}

type RunEnd = (columns: readonly number[], row: number, limit: number) => number;

/** Finds by halving where the run of rows equal to `row` in the columns ends, as equal rows lie together. */
function runFinder({ memory, arena }: Query, { store }: StoredRows, ids: Address): RunEnd {
  const k = kernels(memory);
  const pair = arena.allocate(8);
  const isSame = (columns: readonly number[], a: number, b: number): boolean => {
    const mark = arena.mark();
    memory.u32[pair >>> 2] = memory.u32[(ids >>> 2) + a]!;
    memory.u32[(pair >>> 2) + 1] = memory.u32[(ids >>> 2) + b]!;
    const flags = arena.allocateZeroed(2);
    for (const column of columns) {
      const { type, values, validity } = store.gather(column, pair, 2, arena);
      k.windowMarkChanges(PHYSICAL_TYPE_CODES[physicalType(type)], values, validity, 2, flags);
    }
    const same = memory.u8[flags + 1] === 0;
    arena.rewind(mark);
    return same;
  };
  return (columns, row, limit) => {
    if (columns.length === 0) return limit;
    let low = row + 1;
    let high = limit;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isSame(columns, row, middle)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** The first of the rows from `from` on that is in the run of `row`. */
function startOfRun(
  endOfRun: RunEnd,
  columns: readonly number[],
  from: number,
  row: number,
): number {
  let low = from;
  let high = row;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (endOfRun(columns, middle, row + 1) > row) high = middle;
    else low = middle + 1;
  }
  return low;
}

function splitPartition(
  blocks: WindowBlockSpec[],
  cut: Cut & {
    readonly reach: Reach;
    readonly partition: RowRange;
    readonly size: number;
    readonly endOfRun: RunEnd;
  },
): void {
  const { reach, partition, endOfRun } = cut;
  const size = Math.max(cut.size, PART_PER_HALO * (reach.before + reach.after));
  const columns = [...cut.partitionColumns, ...cut.orderColumns];
  const ranges: RowRange[] = [];
  for (let from = partition.from; from < partition.to; ) {
    let to = from + size;
    // A part as small as a quarter of the others is not worth its surroundings.
    if (to + size / 4 >= partition.to) to = partition.to;
    else if (reach.cutsBetweenPeers) to = endOfRun(columns, to - 1, partition.to);
    ranges.push({ from, to });
    from = to;
  }
  if (ranges.length === 1) {
    blocks.push(partition);
    return;
  }
  const first = blocks.reduce((parts, block) => parts + (block.part === undefined ? 0 : 1), 0);
  ranges.forEach(({ from, to }, index) => {
    const seen = {
      from: Math.max(partition.from, from - reach.before),
      to: Math.min(partition.to, to + reach.after),
    };
    const part = { seen, partition, first, number: first + index, end: first + ranges.length };
    blocks.push({ from, to, part });
  });
}
