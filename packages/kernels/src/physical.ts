import type { PhysicalType } from '@windrow/core';

/** Numbers by which kernels are told a physical type; the same as in `assembly/physical.ts`. */
export const PHYSICAL_TYPE_CODES: Readonly<Record<PhysicalType, number>> = {
  bool: 0,
  i8: 1,
  i16: 2,
  i32: 3,
  i64: 4,
  i128: 5,
  u8: 6,
  u16: 7,
  u32: 8,
  u64: 9,
  f32: 10,
  f64: 11,
  ref: 12,
  interval: 13,
  uuid: 14,
};
