import type { Local, StateCells } from '@windrow/core';
import { type BlockLayout, OUTPUT_VALIDITY, OUTPUT_VALUES } from './argument-block.ts';
import type { FunctionBuilder } from './function-builder.ts';
import type { FusedPlan } from './fused-plan.ts';
import { ModuleBuilder } from './module-builder.ts';
import { type InputAccess, RowCode } from './row-code.ts';
import { emitFinish } from './state-functions.ts';
import { LocalCells, memoryCells, type SharedState, type StateLayout } from './state-layout.ts';
import { emitUpdates, type StateUpdate } from './update-loop.ts';

/** Binary logarithm of the segment tree's fan-out. */
export const FAN_OUT_SHIFT = 3;

/** What the code of a frame aggregate is made from. */
export interface FrameCodeParts {
  readonly plan: FusedPlan;
  readonly block: BlockLayout;
  readonly layout: StateLayout<number>;
  readonly updates: readonly StateUpdate[];
  /** All states can give rows back without losing digits. */
  readonly slides: boolean;
}

/** One function under construction, with the states' cells in locals. */
interface FrameFunction {
  readonly b: FunctionBuilder;
  readonly cells: ReadonlyMap<SharedState<unknown>, LocalCells>;
  /** Emits the update or removal of the row whose number is in `row`. */
  apply(row: Local, what: 'update' | 'remove'): void;
  /** A word of the argument block, read once. */
  argument(offsetBytes: number): Local;
}

/**
 * The module of aggregates over frames:
 * - `build(block, nodes, level)` computes `nodes` nodes of a level of the segment tree, level 0 from rows,
 *   the others from the level below (`rows` and node counts rounded up; see `evaluate`);
 * - `evaluate(block, rows, parts, limit)` computes all rows. A frame is followed from row to row where
 *   that takes at most `limit` rows; otherwise it is put together from nodes of the tree.
 */
export function frameModule(parts: FrameCodeParts, inputs: readonly InputAccess[]): ModuleBuilder {
  const module = new ModuleBuilder();
  emitBuild(module.function('build', ['i32', 'i32', 'i32']), parts, inputs);
  emitEvaluate(module.function('evaluate', ['i32', 'i32', 'i32', 'i32']), parts, inputs);
  return module;
}

function frameFunction(
  b: FunctionBuilder,
  { plan, block, layout, updates }: FrameCodeParts,
  inputs: readonly InputAccess[],
): FrameFunction {
  const hoisted = new Map<string, Local>();
  const codeAt = (row: Local): RowCode =>
    new RowCode(b, { block, nodes: plan.nodes, inputs, rows: { position: row, row }, hoisted });
  const cells = new Map(
    layout.states.map((state) => [state, new LocalCells(b, state.slots)] as const),
  );
  return {
    b,
    cells,
    apply: (row, what) => emitUpdates(codeAt(row), updates, cells, what),
    argument: (offset) => codeAt(b.parameters[0]!).argument(offset),
  };
}

const clear = ({ b, cells }: FrameFunction): void => {
  for (const each of cells.values()) each.clear(b);
};

/** Merges the states of the node at `address` into the cells. */
function mergeNode({ b, cells }: FrameFunction, address: Local): void {
  for (const [state, into] of cells) {
    const from: StateCells = memoryCells(state.slots, address);
    state.definition.merge(b, into, from);
  }
}

/** `from += step`, and again while it is below `to` (unsigned); nothing when it is not at the start. */
function countUp(
  b: FunctionBuilder,
  range: { readonly from: Local; readonly to: Local },
  body: () => void,
): void {
  const { from, to } = range;
  b.block((_, exitIf) => {
    b.get(from);
    b.get(to);
    b.op('i32.ge_u');
    exitIf();
    b.loop((_again, againIf) => {
      body();
      increment(b, from, 1);
      b.get(from);
      b.get(to);
      b.op('i32.lt_u');
      againIf();
    });
  });
}

function increment(b: FunctionBuilder, local: Local, by: number): void {
  b.get(local);
  b.i32(by);
  b.op('i32.add');
  b.set(local);
}

/** Leaves a word of the u32 array at `base`. */
function pushWord(b: FunctionBuilder, base: Local, index: Local): void {
  b.get(base);
  b.get(index);
  b.i32(2);
  b.op('i32.shl');
  b.op('i32.add');
  b.load('i32.load');
}

