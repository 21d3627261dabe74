import { type Address, columnsOf, type Expr, isNested, SqlError, typeName } from '@windrow/core';
import { kernels } from '@windrow/kernels';
import type { HashJoin } from '@windrow/planner';
import { columnIds } from '../../runtime/layout.ts';
import { needsMainThread } from '../../runtime/main-thread.ts';
import type { Query } from '../../runtime/query.ts';
import { append, type Stream } from '../../runtime/stream.ts';
import { keepRows } from '../keyed-rows.ts';
import { type StoredRows, storeRows } from '../stored-rows.ts';
import { createMatchFlags } from './build-rows.ts';
import type { JoinSides } from './join-columns.ts';
import { conditionOf, emptyBuild, finishJoin, needsMatchFlags, outputOf } from './join-stream.ts';
import { type BuildKey, buildJoinTable } from './join-table.ts';
import type { NullAwareness } from './null-aware.ts';

/**
 * Keeps the build side with a table over its keys, then looks up the probe side batch by batch. Values of
 * build rows are fetched for the rows that leave only.
 */
export async function lowerHashJoin(plan: HashJoin, query: Query): Promise<Stream> {
  const { nodeId, keys, residual, joinKind } = plan;
  refuseNested(keys.map(({ build }) => build));
  const residualColumns = residual === undefined ? [] : columnsOf(residual);
  const build = await keepRows(query, await query.lower(plan.build), {
    nodeId,
    columns: [...columnIds(plan.output), ...residualColumns],
    keys: keys.map((key) => key.build),
  });
  const rows = storeRows(query, build.chunks);
  const probe = await query.lower(plan.probe);
  if (rows.rows === 0) return emptyBuild(plan, probe);
  const buildKeys = keys.map(({ nullSafe, build: { type } }, key): BuildKey => {
    const column = build.keys[key]!;
    return { type, nullSafe, column, table: rows.store.table(column).table };
  });
  const table = await buildJoinTable(query, rows, { keys: buildKeys, nodeId });
  const sides: JoinSides = { probe: probe.columns, build: build.positions };
  const matched = needsMatchFlags(joinKind) ? createMatchFlags(query, rows) : 0;
  const probeKeys = keys.map((key) => key.probe);
  const expressions = residual === undefined ? probeKeys : [...probeKeys, residual];
  const probed = append(
    probe,
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
      },
      chunks: build.chunks,
      ...outputOf(plan, sides),
      matched,
      nullAware: plan.nullAware ? nullAwareness(query, plan, rows, buildKeys) : undefined,
    },
    { columns: plan.output, mainThread: needsMainThread(query.functions, expressions) },
  );
  return finishJoin(query, plan, probed, { rows, sides, matched });
}

function refuseNested(keys: readonly Expr[]): void {
  for (const { type, span } of keys) {
    if (!isNested(type)) continue;
    throw new SqlError('unsupported', `cannot join on values of type ${typeName(type)}`, {
      span,
      hint: 'Join on the fields or elements instead.',
    });
  }
}

function nullAwareness(
  query: Query,
  plan: HashJoin,
  { store, rows }: StoredRows,
  keys: readonly BuildKey[],
): NullAwareness {
  const single = plan.keys.length === 1 && plan.residual === undefined;
  if (!keys.some(({ column }) => store.table(column).hasNulls)) {
    return { single, nullRows: 0, nullCount: 0 };
  }
  const nullRows = query.arena.allocate(rows * 4);
  let nullCount = 0;
  store.chunks.forEach(({ length, columns }, chunk) => {
    const validities = keys.map(({ column }) => columns[column]!.validity);
    const at = nullRows + nullCount * 4;
    nullCount += rowsWithNull(query, validities, { length, firstId: chunk * 65536, at });
  });
  return { single, nullRows, nullCount };
}

/** Writes the ids of a chunk's rows with a NULL; returns how many. */
function rowsWithNull(
  { memory, arena }: Query,
  validities: readonly Address[],
  rows: { readonly length: number; readonly firstId: number; readonly at: Address },
): number {
  const { length, firstId, at } = rows;
  const k = kernels(memory);
  const mark = arena.mark();
  const flags = arena.allocateZeroed(length);
  for (const validity of validities) k.joinMarkNulls(validity, length, flags);
  const count = k.joinRowsByByte(flags, 1, length, at);
  arena.rewind(mark);
  for (let row = 0; row < count; row++) memory.u32[(at >>> 2) + row]! += firstId;
  return count;
}
