import type { Local, StateCells } from '@windrow/core';
import type { BlockLayout } from './argument-block.ts';
import type { FunctionBuilder } from './function-builder.ts';
import type { FusedPlan } from './fused-plan.ts';
import type { InputAccess } from './input-code.ts';
import { RowCode } from './row-code.ts';
import { RowScope } from './row-scope.ts';
import { LocalCells, memoryCells, type SharedState, type StateLayout } from './state-layout.ts';
import { emitUpdates, type StateUpdate } from './update-loop.ts';

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
export interface FrameFunction {
  readonly b: FunctionBuilder;
  readonly cells: ReadonlyMap<SharedState<unknown>, LocalCells>;
  /** Emits the update or removal of the row whose number is in `row`. */
  apply(row: Local, what: 'update' | 'remove'): void;
  readonly scope: RowScope;
}

/** Starts a function over the inputs. */
export function frameFunction(
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
    scope: new RowScope(b, hoisted),
  };
}

/** Sets all cells to those of a new state. */
export const clear = ({ b, cells }: FrameFunction): void => {
  for (const each of cells.values()) each.clear(b);
};

/** Sets all cells to those of the states at `address`. */
export function restart({ b, cells }: FrameFunction, address: Local): void {
  for (const each of cells.values()) each.read(b, address);
}

/** Puts all cells into the states at `address`. */
export function keepAt({ b, cells }: FrameFunction, address: Local): void {
  for (const each of cells.values()) each.write(b, address);
}

/** Merges the states of the node at `address` into the cells. */
export function mergeNode({ b, cells }: FrameFunction, address: Local): void {
  for (const [state, into] of cells) {
    const from: StateCells = memoryCells(state.slots, address);
    state.definition.merge(b, into, from);
  }
}

/** Runs `body` while `from < to` (unsigned), counting `from` up. */
export function countUp(
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

/** `local += by`. */
export function increment(b: FunctionBuilder, local: Local, by: number): void {
  b.get(local);
  b.i32(by);
  b.op('i32.add');
  b.set(local);
}

/** Leaves a word of the u32 array at `base`. */
export function pushWord(b: FunctionBuilder, base: Local, index: Local): void {
  b.get(base);
  b.get(index);
  b.i32(2);
  b.op('i32.shl');
  b.op('i32.add');
  b.load('i32.load');
}
