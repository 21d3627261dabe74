import {
  type Address,
  Arena,
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
  type FrameTotals,
} from '../../codegen/frame-aggregates.ts';
import type { TaskContext } from '../../operator.ts';
import type { RowStore } from '../../runtime/row-store.ts';
import { sliceVector } from '../../runtime/slice.ts';
import type { PartitionPart, WindowBlockSpec } from './blocks.ts';
import { collectedOverFrames } from './collected-frames.ts';
import { excludeFrom, frameBounds, type WindowBlock, windowBlock } from './frames.ts';
import { indexedOverFrames } from './indexed-frames.ts';
import { blankResult, orderedOverFrames } from './ordered-frames.ts';
import { type FrameReach, frameReach } from './reach.ts';
import type { FrameSpec, InputSpec, WindowCallSpec, WindowSpec } from './window-spec.ts';

/** Functions that share a frame, with the positions of their results. */
interface FrameGroup {
  readonly frame: FrameSpec;
  /** Undefined: frames cannot be computed for a part of a partition. */
  readonly reach: FrameReach | undefined;
  /** Do the functions look at the frame at all? */
  readonly needsFrame: boolean;
  readonly calls: readonly { readonly position: number; readonly call: WindowCallSpec }[];
  /** Aggregates whose state slides over the frame, evaluated together. */
  readonly states: FrameAggregates | undefined;
  readonly stateInputs: readonly InputSpec[];
  readonly statePositions: readonly number[];
}

/** States over the rows of a part of a partition, for each frame group that asks for them. */
export type PartTotals = readonly FrameTotals[];

/** Computes window functions over blocks of sorted rows. One thread's instance. */
export interface WindowEvaluator {
  /**
   * One vector for the block's rows a call, in `arena`; `ids` are the row ids (u32) of all sorted rows.
   * `totals` are those of all parts.
   */
  evaluate(
    ids: Address,
    block: WindowBlockSpec,
    work: { readonly totals: readonly PartTotals[]; readonly arena: Arena },
  ): readonly FlatVector[];
  /** The states of a part's rows that frames of other parts need; they live in the task arena. */
  totals(ids: Address, part: WindowBlockSpec): PartTotals;
}

export function createWindowEvaluator(
  context: TaskContext,
  spec: WindowSpec,
  store: RowStore,
): WindowEvaluator {
  const { taskArena, memory } = context;
  const groups = groupByFrame(context, spec);
  const usesPeers = groups.some((group) => groupUsesPeers(context, group));
  const scratch = new Arena(memory, taskArena.owner);
  return {
    evaluate(ids, rows, { totals, arena }) {
      const seen = rows.part?.seen ?? rows;
      const count = seen.to - seen.from;
      const valuesOf = inputReader(store, arena, ids + seen.from * 4, count);
      const sorted = windowBlock(arena, count, {
        // A part lies in one partition.
        partitionBy: rows.part === undefined ? spec.partitionBy.map(valuesOf) : [],
        orderBy: usesPeers ? spec.orderBy.map((key) => valuesOf(key.input)) : [],
        descending: spec.orderBy[0]?.descending ?? false,
      });
      const block = { ...sorted, from: rows.from - seen.from, to: rows.to - seen.from };
      const place = placeInPartition(arena, rows, block);
      const results = new Array<FlatVector>(spec.calls.length);
      let number = 0;
      for (const group of groups) {
        context.checkCancelled();
        const before = rows.part === undefined ? undefined : statesBefore(group, rows.part);
        evaluateGroup(context, arena, { group, block, place, before, valuesOf, results });
      }
      return results;

      function statesBefore(group: FrameGroup, part: PartitionPart): FrameTotals | undefined {
        if (!usesTotals(group)) return undefined;
        const index = number++;
        const end = group.reach?.kind === 'whole' ? part.end : part.number;
        const parts = totals.slice(part.first, end).map((each) => each[index]!);
        return group.states?.join(parts, arena);
      }
    },
    totals(ids, { from, to }) {
      scratch.reset();
      const rows = to - from;
      const valuesOf = inputReader(store, scratch, ids + from * 4, rows);
      return groups
        .filter(usesTotals)
        .map(({ states, stateInputs }) =>
          states!.totals(rows, stateInputs.map(valuesOf), taskArena),
        );
    },
  };
}

const usesTotals = ({ states, reach }: FrameGroup): boolean =>
  states !== undefined && (reach?.kind === 'running' || reach?.kind === 'whole');

