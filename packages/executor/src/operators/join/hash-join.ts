import { type ColumnId, columnsOf } from '@windrow/core';
import { kernels } from '@windrow/kernels';
import type { HashJoin, OutputColumn } from '@windrow/planner';
import { columnIds } from '../../runtime/layout.ts';
import { needsMainThread } from '../../runtime/main-thread.ts';
import type { Query } from '../../runtime/query.ts';
import type { RowChunk } from '../../runtime/row-store.ts';
import { append, type Stream } from '../../runtime/stream.ts';
import {
  columnRef,
  keptColumns,
  partCount,
  runParts,
  sizeOf,
  splitRows,
  splitStream,
} from '../../spill/split-rows.ts';
import { type KeyedRows, keepOrSpill, layOutKeys, type SpilledKeyedRows } from '../keyed-rows.ts';
import { selectColumns } from '../project.ts';
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
  if (side.kind === 'spilled') return joinSpilled(query, plan, side);
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
  readonly kind: 'inMemory';
  readonly build: KeyedRows;
  readonly rows: StoredRows;
  readonly buildKeys: readonly BuildKey[];
  readonly table: JoinTable | undefined;
}

async function buildSide(plan: HashJoin, query: Query): Promise<BuildSide | SpilledBuildSide> {
  const { nodeId, keys } = plan;
  const input = await query.lower(plan.build);
  const kept = await keepOrSpill(query, input, {
    nodeId,
    columns: columnsAbove(plan),
    keys: keys.map((key) => key.build),
    survey: [],
    // What NULL means depends on the whole build side.
    mayCut: !plan.nullAware,
  });
  if (kept.kind === 'spilled') return { ...kept, columns: keptColumns(kept.kept, input.columns) };
  const build = kept.kept;
  const rows = storeRows(query, build.chunks);
  if (rows.rows === 0) return { kind: 'inMemory', build, rows, buildKeys: [], table: undefined };
  const buildKeys = keys.map(({ nullSafe }, key): BuildKey => {
    const column = build.keys[key]!;
    const type = rows.store.typeOf(column);
    return { type, nullSafe, column, table: rows.store.table(column).table };
  });
  const table = await buildJoinTable(query, rows, { keys: buildKeys, nodeId });
  return { kind: 'inMemory', build, rows, buildKeys, table };
}

/** The build side when it does not fit into memory. */
interface SpilledBuildSide {
  readonly kind: 'spilled';
  readonly kept: SpilledKeyedRows;
  /** Columns of the kept rows. */
  readonly columns: readonly OutputColumn[];
}

/** Columns of the sides that are needed beside the keys. */
const columnsAbove = ({ output, residual }: HashJoin): ColumnId[] => [
  ...columnIds(output),
  ...(residual === undefined ? [] : columnsOf(residual)),
];

/** Cuts both sides alike, by the hashes of their keys, and joins part by part. */
async function joinSpilled(
  query: Query,
  plan: HashJoin,
  { kept, columns }: SpilledBuildSide,
): Promise<Stream> {
  const { nodeId, keys, output } = plan;
  const level = query.spill?.level ?? 0;
  const cut = (positions: readonly number[]) =>
    ({ kind: 'hash', columns: positions, level }) as const;
  const count = partCount(query.memory, sizeOf(kept.chunks, columns));
  const builds = await splitRows(query, kept.chunks, {
    nodeId,
    columns,
    by: cut(kept.keys),
    count,
  });
  query.freeKept(kept.owner);
  const probe = await query.lower(plan.probe);
  const expressions = keys.map((key) => key.probe);
  const layout = layOutKeys(probe, columnsAbove(plan), expressions);
  const mainThread = probe.mainThread || needsMainThread(query.functions, expressions);
  const probes = await splitStream(
    query,
    { ...probe, mainThread },
    {
      nodeId,
      types: layout.columns.types,
      keyed: layout.columns,
      by: cut(layout.keys),
      count,
      ordered: false,
    },
  );
  const probeColumns = keptColumns(layout, probe.columns);
  const keyed: HashJoin = {
    ...plan,
    keys: keys.map((key, index) => ({
      ...key,
      build: columnRef(columns[kept.keys[index]!]!),
      probe: columnRef(probeColumns[layout.keys[index]!]!),
    })),
  };
  const parts = builds.map((rows, part) => [
    { plan: plan.build, rows, columns },
    { plan: plan.probe, rows: probes[part]!, columns: probeColumns },
  ]);
  return runParts(query, {
    nodeId,
    parts: parts.filter((inputs) => inputs.some(({ rows }) => rows.length > 0)),
    columns: output,
    mayCut: true,
    run: async (part) => selectColumns(await lowerHashJoin(keyed, part), output, nodeId),
  });
}

/** Is there a NULL in a column? */
const hasNull = ({ memory }: Query, chunks: readonly RowChunk[], column: number): boolean =>
  chunks.some(({ columns, length }) => {
    const { validity } = columns[column]!;
    return validity !== 0 && kernels(memory).bitmapAllSet(validity, length) === 0;
  });
