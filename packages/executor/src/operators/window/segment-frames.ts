import {
  type Address,
  type AggregateFunction,
  type AggregateOverload,
  type Arena,
  assert,
  bitmapBytes,
  type FlatVector,
  physicalType,
  type ResultVector,
  type SqlType,
  widthBytes,
} from '@windrow/core';
import { kernels, PHYSICAL_TYPE_CODES, segmentTableBytes } from '@windrow/kernels';
import type { FrameBounds } from '../../codegen/frame-aggregates.ts';
import { gatherFlat } from '../../expression/flatten.ts';
import type { TaskContext } from '../../operator.ts';

/** Most rows that frames are unrolled to at a time. */
const MAX_UNROLLED_ROWS = 1 << 20;

/** An aggregate of the `segments` kind over the frames of rows. */
export interface SegmentCall {
  readonly definition: AggregateFunction;
  readonly overload: AggregateOverload;
  readonly args: readonly FlatVector[];
  /** Rows where it is not true are not seen. */
  readonly filter: FlatVector | undefined;
  readonly returns: SqlType;
  /** Of equal arguments only the first of a frame is seen. */
  readonly distinct: boolean;
}

/**
 * Evaluates the aggregate for each row's frame. Neighbouring rows with the same frame (peers, whole
 * partitions) share one evaluation; the frames of the rest are unrolled into segments, a bounded number of
 * rows at a time. Cost: the sum of the sizes of the distinct frames.
 */
export function segmentsOverFrames(
  context: TaskContext,
  arena: Arena,
  call: SegmentCall,
  frames: readonly FrameBounds[],
  rows: number,
): FlatVector {
  const { memory } = context;
  const { returns } = call;
  const width = widthBytes(returns);
  const values = arena.allocate(rows * width);
  const validity = arena.allocate(bitmapBytes(rows));
  memory.u8.fill(0xff, validity, validity + bitmapBytes(rows));
  const result: FlatVector = {
    kind: 'flat',
    type: returns,
    length: rows,
    values,
    validity,
    stable: true,
  };
  const seen = seenRows(context, call);
  const bounds = frames.map(({ starts, ends }) => ({
    starts: memory.u32.subarray(starts >>> 2, (starts >>> 2) + rows),
    ends: memory.u32.subarray(ends >>> 2, (ends >>> 2) + rows),
  }));
  const sameFrame = (a: number, b: number): boolean =>
    bounds.every(({ starts, ends }) => starts[a] === starts[b] && ends[a] === ends[b]);
  for (let row = 0; row < rows; ) {
    context.checkCancelled();
    const segments: number[] = [0];
    const unrolled: number[] = [];
    const first: number[] = [];
    let next = row;
    while (next < rows && (segments.length === 1 || unrolled.length < MAX_UNROLLED_ROWS)) {
      first.push(next);
      for (const { starts, ends } of bounds) {
        for (let at = starts[next]!; at < ends[next]!; at++) if (seen(at)) unrolled.push(at);
      }
      segments.push(unrolled.length);
      const frame = next;
      do next += 1;
      while (next < rows && sameFrame(frame, next));
    }
    const answers = evaluate(context, arena, call, segments, unrolled);
    first.push(next);
    spread(context, answers, first, result);
    row = next;
  }
  return result;
}

/** Does the aggregate see a row? NULL arguments and rows that FILTER leaves out are not seen. */
function seenRows({ memory }: TaskContext, call: SegmentCall): (row: number) => boolean {
  const { filter } = call;
  const skipping = call.definition.nulls === 'skip' ? call.args : [];
  const bitmaps = [...skipping, ...(filter === undefined ? [] : [filter])]
    .map((vector) => vector.validity)
    .filter((address) => address !== 0);
  const isSet = (bitmap: Address, row: number): boolean =>
    ((memory.u8[bitmap + (row >>> 3)]! >>> (row & 7)) & 1) === 1;
  return (row) =>
    bitmaps.every((bitmap) => isSet(bitmap, row)) &&
    (filter === undefined || memory.u8[filter.values + row] === 1);
}

/** One value a segment. */
function evaluate(
  context: TaskContext,
  arena: Arena,
  call: SegmentCall,
  segments: readonly number[],
  unrolled: readonly number[],
): FlatVector {
  const { memory, session } = context;
  const { implementation } = call.overload;
  const count = segments.length - 1;
  const starts = arena.allocate(segments.length * 4);
  memory.u32.set(segments, starts >>> 2);
  const ids = arena.allocate(unrolled.length * 4);
  memory.u32.set(unrolled, ids >>> 2);
  const local = { memory, batchArena: arena };
  let args = call.args.map((vector) => gatherFlat(local, vector, ids, unrolled.length));
  if (call.distinct) args = [distinctRows(arena, args[0]!, starts, count)];
  const result: ResultVector = {
    type: call.returns,
    length: count,
    values: arena.allocate(count * widthBytes(call.returns)),
    validity: arena.allocate(bitmapBytes(count)),
  };
  memory.u8.fill(0xff, result.validity, result.validity + bitmapBytes(count));
  if (implementation.kind === 'segments') {
    implementation.evaluate({ memory, arena, session }, { starts, count }, args, result);
  } else {
    assert(call.definition.name === 'count', 'of the states only a count can be distinct');
    for (let segment = 0; segment < count; segment++) {
      const rows =
        memory.u32[(starts >>> 2) + segment + 1]! - memory.u32[(starts >>> 2) + segment]!;
      memory.i64[(result.values >>> 3) + segment] = BigInt(rows);
    }
  }
  return { ...result, kind: 'flat', stable: true };
}

/** The rows that are new in their segment; `starts` is changed to where theirs begin. */
function distinctRows(
  arena: Arena,
  values: FlatVector,
  starts: Address,
  count: number,
): FlatVector {
  const { memory } = arena;
  const k = kernels(memory);
  const code = PHYSICAL_TYPE_CODES[physicalType(values.type)];
  const bounds = memory.u32.subarray(starts >>> 2, (starts >>> 2) + count + 1);
  let largest = 0;
  for (let segment = 0; segment < count; segment++) {
    largest = Math.max(largest, bounds[segment + 1]! - bounds[segment]!);
  }
  const hashes = arena.allocate(values.length * 8);
  k.hashColumn(code, values.values, values.validity, values.length, 0, hashes);
  const table = arena.allocate(segmentTableBytes(largest));
  const rows = arena.allocate(values.length * 4);
  const newStarts = arena.allocate((count + 1) * 4);
  const found = k.segmentDistinct(
    code,
    values.values,
    hashes,
    starts,
    count,
    table,
    rows,
    newStarts,
  );
  memory.u8.copyWithin(starts, newStarts, newStarts + (count + 1) * 4);
  return gatherFlat({ memory, batchArena: arena }, values, rows, found);
}

/** Answer i goes to the rows `first[i] … first[i + 1]`. */
function spread(
  { memory }: TaskContext,
  answers: FlatVector,
  first: readonly number[],
  into: FlatVector,
): void {
  const width = widthBytes(into.type);
  for (let answer = 0; answer < answers.length; answer++) {
    const from = first[answer]!;
    const end = first[answer + 1]!;
    const value = answers.values + answer * width;
    for (let row = from; row < end; row++) {
      memory.u8.copyWithin(into.values + row * width, value, value + width);
    }
    const isValid = (memory.u8[answers.validity + (answer >>> 3)]! >>> (answer & 7)) & 1;
    if (isValid === 0) {
      for (let row = from; row < end; row++) {
        memory.u8[into.validity + (row >>> 3)]! &= ~(1 << (row & 7));
      }
    }
  }
}
