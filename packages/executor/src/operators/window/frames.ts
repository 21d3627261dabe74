import {
  type Address,
  type Arena,
  type FlatVector,
  type FrameBounds,
  physicalType,
  SqlError,
  type SqlType,
  typeName,
} from '@windrow/core';
import { kernels, PHYSICAL_TYPE_CODES, WINDOW_OFFSETS } from '@windrow/kernels';
import type { BoundSpec, FrameSpec, InputSpec } from './window-spec.ts';

/** Sorted rows with their partitions and peer groups: u32 arrays, one entry a row. */
export interface WindowBlock {
  readonly rows: number;
  /** The rows whose values are wanted; the others are there to be looked at. */
  readonly from: number;
  readonly to: number;
  readonly partitionStart: Address;
  readonly partitionEnd: Address;
  readonly peerStart: Address;
  readonly peerEnd: Address;
  /** The sort key of RANGE offsets, where there is exactly one. */
  readonly orderKey: FlatVector | undefined;
  readonly descending: boolean;
}

/** Finds the partitions and peer groups of sorted rows by comparing neighbours. */
export function windowBlock(
  arena: Arena,
  rows: number,
  keys: {
    readonly partitionBy: readonly FlatVector[];
    readonly orderBy: readonly FlatVector[];
    readonly descending: boolean;
  },
): WindowBlock {
  const k = kernels(arena.memory);
  const flags = arena.allocateZeroed(rows);
  const mark = (vector: FlatVector): void => {
    const code = PHYSICAL_TYPE_CODES[physicalType(vector.type)];
    k.windowMarkChanges(code, vector.values, vector.validity, rows, flags);
  };
  const runs = (): { start: Address; end: Address } => {
    const start = arena.allocate(rows * 4);
    const end = arena.allocate(rows * 4);
    k.windowRuns(flags, rows, start, end);
    return { start, end };
  };
  keys.partitionBy.forEach(mark);
  const partitions = runs();
  keys.orderBy.forEach(mark);
  const peers = keys.orderBy.length === 0 ? partitions : runs();
  return {
    rows,
    from: 0,
    to: rows,
    partitionStart: partitions.start,
    partitionEnd: partitions.end,
    peerStart: peers.start,
    peerEnd: peers.end,
    orderKey: keys.orderBy.length === 1 ? keys.orderBy[0] : undefined,
    descending: keys.descending,
  };
}

/** The frame of every row, before EXCLUDE; `valuesOf` gives the sorted values of an offset. */
export function frameBounds(
  arena: Arena,
  block: WindowBlock,
  frame: FrameSpec,
  valuesOf: (input: InputSpec) => FlatVector,
): FrameBounds {
  const starts = bound(arena, block, frame, 'start', valuesOf);
  let ends = bound(arena, block, frame, 'end', valuesOf);
  if (mayCross(frame)) {
    // The arrays of a block are shared between frames; only a copy may be changed.
    const copy = arena.allocate(block.rows * 4);
    arena.memory.u8.copyWithin(copy, ends, ends + block.rows * 4);
    ends = copy;
    kernels(arena.memory).windowClipFrames(starts, ends, block.rows);
  }
  return { starts, ends };
}

/** Can the end of a frame lie before its start? */
const mayCross = ({ start, end }: FrameSpec): boolean =>
  start.kind !== 'unboundedPreceding' && end.kind !== 'unboundedFollowing';

function bound(
  arena: Arena,
  block: WindowBlock,
  frame: FrameSpec,
  side: 'start' | 'end',
  valuesOf: (input: InputSpec) => FlatVector,
): Address {
  const isEnd = side === 'end' ? 1 : 0;
  const spec: BoundSpec = frame[side];
  const { rows } = block;
  const k = kernels(arena.memory);
  switch (spec.kind) {
    case 'unboundedPreceding':
      return block.partitionStart;
    case 'unboundedFollowing':
      return block.partitionEnd;
    case 'currentRow': {
      if (frame.unit !== 'rows') return isEnd === 1 ? block.peerEnd : block.peerStart;
      const out = arena.allocate(rows * 4);
      k.windowRowNumbers(rows, isEnd, out);
      return out;
    }
    case 'preceding':
    case 'following': {
      const offset = valuesOf(spec.offset);
      const sign = spec.kind === 'preceding' ? -1n : 1n;
      return offsetBound(arena, block, { unit: frame.unit, offset, sign, isEnd });
    }
  }
}

interface OffsetBound {
  readonly unit: FrameSpec['unit'];
  readonly offset: FlatVector;
  readonly sign: bigint;
  readonly isEnd: number;
}

function offsetBound(arena: Arena, block: WindowBlock, wanted: OffsetBound): Address {
  const { rows, partitionStart, partitionEnd, peerStart } = block;
  const { unit, offset, sign, isEnd } = wanted;
  const k = kernels(arena.memory);
  const out = arena.allocate(rows * 4);
  switch (unit) {
    case 'rows':
      k.windowBoundRows(
        partitionStart,
        partitionEnd,
        offset.values,
        offset.validity,
        sign,
        isEnd,
        rows,
        out,
      );
      return out;
    case 'groups': {
      const groups = arena.allocate((rows + 1) * 4);
      const wrong = k.windowBoundGroups(
        partitionStart,
        partitionEnd,
        peerStart,
        offset.values,
        offset.validity,
        sign,
        isEnd,
        groups,
        rows,
        out,
      );
      if (wrong !== 0) throw negativeOffset('GROUPS');
      return out;
    }
    case 'range':
      rangeBound(arena, block, wanted, out);
      return out;
  }
}

