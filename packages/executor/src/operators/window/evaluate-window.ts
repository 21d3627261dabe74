import {
  type Address,
  type Arena,
  assert,
  bitmapBytes,
  type FlatVector,
  type ResultVector,
  SqlError,
  widthBytes,
} from '@windrow/core';
import { kernels } from '@windrow/kernels';
import {
  createFrameAggregates,
  type FrameAggregateCall,
  type FrameAggregates,
  type FrameBounds,
} from '../../codegen/frame-aggregates.ts';
import type { TaskContext } from '../../operator.ts';
import type { RowStore } from '../../runtime/row-store.ts';
import { excludeFrom, frameBounds, type WindowBlock, windowBlock } from './frames.ts';
import { segmentsOverFrames } from './segment-frames.ts';
import type { FrameSpec, WindowCallSpec, WindowSpec } from './window-spec.ts';

/** Functions that share a frame, with the positions of their results. */
interface FrameGroup {
  readonly frame: FrameSpec;
  readonly calls: readonly { readonly position: number; readonly call: WindowCallSpec }[];
  /** Aggregates whose state slides over the frame, evaluated together. */
  readonly states: FrameAggregates | undefined;
  readonly stateColumns: readonly number[];
  readonly statePositions: readonly number[];
}

/** Computes window functions over blocks of sorted rows; whole partitions a block. One thread's instance. */
export interface WindowEvaluator {
  /** One vector of `count` values a call, in `arena`; `ids` are row ids (u32) in sorted order. */
  evaluate(ids: Address, count: number, arena: Arena): readonly FlatVector[];
}

export function createWindowEvaluator(
  context: TaskContext,
  spec: WindowSpec,
  store: RowStore,
): WindowEvaluator {
  const groups = groupByFrame(context, spec);
  return {
    evaluate(ids, count, arena) {
      const columns = new Map<number, FlatVector>();
      const column = (index: number): FlatVector => {
        let vector = columns.get(index);
        if (vector === undefined) {
          vector = store.gather(index, ids, count, arena);
          columns.set(index, vector);
        }
        return vector;
      };
      const block = windowBlock(arena, count, {
        partitionBy: spec.partitionBy.map(column),
        orderBy: spec.orderBy.map((key) => column(key.column)),
        descending: spec.orderBy[0]?.descending ?? false,
      });
      const results = new Array<FlatVector>(spec.calls.length);
      for (const group of groups) {
        context.checkCancelled();
        evaluateGroup(context, arena, { group, block, column, results });
      }
      return results;
    },
  };
}

function groupByFrame(context: TaskContext, spec: WindowSpec): readonly FrameGroup[] {
  const byFrame = new Map<string, { position: number; call: WindowCallSpec }[]>();
  spec.calls.forEach((call, position) => {
    const key = JSON.stringify(call.frame);
    const calls = byFrame.get(key);
    if (calls === undefined) byFrame.set(key, [{ position, call }]);
    else calls.push({ position, call });
  });
  return [...byFrame.values()].map((calls) => {
    const states = calls.filter(({ call }) => isState(context, call));
    const stateColumns = [
      ...new Set(
        states.flatMap(({ call }) => [
          ...call.args,
          ...(call.filter === undefined ? [] : [call.filter]),
        ]),
      ),
    ];
    const place = (column: number): number => stateColumns.indexOf(column);
    return {
      frame: calls[0]!.call.frame,
      calls: calls.filter((entry) => !states.includes(entry)),
      states:
        states.length === 0
          ? undefined
          : createFrameAggregates(
              context,
              states.map(
                ({ call }): FrameAggregateCall => ({
                  function: call.function,
                  overload: call.overload,
                  args: call.args.map(place),
                  returns: call.returns,
                  filter: call.filter === undefined ? undefined : place(call.filter),
                }),
              ),
              stateColumns.map((column) => spec.types[column]!),
            ),
      stateColumns,
      statePositions: states.map(({ position }) => position),
    };
  });
}

function isState(context: TaskContext, call: WindowCallSpec): boolean {
  if (!call.aggregate) return false;
  const overload = context.functions.aggregate(call.function)?.overloads[call.overload];
  return overload?.implementation.kind === 'state';
}

function evaluateGroup(
  context: TaskContext,
  arena: Arena,
  work: {
    readonly group: FrameGroup;
    readonly block: WindowBlock;
    readonly column: (index: number) => FlatVector;
    readonly results: FlatVector[];
  },
): void {
  const { group, block, column, results } = work;
  const whole = frameBounds(arena, block, group.frame, column);
  const frames = excludeFrom(arena, block, whole, group.frame.exclude);
  if (group.states !== undefined) {
    const inputs = group.stateColumns.map(column);
    const vectors = group.states.evaluate({ rows: block.rows, inputs, frames }, arena);
    group.statePositions.forEach((position, index) => {
      results[position] = vectors[index]!;
    });
  }
  for (const { position, call } of group.calls) {
    results[position] = call.aggregate
      ? segments(context, arena, { call, frames, rows: block.rows, column })
      : windowFunction(context, arena, { call, frames, whole, block, column });
  }
}

function segments(
  context: TaskContext,
  arena: Arena,
  work: {
    readonly call: WindowCallSpec;
    readonly frames: readonly FrameBounds[];
    readonly rows: number;
    readonly column: (index: number) => FlatVector;
  },
): FlatVector {
  const { call, frames, rows, column } = work;
  const definition = context.functions.aggregate(call.function);
  const overload = definition?.overloads[call.overload];
  assert(definition !== undefined && overload !== undefined, `${call.function} is registered`);
  const filter = call.filter === undefined ? undefined : column(call.filter);
  const args = call.args.map(column);
  const { returns } = call;
  return segmentsOverFrames(
    context,
    arena,
    { definition, overload, args, filter, returns },
    frames,
    rows,
  );
}

function windowFunction(
  context: TaskContext,
  arena: Arena,
  work: {
    readonly call: WindowCallSpec;
    readonly frames: readonly FrameBounds[];
    readonly whole: FrameBounds;
    readonly block: WindowBlock;
    readonly column: (index: number) => FlatVector;
  },
): FlatVector {
  const { call, frames, whole, block, column } = work;
  const { memory, session } = context;
  const definition = context.functions.window(call.function);
  const overload = definition?.overloads[call.overload];
  assert(definition !== undefined && overload !== undefined, `${call.function} is registered`);
  if (definition.usesFrame && frames.length > 1) {
    throw new SqlError('unsupported', `${call.function} does not support EXCLUDE yet`, {
      hint: 'Leave EXCLUDE out, or use an aggregate such as first, last or any_value.',
    });
  }
  const bytes = bitmapBytes(block.rows);
  const result: ResultVector = {
    type: call.returns,
    length: block.rows,
    values: arena.allocate(block.rows * widthBytes(call.returns)),
    validity: arena.allocate(bytes),
  };
  memory.u8.fill(0xff, result.validity, result.validity + bytes);
  overload.evaluate(
    { memory, arena, session },
    {
      rows: block.rows,
      partitionStart: block.partitionStart,
      partitionEnd: block.partitionEnd,
      peerStart: block.peerStart,
      peerEnd: block.peerEnd,
      frameStart: whole.starts,
      frameEnd: whole.ends,
      orderKey: block.orderKey,
      ignoreNulls: call.ignoreNulls,
    },
    call.args.map(column),
    result,
  );
  const isNullFree = kernels(memory).bitmapAllSet(result.validity, block.rows) === 1;
  return { ...result, kind: 'flat', validity: isNullFree ? 0 : result.validity, stable: true };
}
