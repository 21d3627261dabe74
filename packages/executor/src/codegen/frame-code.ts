import type { Local } from '@windrow/core';
import { OUTPUT_VALIDITY, OUTPUT_VALUES } from './argument-block.ts';
import {
  clear,
  countUp,
  type FrameCodeParts,
  type FrameFunction,
  frameFunction,
  keepAt,
  mergeNode,
  pushWord,
  restart,
} from './frame-function.ts';
import { emitAddByTree, emitBuild } from './frame-tree-code.ts';
import type { FunctionBuilder } from './function-builder.ts';
import type { InputAccess } from './input-code.ts';
import { ModuleBuilder } from './module-builder.ts';
import { emitFinish } from './state-functions.ts';

/**
 * The module of aggregates over frames:
 * - `build(block, size, level)` computes a level of the segment tree from the `size` rows (level 0) or
 *   nodes of the level below;
 * - `evaluate(block, rows, parts, limit)` computes all rows. A frame is followed from row to row where
 *   that takes at most `limit` rows; otherwise it is put together from nodes of the tree. A frame begins
 *   with the state of the rows before all frames, which is zero when there are none;
 * - `total(block, rows, into)` computes the state of all rows;
 * - `join(block, into, from)` merges a state into another.
 */
export function frameModule(parts: FrameCodeParts, inputs: readonly InputAccess[]): ModuleBuilder {
  const module = new ModuleBuilder();
  emitBuild(module.function('build', ['i32', 'i32', 'i32']), parts, inputs);
  emitEvaluate(module.function('evaluate', ['i32', 'i32', 'i32', 'i32']), parts, inputs);
  emitTotal(module.function('total', ['i32', 'i32', 'i32']), parts, inputs);
  emitJoin(module.function('join', ['i32', 'i32', 'i32']), parts, inputs);
  return module;
}

function emitTotal(
  b: FunctionBuilder,
  parts: FrameCodeParts,
  inputs: readonly InputAccess[],
): void {
  const code = frameFunction(b, parts, inputs);
  const [, rows, into] = b.parameters as [Local, Local, Local];
  const row = b.local('i32');
  clear(code);
  countUp(b, { from: row, to: rows }, () => code.apply(row, 'update'));
  keepAt(code, into);
  b.i32(0);
}

function emitJoin(b: FunctionBuilder, parts: FrameCodeParts, inputs: readonly InputAccess[]): void {
  const code = frameFunction(b, parts, inputs);
  const [, into, from] = b.parameters as [Local, Local, Local];
  restart(code, into);
  mergeNode(code, from);
  keepAt(code, into);
  b.i32(0);
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
  restart(code, code.scope.argument(parts.block.word('states')));
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
        pushValues: () => b.get(code.scope.argument(parts.block.output(i) + OUTPUT_VALUES)),
        pushValidity: () => b.get(code.scope.argument(parts.block.output(i) + OUTPUT_VALIDITY)),
      });
    });
  });
  b.i32(0);
}

/** Reads start and end of one part of the row's frame. */
function emitFrameOf(
  { b, scope }: FrameFunction,
  { block }: FrameCodeParts,
  locals: { readonly row: Local; readonly part: Local; readonly frame: FrameLocals },
): void {
  const frames = scope.argument(block.word('frames'));
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
    restart(code, code.scope.argument(parts.block.word('states')));
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
