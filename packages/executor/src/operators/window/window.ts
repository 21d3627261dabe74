import {
  type Address,
  Arena,
  assert,
  type Batch,
  type Expr,
  type FunctionRegistry,
  physicalType,
} from '@windrow/core';
import { kernels, PHYSICAL_TYPE_CODES } from '@windrow/kernels';
import type { FrameBound, PhysicalWindow, WindowCall } from '@windrow/planner';
import type { Source, TaskContext } from '../../operator.ts';
import { columnIds } from '../../runtime/layout.ts';
import type { Query } from '../../runtime/query.ts';
import { type RowChunk, RowStore } from '../../runtime/row-store.ts';
import { rowsOfBatch, sliceVector } from '../../runtime/slice.ts';
import { type SourceData, type Stream, streamOf } from '../../runtime/stream.ts';
import { keepRows } from '../keyed-rows.ts';
import { sortOrder } from '../sort/sort.ts';
import { sortRows } from '../sort/sort-rows.ts';
import { type StoredRows, storeRows } from '../stored-rows.ts';
import { createWindowEvaluator } from './evaluate-window.ts';
import type { BoundSpec, InputSpec, WindowCallSpec, WindowSpec } from './window-spec.ts';

/** Sorted rows in blocks of whole partitions; a morsel is a block. */
export interface WindowSourceSpec extends SourceData {
  readonly kind: 'window';
  readonly chunks: readonly RowChunk[];
  /** Row ids (u32) in the order of partitions and sort keys. */
  readonly ids: Address;
  /** Block b is rows `starts[b]` … `starts[b + 1]`. */
  readonly starts: readonly number[];
  /** The chunks' columns that go up before the functions' results. */
  readonly columns: readonly number[];
  readonly window: WindowSpec;
}

/** Rows that a block aims at; partitions are never split, so that a block may be larger. */
const BLOCK_ROWS = 65536;

/**
 * Window functions: the rows are sorted by partition and order keys, cut into blocks of whole partitions,
 * and each block is evaluated on its own when its rows are asked for.
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
  const kept = await keepRows(query, input, {
    nodeId,
    columns: columnIds(input.columns),
    keys,
    values,
  });
  const rows = storeRows(query, kept.chunks);
  const order = sortOrder(kept, sortKeys);
  const { ids } = await sortRows(query, rows, { order, nodeId });
  const partitionColumns = order.slice(0, partitionBy.length).map(({ column }) => column);
  const starts = cutBlocks(query, rows, ids, partitionColumns);
  const inputOf = (key: number): InputSpec => ({
    kind: 'column',
    column: kept.keys[key]!,
    type: keys[key]!.type,
  });
  const source: WindowSourceSpec = {
    kind: 'window',
    nodeId,
    morsels: starts.length - 1,
    chunks: kept.chunks,
    ids,
    starts,
    columns: input.columns.map(({ id }) => kept.positions.get(id)!),
    window: {
      partitionBy: partitionBy.map((_, key) => inputOf(key)),
      orderBy: orderBy.map(({ descending }, key) => ({
        input: inputOf(partitionBy.length + key),
        descending,
      })),
      calls: calls.map((call) => call()),
    },
  };
  return streamOf(source, [...input.columns, ...functions.map(({ output }) => output)]);
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

/**
 * Row numbers at which blocks begin, and the number of rows. Each block ends where a partition does; the
 * end of a partition is found by halving, as equal keys lie together.
 */
function cutBlocks(
  { memory, arena }: Query,
  { rows, store }: StoredRows,
  ids: Address,
  partitionColumns: readonly number[],
): number[] {
  const starts = [0];
  if (rows === 0) return starts;
  if (partitionColumns.length === 0) return [0, rows];
  const k = kernels(memory);
  const pair = arena.allocate(8);
  const samePartition = (a: number, b: number): boolean => {
    const mark = arena.mark();
    memory.u32[pair >>> 2] = memory.u32[(ids >>> 2) + a]!;
    memory.u32[(pair >>> 2) + 1] = memory.u32[(ids >>> 2) + b]!;
    const flags = arena.allocateZeroed(2);
    for (const column of partitionColumns) {
      const { type, values, validity } = store.gather(column, pair, 2, arena);
      k.windowMarkChanges(PHYSICAL_TYPE_CODES[physicalType(type)], values, validity, 2, flags);
    }
    const isSame = memory.u8[flags + 1] === 0;
    arena.rewind(mark);
    return isSame;
  };
  for (let wanted = BLOCK_ROWS; wanted < rows; wanted = starts.at(-1)! + BLOCK_ROWS) {
    let low = wanted;
    let high = rows;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (samePartition(wanted - 1, middle)) low = middle + 1;
      else high = middle;
    }
    if (low >= rows) break;
    starts.push(low);
  }
  starts.push(rows);
  return starts;
}

export function openWindow(spec: WindowSourceSpec, context: TaskContext): Source {
  const { memory, taskArena, batchArena } = context;
  const store = new RowStore(memory, taskArena, spec.chunks);
  const evaluator = createWindowEvaluator(context, spec.window, store);
  const blockArena = new Arena(memory, taskArena.owner);
  return {
    *batches(morsel): Iterable<Batch> {
      const start = spec.starts[morsel]!;
      const end = spec.starts[morsel + 1];
      assert(end !== undefined, 'a morsel is a block');
      blockArena.reset();
      const results = evaluator.evaluate(spec.ids + start * 4, end - start, blockArena);
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
