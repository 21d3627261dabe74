import { type Address, physicalType } from '@windrow/core';
import { kernels, PHYSICAL_TYPE_CODES, SORT_RANGE_BYTES } from '@windrow/kernels';
import type { TaskContext, TaskRunner } from '../operator.ts';
import type { Query } from '../runtime/query.ts';
import type { OperatorData } from '../runtime/stream.ts';
import { type BlockLayout, blockCount, type StoredRows } from './stored-rows.ts';

/*
 * Smallest and greatest values, NULLs and common prefixes of key columns over all kept rows: what decides
 * how few bits a key needs.
 */

export interface KeyRangesTaskSpec extends OperatorData {
  readonly kind: 'keyRanges';
  readonly blocks: BlockLayout;
  readonly columns: readonly { readonly type: number; readonly table: Address }[];
  /** Room for a range of each column, block by block; zeroed. */
  readonly ranges: Address;
}

/** The address of each column's range, see `sortKeyRange` of the kernels; there is at least one row. */
export async function measureKeys(
  query: Query,
  rows: StoredRows,
  options: { readonly columns: readonly number[]; readonly nodeId: number },
): Promise<readonly Address[]> {
  const { store, blocks } = rows;
  const { nodeId } = options;
  const columns = options.columns.map((column) => {
    const type = PHYSICAL_TYPE_CODES[physicalType(store.typeOf(column))];
    return { type, table: store.table(column).table };
  });
  const count = blockCount(blocks);
  const ranges = query.arena.allocateZeroed(count * columns.length * SORT_RANGE_BYTES);
  const task = { kind: 'keyRanges', nodeId, blocks, columns, ranges } as const;
  await query.runTasks(task, count, { rows: rows.rows });
  const k = kernels(query.memory);
  return columns.map(({ type }, column) => {
    const range = ranges + column * SORT_RANGE_BYTES;
    for (let block = 1; block < count; block++) {
      k.sortKeyRangeMerge(type, range, range + block * columns.length * SORT_RANGE_BYTES);
    }
    return range;
  });
}

export function openKeyRanges(spec: KeyRangesTaskSpec, context: TaskContext): TaskRunner {
  const { blocks, columns, ranges } = spec;
  const { u32 } = context.memory;
  const k = kernels(context.memory);
  return {
    run(block) {
      let range = ranges + block * columns.length * SORT_RANGE_BYTES;
      for (const { type, table } of columns) {
        for (
          let chunk = blocks.chunkStarts[block]!;
          chunk < blocks.chunkStarts[block + 1]!;
          chunk++
        ) {
          const entry = (table >>> 2) + chunk * 2;
          const length = u32[(blocks.chunkLengths >>> 2) + chunk]!;
          k.sortKeyRange(type, u32[entry]!, u32[entry + 1]!, length, range);
        }
        range += SORT_RANGE_BYTES;
      }
      return undefined;
    },
  };
}
