import {
  type Address,
  type AggregateFunction,
  type AggregateImplementation,
  assert,
  type Batch,
  bitmapBytes,
  type FlatVector,
  UINTEGER,
  type Vector,
  widthBytes,
  writeValue,
  writeVector,
} from '@windrow/core';
import { kernels } from '@windrow/kernels';
import { flatten, gatherFlat } from '../../expression/flatten.ts';
import type { TaskContext } from '../../operator.ts';
import { NO_ROW } from '../../runtime/row-store.ts';
import { sliceVector } from '../../runtime/slice.ts';
import type { CollectedArgument, CollectedCall } from './collected.ts';
import { orderGroups } from './collected-order.ts';
import { openStates } from './group-rows.ts';
import { findGroups, type GroupedRows, type RowGroups, type RowList } from './row-groups.ts';

/** The rows of a partition. */
export interface CollectedRows {
  readonly count: number;
  /** Kept columns, contiguous. */
  readonly columns: readonly FlatVector[];
  /** Undefined: all rows are of one, in the order of their numbers. */
  readonly morsels: FlatVector | undefined;
  readonly groups: Pick<RowGroups, 'grouped' | 'groupCount' | 'numbers'>;
}

/** One value a group, in the batch arena. */
export function evaluateCollected(
  context: TaskContext,
  rows: CollectedRows,
  collected: CollectedCall,
): Vector {
  const definition = context.functions.aggregate(collected.call.function);
  const implementation = definition?.overloads[collected.call.overload]?.implementation;
  assert(definition !== undefined && implementation !== undefined, 'the aggregate exists');
  const seen = rowsSeen(context, rows, { collected, definition });
  return implementation.kind === 'segments'
    ? evaluateSegments(context, rows, { seen, collected, definition, implementation })
    : updateInOrder(context, rows, { seen, collected });
}

/** The rows that a call sees, group by group: filtered, ordered, without NULLs and duplicates. */
function rowsSeen(
  context: TaskContext,
  rows: CollectedRows,
  {
    collected,
    definition,
  }: {
    readonly collected: CollectedCall;
    readonly definition: AggregateFunction;
  },
): GroupedRows {
  const { columns, morsels, groups } = rows;
  const { args, filter, isDistinct } = collected;
  const orderBy = collected.orderBy.map(({ column, descending, nullsFirst }) => ({
    vector: columns[column]!,
    descending,
    nullsFirst,
  }));
  const ordered =
    orderBy.length === 0 ? groups.grouped : orderGroups(context, groups, { orderBy, morsels });
  const inputs = args.flatMap((arg) => (arg.kind === 'column' ? [columns[arg.column]!] : []));
  const skipsNulls = definition.nulls === 'skip';
  const hasNulls = skipsNulls && inputs.some(({ validity }) => validity !== 0);
  const seesNothing =
    skipsNulls && args.some((arg) => arg.kind === 'literal' && arg.value === null);
  const kept =
    filter === undefined && !hasNulls && !seesNothing
      ? ordered
      : selectRows(context, ordered, rows.count, (keep) => {
          const { memory } = context;
          const k = kernels(memory);
          if (seesNothing) memory.fill(0, keep, rows.count);
          if (filter !== undefined) {
            const { values, validity } = columns[filter]!;
            k.rowGroupKeepTrue(values, validity, rows.count, keep);
          }
          if (!hasNulls) return;
          for (const { validity } of inputs) k.rowGroupKeepValid(validity, rows.count, keep);
        });
  return isDistinct ? withoutDuplicates(context, rows, { kept, inputs }) : kept;
}

/** The rows whose byte `clear` leaves at 1. */
function selectRows(
  { memory, batchArena }: TaskContext,
  from: GroupedRows,
  rowCount: number,
  clear: (keep: Address) => void,
): GroupedRows {
  const { groupCount } = from;
  const keep = batchArena.allocate(rowCount);
  memory.fill(1, keep, rowCount);
  clear(keep);
  const rows = batchArena.allocate(Math.max(1, from.count) * 4);
  const starts = batchArena.allocate((groupCount + 1) * 4);
  const k = kernels(memory);
  const count = k.rowGroupSelect(keep, from.rows, from.starts, groupCount, rows, starts);
  return { rows, count, starts, groupCount };
}

/** The first row of each combination of group and arguments. */
function withoutDuplicates(
  context: TaskContext,
  rows: CollectedRows,
  { kept, inputs }: { readonly kept: GroupedRows; readonly inputs: readonly FlatVector[] },
): GroupedRows {
  const numbers: FlatVector = {
    kind: 'flat',
    type: UINTEGER,
    length: rows.count,
    values: rows.groups.numbers,
    validity: 0,
    stable: true,
  };
  const keys = [numbers, ...inputs].map((column) => listedRows(context, column, kept));
  const { states, close } = findGroups(context, keys, kept.count);
  const distinct = selectRows(context, kept, rows.count, (keep) =>
    kernels(context.memory).rowGroupKeepFirst(states, kept.rows, kept.count, keep),
  );
  close();
  return distinct;
}

