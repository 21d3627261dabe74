import {
  type Address,
  Arena,
  assert,
  type Batch,
  type Expr,
  type FunctionRegistry,
} from '@windrow/core';
import type { FrameBound, OutputColumn, PhysicalWindow, WindowCall } from '@windrow/planner';
import type { Returns, Source, TaskContext, TaskRunner } from '../../operator.ts';
import { columnIds } from '../../runtime/layout.ts';
import { aggregatesOnMainThread } from '../../runtime/main-thread.ts';
import type { Query } from '../../runtime/query.ts';
import { type RowChunk, RowStore } from '../../runtime/row-store.ts';
import { rowsOfBatch, sliceVector } from '../../runtime/slice.ts';
import { type OperatorData, type SourceData, type Stream, streamOf } from '../../runtime/stream.ts';
import { columnRef, keptColumns, runParts, splitByRange } from '../../spill/split-rows.ts';
import { keepOrSpill, type SpilledKeyedRows } from '../keyed-rows.ts';
import { selectColumns } from '../project.ts';
import { sortOrder } from '../sort/sort.ts';
import { sortRows } from '../sort/sort-rows.ts';
import { storeRows } from '../stored-rows.ts';
import { cutBlocks, type WindowBlockSpec } from './blocks.ts';
import { createWindowEvaluator, type PartTotals } from './evaluate-window.ts';
import { reachOf } from './reach.ts';
import type { BoundSpec, InputSpec, WindowCallSpec, WindowSpec } from './window-spec.ts';

/** Sorted rows in blocks; a morsel is a block. */
export interface WindowSourceSpec extends SourceData {
  readonly kind: 'window';
  readonly chunks: readonly RowChunk[];
  /** Row ids (u32) in the order of partitions and sort keys. */
  readonly ids: Address;
  readonly blocks: readonly WindowBlockSpec[];
  /** For each part of a split partition its states, see `WindowEvaluator.totals`; empty when none needs them. */
  readonly totals: readonly PartTotals[];
  /** The chunks' columns that go up before the functions' results. */
  readonly columns: readonly number[];
  readonly window: WindowSpec;
}

/** A task for each part of a split partition: the states of its rows. */
export interface WindowTotalsTaskSpec extends OperatorData, Returns<PartTotals> {
  readonly kind: 'windowTotals';
  readonly chunks: readonly RowChunk[];
  readonly ids: Address;
  readonly parts: readonly WindowBlockSpec[];
  readonly window: WindowSpec;
}

/**
 * Window functions: the rows are sorted by partition and order keys and cut into blocks, and each block is
 * evaluated on its own when its rows are asked for. Where frames run through a partition that was split,
 * the states of its parts are computed first.
 */
export async function lowerWindow(plan: PhysicalWindow, query: Query): Promise<Stream> {
  const { nodeId, partitionBy, orderBy, functions } = plan;
  const input = await query.lower(plan.input);
  const sortKeys = [
    ...partitionBy.map((expr) => ({ expr, descending: false, nullsFirst: false })),
    ...orderBy,
  ];
  const keys: Expr[] = sortKeys.map(({ expr }) => expr);
  const values: Expr[] = [];
  const placeAmong =
    (exprs: Expr[], role: 'keys' | 'values') =>
    (expr: Expr): (() => InputSpec) => {
      if (expr.kind === 'literal') {
        return () => ({ kind: 'literal', value: expr.value, type: expr.type });
      }
      const place = exprs.push(expr) - 1;
      return () => ({ kind: 'column', column: kept[role][place]!, type: expr.type });
    };
  const places = { ofKey: placeAmong(keys, 'keys'), ofValue: placeAmong(values, 'values') };
  const calls = functions.map((call) => callInputs(query.functions, call, places));
  const options = { nodeId, columns: columnIds(input.columns), keys, values };
  const survey = partitionBy.map((_, key) => key);
  const mayCut = partitionBy.length > 0;
  const rowsKept = await keepOrSpill(query, input, { ...options, survey, mayCut });
  if (rowsKept.kind === 'spilled') return windowSpilled(query, plan, rowsKept.kept, input.columns);
  const { kept } = rowsKept;
  const rows = storeRows(query, kept.chunks);
  const order = sortOrder(kept, sortKeys);
  const { ids } = await sortRows(query, rows, { order, nodeId });
  const partitionColumns = order.slice(0, partitionBy.length).map(({ column }) => column);
  const inputOf = (key: number): InputSpec => ({
    kind: 'column',
    column: kept.keys[key]!,
    type: keys[key]!.type,
  });
  const window: WindowSpec = {
    partitionBy: partitionBy.map((_, key) => inputOf(key)),
    orderBy: orderBy.map(({ descending }, key) => ({
      input: inputOf(partitionBy.length + key),
      descending,
    })),
    calls: calls.map((call) => call()),
  };
  const reach = reachOf(query.functions, window.calls);
  const orderColumns = order.slice(partitionBy.length).map(({ column }) => column);
  const blocks = cutBlocks(query, rows, { ids, partitionColumns, orderColumns, reach });
  const { chunks } = kept;
  const parts = reach?.needsTotals === true ? blocks.filter(({ part }) => part !== undefined) : [];
  const totals =
    parts.length === 0
      ? []
      : await query.runTasks(
          { kind: 'windowTotals', nodeId, chunks, ids, parts, window },
          parts.length,
        );
  const source: WindowSourceSpec = {
    kind: 'window',
    nodeId,
    morsels: blocks.length,
    chunks,
    ids,
    blocks,
    totals,
    columns: input.columns.map(({ id }) => kept.positions.get(id)!),
    window,
  };
  const stream = streamOf(source, [...input.columns, ...functions.map(({ output }) => output)]);
  const mainThread = functions.some(
    (call) => call.aggregate && aggregatesOnMainThread(query.functions, call),
  );
  return mainThread ? { ...stream, mainThread } : stream;
}

