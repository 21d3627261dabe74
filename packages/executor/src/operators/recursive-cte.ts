import { type Address, Arena, type Batch, type SqlType } from '@windrow/core';
import { kernels, TRUE } from '@windrow/kernels';
import type { PhysicalRecursiveCte } from '@windrow/planner';
import type { Returns, TaskContext, TaskRunner } from '../operator.ts';
import type { Query } from '../runtime/query.ts';
import { countRows, type RowChunk, RowStoreWriter } from '../runtime/row-store.ts';
import { sliceBatches } from '../runtime/slice.ts';
import type { OperatorData, Stream } from '../runtime/stream.ts';
import { GroupTable } from './aggregate/group-table.ts';
import { encodeKeys, hashKeys } from './aggregate/key-encoder.ts';
import { layOutKey } from './aggregate/key-layout.ts';
import { selectColumns } from './project.ts';
import { materialize, rowsStream } from './rows.ts';

/** One task: of some rows, those that no earlier round had (UNION), each once. */
export interface NewRowsTaskSpec extends OperatorData, Returns<NewRows> {
  readonly kind: 'newRows';
  readonly types: readonly SqlType[];
  readonly chunks: readonly RowChunk[];
  /** The table of the rows met so far, 0 at the start. */
  readonly table: Address;
}

/** New rows and the table that knows them; plain data. */
export interface NewRows {
  readonly chunks: readonly RowChunk[];
  readonly table: Address;
}

/**
 * So few rows of a round are kept by the coordinator, and the threads' memory is wound back: thousands
 * of rounds then cost what their rows cost.
 */
const SMALL_ROUND_ROWS = 8192;

/** Runs the step over the rows of the round before until a round brings none. */
export async function lowerRecursiveCte(plan: PhysicalRecursiveCte, query: Query): Promise<Stream> {
  const { cteId, nodeId, base, step, output } = plan;
  const rounds = createRounds(plan, query);
  const kept: RowChunk[] = [];
  let round = await rounds.take(selectColumns(await query.lower(base), base.output, nodeId));
  query.beginRecursion(cteId);
  while (round.length > 0) {
    kept.push(...round);
    query.ctes.set(cteId, rowsStream(round, output, nodeId));
    round = await rounds.take(selectColumns(await query.lower(step), step.output, nodeId));
  }
  await query.endRecursion();
  query.ctes.delete(cteId);
  return rowsStream(kept, output, nodeId);
}

function createRounds(
  plan: PhysicalRecursiveCte,
  query: Query,
): { take(stream: Stream): Promise<readonly RowChunk[]> } {
  const { nodeId, all, output } = plan;
  const types = output.map(({ type }) => type);
  let table: Address = 0;
  return {
    async take(stream): Promise<readonly RowChunk[]> {
      const chunks = await materialize(query, stream, nodeId);
      if (countRows(chunks) > SMALL_ROUND_ROWS) {
        await query.keepRound();
        if (all) return chunks;
        const spec = { kind: 'newRows', nodeId, types, chunks, table } as const;
        const [fresh] = await query.runTasks(spec, 1);
        table = fresh!.table;
        return fresh!.chunks;
      }
      const { memory, owner, arena: taskArena, batchRows } = query;
      const batchArena = new Arena(memory, owner);
      const context = { memory, taskArena, batchArena, batchRows };
      const fresh = newRows(context, { types, chunks, table, all });
      batchArena.release();
      table = fresh.table;
      await query.forgetRound();
      return fresh.chunks;
    },
  };
}

export const openNewRows = (spec: NewRowsTaskSpec, context: TaskContext): TaskRunner<NewRows> => ({
  run: () => newRows(context, { ...spec, all: false }),
});

type RowContext = Pick<TaskContext, 'memory' | 'taskArena' | 'batchArena' | 'batchRows'>;

/** Copies rows, bytes included, into the task arena: all of them, or those the table has not met. */
function newRows(
  context: RowContext,
  rows: {
    readonly types: readonly SqlType[];
    readonly chunks: readonly RowChunk[];
    readonly table: Address;
    readonly all: boolean;
  },
): NewRows {
  const { taskArena, batchArena } = context;
  const { types, chunks, all } = rows;
  const table = all ? undefined : openTable(context, types, rows.table);
  const writer = new RowStoreWriter(context, taskArena, types);
  const mark = batchArena.mark();
  for (const chunk of chunks) {
    // The chunk may be wound back, so that its bytes do not count as lasting.
    const columns = chunk.columns.map((column) => ({ ...column, stable: false }));
    for (const batch of sliceBatches(context, { ...chunk, columns })) {
      const fresh = table === undefined ? batch : unmet(context, table, batch);
      if (fresh.length > 0) writer.append(fresh);
      batchArena.rewind(mark);
    }
  }
  return { chunks: writer.finish(), table: table?.record ?? 0 };
}

/** The state of a group says whether it has been met. */
const STATE_BYTES = 8;

const openTable = (context: RowContext, types: readonly SqlType[], record: Address): GroupTable =>
  record === 0
    ? GroupTable.create(context, layOutKey(types), STATE_BYTES)
    : GroupTable.attach(context, layOutKey(types), record);

/** The rows of a batch whose group is met for the first time. */
function unmet(context: RowContext, table: GroupTable, batch: Batch): Batch {
  const { memory, batchArena } = context;
  const { columns, length } = batch;
  const k = kernels(memory);
  const states = table.find(encodeKeys(context, table.layout, hashKeys(context, columns, length)));
  const keep = batchArena.allocate(length);
  memory.fill(1, keep, length);
  k.rowGroupKeepFirst(states, 0, length, keep);
  const selection = batchArena.allocate(length * 4);
  return { ...batch, selection, length: k.selectByTruth(keep, 0, 0, length, TRUE, selection) };
}
