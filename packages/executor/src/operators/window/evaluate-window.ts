import {
  type Address,
  type Arena,
  assert,
  bitmapBytes,
  type FlatVector,
  type FrameBounds,
  widthBytes,
  writeValue,
} from '@windrow/core';
import { kernels } from '@windrow/kernels';
import {
  createFrameAggregates,
  type FrameAggregateCall,
  type FrameAggregates,
} from '../../codegen/frame-aggregates.ts';
import type { TaskContext } from '../../operator.ts';
import type { RowStore } from '../../runtime/row-store.ts';
import { collectedOverFrames } from './collected-frames.ts';
import { excludeFrom, frameBounds, type WindowBlock, windowBlock } from './frames.ts';
import { indexedOverFrames } from './indexed-frames.ts';
import { blankResult, orderedOverFrames } from './ordered-frames.ts';
import type { FrameSpec, InputSpec, WindowCallSpec, WindowSpec } from './window-spec.ts';

/** Functions that share a frame, with the positions of their results. */
interface FrameGroup {
  readonly frame: FrameSpec;
  readonly calls: readonly { readonly position: number; readonly call: WindowCallSpec }[];
  /** Aggregates whose state slides over the frame, evaluated together. */
  readonly states: FrameAggregates | undefined;
  readonly stateInputs: readonly InputSpec[];
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
      const vectors = new Map<string, FlatVector>();
      const valuesOf = (input: InputSpec): FlatVector => {
        const key = inputKey(input);
        let vector = vectors.get(key);
        if (vector === undefined) {
          vector =
            input.kind === 'column'
              ? store.gather(input.column, ids, count, arena)
              : repeated(arena, input, count);
          vectors.set(key, vector);
        }
        return vector;
      };
      const block = windowBlock(arena, count, {
        partitionBy: spec.partitionBy.map(valuesOf),
        orderBy: spec.orderBy.map((key) => valuesOf(key.input)),
        descending: spec.orderBy[0]?.descending ?? false,
      });
      const results = new Array<FlatVector>(spec.calls.length);
      for (const group of groups) {
        context.checkCancelled();
        evaluateGroup(context, arena, { group, block, valuesOf, results });
      }
      return results;
    },
  };
}

const inputKey = (input: InputSpec): string => stableText(input);

/** Equal plain data gives equal text. */
const stableText = (data: unknown): string =>
  JSON.stringify(data, (_, value) => (typeof value === 'bigint' ? `${value}n` : value));

/** One value for all rows. */
function repeated(
  arena: Arena,
  { value, type }: Extract<InputSpec, { kind: 'literal' }>,
  rows: number,
): FlatVector {
  const width = widthBytes(type) as 1 | 2 | 4 | 8 | 16;
  const one = arena.allocateZeroed(16);
  if (value !== null) writeValue(arena, type, value, one);
  const values = arena.allocate(rows * width);
  kernels(arena.memory)[`fill${width}`](one, rows, values);
  const validity = value === null ? arena.allocateZeroed(bitmapBytes(rows)) : 0;
  return { kind: 'flat', type, length: rows, values, validity, stable: false };
}

function groupByFrame(context: TaskContext, spec: WindowSpec): readonly FrameGroup[] {
  const byFrame = new Map<string, { position: number; call: WindowCallSpec }[]>();
  spec.calls.forEach((call, position) => {
    const key = stableText(call.frame);
    const calls = byFrame.get(key);
    if (calls === undefined) byFrame.set(key, [{ position, call }]);
    else calls.push({ position, call });
  });
  return [...byFrame.values()].map((calls) => {
    const states = calls.filter(({ call }) => isState(context, call));
    const inputs = new Map<string, InputSpec>();
    for (const { call } of states) {
      for (const input of [...call.args, call.filter]) {
        if (input !== undefined) inputs.set(inputKey(input), input);
      }
    }
    const keys = [...inputs.keys()];
    const place = (input: InputSpec): number => keys.indexOf(inputKey(input));
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
              [...inputs.values()].map((input) => input.type),
            ),
      stateInputs: [...inputs.values()],
      statePositions: states.map(({ position }) => position),
    };
  });
}

function isState(context: TaskContext, call: WindowCallSpec): boolean {
  if (!call.aggregate || call.distinct || call.orderBy.length > 0) return false;
  const overload = context.functions.aggregate(call.function)?.overloads[call.overload];
  return overload?.implementation.kind === 'state';
}

function evaluateGroup(
  context: TaskContext,
  arena: Arena,
  work: {
    readonly group: FrameGroup;
    readonly block: WindowBlock;
    readonly valuesOf: (input: InputSpec) => FlatVector;
    readonly results: FlatVector[];
  },
): void {
  const { group, block, valuesOf, results } = work;
  const whole = frameBounds(arena, block, group.frame, valuesOf);
  const frames = excludeFrom(arena, block, whole, group.frame.exclude);
  if (group.states !== undefined) {
    const inputs = group.stateInputs.map(valuesOf);
    const vectors = group.states.evaluate({ rows: block.rows, inputs, frames }, arena);
    group.statePositions.forEach((position, index) => {
      results[position] = vectors[index]!;
    });
  }
  for (const { position, call } of group.calls) {
    const work = { call, frames, rows: block.rows, valuesOf };
    results[position] = call.aggregate
      ? (indexedOverFrames(context, arena, work) ?? collectedOverFrames(context, arena, work))
      : windowFunction(context, arena, { call, frames, block, valuesOf });
  }
}

function windowFunction(
  context: TaskContext,
  arena: Arena,
  work: {
    readonly call: WindowCallSpec;
    readonly frames: readonly FrameBounds[];
    readonly block: WindowBlock;
    readonly valuesOf: (input: InputSpec) => FlatVector;
  },
): FlatVector {
  const { call, frames, block, valuesOf } = work;
  const { memory, session } = context;
  const { rows } = block;
  const definition = context.functions.window(call.function);
  const overload = definition?.overloads[call.overload];
  assert(definition !== undefined && overload !== undefined, `${call.function} is registered`);
  if (call.orderBy.length > 0) {
    const { usesFrame } = definition;
    return orderedOverFrames(context, arena, { call, overload, usesFrame, frames, rows, valuesOf });
  }
  const result = blankResult(arena, call, rows);
  overload.evaluate(
    { memory, arena, session },
    {
      rows,
      partitionStart: block.partitionStart,
      partitionEnd: block.partitionEnd,
      peerStart: block.peerStart,
      peerEnd: block.peerEnd,
      frames,
      orderKey: block.orderKey,
      ignoreNulls: call.ignoreNulls,
    },
    call.args.map(valuesOf),
    result,
  );
  const isNullFree = kernels(memory).bitmapAllSet(result.validity, rows) === 1;
  return { ...result, kind: 'flat', validity: isNullFree ? 0 : result.validity, stable: true };
}
