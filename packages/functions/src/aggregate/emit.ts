import type { CodeBuilder, EmitValue, Local, StateCells } from '@windrow/core';

/** Small sentences of generated code that the aggregate states are written in. */

/** Leaves the only local of a one-word value. */
export function get(b: CodeBuilder, value: EmitValue | undefined, word = 0): void {
  b.get(localOf(value, word));
}

export function localOf(value: EmitValue | undefined, word = 0): Local {
  const local = value?.locals[word];
  if (local === undefined) throw new RangeError(`the value has no word ${word}`);
  return local;
}

/** `slot = slot + what addend leaves`, in i64. */
export function addI64(b: CodeBuilder, state: StateCells, slot: string, addend: () => void): void {
  state.store(b, slot, () => {
    state.load(b, slot);
    addend();
    b.op('i64.add');
  });
}

/** `slot = slot + what addend leaves`, in f64. */
export function addF64(b: CodeBuilder, state: StateCells, slot: string, addend: () => void): void {
  state.store(b, slot, () => {
    state.load(b, slot);
    addend();
    b.op('f64.add');
  });
}

/** Stores what `value` leaves in a fresh f64 local. */
export function letF64(b: CodeBuilder, value: () => void): Local {
  const local = b.local('f64');
  value();
  b.set(local);
  return local;
}

/** Stores what `value` leaves in a fresh i64 local. */
export function letI64(b: CodeBuilder, value: () => void): Local {
  const local = b.local('i64');
  value();
  b.set(local);
  return local;
}

/** Loads a slot into a fresh f64 local. */
export const slotF64 = (b: CodeBuilder, state: StateCells, slot: string): Local =>
  letF64(b, () => state.load(b, slot));

/** Loads an i64 count into a fresh f64 local. */
export const countF64 = (b: CodeBuilder, state: StateCells, slot = 'count'): Local =>
  letF64(b, () => {
    state.load(b, slot);
    b.op('f64.convert_i64_s');
  });

/** An f64 expression in prefix form: locals, constants and operations, left on the stack. */
export type F64Expr =
  | number
  | Local
  | readonly ['add' | 'sub' | 'mul' | 'div' | 'max', F64Expr, F64Expr]
  | readonly ['sqrt' | 'abs' | 'neg', F64Expr];

/** Leaves the value of an f64 expression. */
export function f64(b: CodeBuilder, expr: F64Expr): void {
  if (typeof expr === 'number') {
    b.f64(expr);
  } else if ('index' in expr) {
    b.get(expr);
  } else {
    f64(b, expr[1]);
    if (expr.length === 3) f64(b, expr[2]);
    b.op(`f64.${expr[0]}`);
  }
}

/** The value of an f64 expression in a fresh local. */
export const let64 = (b: CodeBuilder, expr: F64Expr): Local => letF64(b, () => f64(b, expr));

/** Ends a `finish`: the value and 1 when `valid` leaves true, else a zero and 0. */
export function finishF64(b: CodeBuilder, valid: () => void, value: () => void): void {
  valid();
  b.if(
    ['f64', 'i32'],
    () => {
      value();
      b.i32(1);
    },
    () => {
      b.f64(0);
      b.i32(0);
    },
  );
}

/** Leaves `count > minimum` of the state's `count` slot. */
export function countAbove(b: CodeBuilder, state: StateCells, minimum: bigint): void {
  state.load(b, 'count');
  b.i64(minimum);
  b.op('i64.gt_s');
}
