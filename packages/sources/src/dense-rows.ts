import type { Address, Arena, ConstantVector, DictionaryVector, Vector } from '@windrow/core';
import { bitmapBytes, unreachable, widthBytes } from '@windrow/core';
import { type KernelExports, kernels } from '@windrow/kernels';

/** Rows of a column one behind the other; bit 0 of `validity` is the first row, 0: none is NULL. */
export interface DenseRows {
  readonly values: Address;
  readonly validity: Address;
}

const GATHER = { 1: 'gather1', 2: 'gather2', 4: 'gather4', 8: 'gather8', 16: 'gather16' } as const;
const FILL = { 1: 'fill1', 2: 'fill2', 4: 'fill4', 8: 'fill8', 16: 'fill16' } as const;
type Width = keyof typeof GATHER;

/** Gathers values of a width of 1, 2, 4, 8 or 16 bytes by row numbers (u32). */
export const gatherOf = (exports: KernelExports, width: number): KernelExports['gather8'] =>
  exports[GATHER[width as Width]];

/** Rows `from` … `from + count` of a vector, in place where they already lie so, else in `arena`. */
export function denseRows(vector: Vector, from: number, count: number, arena: Arena): DenseRows {
  switch (vector.kind) {
    case 'flat':
      return {
        values: vector.values + from * widthBytes(vector.type),
        validity: slicedBitmap(vector.validity, from, count, arena),
      };
    case 'constant':
      return fromConstant(vector, count, arena);
    case 'dictionary':
      return fromDictionary(vector, from, count, arena);
    default:
      return unreachable(vector);
  }
}

function slicedBitmap(bitmap: Address, from: number, count: number, arena: Arena): Address {
  if (bitmap === 0 || from === 0) return bitmap;
  const out = arena.allocate(bitmapBytes(count));
  kernels(arena.memory).bitmapSlice(bitmap, from, count, out);
  return out;
}

function fromConstant(vector: ConstantVector, count: number, arena: Arena): DenseRows {
  const width = widthBytes(vector.type);
  const values = arena.allocate(count * width);
  if (vector.isNull) {
    arena.memory.fill(0, values, count * width);
    return { values, validity: arena.allocateZeroed(bitmapBytes(count)) };
  }
  kernels(arena.memory)[FILL[width as Width]](vector.values, count, values);
  return { values, validity: 0 };
}

function fromDictionary(
  vector: DictionaryVector,
  from: number,
  count: number,
  arena: Arena,
): DenseRows {
  const exports = kernels(arena.memory);
  const { dictionary } = vector;
  const width = widthBytes(vector.type);
  const indices = vector.indices + from * 4;
  const values = arena.allocate(count * width);
  gatherOf(exports, width)(dictionary.values, indices, count, values);
  let validity = slicedBitmap(vector.validity, from, count, arena);
  if (dictionary.validity !== 0) {
    const entries = arena.allocate(bitmapBytes(count));
    exports.gatherBits(dictionary.validity, indices, count, entries);
    if (validity !== 0) exports.bitmapAnd(entries, validity, count, entries);
    validity = entries;
  }
  return { values, validity };
}
