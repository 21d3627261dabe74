import type { Address, Arena, ColumnStatistics, LiteralValue, SqlType } from '@windrow/core';
import { isText, physicalType, readValue } from '@windrow/core';
import { kernels, PHYSICAL_TYPE_CODES } from '@windrow/kernels';
import type { DenseRows } from '../dense-rows.ts';
import { compareLiterals, isOrdered } from '../pruning.ts';

/** What is known of some rows of a column. Bounds are missing without values, or when they are long. */
export interface ColumnProfile {
  readonly rowCount: number;
  readonly nullCount: number;
  readonly bounds: 'none' | 'unknown' | { readonly min: LiteralValue; readonly max: LiteralValue };
  /** Bytes behind references. */
  readonly textBytes: number;
}

export const EMPTY_PROFILE: ColumnProfile = {
  rowCount: 0,
  nullCount: 0,
  bounds: 'none',
  textBytes: 0,
};

/** Longer text is not kept as a bound. */
const MAX_BOUND_BYTES = 256;

/** The profile of `count` dense rows. `codes` has their entry numbers where a dictionary encodes them. */
export function profileRows(
  type: SqlType,
  rows: DenseRows,
  count: number,
  scratch: Arena,
  codes?: { readonly indices: Address; readonly entries: Address; readonly entryCount: number },
): ColumnProfile {
  const exports = kernels(scratch.memory);
  const { values, validity } = rows;
  const nullCount = validity === 0 ? 0 : count - exports.bitmapCountSet(validity, count);
  const isReference = physicalType(type) === 'ref';
  const textBytes = isReference ? exports.referenceBytes(values, validity, count) : 0;
  const profile = { rowCount: count, nullCount, textBytes };
  if (!isOrdered(type)) return { ...profile, bounds: 'unknown' };
  const out = scratch.allocate(32);
  const code = PHYSICAL_TYPE_CODES[physicalType(type)];
  const seen =
    codes === undefined
      ? exports.columnBounds(code, values, validity, count, out)
      : exports.dictionaryBounds(
          codes.indices,
          validity,
          count,
          codes.entries,
          codes.entryCount,
          scratch.allocate(codes.entryCount),
          out,
        );
  if (seen === 0) return { ...profile, bounds: 'none' };
  const { u32 } = scratch.memory;
  const longest = Math.max(u32[(out >>> 2) + 1] ?? 0, u32[(out >>> 2) + 5] ?? 0);
  if (isReference && longest > MAX_BOUND_BYTES) return { ...profile, bounds: 'unknown' };
  const min = readValue(scratch.memory, type, out);
  return { ...profile, bounds: { min, max: readValue(scratch.memory, type, out + 16) } };
}

/** The profile of the rows of both. */
export function mergeProfiles(a: ColumnProfile, b: ColumnProfile): ColumnProfile {
  return {
    rowCount: a.rowCount + b.rowCount,
    nullCount: a.nullCount + b.nullCount,
    textBytes: a.textBytes + b.textBytes,
    bounds: mergeBounds(a.bounds, b.bounds),
  };
}

function mergeBounds(
  a: ColumnProfile['bounds'],
  b: ColumnProfile['bounds'],
): ColumnProfile['bounds'] {
  if (a === 'none') return b;
  if (b === 'none') return a;
  if (a === 'unknown' || b === 'unknown') return 'unknown';
  return {
    min: (compareLiterals(b.min, a.min) ?? 0) < 0 ? b.min : a.min,
    max: (compareLiterals(b.max, a.max) ?? 0) > 0 ? b.max : a.max,
  };
}

/** The profile as statistics. */
export function profileStatistics(profile: ColumnProfile, type: SqlType): ColumnStatistics {
  const { bounds, nullCount, rowCount, textBytes } = profile;
  const values = rowCount - nullCount;
  return {
    nullCount,
    ...(typeof bounds === 'object' && bounds),
    ...((isText(type) || type.kind === 'blob') &&
      values > 0 && { averageBytes: textBytes / values }),
  };
}
