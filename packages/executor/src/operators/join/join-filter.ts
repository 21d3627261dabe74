import { type Address, type SqlType, widthBytes } from '@windrow/core';
import { JOIN_FILTER_BYTES, writeJoinFilter } from '@windrow/kernels';
import type { Query } from '../../runtime/query.ts';

/*
 * What keeps probe rows away from a table that has no match for them: bitmaps of the build side's codes.
 * A filter of one key column is read from the column itself, before anything else is done for a row.
 */

/** A filled filter; plain data. */
export interface JoinFilter {
  readonly address: Address;
  /** The key column that it is about; undefined: all of them. */
  readonly key: number | undefined;
  /** Is it about whole codes? So is that of the only key column. */
  readonly isWhole: boolean;
}

/** A key column's part of exact codes. */
export interface CodePart {
  readonly type: SqlType;
  /** Its values are below it. */
  readonly codeCount: bigint;
  readonly shift: number;
  readonly bits: number;
}

/** A filter is exact when it has at most so many bits, a megabyte of them, … */
const EXACT_FILTER_BITS = 2 ** 23;

/** … or so many for each row. */
const EXACT_FILTER_BITS_PER_ROW = 64;

/** Bits of a filter by hash for each row: one row in sixteen passes without a match. */
const FILTER_BITS_PER_ROW = 16;

/** A filter by hash has so many bits at least: they cost nothing. */
const MIN_FILTER_BITS = 65536;

/** A table of several keys that fits into the caches needs no filter by hash. */
const MIN_FILTERED_TABLE_BYTES = 524288;

/**
 * Creates the filters of a table, empty: one for each key column whose codes are few, or that is alone;
 * and one by hash of several columns together. `parts` are those of exact codes, else none.
 */
export function createJoinFilters(
  query: Query,
  rows: number,
  { parts, tableBytes }: { readonly parts: readonly CodePart[]; readonly tableBytes: number },
): readonly JoinFilter[] {
  const mostBits = BigInt(Math.max(rows * EXACT_FILTER_BITS_PER_ROW, EXACT_FILTER_BITS));
  const hashBits = Math.max(rows * FILTER_BITS_PER_ROW, MIN_FILTER_BITS);
  const isAlone = parts.length === 1;
  const filters: JoinFilter[] = [];
  parts.forEach((part, key) => {
    const exact = part.codeCount <= mostBits;
    if (widthBytes(part.type) > 8 || !(exact || isAlone)) return;
    const bitCount = exact ? Number(part.codeCount) : hashBits;
    filters.push({
      address: createFilter(query, { bitCount, exact, part }),
      key,
      isWhole: isAlone,
    });
  });
  if (!filters.some(({ isWhole }) => isWhole) && tableBytes >= MIN_FILTERED_TABLE_BYTES) {
    const address = createFilter(query, { bitCount: hashBits, exact: false });
    filters.push({ address, key: undefined, isWhole: true });
  }
  return filters;
}

function createFilter(
  { memory, arena }: Query,
  filter: { readonly bitCount: number; readonly exact: boolean; readonly part?: CodePart },
): Address {
  const bits = arena.allocateZeroed(Math.ceil(filter.bitCount / 64) * 8);
  const address = arena.allocate(JOIN_FILTER_BYTES);
  writeJoinFilter(memory, address, { ...filter, bits });
  return address;
}
