import type { PhysicalPartitionedTopN } from '@windrow/planner';
import { columnIds } from '../../runtime/layout.ts';
import type { Query } from '../../runtime/query.ts';
import { type Stream, streamOf } from '../../runtime/stream.ts';
import { keepRows } from '../keyed-rows.ts';
import { storeRows } from '../stored-rows.ts';
import { rankedMorsels } from './ranked-rows.ts';
import { sortOrder } from './sort.ts';
import { sortRows } from './sort-rows.ts';

/** Sorts by partition and key, and hands up the rows that rank among the first of their partition. */
export async function lowerPartitionedTopN(
  plan: PhysicalPartitionedTopN,
  query: Query,
): Promise<Stream> {
  const { nodeId, partitionBy, keys, ranking, limit, rank } = plan;
  const input = await query.lower(plan.input);
  const kept = await keepRows(query, input, {
    nodeId,
    columns: columnIds(input.columns),
    keys: [...partitionBy, ...keys.map(({ expr }) => expr)],
  });
  const partitionColumns = kept.keys.slice(0, partitionBy.length);
  const { chunks } = kept;
  const { ids, rows } = await sortRows(query, storeRows(query, chunks), {
    order: [
      ...partitionColumns.map((column) => ({ column, descending: false, nullsFirst: false })),
      ...sortOrder(kept, keys, partitionBy.length),
    ],
    nodeId,
  });
  return streamOf(
    {
      kind: 'rankedRows',
      nodeId,
      morsels: rankedMorsels(rows),
      chunks,
      ids,
      rows,
      partitionColumns,
      orderColumns: kept.keys.slice(partitionBy.length),
      ranking,
      limit,
      columns: input.columns.map(({ id }) => kept.positions.get(id)!),
      withRank: rank !== undefined,
    },
    rank === undefined ? input.columns : [...input.columns, rank],
  );
}
