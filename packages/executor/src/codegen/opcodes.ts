import type { LoadOperation, StoreOperation, WasmOperation, WasmType } from '@windrow/core';

/** Bytes of the value types. */
export const TYPE_CODES: Readonly<Record<WasmType, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
};

/** Control and variable instructions that the builder writes itself. */
export const BLOCK = 0x02;
export const LOOP = 0x03;
export const IF = 0x04;
export const ELSE = 0x05;
export const END = 0x0b;
export const BR = 0x0c;
export const BR_IF = 0x0d;
export const RETURN = 0x0f;
export const CALL = 0x10;
export const LOCAL_GET = 0x20;
export const LOCAL_SET = 0x21;
export const LOCAL_TEE = 0x22;
export const I32_CONST = 0x41;
export const I64_CONST = 0x42;
export const F32_CONST = 0x43;
export const F64_CONST = 0x44;
export const EMPTY_BLOCK_TYPE = 0x40;
/** Prefix of the saturating conversions. */
const MISC_PREFIX = 0xfc;
export const SIMD_PREFIX = 0xfd;

const INTEGER_COMPARISONS = 'eqz eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u';
const FLOAT_COMPARISONS = 'eq ne lt gt le ge';
const INTEGER_ARITHMETIC =
  'clz ctz popcnt add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr';
const FLOAT_ARITHMETIC = 'abs neg ceil floor trunc nearest sqrt add sub mul div min max copysign';

/** Opcodes come in runs in the order of the specification's index of instructions. */
const RUNS: readonly (readonly [first: number, type: string, names: string])[] = [
  [0x45, 'i32', INTEGER_COMPARISONS],
  [0x50, 'i64', INTEGER_COMPARISONS],
  [0x5b, 'f32', FLOAT_COMPARISONS],
  [0x61, 'f64', FLOAT_COMPARISONS],
  [0x67, 'i32', INTEGER_ARITHMETIC],
  [0x79, 'i64', INTEGER_ARITHMETIC],
  [0x8b, 'f32', FLOAT_ARITHMETIC],
  [0x99, 'f64', FLOAT_ARITHMETIC],
  [0xac, 'i64', 'extend_i32_s extend_i32_u'],
  [0xb2, 'f32', 'convert_i32_s convert_i32_u convert_i64_s convert_i64_u demote_f64'],
  [0xb7, 'f64', 'convert_i32_s convert_i32_u convert_i64_s convert_i64_u promote_f32'],
  [0xc0, 'i32', 'extend8_s extend16_s'],
  [0xc2, 'i64', 'extend8_s extend16_s extend32_s'],
];

const SINGLE: readonly (readonly [string, number])[] = [
  ['drop', 0x1a],
  ['select', 0x1b],
  ['i32.wrap_i64', 0xa7],
  ['i32.reinterpret_f32', 0xbc],
  ['i64.reinterpret_f64', 0xbd],
  ['f32.reinterpret_i32', 0xbe],
  ['f64.reinterpret_i64', 0xbf],
];

const OPERATIONS: ReadonlyMap<string, number> = new Map([
  ...SINGLE,
  ...RUNS.flatMap(([first, type, names]) =>
    names.split(' ').map((name, i): [string, number] => [`${type}.${name}`, first + i]),
  ),
]);

const SATURATING: ReadonlyMap<string, number> = new Map([
  ['i32.trunc_sat_f64_s', 2],
  ['i32.trunc_sat_f64_u', 3],
  ['i64.trunc_sat_f64_s', 6],
  ['i64.trunc_sat_f64_u', 7],
]);

/** The bytes of an operation without immediates. */
export function operationBytes(operation: WasmOperation): readonly number[] {
  const code = OPERATIONS.get(operation);
  if (code !== undefined) return [code];
  const saturating = SATURATING.get(operation);
  if (saturating !== undefined) return [MISC_PREFIX, saturating];
  throw new RangeError(`unknown WebAssembly operation ${operation}`);
}

const UNARY = /\.(eqz|clz|ctz|popcnt|abs|neg|ceil|floor|trunc|nearest|sqrt|extend(8|16|32)_s)$/;
const COMPARISON = /\.(eqz|(eq|ne|lt|gt|le|ge)(_[su])?)$/;
/** The operand's type ends the name of a conversion: `f64.convert_i32_s`. */
const CONVERSION = /_(i32|i64|f32|f64)(_[su])?$/;

/** What a pure operation takes and gives; undefined for `drop`, `select` and what can trap. */
export function operationSignature(
  operation: WasmOperation,
): { readonly operands: number; readonly result: WasmType } | undefined {
  if (operation === 'drop' || operation === 'select') return undefined;
  if (/\.(div|rem)_[su]$/.test(operation)) return undefined;
  const own = operation.slice(0, 3) as WasmType;
  const isUnary = UNARY.test(operation) || CONVERSION.test(operation);
  return { operands: isUnary ? 1 : 2, result: COMPARISON.test(operation) ? 'i32' : own };
}

/** Opcode and binary logarithm of the natural alignment. */
type MemoryOperation = readonly [code: number, alignment: number];

export const LOADS: Readonly<Record<LoadOperation, MemoryOperation>> = {
  'i32.load': [0x28, 2],
  'i64.load': [0x29, 3],
  'f32.load': [0x2a, 2],
  'f64.load': [0x2b, 3],
  'i32.load8_s': [0x2c, 0],
  'i32.load8_u': [0x2d, 0],
  'i32.load16_s': [0x2e, 1],
  'i32.load16_u': [0x2f, 1],
  'i64.load32_s': [0x34, 2],
  'i64.load32_u': [0x35, 2],
};

export const STORES: Readonly<Record<StoreOperation, MemoryOperation>> = {
  'i32.store': [0x36, 2],
  'i64.store': [0x37, 3],
  'f32.store': [0x38, 2],
  'f64.store': [0x39, 3],
  'i32.store8': [0x3a, 0],
  'i32.store16': [0x3b, 1],
};
