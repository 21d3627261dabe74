import { type Address, type Batch, BIGINT, physicalType } from '@windrow/core';
import {
  kernels,
  PHYSICAL_TYPE_CODES,
  SORT_RANK_PHASES,
  SORT_RANK_STATE_BYTES,
  SORT_RANKINGS,
} from '@windrow/kernels';
import type { PhysicalPartitionedTopN } from '@windrow/planner';
import type { Source, TaskContext } from '../../operator.ts';
import { type RowChunk, RowStore } from '../../runtime/row-store.ts';
import type { SourceData } from '../../runtime/stream.ts';

/** Sorted rows that rank among the first of their partition. */
export interface RankedRowsSourceSpec extends SourceData {
  readonly kind: 'rankedRows';
  readonly chunks: readonly RowChunk[];
  /** Row ids (u32) in the order of partitions, and in these of ranks. */
  readonly ids: Address;
  readonly rows: number;
  readonly partitionColumns: readonly number[];
  readonly orderColumns: readonly number[];
  readonly ranking: PhysicalPartitionedTopN['ranking'];
  readonly limit: number;
  /** The chunks' columns that go up, then the rank where it is asked for. */
  readonly columns: readonly number[];
  readonly withRank: boolean;
}

const MORSEL_ROWS = 65536;

export const rankedMorsels = (rows: number): number => Math.ceil(rows / MORSEL_ROWS);

/**
 * A morsel has the partitions that start within its rows, the last of them up to its end, however many
 * further rows that takes.
 */
export function openRankedRows(spec: RankedRowsSourceSpec, context: TaskContext): Source {
  const { memory, taskArena, batchArena, batchRows } = context;
  const k = kernels(memory);
  const store = new RowStore(memory, taskArena, spec.chunks);
  const state = taskArena.allocate(SORT_RANK_STATE_BYTES);

  /** A byte for each row: does a value of the columns differ from the row before? */
  function changes(columns: readonly number[], from: number, length: number): Address {
    // One row more in front, which the first row is compared with.
    const before = from === 0 ? 0 : 1;
    const flags = batchArena.allocateZeroed(length + before);
    const ids = spec.ids + (from - before) * 4;
    for (const column of columns) {
      const mark = batchArena.mark();
      const { type, values, validity } = store.gather(column, ids, length + before, batchArena);
      const code = PHYSICAL_TYPE_CODES[physicalType(type)];
      k.windowMarkChanges(code, values, validity, length + before, flags);
      batchArena.rewind(mark);
    }
    return flags + before;
  }

  function rankedBatch(from: number, length: number): Batch {
    const partitionStarts = changes(spec.partitionColumns, from, length);
    if (from === 0) memory.u8[partitionStarts] = 1;
    const peerStarts = changes(spec.orderColumns, from, length);
    const ids = batchArena.allocate(length * 4);
    const ranks = batchArena.allocate(length * 8);
    const count = k.sortTopRanks(
      partitionStarts,
      peerStarts,
      length,
      SORT_RANKINGS[spec.ranking],
      BigInt(spec.limit),
      state,
      spec.ids + from * 4,
      ids,
      ranks,
    );
    const columns = spec.columns.map((column) => store.gather(column, ids, count, batchArena));
    if (spec.withRank) {
      const rank = { kind: 'flat', type: BIGINT, length: count, values: ranks } as const;
      columns.push({ ...rank, validity: 0, stable: true });
    }
    return { length: count, selection: 0, columns };
  }

  return {
    *batches(morsel): Iterable<Batch> {
      const { u32 } = memory;
      const { before, inside, beyond, done } = SORT_RANK_PHASES;
      memory.fill(0, state, SORT_RANK_STATE_BYTES);
      const end = Math.min(spec.rows, (morsel + 1) * MORSEL_ROWS);
      for (let row = morsel * MORSEL_ROWS; row < end; row += batchRows) {
        yield rankedBatch(row, Math.min(batchRows, end - row));
      }
      if (u32[state / 4] === before) return;
      if (u32[state / 4] === inside) u32[state / 4] = beyond;
      for (let row = end; row < spec.rows && u32[state / 4] !== done; row += batchRows) {
        yield rankedBatch(row, Math.min(batchRows, spec.rows - row));
      }
    },
  };
}
