import type { PhysicalType, WasmType } from '@windrow/core';

/** The locals that hold a value of a physical type in generated code. */
export const WORDS: Readonly<Record<PhysicalType, readonly WasmType[]>> = {
  bool: ['i32'],
  i8: ['i32'],
  i16: ['i32'],
  i32: ['i32'],
  i64: ['i64'],
  i128: ['i64', 'i64'],
  u8: ['i32'],
  u16: ['i32'],
  u32: ['i32'],
  u64: ['i64'],
  f32: ['f32'],
  f64: ['f64'],
  ref: ['i64'],
  interval: ['i32', 'i32', 'i64'],
  uuid: ['i64', 'i64'],
};
