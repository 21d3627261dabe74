import { columnsOf } from '@windrow/core';
import { kernels } from '@windrow/kernels';
import type { HashJoin } from '@windrow/planner';
import { columnIds } from '../../runtime/layout.ts';
import { needsMainThread } from '../../runtime/main-thread.ts';
import type { Query } from '../../runtime/query.ts';
import type { RowChunk } from '../../runtime/row-store.ts';
import { append, type Stream } from '../../runtime/stream.ts';
import { type KeyedRows, keepRows } from '../keyed-rows.ts';
import { type StoredRows, storeRows } from '../stored-rows.ts';
import { createMatchFlags } from './build-rows.ts';
import type { JoinSides } from './join-columns.ts';
import {
  conditionOf,
  dropsMisses,
  emptyBuild,
  finishJoin,
  needsMatchFlags,
  outputOf,
} from './join-stream.ts';
import { type BuildKey, buildJoinTable, type JoinTable } from './join-table.ts';
import { pushKeyFilters } from './key-filter.ts';

/**
 * Keeps the build side with a table over its keys, then looks up the probe side batch by batch. Values of
 * build rows are fetched for the rows that leave only.
 */
export async function lowerHashJoin(plan: HashJoin, query: Query): Promise<Stream> {
  const { nodeId, keys, residual, joinKind } = plan;
  const side = await query.invariant(plan.build, 'hash join', () => buildSide(plan, query));
  const { build, rows, buildKeys, table } = side;
  const probe = await query.lower(plan.probe);
  if (table === undefined) return emptyBuild(plan, probe);
  const sides: JoinSides = { probe: probe.columns, build: build.positions };
  const matched = needsMatchFlags(joinKind) ? createMatchFlags(query, rows) : 0;
  const probeKeys = keys.map((key) => key.probe);
  const expressions = residual === undefined ? probeKeys : [...probeKeys, residual];
  const drops = dropsMisses(joinKind);
  const filtered = drops ? pushKeyFilters(probe, nodeId, { keys: probeKeys, table }) : probe;
  const probed = append(
    filtered,
    {
      kind: 'hashJoinProbe',
      nodeId,
      joinKind,
      probe: {
        columns: columnIds(probe.columns),
        keys: probeKeys,
        table,
        keyTables: buildKeys,
        residual: residual && conditionOf(residual, sides),
        dropsMisses: drops,
      },
      chunks: build.chunks,
      ...outputOf(plan, sides),
      matched,
      nullAware: plan.nullAware,
      buildHasNull: plan.nullAware && hasNull(query, build.chunks, build.keys[0]!),
    },
    { columns: plan.output, mainThread: needsMainThread(query.functions, expressions) },
  );
  return finishJoin(query, plan, probed, { rows, sides, matched });
}

/** The kept rows of the build side and the table over them; none when there are no rows. */
interface BuildSide {
  readonly build: KeyedRows;
  readonly rows: StoredRows;
  readonly buildKeys: readonly BuildKey[];
  readonly table: JoinTable | undefined;
}

async function buildSide(plan: HashJoin, query: Query): Promise<BuildSide> {
  const { nodeId, keys, residual } = plan;
  const residualColumns = residual === undefined ? [] : columnsOf(residual);
  const build = await keepRows(query, await query.lower(plan.build), {
    nodeId,
    columns: [...columnIds(plan.output), ...residualColumns],
    keys: keys.map((key) => key.build),
  });
  const rows = storeRows(query, build.chunks);
  if (rows.rows === 0) return { build, rows, buildKeys: [], table: undefined };
  const buildKeys = keys.map(({ nullSafe }, key): BuildKey => {
    const column = build.keys[key]!;
    const type = rows.store.typeOf(column);
    return { type, nullSafe, column, table: rows.store.table(column).table };
  });
  const table = await buildJoinTable(query, rows, { keys: buildKeys, nodeId });
  return { build, rows, buildKeys, table };
}

/** Is there a NULL in a column? */
const hasNull = ({ memory }: Query, chunks: readonly RowChunk[], column: number): boolean =>
  chunks.some(({ columns, length }) => {
    const { validity } = columns[column]!;
    return validity !== 0 && kernels(memory).bitmapAllSet(validity, length) === 0;
  });