function emitBuild(
  b: FunctionBuilder,
  parts: FrameCodeParts,
  inputs: readonly InputAccess[],
): void {
  const code = frameFunction(b, parts, inputs);
  const [, size, level] = b.parameters as [Local, Local, Local];
  const { stateBytes } = parts.layout;
  const levels = code.argument(parts.block.word('levels'));
  const node = b.local('i32');
  const below = b.local('i32');
  const child = b.local('i32');
  const childEnd = b.local('i32');
  // `size` counts what the level is built from: rows for level 0, else nodes of the level below.
  pushWord(b, levels, level);
  b.set(node);
  b.get(level);
  b.if([], () => {
    b.get(levels);
    b.get(level);
    b.i32(2);
    b.op('i32.shl');
    b.op('i32.add');
    b.i32(4);
    b.op('i32.sub');
    b.load('i32.load');
    b.set(below);
  });
  b.block((_, exitIf) => {
    b.get(size);
    b.op('i32.eqz');
    exitIf();
    b.loop((_again, againIf) => {
      clear(code);
      pushMinimum(b, child, 1 << FAN_OUT_SHIFT, size);
      b.set(childEnd);
      b.get(level);
      b.if(
        [],
        () =>
          countUp(b, { from: child, to: childEnd }, () => {
            mergeNode(code, below);
            increment(b, below, stateBytes);
          }),
        () => countUp(b, { from: child, to: childEnd }, () => code.apply(child, 'update')),
      );
      for (const each of code.cells.values()) each.write(b, node);
      increment(b, node, stateBytes);
      b.get(child);
      b.get(size);
      b.op('i32.lt_u');
      againIf();
    });
  });
  b.i32(0);
}

/** Leaves `min(local + plus, bound)`. */
function pushMinimum(b: FunctionBuilder, local: Local, plus: number, bound: Local): void {
  const sum = b.local('i32');
  b.get(local);
  b.i32(plus);
  b.op('i32.add');
  b.tee(sum);
  b.get(bound);
  b.get(sum);
  b.get(bound);
  b.op('i32.lt_u');
  b.op('select');
}

/** The frame that the cells hold, and the one they are to hold. */
interface FrameLocals {
  readonly start: Local;
  readonly end: Local;
  readonly currentStart: Local;
  readonly currentEnd: Local;
  readonly limit: Local;
}

function emitEvaluate(
  b: FunctionBuilder,
  parts: FrameCodeParts,
  inputs: readonly InputAccess[],
): void {
  const code = frameFunction(b, parts, inputs);
  const [, rows, partCount, limit] = b.parameters as [Local, Local, Local, Local];
  const row = b.local('i32');
  const part = b.local('i32');
  const frame: FrameLocals = {
    start: b.local('i32'),
    end: b.local('i32'),
    currentStart: b.local('i32'),
    currentEnd: b.local('i32'),
    limit,
  };
  countUp(b, { from: row, to: rows }, () => {
    b.i32(0);
    b.set(part);
    countUp(b, { from: part, to: partCount }, () => {
      emitFrameOf(code, parts, { row, part, frame });
      emitFollow(code, parts, { part, partCount, frame });
    });
    parts.layout.finishes.forEach((finish, i) => {
      b.node = i;
      emitFinish(b, finish, code.cells.get(finish.state)!, {
        index: row,
        pushValues: () => b.get(code.argument(parts.block.output(i) + OUTPUT_VALUES)),
        pushValidity: () => b.get(code.argument(parts.block.output(i) + OUTPUT_VALIDITY)),
      });
    });
  });
  b.i32(0);
}

/** Reads start and end of one part of the row's frame. */
function emitFrameOf(
  { b, argument }: FrameFunction,
  { block }: FrameCodeParts,
  locals: { readonly row: Local; readonly part: Local; readonly frame: FrameLocals },
): void {
  const frames = argument(block.word('frames'));
  const array = b.local('i32');
  const bounds = [locals.frame.start, locals.frame.end];
  bounds.forEach((bound, side) => {
    b.get(frames);
    b.get(locals.part);
    b.i32(3);
    b.op('i32.shl');
    b.op('i32.add');
    b.load('i32.load', side * 4);
    b.set(array);
    pushWord(b, array, locals.row);
    b.set(bound);
  });
}

/** Brings the cells from the frame they hold to the one wanted; further parts are added to it. */
function emitFollow(
  code: FrameFunction,
  parts: FrameCodeParts,
  locals: { readonly part: Local; readonly partCount: Local; readonly frame: FrameLocals },
): void {
  const { b } = code;
  const { start, end, currentStart, currentEnd, limit } = locals.frame;
  const from = b.local('i32');
  b.get(start);
  b.set(from);
  b.block((followed) => {
    b.get(locals.part);
    b.if([], () => followed());
    // Only a frame of one part is what the cells held for the row before.
    b.get(locals.partCount);
    b.i32(1);
    b.op('i32.eq');
    b.if([], () => {
      pushExtends(b, locals.frame);
      b.if([], () => {
        b.get(currentEnd);
        b.set(from);
        followed();
      });
      if (parts.slides) emitSlide(code, locals.frame, from, followed);
    });
    clear(code);
  });
  emitAdd(code, parts, { from, to: end, limit });
  b.get(start);
  b.set(currentStart);
  b.get(end);
  b.set(currentEnd);
}

/** Leaves whether the frame has the same start and grows by at most the limit. */
function pushExtends(b: FunctionBuilder, frame: FrameLocals): void {
  const { start, end, currentStart, currentEnd, limit } = frame;
  b.get(start);
  b.get(currentStart);
  b.op('i32.eq');
  b.get(end);
  b.get(currentEnd);
  b.op('i32.ge_u');
  b.op('i32.and');
  b.get(end);
  b.get(currentEnd);
  b.op('i32.sub');
  b.get(limit);
  b.op('i32.le_u');
  b.op('i32.and');
}

