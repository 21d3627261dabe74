import type { SqlType } from './types.ts';

/** Value types of WebAssembly that generated code uses. */
export type WasmType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';

/** A local variable of the function under construction. */
export interface Local {
  readonly index: number;
  readonly type: WasmType;
}

type IntegerOperation =
  | 'eqz'
  | 'eq'
  | 'ne'
  | 'lt_s'
  | 'lt_u'
  | 'gt_s'
  | 'gt_u'
  | 'le_s'
  | 'le_u'
  | 'ge_s'
  | 'ge_u'
  | 'clz'
  | 'ctz'
  | 'popcnt'
  | 'add'
  | 'sub'
  | 'mul'
  | 'div_s'
  | 'div_u'
  | 'rem_s'
  | 'rem_u'
  | 'and'
  | 'or'
  | 'xor'
  | 'shl'
  | 'shr_s'
  | 'shr_u'
  | 'rotl'
  | 'rotr';
type FloatOperation =
  | 'eq'
  | 'ne'
  | 'lt'
  | 'gt'
  | 'le'
  | 'ge'
  | 'abs'
  | 'neg'
  | 'ceil'
  | 'floor'
  | 'trunc'
  | 'nearest'
  | 'sqrt'
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'min'
  | 'max'
  | 'copysign';
type Conversion =
  | 'i32.wrap_i64'
  | 'i64.extend_i32_s'
  | 'i64.extend_i32_u'
  | 'i32.extend8_s'
  | 'i32.extend16_s'
  | 'i64.extend8_s'
  | 'i64.extend16_s'
  | 'i64.extend32_s'
  | 'f64.convert_i32_s'
  | 'f64.convert_i32_u'
  | 'f64.convert_i64_s'
  | 'f64.convert_i64_u'
  | 'f32.convert_i32_s'
  | 'f32.convert_i32_u'
  | 'f32.convert_i64_s'
  | 'f32.convert_i64_u'
  | 'f32.demote_f64'
  | 'f64.promote_f32'
  | 'i32.trunc_sat_f64_s'
  | 'i32.trunc_sat_f64_u'
  | 'i64.trunc_sat_f64_s'
  | 'i64.trunc_sat_f64_u'
  | 'i64.reinterpret_f64'
  | 'f64.reinterpret_i64'
  | 'i32.reinterpret_f32'
  | 'f32.reinterpret_i32';

/** Stack operations without immediates, by their names in the WebAssembly text format. */
export type WasmOperation =
  | `i32.${IntegerOperation}`
  | `i64.${IntegerOperation}`
  | `f32.${FloatOperation}`
  | `f64.${FloatOperation}`
  | Conversion
  | 'drop'
  | 'select';

export type LoadOperation =
  | 'i32.load'
  | 'i64.load'
  | 'f32.load'
  | 'f64.load'
  | 'i32.load8_s'
  | 'i32.load8_u'
  | 'i32.load16_s'
  | 'i32.load16_u'
  | 'i64.load32_s'
  | 'i64.load32_u';
export type StoreOperation =
  | 'i32.store'
  | 'i64.store'
  | 'f32.store'
  | 'f64.store'
  | 'i32.store8'
  | 'i32.store16';

/** Where generated code can fail: SQLSTATE and a text in which `{0}`, `{1}` … stand for the operands. */
export interface RaiseSite {
  readonly sqlState: string;
  /** e.g. `overflow: {0} + {1} is out of range for BIGINT`. */
  readonly message: string;
  readonly hint?: string;
}

/**
 * Writes the body of one function of a generated module. Function implementations see only this
 * interface; the encoder behind it belongs to the executor.
 */
export interface CodeBuilder {
  /** A fresh local, zero at function entry (not at each loop turn). */
  local(type: WasmType): Local;
  get(local: Local): void;
  set(local: Local): void;
  tee(local: Local): void;
  i32(value: number): void;
  i64(value: bigint): void;
  f32(value: number): void;
  f64(value: number): void;
  op(operation: WasmOperation): void;
  /** Address on the stack → value. */
  load(operation: LoadOperation, offsetBytes?: number): void;
  /** Address, value on the stack. */
  store(operation: StoreOperation, offsetBytes?: number): void;
  /** Condition (i32) on the stack; both branches leave `results`. */
  if(results: readonly WasmType[], then: () => void, otherwise?: () => void): void;
  /** A block; `exit()` inside leaves it (with nothing on the stack). */
  block(body: (exit: () => void, exitIf: () => void) => void): void;
  /** A loop; `again()` and `againIf()` (condition on the stack) jump to its head. */
  loop(body: (again: () => void, againIf: () => void) => void): void;
  /** Calls an export of kernels.wasm by name: arguments on the stack, result left there. For rare rows
   * and for what needs bytes (string comparison); a call per row costs about 2 ns. */
  callKernel(name: string, parameters: readonly WasmType[], results: readonly WasmType[]): void;
  /** Stops the query with an error; what follows is unreachable (the stack is polymorphic). */
  raise(site: RaiseSite, operands?: readonly EmitValue[]): void;
}

/**
 * A value inside generated code, already in locals: one for types up to 8 bytes (bool and the narrow
 * integers as i32, `ref` as one i64: address low, length high), two i64 (low, high) for i128 and uuid,
 * i32 months, i32 days, i64 micros for interval.
 */
export interface EmitValue {
  readonly locals: readonly Local[];
  readonly type: SqlType;
  /** An i32 local, 1 = the value is not NULL. Absent: the value is known to be valid. */
  readonly valid?: Local | undefined;
}
