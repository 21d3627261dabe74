/** What is asked of pairs of probe rows and build rows, and noted of them. */

import { equalBytes } from './compare';
import { NONE } from './join-layout';
import {
  BOOL, F32, F64, I16, I32, I64, I8, REF, U16, U32, U64, U8,
  isValid, normalized, normalizedHigh, normalizedLow,
} from './physical';

/**
 * Is key column `i` equal in both rows of a pair? `values` and `validity` are the probe column, `table` the
 * build column's chunks (values, validity); `equal[i]` (bytes) is and-ed. NULL equals NULL if
 * `nullMatches`, else nothing.
 */
export function joinCompareKeys(
  type: u32, nullMatches: u32, values: usize, validity: usize, probeRows: usize,
  table: usize, buildRows: usize, count: u32, equal: usize,
): void {
  for (let pair: usize = 0; pair < <usize>count; pair++) {
    if (load<u8>(equal + pair) == 0) continue;
    const row = load<u32>(probeRows + (pair << 2));
    const id = load<u32>(buildRows + (pair << 2));
    const chunk = table + ((<usize>(id >> 16)) << 3);
    const offset = id & 0xffff;
    const valid = isValid(validity, row);
    const otherValid = isValid(load<u32>(chunk + 4), offset);
    const same = valid && otherValid
      ? equalValues(type, values, row, load<u32>(chunk), offset)
      : nullMatches != 0 && valid == otherValid;
    store<u8>(equal + pair, u8(same));
  }
}

// @ts-ignore: decorator
@inline
function equalNarrow<T>(values: usize, row: u32, other: usize, offset: u32): bool {
  return normalized<T>(values + <usize>row * sizeof<T>()) == normalized<T>(other + <usize>offset * sizeof<T>());
}

function equalValues(type: u32, values: usize, row: u32, other: usize, offset: u32): bool {
  switch (type) {
    case BOOL: case U8: case I8: return equalNarrow<u8>(values, row, other, offset);
    case U16: case I16: return equalNarrow<u16>(values, row, other, offset);
    case U32: case I32: return equalNarrow<u32>(values, row, other, offset);
    case U64: case I64: return equalNarrow<u64>(values, row, other, offset);
    case F32: return equalNarrow<f32>(values, row, other, offset);
    case F64: return equalNarrow<f64>(values, row, other, offset);
    case REF: return equalBytes(
      load<u64>(values + ((<usize>row) << 3)), load<u64>(other + ((<usize>offset) << 3)),
    );
    default: {
      const value = values + ((<usize>row) << 4);
      const otherValue = other + ((<usize>offset) << 4);
      return normalizedLow(type, value) == normalizedLow(type, otherValue)
        && normalizedHigh(type, value) == normalizedHigh(type, otherValue);
    }
  }
}

/** Keeps the pairs whose byte is not 0, in place and in order; returns how many. */
export function joinKeepPairs(keep: usize, count: u32, probeRows: usize, buildRows: usize): u32 {
  let kept: usize = 0;
  for (let pair: usize = 0; pair < <usize>count; pair++) {
    store<u32>(probeRows + (kept << 2), load<u32>(probeRows + (pair << 2)));
    store<u32>(buildRows + (kept << 2), load<u32>(buildRows + (pair << 2)));
    kept += usize(load<u8>(keep + pair) != 0);
  }
  return <u32>kept;
}

/** Sets the bytes of build rows, found through a table of the chunks' bytes (two u32 a chunk). */
export function joinMarkBuild(buildRows: usize, count: u32, table: usize): void {
  for (let pair: usize = 0; pair < <usize>count; pair++) {
    const id = load<u32>(buildRows + (pair << 2));
    if (id == NONE) continue;
    store<u8>(<usize>load<u32>(table + ((<usize>(id >> 16)) << 3)) + (id & 0xffff), 1);
  }
}

/** Sets `bytes[rows[i]]`; returns how many of them were set before. */
export function joinMarkRows(rows: usize, count: u32, bytes: usize): u32 {
  let repeated: u32 = 0;
  for (let pair: usize = 0; pair < <usize>count; pair++) {
    const byte = bytes + load<u32>(rows + (pair << 2));
    repeated += load<u8>(byte);
    store<u8>(byte, 1);
  }
  return repeated;
}

/** The rows without a head; returns how many. */
export function joinWithoutHead(heads: usize, count: u32, rows: usize): u32 {
  let found: usize = 0;
  for (let row: usize = 0; row < <usize>count; row++) {
    store<u32>(rows + (found << 2), <u32>row);
    found += usize(load<u32>(heads + (row << 2)) == NONE);
  }
  return <u32>found;
}

/** The rows whose byte is `wanted` (0 or 1); returns how many. */
export function joinRowsByByte(bytes: usize, wanted: u32, count: u32, rows: usize): u32 {
  let found: usize = 0;
  for (let row: usize = 0; row < <usize>count; row++) {
    store<u32>(rows + (found << 2), <u32>row);
    found += usize(<u32>load<u8>(bytes + row) == wanted);
  }
  return <u32>found;
}

/** Sets the bytes of rows that are NULL. */
export function joinMarkNulls(validity: usize, count: u32, bytes: usize): void {
  for (let row: u32 = 0; row < count; row++) {
    if (!isValid(validity, row)) store<u8>(bytes + row, 1);
  }
}

/**
 * Sets the byte in `matched` or in `unknown` of the rows (0: row i is i) whose condition is true or NULL.
 */
export function joinMarkTruth(
  values: usize, validity: usize, rows: usize, count: u32, matched: usize, unknown: usize,
): void {
  for (let i: u32 = 0; i < count; i++) {
    const row = rows == 0 ? i : load<u32>(rows + ((<usize>i) << 2));
    if (!isValid(validity, i)) store<u8>(unknown + row, 1);
    else if (load<u8>(values + i) != 0) store<u8>(matched + row, 1);
  }
}

/** `out[i] = rows[i] + add`; without rows (0), `i + add`. */
export function joinOffsetRows(rows: usize, count: u32, add: u32, out: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    const at = (<usize>i) << 2;
    store<u32>(out + at, (rows == 0 ? i : load<u32>(rows + at)) + add);
  }
}
