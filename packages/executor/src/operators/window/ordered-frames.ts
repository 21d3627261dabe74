import {
  type Address,
  type Arena,
  bitmapBytes,
  type FlatVector,
  type FrameBounds,
  type ResultVector,
  UINTEGER,
  type WindowOverload,
  widthBytes,
} from '@windrow/core';
import { kernels } from '@windrow/kernels';
import { gatherFlat } from '../../expression/flatten.ts';
import type { TaskContext } from '../../operator.ts';
import { orderGroups } from '../aggregate/collected-order.ts';
import { windowBlock } from './frames.ts';
import { FrameAnswers, type UnrolledFrames, unrollFrames, withScratch } from './unrolled-frames.ts';
import type { InputSpec, WindowCallSpec } from './window-spec.ts';

const NO_ROW = 0xffffffff;

/**
 * A window function with an ORDER BY of its own: each frame, in that order, is a partition, over which the
 * function is evaluated as over any other; a row's answer is the one at its place there. A row outside
 * its frame is ranked as if it were in it. The result lies in `arena`.
 */
export function orderedOverFrames(
  context: TaskContext,
  arena: Arena,
  work: {
    readonly call: WindowCallSpec;
    readonly overload: WindowOverload;
    readonly usesFrame: boolean;
    readonly frames: readonly FrameBounds[];
    readonly rows: number;
    readonly valuesOf: (input: InputSpec) => FlatVector;
  },
): FlatVector {
  const { call, overload, usesFrame, frames, rows, valuesOf } = work;
  const keys = call.orderBy.map((key) => ({ ...key, vector: valuesOf(key.input) }));
  const args = call.args.map(valuesOf);
  const answers = new FrameAnswers(arena, call.returns, rows);
  withScratch(context, (scratch) => {
    const local = { ...context, batchArena: scratch };
    const options = { frames, rows, ownRow: !usesFrame };
    for (const chunk of unrollFrames(context, scratch, options)) {
      const { first, count, rowCount, groups } = chunk;
      const orderBy = keys.map(({ vector, ...key }) => ({
        ...key,
        vector: gatherFlat(local, vector, chunk.rows, rowCount),
      }));
      const { rows: order } = orderGroups(local, groups, { orderBy, morsels: undefined });
      const sorted = scratch.allocate(Math.max(1, rowCount) * 4);
      kernels(context.memory).gather4(chunk.rows, order, rowCount, sorted);
      const at = (vector: FlatVector): FlatVector => gatherFlat(local, vector, sorted, rowCount);
      const numbers: FlatVector = {
        kind: 'flat',
        type: UINTEGER,
        length: rowCount,
        values: groups.numbers,
        validity: 0,
        stable: true,
      };
      const block = windowBlock(scratch, rowCount, {
        partitionBy: [numbers],
        orderBy: keys.map(({ vector }) => at(vector)),
        descending: false,
      });
      const result = blankResult(scratch, call, rowCount);
      overload.evaluate(
        { memory: context.memory, arena: scratch, session: context.session },
        {
          rows: rowCount,
          partitionStart: block.partitionStart,
          partitionEnd: block.partitionEnd,
          peerStart: block.peerStart,
          peerEnd: block.peerEnd,
          frames: [{ starts: block.partitionStart, ends: block.partitionEnd }],
          orderKey: block.orderKey,
          ignoreNulls: call.ignoreNulls,
        },
        args.map(at),
        result,
      );
      const values: FlatVector = { ...result, kind: 'flat', stable: true };
      const places = usesFrame ? anyPlace(scratch, chunk) : ownPlaces(scratch, chunk, sorted);
      answers.place(scratch, values, { first, count, places });
    }
  });
  return answers.finish();
}

/** A result without values in which nothing is NULL yet. */
export function blankResult(arena: Arena, call: WindowCallSpec, rows: number): ResultVector {
  const validity = arena.allocate(bitmapBytes(rows));
  arena.memory.fill(0xff, validity, bitmapBytes(rows));
  const values = arena.allocate(rows * widthBytes(call.returns));
  return { type: call.returns, length: rows, values, validity };
}

/** The first place of each row's frame: all places of a frame have the same answer. */
function anyPlace(arena: Arena, { count, frameOf, groups }: UnrolledFrames): Address {
  const { u32 } = arena.memory;
  const places = arena.allocate(count * 4);
  const starts = groups.grouped.starts >>> 2;
  for (let row = 0; row < count; row++) {
    const frame = starts + u32[(frameOf >>> 2) + row]!;
    u32[(places >>> 2) + row] = u32[frame]! < u32[frame + 1]! ? u32[frame]! : NO_ROW;
  }
  return places;
}

/** Where each row stands in its frame, which it is part of. */
function ownPlaces(
  arena: Arena,
  { first, count, frameOf, rowCount, groups }: UnrolledFrames,
  sorted: Address,
): Address {
  const { u32 } = arena.memory;
  const places = arena.allocate(count * 4);
  for (let place = 0; place < rowCount; place++) {
    const row = u32[(sorted >>> 2) + place]! - first;
    if (row < 0 || row >= count) continue;
    const frame = u32[(groups.numbers >>> 2) + place];
    if (u32[(frameOf >>> 2) + row] === frame) u32[(places >>> 2) + row] = place;
  }
  return places;
}