/** Computes the windows of some partitions at a time, and keeps the results in a file. */
async function windowSpilled(
  query: Query,
  plan: PhysicalWindow,
  kept: SpilledKeyedRows,
  input: readonly OutputColumn[],
): Promise<Stream> {
  const { nodeId, partitionBy, orderBy, functions } = plan;
  const columns = keptColumns(kept, input);
  const refOf = (key: number): Expr => columnRef(columns[kept.keys[key]!]!);
  const keyed: PhysicalWindow = {
    ...plan,
    partitionBy: partitionBy.map((_, key) => refOf(key)),
    orderBy: orderBy.map((key, index) => ({ ...key, expr: refOf(partitionBy.length + index) })),
  };
  const order = sortOrder(
    kept,
    partitionBy.map((expr) => ({ expr, descending: false, nullsFirst: false })),
  );
  const parts = await splitByRange(query, kept, { nodeId, columns, order });
  const outputs = functions.map(({ output }) => output);
  const stream = await runParts(query, {
    nodeId,
    parts: (parts ?? [kept.chunks]).map((rows) => [{ plan: plan.input, rows, columns }]),
    columns: [...columns, ...outputs],
    // A single partition has to fit into memory.
    mayCut: parts !== undefined,
    run: (part) => lowerWindow(keyed, part),
  });
  return selectColumns(stream, [...input, ...outputs], nodeId);
}

/** Registers a call's inputs among the kept expressions; the spec is made once their places are known. */
function callInputs(
  functions: FunctionRegistry,
  call: WindowCall,
  { ofKey, ofValue }: Record<'ofKey' | 'ofValue', (expr: Expr) => () => InputSpec>,
): () => WindowCallSpec {
  const definition = call.aggregate ? functions.aggregate(call.function) : undefined;
  const args = call.args.map(ofValue);
  const filter = call.filter === undefined ? undefined : ofValue(call.filter);
  const orderBy = call.orderBy.map((key) => ({ ...key, input: ofKey(key.expr) }));
  const bound = (written: FrameBound): (() => BoundSpec) => {
    if (!('offset' in written)) return () => written;
    const { kind } = written;
    const offset = ofValue(written.offset);
    return () => ({ kind, offset: offset() });
  };
  const start = bound(call.frame.start);
  const end = bound(call.frame.end);
  return () => ({
    aggregate: call.aggregate,
    function: call.function,
    overload: call.overload,
    args: args.map((arg) => arg()),
    filter: filter?.(),
    ignoreNulls: call.ignoreNulls,
    distinct: call.distinct && definition?.ignoresDistinct !== true,
    orderBy: orderBy.map(({ input, descending, nullsFirst }) => ({
      input: input(),
      descending,
      nullsFirst,
    })),
    frame: { unit: call.frame.unit, start: start(), end: end(), exclude: call.frame.exclude },
    returns: call.output.type,
  });
}

export function openWindow(spec: WindowSourceSpec, context: TaskContext): Source {
  const { memory, taskArena, batchArena } = context;
  const store = new RowStore(memory, taskArena, spec.chunks);
  const evaluator = createWindowEvaluator(context, spec.window, store);
  const blockArena = new Arena(memory, taskArena.owner);
  return {
    *batches(morsel): Iterable<Batch> {
      const block = spec.blocks[morsel];
      assert(block !== undefined, 'a morsel is a block');
      const { from: start, to: end } = block;
      blockArena.reset();
      const results = evaluator.evaluate(spec.ids, block, {
        totals: spec.totals,
        arena: blockArena,
      });
      const types = [
        ...spec.columns.map((column) => store.typeOf(column)),
        ...results.map(({ type }) => type),
      ];
      const batchRows = rowsOfBatch(context, types);
      for (let row = start; row < end; row += batchRows) {
        const length = Math.min(batchRows, end - row);
        const columns = spec.columns.map((column) =>
          store.gather(column, spec.ids + row * 4, length, batchArena),
        );
        const computed = results.map((result) => sliceVector(context, result, row - start, length));
        yield { length, selection: 0, columns: [...columns, ...computed] };
      }
    },
    close: () => blockArena.release(),
  };
}

export function openWindowTotals(
  spec: WindowTotalsTaskSpec,
  context: TaskContext,
): TaskRunner<PartTotals> {
  const { memory, taskArena } = context;
  const store = new RowStore(memory, taskArena, spec.chunks);
  const evaluator = createWindowEvaluator(context, spec.window, store);
  return { run: (task) => evaluator.totals(spec.ids, spec.parts[task]!) };
}
