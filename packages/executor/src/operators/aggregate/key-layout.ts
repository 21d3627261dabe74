import {
  assert,
  isNested,
  PHYSICAL_WIDTH_BYTES,
  physicalType,
  type SqlType,
  widthBytes,
} from '@windrow/core';
import { GROUP_HEAD_BYTES } from '@windrow/kernels';

/*
 * How a group's key lies in its entry, behind the head (see kernels' assembly/hash-table.ts):
 *
 *   words    the columns of fixed width in their comparable form, wide ones first, padded to 8 bytes
 *   refs     text, and the ordered bytes of nested values: equal when their bytes are
 *   payload  values whose comparable form is another one: intervals and nested values as they came
 */

/** One key column; offsets are in bytes from the start of the key. */
export interface KeyColumn {
  readonly type: SqlType;
  /** The comparable form. */
  readonly offset: number;
  /** The value, as it came. */
  readonly valueOffset: number;
  /** Bit of the null mask at `maskOffset`, which counts from the start of the entry. */
  readonly maskOffset: number;
  readonly maskBit: number;
}

export interface KeyLayout {
  readonly columns: readonly KeyColumn[];
  readonly words: number;
  readonly refs: number;
  readonly bytes: number;
  /** The key is padded, or has masks, which have to be cleared before columns are written. */
  readonly hasGaps: boolean;
}

/** Null bits in the head; further columns have masks of as many bits among the words. */
const MASK_BITS = 32;
const MASK_BYTES = 4;
const HEAD_MASK_OFFSET = 4;

/** Lays out keys of these columns. */
export function layOutKey(types: readonly SqlType[]): KeyLayout {
  const offsets = new Map<number, number>();
  const byWidth = types
    .map((type, column) => ({ column, width: comparedWidth(type) }))
    .filter(({ column }) => physicalType(types[column]!) !== 'ref')
    .sort((a, b) => b.width - a.width);
  let end = 0;
  for (const { column, width } of byWidth) {
    offsets.set(column, end);
    end += width;
  }
  const extraMasks = Math.max(0, Math.ceil(types.length / MASK_BITS) - 1);
  const masks = Math.ceil(end / MASK_BYTES) * MASK_BYTES;
  const used = extraMasks === 0 ? end : masks + extraMasks * MASK_BYTES;
  const words = Math.ceil(used / 8);
  end = words * 8;
  types.forEach((type, column) => {
    if (physicalType(type) !== 'ref') return;
    offsets.set(column, end);
    end += 8;
  });
  const refs = end / 8 - words;
  const columns = types.map((type, column): KeyColumn => {
    const offset = offsets.get(column);
    assert(offset !== undefined, 'every key column has its place');
    let valueOffset = offset;
    if (hasPayload(type)) {
      valueOffset = end;
      end += widthBytes(type);
    }
    const mask = Math.floor(column / MASK_BITS);
    const maskOffset =
      mask === 0 ? HEAD_MASK_OFFSET : GROUP_HEAD_BYTES + masks + (mask - 1) * MASK_BYTES;
    return { type, offset, valueOffset, maskOffset, maskBit: column % MASK_BITS };
  });
  return { columns, words, refs, bytes: end, hasGaps: used !== words * 8 || extraMasks > 0 };
}

const comparedWidth = (type: SqlType): number => PHYSICAL_WIDTH_BYTES[physicalType(type)];

/** Is the value kept beside its comparable form? */
export const hasPayload = (type: SqlType): boolean => type.kind === 'interval' || isNested(type);
