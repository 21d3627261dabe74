/** Codes of join keys; join-layout.ts draws keys. */

import {
  BOOL, F32, F64, I16, I32, I64, I8, U16, U32, U64, U8,
  isValid, normalized, normalizedHigh, normalizedLow,
} from './physical';

/**
 * Codes of one key column: `codes[i]` is set (`first`) or or-ed, `matchable[i]` (bytes) set or and-ed.
 * Returns how many of the rows can still have a match.
 */
export function joinCodes(
  key: usize, first: u32, values: usize, validity: usize, count: u32, codes: usize, matchable: usize,
): u32 {
  const keep: u64 = first != 0 ? 0 : ~(<u64>0);
  switch (load<u32>(key)) {
    case BOOL: case U8: return narrowCodes<u8>(key, keep, values, validity, count, codes, matchable);
    case I8: return narrowCodes<i8>(key, keep, values, validity, count, codes, matchable);
    case I16: return narrowCodes<i16>(key, keep, values, validity, count, codes, matchable);
    case U16: return narrowCodes<u16>(key, keep, values, validity, count, codes, matchable);
    case I32: return narrowCodes<i32>(key, keep, values, validity, count, codes, matchable);
    case U32: return narrowCodes<u32>(key, keep, values, validity, count, codes, matchable);
    case I64: return narrowCodes<i64>(key, keep, values, validity, count, codes, matchable);
    case U64: return narrowCodes<u64>(key, keep, values, validity, count, codes, matchable);
    case F32: return narrowCodes<f32>(key, keep, values, validity, count, codes, matchable);
    case F64: return narrowCodes<f64>(key, keep, values, validity, count, codes, matchable);
    default: return wideCodes(key, keep, values, validity, count, codes, matchable);
  }
}

function narrowCodes<T>(
  key: usize, keep: u64, values: usize, validity: usize, count: u32, codes: usize, matchable: usize,
): u32 {
  if (keep == 0 && validity == 0) return firstCodes<T>(key, values, count, codes, matchable);
  const nullMatches = load<u32>(key + 4) != 0;
  const base = load<u64>(key + 8);
  const span = load<u64>(key + 24);
  const shift = <u64>load<u32>(key + 32);
  const keepFlag = <u32>keep & 1;
  let matches: u32 = 0;
  for (let row: usize = 0; row < <usize>count; row++) {
    let code = normalized<T>(values + row * sizeof<T>()) - base;
    let flag = u32(code <= span);
    if (!isValid(validity, <u32>row)) {
      code = span + 1;
      flag = u32(nullMatches);
    }
    flag &= load<u8>(matchable + row) | (keepFlag ^ 1);
    store<u64>(codes + (row << 3), (load<u64>(codes + (row << 3)) & keep) | (code << shift));
    store<u8>(matchable + row, <u8>flag);
    matches += flag;
  }
  return matches;
}

/** The usual case: the first column, without NULLs. */
// @ts-ignore: decorator
@inline
function firstCodes<T>(key: usize, values: usize, count: u32, codes: usize, matchable: usize): u32 {
  const base = load<u64>(key + 8);
  const span = load<u64>(key + 24);
  const shift = <u64>load<u32>(key + 32);
  let matches: u32 = 0;
  for (let row: usize = 0; row < <usize>count; row++) {
    const code = normalized<T>(values + row * sizeof<T>()) - base;
    const flag = u32(code <= span);
    store<u64>(codes + (row << 3), code << shift);
    store<u8>(matchable + row, <u8>flag);
    matches += flag;
  }
  return matches;
}

function wideCodes(
  key: usize, keep: u64, values: usize, validity: usize, count: u32, codes: usize, matchable: usize,
): u32 {
  const type = load<u32>(key);
  const nullMatches = load<u32>(key + 4) != 0;
  const baseLow = load<u64>(key + 8);
  const baseHigh = load<u64>(key + 16);
  const span = load<u64>(key + 24);
  const shift = <u64>load<u32>(key + 32);
  const keepFlag = <u32>keep & 1;
  let matches: u32 = 0;
  for (let row: usize = 0; row < <usize>count; row++) {
    const value = values + (row << 4);
    const low = normalizedLow(type, value);
    const above = normalizedHigh(type, value) - baseHigh - u64(low < baseLow);
    let code = low - baseLow;
    let flag = u32(above == 0 && code <= span);
    if (!isValid(validity, <u32>row)) {
      code = span + 1;
      flag = u32(nullMatches);
    }
    flag &= load<u8>(matchable + row) | (keepFlag ^ 1);
    store<u64>(codes + (row << 3), (load<u64>(codes + (row << 3)) & keep) | (code << shift));
    store<u8>(matchable + row, <u8>flag);
    matches += flag;
  }
  return matches;
}

/** As the flags of {@link joinCodes}, for codes that are hashes: a NULL has no match. */
export function joinMatchable(first: u32, validity: usize, count: u32, matchable: usize): u32 {
  let matches: u32 = 0;
  for (let row: u32 = 0; row < count; row++) {
    const flag = u32(isValid(validity, row)) & (load<u8>(matchable + row) | first);
    store<u8>(matchable + row, <u8>flag);
    matches += flag;
  }
  return matches;
}