function rangeBound(arena: Arena, block: WindowBlock, wanted: OffsetBound, out: Address): void {
  const { rows, orderKey, descending } = block;
  const { offset, sign, isEnd } = wanted;
  if (orderKey === undefined) {
    throw new SqlError('internal', 'a RANGE frame with an offset has one sort key');
  }
  rejectBadOffsets(arena, offset, rows);
  const k = kernels(arena.memory);
  const keys = arena.allocate(rows * 8);
  const targets = arena.allocate(rows * 8);
  const { kind, scale } = offsetKind(orderKey.type, offset.type);
  k.windowRangeTargets(
    PHYSICAL_TYPE_CODES[physicalType(orderKey.type)],
    orderKey.values,
    rows,
    kind,
    offset.values,
    descending ? -sign : sign,
    scale,
    descending ? 1 : 0,
    keys,
    targets,
  );
  const { partitionStart, partitionEnd, peerStart, peerEnd } = block;
  k.windowBoundRange(
    partitionStart,
    partitionEnd,
    peerStart,
    peerEnd,
    orderKey.validity,
    keys,
    targets,
    isEnd,
    rows,
    out,
  );
}

const MICROS_PER_UNIT = { s: 1_000_000n, ms: 1000n, us: 1n } as const;

/** How offsets of a type are added to keys of a type. @throws SqlError `unsupported` for wide keys. */
function offsetKind(key: SqlType, offset: SqlType): { kind: number; scale: bigint } {
  if (offset.kind === 'interval') {
    if (key.kind === 'date') return { kind: WINDOW_OFFSETS.interval, scale: 86_400_000_000n };
    if (key.kind === 'time') return { kind: WINDOW_OFFSETS.interval, scale: 1n };
    if (key.kind === 'timestamp' && key.unit !== 'ns') {
      return { kind: WINDOW_OFFSETS.interval, scale: MICROS_PER_UNIT[key.unit] };
    }
  } else if (key.kind === 'date') {
    return { kind: WINDOW_OFFSETS.days, scale: 1n };
  } else {
    const physical = physicalType(key);
    if (physical !== 'i128' && physical !== 'interval' && physical !== 'u64') {
      return { kind: WINDOW_OFFSETS.sameType, scale: 1n };
    }
  }
  throw new SqlError(
    'unsupported',
    `RANGE offsets of ${typeName(offset)} over ${typeName(key)} are not supported yet`,
    { hint: 'Cast the sort key to BIGINT, DOUBLE or TIMESTAMP.' },
  );
}

/** RANGE offsets are neither NULL nor negative. */
function rejectBadOffsets(arena: Arena, offset: FlatVector, rows: number): void {
  const { memory } = arena;
  const { values, validity, type } = offset;
  if (validity !== 0 && kernels(memory).bitmapAllSet(validity, rows) === 0) {
    throw new SqlError('execution', 'the offset of RANGE must not be NULL', { sqlState: '22013' });
  }
  const isNegative = ((): boolean => {
    switch (physicalType(type)) {
      case 'i8':
        return memory.i8.subarray(values, values + rows).some((n) => n < 0);
      case 'i16':
        return memory.i16.subarray(values >>> 1, (values >>> 1) + rows).some((n) => n < 0);
      case 'i32':
        return memory.i32.subarray(values >>> 2, (values >>> 2) + rows).some((n) => n < 0);
      case 'i64':
        return memory.i64.subarray(values >>> 3, (values >>> 3) + rows).some((n) => n < 0n);
      case 'f32':
        return memory.f32.subarray(values >>> 2, (values >>> 2) + rows).some((n) => !(n >= 0));
      case 'f64':
        return memory.f64.subarray(values >>> 3, (values >>> 3) + rows).some((n) => !(n >= 0));
      default:
        return false;
    }
  })();
  if (isNegative) throw negativeOffset('RANGE');
}

const negativeOffset = (unit: string): SqlError =>
  new SqlError('execution', `the offset of ${unit} must not be negative`, { sqlState: '22013' });

/** What EXCLUDE leaves of frames: parts in order, which together are the frame. */
export function excludeFrom(
  arena: Arena,
  block: WindowBlock,
  frame: FrameBounds,
  exclude: FrameSpec['exclude'],
): readonly FrameBounds[] {
  if (exclude === 'noOthers') return [frame];
  const { rows, peerStart, peerEnd } = block;
  const k = kernels(arena.memory);
  const cut = (from: FrameBounds, gapStart: Address, gapEnd: Address): FrameBounds => {
    const starts = arena.allocate(rows * 4);
    const ends = arena.allocate(rows * 4);
    k.windowCutFrames(from.starts, from.ends, gapStart, gapEnd, rows, starts, ends);
    return { starts, ends };
  };
  const numbers = (add: number): Address => {
    const out = arena.allocate(rows * 4);
    k.windowRowNumbers(rows, add, out);
    return out;
  };
  switch (exclude) {
    case 'currentRow':
      return [cut(frame, numbers(0), 0), cut(frame, 0, numbers(1))];
    case 'group':
      return [cut(frame, peerStart, 0), cut(frame, 0, peerEnd)];
    case 'ties': {
      const self = cut(cut(frame, 0, numbers(0)), numbers(1), 0);
      return [cut(frame, peerStart, 0), self, cut(frame, 0, peerEnd)];
    }
  }
}
