import {
  type Address,
  Arena,
  bitmapBytes,
  type FlatVector,
  type FrameBounds,
  type SharedMemory,
  type SqlType,
  type Vector,
  widthBytes,
} from '@windrow/core';
import { kernels } from '@windrow/kernels';
import { copyReferencedBytes, flatten, gatherFlat } from '../../expression/flatten.ts';
import type { TaskContext } from '../../operator.ts';
import type { RowGroups } from '../aggregate/row-groups.ts';

/*
 * Functions that need the rows of a frame together: the frames of some rows are written out one behind the
 * other, as if each were a group of its own. Neighbouring rows with the same frame (peers, whole partitions)
 * share it. Cost: the sum of the sizes of the distinct frames.
 */

/** Most rows that frames are unrolled to at a time, unless a single frame is larger. */
const MAX_UNROLLED_ROWS = 1 << 20;

/** The frames of `count` rows from row `first` on, unrolled. */
export interface UnrolledFrames {
  readonly first: number;
  readonly count: number;
  /** Number of each row's frame, u32. */
  readonly frameOf: Address;
  /** Frame by frame, the rows in it (u32, ascending within a part). */
  readonly rows: Address;
  readonly rowCount: number;
  /** The unrolled rows as groups, a frame a group; they are numbered from 0, frame after frame. */
  readonly groups: Pick<RowGroups, 'grouped' | 'groupCount' | 'numbers'>;
}

/**
 * Unrolls frames chunk by chunk; a chunk lies in `arena`, which is reset before the next one.
 * `ownRow`: a row that is not in its frame is put where it would stand in it.
 */
export function* unrollFrames(
  context: TaskContext,
  arena: Arena,
  options: {
    readonly frames: readonly FrameBounds[];
    readonly rows: number;
    readonly ownRow: boolean;
  },
): Iterable<UnrolledFrames> {
  const { rows, ownRow } = options;
  const frames = new Frames(context.memory, options.frames, rows);
  for (let first = 0; first < rows; ) {
    context.checkCancelled();
    arena.reset();
    const leaders: number[] = [];
    let rowCount = 0;
    let end = first;
    while (end < rows && (leaders.length === 0 || rowCount < MAX_UNROLLED_ROWS)) {
      const leader = end;
      const isGuest = ownRow && !frames.contain(leader, leader);
      leaders.push(leader);
      rowCount += frames.size(leader) + (isGuest ? 1 : 0);
      do end += 1;
      while (
        end < rows &&
        frames.equal(leader, end) &&
        !(ownRow && (isGuest || !frames.contain(end, end)))
      );
    }
    yield unroll(arena, frames, { first, end, leaders, rowCount, ownRow });
    first = end;
  }
}

function unroll(
  arena: Arena,
  frames: Frames,
  chunk: {
    readonly first: number;
    readonly end: number;
    readonly leaders: readonly number[];
    readonly rowCount: number;
    readonly ownRow: boolean;
  },
): UnrolledFrames {
  const { first, end, leaders, rowCount, ownRow } = chunk;
  const { u32 } = arena.memory;
  const groupCount = leaders.length;
  const count = end - first;
  const frameOf = arena.allocate(count * 4);
  const rows = arena.allocate(Math.max(1, rowCount) * 4);
  const numbers = arena.allocate(Math.max(1, rowCount) * 4);
  const starts = arena.allocate((groupCount + 1) * 4);
  let at = rows >>> 2;
  for (let frame = 0; frame < groupCount; frame++) {
    const leader = leaders[frame]!;
    const from = at - (rows >>> 2);
    u32[(starts >>> 2) + frame] = from;
    u32.fill(
      frame,
      (frameOf >>> 2) + leader - first,
      (frameOf >>> 2) + (leaders[frame + 1] ?? end) - first,
    );
    at = frames.write(leader, at, ownRow && !frames.contain(leader, leader));
    u32.fill(frame, (numbers >>> 2) + from, (numbers >>> 2) + at - (rows >>> 2));
  }
  u32[(starts >>> 2) + groupCount] = rowCount;
  const grouped = { rows: 0, count: rowCount, starts, groupCount };
  return { first, count, frameOf, rows, rowCount, groups: { grouped, groupCount, numbers } };
}

