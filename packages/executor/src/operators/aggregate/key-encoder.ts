import {
  type Address,
  type Arena,
  type FlatVector,
  isNested,
  physicalType,
  type SharedMemory,
  type Vector,
  widthBytes,
} from '@windrow/core';
import { kernels, PHYSICAL_TYPE_CODES } from '@windrow/kernels';
import { flatten } from '../../expression/flatten.ts';
import { comparableVector } from '../../runtime/comparable.ts';
import { hashRows } from '../../runtime/hash.ts';
import { hasPayload, type KeyColumn, type KeyLayout } from './key-layout.ts';

interface EncoderContext {
  readonly memory: SharedMemory;
  readonly batchArena: Arena;
}

/** The key columns of a batch, dense, with the hashes of its rows. */
export interface KeyRows {
  readonly length: number;
  readonly columns: readonly Vector[];
  /** The columns as they compare: nested values as their ordered bytes. */
  readonly compared: readonly Vector[];
  /** u64 a row. */
  readonly hashes: Address;
}

/** The keys of a batch's rows as group tables take them; in the batch arena, or the batch itself. */
export interface EncodedKeys {
  readonly length: number;
  /** u64 a row: u32 hash, u32 null mask. */
  readonly heads: Address;
  readonly keys: Address;
  readonly stride: number;
  /** Do the bytes of key column i outlive the batch? */
  readonly stable: readonly boolean[];
}

const HEAD_BYTES = 8;

/** Hashes dense key columns. */
export function hashKeys(
  context: EncoderContext,
  columns: readonly Vector[],
  length: number,
): KeyRows {
  const compared = columns.map((column) => comparableVector(context, column, length));
  return { length, columns, compared, hashes: hashRows(context, compared, length) };
}

/** Brings key rows into the layout. */
export function encodeKeys(context: EncoderContext, layout: KeyLayout, rows: KeyRows): EncodedKeys {
  const { memory, batchArena } = context;
  const { columns, compared, hashes, length } = rows;
  const heads = batchArena.allocate(length * HEAD_BYTES);
  kernels(memory).groupHeads(hashes, length, heads);
  const flat = compared.map((column) => flatten(context, column, 0, length));
  const stable = columns.map((column) => column.stable && !isNested(column.type));
  const stride = layout.bytes;
  const bare = bareKeys(layout, flat);
  if (bare !== undefined) return { length, heads, keys: bare, stride, stable };
  const keys = layout.hasGaps
    ? batchArena.allocateZeroed(length * stride)
    : batchArena.allocate(length * stride);
  layout.columns.forEach((column, index) => {
    encodeColumn(context, column, { vector: flat[index]!, keys, stride, heads });
    if (!hasPayload(column.type)) return;
    const { values, validity } = flatten(context, columns[index]!, 0, length);
    const target = keys + column.valueOffset;
    const width = widthBytes(column.type);
    kernels(memory).groupPayload(width, values, validity, length, target, stride);
  });
  return { length, heads, keys, stride, stable };
}

/** A single integer column of whole words without NULLs is its own key. */
function bareKeys(layout: KeyLayout, columns: readonly FlatVector[]): Address | undefined {
  const [column, ...others] = columns;
  if (column === undefined || others.length > 0 || column.validity !== 0) return undefined;
  const isBare = layout.bytes === widthBytes(column.type) && layout.refs === 0;
  return isBare && physicalType(column.type) !== 'f64' ? column.values : undefined;
}

function encodeColumn(
  context: EncoderContext,
  column: KeyColumn,
  to: {
    readonly vector: FlatVector;
    readonly keys: Address;
    readonly stride: number;
    readonly heads: Address;
  },
): void {
  const k = kernels(context.memory);
  const { vector, keys, stride, heads } = to;
  const { type, length, values, validity } = vector;
  const code = PHYSICAL_TYPE_CODES[physicalType(type)];
  k.groupEncode(code, values, validity, length, keys + column.offset, stride);
  if (validity === 0) return;
  const { maskOffset, maskBit } = column;
  if (maskOffset < HEAD_BYTES) {
    k.groupNullBits(heads + maskOffset, HEAD_BYTES, validity, length, maskBit);
  } else {
    k.groupNullBits(keys + maskOffset - HEAD_BYTES, stride, validity, length, maskBit);
  }
}
