import type { Local } from '@windrow/core';
import {
  clear,
  countUp,
  type FrameCodeParts,
  type FrameFunction,
  frameFunction,
  increment,
  mergeNode,
  pushWord,
} from './frame-function.ts';
import type { FunctionBuilder } from './function-builder.ts';
import type { InputAccess } from './input-code.ts';

/** Binary logarithm of the segment tree's fan-out. */
export const FAN_OUT_SHIFT = 3;

/** Emits the building of one level of the tree. */
export function emitBuild(
  b: FunctionBuilder,
  parts: FrameCodeParts,
  inputs: readonly InputAccess[],
): void {
  const code = frameFunction(b, parts, inputs);
  const [, size, level] = b.parameters as [Local, Local, Local];
  const { stateBytes } = parts.layout;
  const levels = code.scope.argument(parts.block.word('levels'));
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

/**
 * Walks from `from` to `to` in the largest steps that the tree has: a node of level l covers
 * `8^(l + 1)` rows and starts at a multiple of that. `shift` is the step's binary logarithm; it goes up as
 * long as the next larger step starts here and fits, and down where the present one does not fit.
 */
export function emitAddByTree(
  code: FrameFunction,
  { block, layout }: FrameCodeParts,
  from: Local,
  to: Local,
): void {
  const { b } = code;
  const levels = code.scope.argument(block.word('levels'));
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