const listedRows = (
  context: TaskContext,
  column: FlatVector,
  { rows, count }: RowList,
): FlatVector =>
  rows === 0 ? sliceVector(context, column, 0, count) : gatherFlat(context, column, rows, count);

function evaluateSegments(
  context: TaskContext,
  rows: CollectedRows,
  options: {
    readonly seen: GroupedRows;
    readonly collected: CollectedCall;
    readonly definition: AggregateFunction;
    readonly implementation: Extract<AggregateImplementation, { readonly kind: 'segments' }>;
  },
): Vector {
  const { seen, collected, definition, implementation } = options;
  const { memory, batchArena, session } = context;
  const k = kernels(memory);
  const { groupCount } = seen;
  const { type } = collected.call.output;
  const starts = batchArena.allocate((groupCount + 1) * 4);
  memory.u8.copyWithin(starts, seen.starts, seen.starts + (groupCount + 1) * 4);
  const places = batchArena.allocate(groupCount * 4);
  const { emptyValue } = definition;
  // Empty groups take the row behind the others, which holds the value of an empty group, if there is one.
  const hasEmptyValue = emptyValue !== undefined && emptyValue !== null;
  const none = hasEmptyValue ? groupCount : NO_ROW;
  const count = k.rowGroupCloseUp(starts, groupCount, none, places);
  const values = batchArena.allocateZeroed((groupCount + 1) * widthBytes(type));
  const validity = batchArena.allocate(bitmapBytes(groupCount + 1));
  memory.fill(0xff, validity, bitmapBytes(groupCount + 1));
  const args = collected.args.map((arg) => argumentOf(context, arg, { rows, seen }));
  const result = { type, length: count, values, validity };
  const evaluation = { memory, arena: batchArena, session };
  if (count > 0) implementation.evaluate(evaluation, { starts, count }, args, result);
  const vector: FlatVector = { ...result, kind: 'flat', length: groupCount, stable: false };
  if (count === groupCount) return vector;
  if (!hasEmptyValue) return gatherFlat(context, vector, places, groupCount, { missing: true });
  writeValue(batchArena, type, emptyValue, values + groupCount * widthBytes(type));
  return gatherFlat(context, vector, places, groupCount);
}

function argumentOf(
  context: TaskContext,
  arg: CollectedArgument,
  { rows, seen }: { readonly rows: CollectedRows; readonly seen: RowList },
): FlatVector {
  if (arg.kind === 'column') return listedRows(context, rows.columns[arg.column]!, seen);
  const { values } = writeVector(context.batchArena, arg.type, [arg.value]);
  const { type } = arg;
  const isNull = arg.value === null;
  const length = seen.count;
  return flatten(
    context,
    { kind: 'constant', type, length, values, isNull, stable: false },
    0,
    length,
  );
}

/** A state that rows update, in their order. */
function updateInOrder(
  context: TaskContext,
  rows: CollectedRows,
  { seen, collected }: { readonly seen: GroupedRows; readonly collected: CollectedCall },
): Vector {
  const used = [
    ...new Set(collected.args.flatMap((arg) => (arg.kind === 'column' ? [arg.column] : []))),
  ];
  const columns = used.map((column) => rows.columns[column]!);
  const [value] = updateStates(context, {
    calls: [collected.call],
    input: used,
    columns,
    seen,
    numbers: rows.groups.numbers,
    groupCount: rows.groups.groupCount,
  });
  assert(value !== undefined, 'an aggregate has a value');
  return value;
}

/** The values of state aggregates over listed rows, one a group; `input` are the ids of `columns`. */
export function updateStates(
  context: TaskContext,
  options: {
    readonly calls: readonly CollectedCall['call'][];
    readonly input: readonly number[];
    readonly columns: readonly FlatVector[];
    readonly seen: RowList;
    readonly numbers: Address;
    readonly groupCount: number;
  },
): readonly Vector[] {
  const { calls, input, columns, seen, numbers, groupCount } = options;
  const { memory, batchArena, batchRows } = context;
  const states = openStates(context, calls, input);
  const bytes = states.stateBytes;
  const base = batchArena.allocateZeroed(groupCount * bytes);
  const addresses = batchArena.allocate(seen.count * 4);
  const k = kernels(memory);
  k.rowGroupAddresses(numbers, seen.rows, seen.count, base, bytes, addresses);
  const mark = batchArena.mark();
  for (let from = 0; from < seen.count; from += batchRows) {
    const length = Math.min(batchRows, seen.count - from);
    const part = { rows: seen.rows === 0 ? 0 : seen.rows + from * 4, count: length };
    const batch: Batch = {
      length,
      selection: 0,
      columns: columns.map((column) =>
        part.rows === 0
          ? sliceVector(context, column, from, length)
          : gatherFlat(context, column, part.rows, length),
      ),
    };
    states.update(batch, addresses + from * 4);
    batchArena.rewind(mark);
    context.checkCancelled();
  }
  const all = batchArena.allocate(groupCount * 4);
  for (let group = 0; group < groupCount; group++)
    memory.u32[all / 4 + group] = base + group * bytes;
  return states.finish(all, groupCount);
}
