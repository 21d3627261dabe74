/**
 * Physical types by number, as `PHYSICAL_TYPE_CODES` of the TypeScript face gives them, and how their
 * values compare: every type has a normalized form, an unsigned integer of up to 128 bits whose order is
 * the SQL order of the values.
 */

export const BOOL: u32 = 0;
export const I8: u32 = 1;
export const I16: u32 = 2;
export const I32: u32 = 3;
export const I64: u32 = 4;
export const I128: u32 = 5;
export const U8: u32 = 6;
export const U16: u32 = 7;
export const U32: u32 = 8;
export const U64: u32 = 9;
export const F32: u32 = 10;
export const F64: u32 = 11;
export const REF: u32 = 12;
export const INTERVAL: u32 = 13;
export const UUID: u32 = 14;

const SIGN: u64 = 1 << 63;

/** Doubles: −0.0 as 0.0, one NaN above +infinity, negative values complemented. */
// @ts-ignore: decorator
@inline
export function normalizeF64(value: f64): u64 {
  if (value != value) return ~(<u64>0);
  const bits = reinterpret<i64>(value + 0.0);
  return <u64>(bits ^ ((bits >> 63) | <i64>SIGN));
}

/** As {@link normalizeF64}, in the low 32 bits. */
// @ts-ignore: decorator
@inline
export function normalizeF32(value: f32): u64 {
  if (value != value) return 0xffffffff;
  const bits = reinterpret<i32>(value + <f32>0.0);
  return <u64>(<u32>(bits ^ ((bits >> 31) | <i32>0x80000000)));
}

/** The normalized form of a value of at most 8 bytes: T is the type's machine type. */
// @ts-ignore: decorator
@inline
export function normalized<T>(value: usize): u64 {
  if (isFloat<T>()) {
    if (sizeof<T>() == 8) return normalizeF64(load<f64>(value));
    return normalizeF32(load<f32>(value));
  }
  if (isSigned<T>()) return (<u64>(<i64>load<T>(value))) ^ SIGN;
  return <u64>load<T>(value);
}