/** Reads inputs of sorted rows, each once. */
function inputReader(
  store: RowStore,
  arena: Arena,
  ids: Address,
  count: number,
): (input: InputSpec) => FlatVector {
  const vectors = new Map<string, FlatVector>();
  return (input) => {
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
}

/** Where rows lie in their partitions; bounds of parts may lie outside of the rows, modulo 2^32. */
interface PartitionBounds {
  readonly starts: Address;
  readonly ends: Address;
}

function placeInPartition(
  arena: Arena,
  { part }: WindowBlockSpec,
  { rows, partitionStart, partitionEnd }: WindowBlock,
): PartitionBounds {
  if (part === undefined) return { starts: partitionStart, ends: partitionEnd };
  const { seen, partition } = part;
  return {
    starts: repeatedWord(arena, rows, partition.from - seen.from),
    ends: repeatedWord(arena, rows, partition.to - seen.from),
  };
}

function repeatedWord(arena: Arena, rows: number, value: number): Address {
  const words = arena.allocate(rows * 4);
  arena.memory.u32.fill(value >>> 0, words >>> 2, (words >>> 2) + rows);
  return words;
}

/** Does a group of functions look at peers? */
function groupUsesPeers(
  { functions }: TaskContext,
  { frame, needsFrame, calls }: FrameGroup,
): boolean {
  const { unit, start, end, exclude } = frame;
  const isWhole = start.kind === 'unboundedPreceding' && end.kind === 'unboundedFollowing';
  if (needsFrame && ((unit !== 'rows' && !isWhole) || exclude === 'group' || exclude === 'ties')) {
    return true;
  }
  return calls.some(({ call }) => {
    if (call.aggregate) return false;
    const definition = functions.window(call.function);
    return definition?.reach === 'peers' || (definition?.reach === undefined && !needsFrame);
  });
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
    const { frame } = calls[0]!.call;
    return {
      frame,
      reach: frameReach(frame),
      needsFrame: calls.some(
        ({ call }) =>
          call.aggregate ||
          call.orderBy.length > 0 ||
          context.functions.window(call.function)?.usesFrame === true,
      ),
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

interface GroupWork {
  readonly group: FrameGroup;
  readonly block: WindowBlock;
  readonly place: PartitionBounds;
  /** States of the rows before the block that all frames have. */
  readonly before: FrameTotals | undefined;
  readonly valuesOf: (input: InputSpec) => FlatVector;
  readonly results: FlatVector[];
}

function evaluateGroup(context: TaskContext, arena: Arena, work: GroupWork): void {
  const { group, block, before, valuesOf, results } = work;
  const whole = framesOf(arena, work);
  const frames = excludeFrom(arena, block, whole, group.frame.exclude);
  const rows = block.to - block.from;
  const wanted = frames.map(({ starts, ends }) => ({
    starts: starts + block.from * 4,
    ends: ends + block.from * 4,
  }));
  if (group.states !== undefined) {
    const inputs = group.stateInputs.map(valuesOf);
    const input = { rows, inputs, inputRows: block.rows, frames: wanted };
    const vectors = group.states.evaluate(
      before === undefined ? input : { ...input, before },
      arena,
    );
    group.statePositions.forEach((position, index) => {
      results[position] = vectors[index]!;
    });
  }
  for (const { position, call } of group.calls) {
    const over = { call, frames: wanted, rows, inputRows: block.rows, valuesOf };
    results[position] = call.aggregate
      ? (indexedOverFrames(context, arena, over) ?? collectedOverFrames(context, arena, over))
      : windowFunction(context, arena, { ...work, call, frames });
  }
}

/** Frames of all rows that are seen; of those outside the block they need not be right. */
function framesOf(arena: Arena, { group, block, before, valuesOf }: GroupWork): FrameBounds {
  const { partitionStart: starts, partitionEnd: ends } = block;
  if (!group.needsFrame) return { starts, ends };
  if (before === undefined) return frameBounds(arena, block, group.frame, valuesOf);
  // The rows before the block are in the states; where those hold the whole partition, no row is left.
  const own = repeatedWord(arena, block.rows, block.from);
  if (group.reach?.kind === 'whole') return { starts: own, ends: own };
  return { starts: own, ends: frameBounds(arena, block, group.frame, valuesOf).ends };
}

function windowFunction(
  context: TaskContext,
  arena: Arena,
  work: GroupWork & { readonly call: WindowCallSpec; readonly frames: readonly FrameBounds[] },
): FlatVector {
  const { call, frames, block, place, valuesOf } = work;
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
  const counts = definition.reach === 'place' || definition.reach === 'peers';
  overload.evaluate(
    { memory, arena, session },
    {
      rows,
      partitionStart: counts ? place.starts : block.partitionStart,
      partitionEnd: counts ? place.ends : block.partitionEnd,
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
  const validity = isNullFree ? 0 : result.validity;
  const vector: FlatVector = { ...result, kind: 'flat', validity, stable: true };
  return sliceVector({ memory, batchArena: arena }, vector, block.from, block.to - block.from);
}
