import { assert, type Local, type StateCells } from '@windrow/core';
import type { LoopCode, LoopTerminal } from './fused-loop.ts';
import { type FusedNode, isEager } from './fused-plan.ts';
import type { RowCode } from './row-code.ts';
import { LocalCells, memoryCells, type SharedState } from './state-layout.ts';

/** A state with its arguments as nodes of a loop's plan. */
export interface StateUpdate {
  readonly state: SharedState<unknown>;
  readonly args: readonly FusedNode[];
  readonly filter: FusedNode | undefined;
}

/** Updates that happen for the same rows. */
interface GuardedUpdates {
  readonly filter: FusedNode | undefined;
  /** All of these have to be valid. */
  readonly skipped: readonly FusedNode[];
  readonly updates: readonly StateUpdate[];
}

function groupByGuard(updates: readonly StateUpdate[], code: RowCode): readonly GuardedUpdates[] {
  const groups = new Map<string, GuardedUpdates & { updates: StateUpdate[] }>();
  for (const update of updates) {
    const { args, filter, state } = update;
    const skipped = state.handlesNulls ? [] : args.filter((arg) => code.isNullable(arg));
    const ids = skipped.map((arg) => arg.id).sort((a, b) => a - b);
    const key = `${filter?.id ?? ''}|${ids.join()}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { filter, skipped, updates: [update] });
    else group.updates.push(update);
  }
  return [...groups.values()];
}

/** Emits the updates of one row; states that see the same rows share one jump. */
export function emitUpdates(
  code: RowCode,
  updates: readonly StateUpdate[],
  cells: ReadonlyMap<SharedState<unknown>, StateCells>,
  apply: 'update' | 'remove' = 'update',
): void {
  const { b } = code;
  for (const group of groupByGuard(updates, code)) {
    const applyAll = (): void => {
      for (const update of group.updates) {
        const { state, args } = update;
        const stateCells = cells.get(state);
        assert(stateCells !== undefined, 'every state has cells');
        const values = args.map((arg) => {
          const { valid, ...value } = code.emitValue(arg);
          return state.handlesNulls ? { ...value, valid } : value;
        });
        b.node = -1 - updates.indexOf(update);
        state.definition[apply]?.(b, stateCells, values);
      }
    };
    const applyValid = (): void => {
      if (group.skipped.length === 0) {
        applyAll();
        return;
      }
      // Neighbouring groups often share arguments; computed inside the branch they would be lost to them.
      for (const { args } of group.updates) {
        for (const arg of args) if (arg.strict && isEager(arg)) code.value(arg);
      }
      const valid = code.allValid(group.skipped);
      assert(valid !== undefined, 'arguments that are skipped may be NULL');
      b.get(valid);
      b.if([], () => code.scope.branch(applyAll));
    };
    const { filter } = group;
    if (filter === undefined) {
      applyValid();
    } else {
      code.pushTruth(filter);
      b.if([], () => code.scope.branch(applyValid));
    }
  }
}

/** Says everything about updates that the plan of their arguments does not. */
export const updatesShape = (updates: readonly StateUpdate[]): string =>
  updates
    .map(({ state, args, filter }) => {
      const offsets = state.slots.map(({ offsetBytes }) => offsetBytes).join();
      return `${state.shape}@${offsets}(${args.map((arg) => arg.id).join()}|${filter?.id ?? ''})`;
    })
    .join(';');

/** All rows go into the state at `states`, whose cells are locals meanwhile. */
export function updateSingleTerminal(updates: readonly StateUpdate[]): LoopTerminal {
  return {
    shape: `single ${updatesShape(updates)}`,
    outputs: 0,
    spans: updates.map(({ state }) => state.span),
    emit({ b, code, block, eachRow }: LoopCode) {
      const base = code.scope.argument(block.word('states'));
      const cells = new Map(
        updates.map(({ state }) => [state, new LocalCells(b, state.slots)] as const),
      );
      for (const each of cells.values()) each.read(b, base);
      eachRow(() => emitUpdates(code, updates, cells));
      for (const each of cells.values()) each.write(b, base);
      b.i32(0);
    },
  };
}

/** The row at position `i` goes into the states at `states[i]`. */
export function updateGroupsTerminal(updates: readonly StateUpdate[]): LoopTerminal {
  return {
    shape: `groups ${updatesShape(updates)}`,
    outputs: 0,
    spans: updates.map(({ state }) => state.span),
    emit({ b, code, block, rows, eachRow }: LoopCode) {
      const states = code.scope.argument(block.word('states'));
      const base: Local = b.local('i32');
      const cells = new Map(
        updates.map(({ state }) => [state, memoryCells(state.slots, base)] as const),
      );
      eachRow(() => {
        code.scope.pushElementAddress(states, rows.position, 4);
        b.load('i32.load');
        b.set(base);
        emitUpdates(code, updates, cells);
      });
      b.i32(0);
    },
  };
}