/** Gives rows back at the start, when both ends have moved on and that is less than starting anew. */
function emitSlide(
  code: FrameFunction,
  frame: FrameLocals,
  from: Local,
  followed: () => void,
): void {
  const { b } = code;
  const { start, end, currentStart, currentEnd, limit } = frame;
  const moved = b.local('i32');
  for (const [left, right, operation] of [
    [start, currentStart, 'i32.ge_u'],
    [end, currentEnd, 'i32.ge_u'],
    [start, currentEnd, 'i32.le_u'],
  ] as const) {
    b.get(left);
    b.get(right);
    b.op(operation);
  }
  b.op('i32.and');
  b.op('i32.and');
  b.get(start);
  b.get(currentStart);
  b.op('i32.sub');
  b.get(end);
  b.get(currentEnd);
  b.op('i32.sub');
  b.op('i32.add');
  b.tee(moved);
  b.get(limit);
  b.op('i32.le_u');
  b.op('i32.and');
  b.get(moved);
  b.get(end);
  b.get(start);
  b.op('i32.sub');
  b.op('i32.le_u');
  b.op('i32.and');
  b.if([], () => {
    countUp(b, { from: currentStart, to: start }, () => code.apply(currentStart, 'remove'));
    b.get(currentEnd);
    b.set(from);
    followed();
  });
}

/** Adds rows `from … to` in order: one by one up to the limit, else with nodes of the tree. */
function emitAdd(
  code: FrameFunction,
  parts: FrameCodeParts,
  range: { readonly from: Local; readonly to: Local; readonly limit: Local },
): void {
  const { b } = code;
  const { from, to, limit } = range;
  b.get(to);
  b.get(from);
  b.op('i32.sub');
  b.get(limit);
  b.op('i32.le_u');
  b.if(
    [],
    () => countUp(b, { from, to }, () => code.apply(from, 'update')),
    () => emitAddByTree(code, parts, from, to),
  );
}

/**
 * Walks from `from` to `to` in the largest steps that the tree has: a node of level l covers
 * `8^(l + 1)` rows and starts at a multiple of that. `shift` is the step's binary logarithm; it goes up as
 * long as the next larger step starts here and fits, and down where the present one does not fit.
 */
function emitAddByTree(
  code: FrameFunction,
  { block, layout }: FrameCodeParts,
  from: Local,
  to: Local,
): void {
  const { b } = code;
  const levels = code.argument(block.word('levels'));
  const shift = b.local('i32');
  const node = b.local('i32');
  /** Leaves whether a step of `shift + more` fits. */
  const pushFits = (more: number): void => {
    b.get(from);
    b.i32(1);
    pushShift(more);
    b.op('i32.shl');
    b.op('i32.add');
    b.get(to);
    b.op('i32.le_u');
  };
  const pushShift = (more: number): void => {
    b.get(shift);
    if (more === 0) return;
    b.i32(more);
    b.op('i32.add');
  };
  b.i32(0);
  b.set(shift);
  b.block((_, doneIf) => {
    b.loop((again) => {
      b.get(from);
      b.get(to);
      b.op('i32.ge_u');
      doneIf();
      // Up: the low bits below the next larger step are zero, and it fits.
      b.get(from);
      b.i32(-1);
      pushShift(FAN_OUT_SHIFT);
      b.op('i32.shl');
      b.i32(-1);
      b.op('i32.xor');
      b.op('i32.and');
      b.op('i32.eqz');
      pushFits(FAN_OUT_SHIFT);
      b.op('i32.and');
      b.if([], () => {
        increment(b, shift, FAN_OUT_SHIFT);
        again();
      });
      pushFits(0);
      b.op('i32.eqz');
      b.if([], () => {
        increment(b, shift, -FAN_OUT_SHIFT);
        again();
      });
      b.get(shift);
      b.if(
        [],
        () => {
          emitNodeAddress(b, { levels, shift, from, node, stateBytes: layout.stateBytes });
          mergeNode(code, node);
        },
        () => code.apply(from, 'update'),
      );
      b.get(from);
      b.i32(1);
      b.get(shift);
      b.op('i32.shl');
      b.op('i32.add');
      b.set(from);
      again();
    });
  });
}

/** `node = levels[shift / 3 - 1] + (from >> shift) × stateBytes`. */
function emitNodeAddress(
  b: FunctionBuilder,
  locals: {
    readonly levels: Local;
    readonly shift: Local;
    readonly from: Local;
    readonly node: Local;
    readonly stateBytes: number;
  },
): void {
  const { levels, shift, from, node, stateBytes } = locals;
  b.get(levels);
  b.get(shift);
  b.i32(FAN_OUT_SHIFT);
  b.op('i32.div_u');
  b.i32(1);
  b.op('i32.sub');
  b.i32(2);
  b.op('i32.shl');
  b.op('i32.add');
  b.load('i32.load');
  b.get(from);
  b.get(shift);
  b.op('i32.shr_u');
  b.i32(stateBytes);
  b.op('i32.mul');
  b.op('i32.add');
  b.set(node);
}
