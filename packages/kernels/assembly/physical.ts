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

/** The normalized form of a value of at most 8 bytes that is not a reference. */
export function narrow(type: u32, values: usize, row: u32): u64 {
  switch (type) {
    case BOOL: case U8: return normalized<u8>(values + row);
    case I8: return normalized<i8>(values + row);
    case I16: return normalized<i16>(values + ((<usize>row) << 1));
    case U16: return normalized<u16>(values + ((<usize>row) << 1));
    case I32: return normalized<i32>(values + ((<usize>row) << 2));
    case U32: return normalized<u32>(values + ((<usize>row) << 2));
    case F32: return normalized<f32>(values + ((<usize>row) << 2));
    case F64: return normalized<f64>(values + ((<usize>row) << 3));
    case I64: return normalized<i64>(values + ((<usize>row) << 3));
    default: return load<u64>(values + ((<usize>row) << 3));
  }
}

/** The value behind a normalized key: integers as i64 (u64), floats as f64. */
export function restore(type: u32, key: u64, out: usize): void {
  switch (type) {
    case F64:
      store<u64>(out, key >> 63 != 0 ? key ^ SIGN : ~key);
      return;
    case F32: {
      const bits = <u32>key >> 31 != 0 ? <u32>key ^ 0x80000000 : ~(<u32>key);
      store<f64>(out, <f64>reinterpret<f32>(bits));
      return;
    }
    case I8: case I16: case I32: case I64:
      store<u64>(out, key ^ SIGN);
      return;
    default:
      store<u64>(out, key);
  }
}

// The 16-byte types: two words, the high one compared first.

// @ts-ignore: decorator
@inline
export function normalizedI128High(value: usize): u64 {
  return load<u64>(value + 8) ^ SIGN;
}

const DAY_MICROS: i64 = 86400000000;

/** Bits that hold the microseconds within a day. */
const DAY_BITS: u64 = 37;

/** Keeps normalized days positive: months × 30 + days + days of microseconds stay below 2³⁸. */
const DAY_BIAS: i64 = 1 << 40;

/** Whole days of an interval, months taken as 30 days and microseconds carried, never negative. */
// @ts-ignore: decorator
@inline
function intervalDays(value: usize): u64 {
  const micros = load<i64>(value + 8);
  const carried = micros / DAY_MICROS - i64(micros % DAY_MICROS < 0);
  return <u64>((<i64>load<i32>(value)) * 30 + load<i32>(value + 4) + carried + DAY_BIAS);
}

// @ts-ignore: decorator
@inline
export function normalizedIntervalHigh(value: usize): u64 {
  return intervalDays(value) >> (64 - DAY_BITS);
}

// @ts-ignore: decorator
@inline
export function normalizedIntervalLow(value: usize): u64 {
  const rest = load<i64>(value + 8) % DAY_MICROS;
  return (intervalDays(value) << DAY_BITS) | <u64>(rest < 0 ? rest + DAY_MICROS : rest);
}

/** High word of the normalized form of a 16-byte value. */
// @ts-ignore: decorator
@inline
export function normalizedHigh(type: u32, value: usize): u64 {
  if (type == I128) return normalizedI128High(value);
  if (type == INTERVAL) return normalizedIntervalHigh(value);
  return load<u64>(value + 8);
}

/** Low word of the normalized form of a 16-byte value. */
// @ts-ignore: decorator
@inline
export function normalizedLow(type: u32, value: usize): u64 {
  return type == INTERVAL ? normalizedIntervalLow(value) : load<u64>(value);
}

/** Is row `row` valid by the bitmap? Address 0 means that all are. */
// @ts-ignore: decorator
@inline
export function isValid(validity: usize, row: u32): bool {
  return validity == 0 || ((load<u8>(validity + (row >> 3)) >> (row & 7)) & 1) != 0;
}
