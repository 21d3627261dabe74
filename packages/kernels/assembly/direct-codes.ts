/**
 * Few keys: columns whose values are small numbers are combined into one code a row, and states are
 * looked up in an array by code.
 */

import { BOOL, I16, I32, I8, U16, U32, U8, isValid } from './physical';

// @ts-ignore: decorator
@inline
function codes<T>(
  values: usize, validity: usize, count: u32, least: u64, size: u32, factor: u32, out: usize,
): void {
  for (let row: u32 = 0; row < count; row++) {
    const code = isValid(validity, row) ? <u32>(<u64>load<T>(values) - least) : size - 1;
    store<u32>(out, load<u32>(out) * factor + code);
    values += sizeof<T>();
    out += 4;
  }
}

/**
 * Appends a column of integers, which less `least` are below `size − 1` (which stands for NULL), to
 * codes: code × factor + number. `factor` is `size`, and 0 for the first column.
 */
export function directCodes(
  type: u32, values: usize, validity: usize, count: u32, least: u64, size: u32, factor: u32, out: usize,
): void {
  switch (type) {
    case BOOL:
    case U8: codes<u8>(values, validity, count, least, size, factor, out); break;
    case I8: codes<i8>(values, validity, count, least, size, factor, out); break;
    case I16: codes<i16>(values, validity, count, least, size, factor, out); break;
    case U16: codes<u16>(values, validity, count, least, size, factor, out); break;
    case I32: codes<i32>(values, validity, count, least, size, factor, out); break;
    case U32: codes<u32>(values, validity, count, least, size, factor, out); break;
    default: codes<u64>(values, validity, count, least, size, factor, out); break;
  }
}

/** Rows whose code has no state yet, one a code; they are marked, so that each code comes once. */
export function directMissing(states: usize, codes: usize, count: u32, out: usize): u32 {
  let missing: u32 = 0;
  for (let row: u32 = 0; row < count; row++) {
    const at = states + ((<usize>load<u32>(codes)) << 2);
    codes += 4;
    if (load<u32>(at) != 0) continue;
    store<u32>(at, 1);
    store<u32>(out + ((<usize>missing) << 2), row);
    missing++;
  }
  return missing;
}

/** `states[codes[rows[i]]] = found[i]`. */
export function directAssign(
  states: usize, codes: usize, rows: usize, count: u32, found: usize,
): void {
  for (let i: u32 = 0; i < count; i++) {
    const row = <usize>load<u32>(rows + ((<usize>i) << 2));
    const code = <usize>load<u32>(codes + (row << 2));
    store<u32>(states + (code << 2), load<u32>(found + ((<usize>i) << 2)));
  }
}