/** The frames of rows, by row number. */
class Frames {
  readonly #u32: Uint32Array;
  readonly #parts: readonly { readonly starts: Uint32Array; readonly ends: Uint32Array }[];

  constructor({ u32 }: SharedMemory, frames: readonly FrameBounds[], rows: number) {
    this.#u32 = u32;
    this.#parts = frames.map(({ starts, ends }) => ({
      starts: u32.subarray(starts >>> 2, (starts >>> 2) + rows),
      ends: u32.subarray(ends >>> 2, (ends >>> 2) + rows),
    }));
  }

  size(row: number): number {
    let size = 0;
    for (const { starts, ends } of this.#parts) size += Math.max(0, ends[row]! - starts[row]!);
    return size;
  }

  equal(a: number, b: number): boolean {
    for (const { starts, ends } of this.#parts) {
      if (starts[a] !== starts[b] || ends[a] !== ends[b]) return false;
    }
    return true;
  }

  contain(row: number, other: number): boolean {
    for (const { starts, ends } of this.#parts) {
      if (starts[row]! <= other && other < ends[row]!) return true;
    }
    return false;
  }

  /** Writes a row's frame from word `at` on, with the row itself where it is a guest; returns the end. */
  write(row: number, at: number, isGuest: boolean): number {
    const words = this.#u32;
    let guest = isGuest ? row : Number.POSITIVE_INFINITY;
    let word = at;
    for (const { starts, ends } of this.#parts) {
      const end = ends[row]!;
      for (let other = starts[row]!; other < end; other++) {
        if (other > guest) {
          words[word++] = guest;
          guest = Number.POSITIVE_INFINITY;
        }
        words[word++] = other;
      }
    }
    if (guest !== Number.POSITIVE_INFINITY) words[word++] = guest;
    return word;
  }
}

/** A result of `rows` rows that is written chunk by chunk. */
export class FrameAnswers {
  readonly #arena: Arena;
  readonly #result: FlatVector;
  /** Do all answers refer to bytes that outlive the arena? */
  #isStable = true;

  /** The result lies in `arena`. */
  constructor(arena: Arena, type: SqlType, rows: number) {
    this.#arena = arena;
    const validity = arena.allocate(bitmapBytes(rows));
    arena.memory.fill(0xff, validity, bitmapBytes(rows));
    const values = arena.allocate(rows * widthBytes(type));
    this.#result = { kind: 'flat', type, length: rows, values, validity, stable: true };
  }

  /**
   * Row `first + i` gets `answers[places[i]]` (u32; 0xFFFFFFFF: NULL), `0 ≤ i < count`. Answers may lie
   * in `scratch`.
   */
  place(
    scratch: Arena,
    answers: Vector,
    rows: { readonly first: number; readonly count: number; readonly places: Address },
  ): void {
    const { first, count, places } = rows;
    const { memory } = scratch;
    const local = { memory, batchArena: scratch };
    const flat = flatten(local, answers, 0, answers.length);
    const kept = flat.stable ? flat : copyReferencedBytes(this.#arena, flat);
    this.#isStable &&= flat.stable;
    const picked = gatherFlat(local, kept, places, count, { missing: true });
    const { type, values, validity } = this.#result;
    const width = widthBytes(type);
    const from = picked.values;
    memory.u8.copyWithin(values + first * width, from, from + count * width);
    kernels(memory).bitmapAppend(picked.validity, count, validity, first);
  }

  /** All rows, once all of them have their answers. */
  finish(): FlatVector {
    const { length, validity } = this.#result;
    const isNullFree = kernels(this.#arena.memory).bitmapAllSet(validity, length) === 1;
    return { ...this.#result, validity: isNullFree ? 0 : validity, stable: this.#isStable };
  }
}

/** Runs `work` with scratch memory that is gone afterwards, also when it throws. */
export function withScratch<Result>(
  context: TaskContext,
  work: (scratch: Arena) => Result,
): Result {
  const scratch = new Arena(context.memory, context.taskArena.owner);
  try {
    return work(scratch);
  } finally {
    scratch.release();
  }
}
