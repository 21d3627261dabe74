import {
  type Address,
  type Arena,
  bitmapBytes,
  type ConstantVector,
  copyReferenced,
  type DictionaryVector,
  type FlatVector,
  isNested,
  isReference,
  isValidAt,
  type SharedMemory,
  unreachable,
  type Vector,
  widthBytes,
} from '@windrow/core';
import { COPY_SLACK_BYTES, kernels } from '@windrow/kernels';

/** Where vectors are rewritten: the results live as long as the arena's content. */
export interface VectorContext {
  readonly memory: SharedMemory;
  readonly batchArena: Arena;
}

/**
 * The selected rows of a column, one behind the other, without constants or dictionaries.
 *
 * `selection` holds `length` row numbers (0: the first `length` rows). A flat column without selection
 * is returned as it is; otherwise values are copied into the batch arena, references still pointing to
 * the same bytes.
 */
export function flatten(
  context: VectorContext,
  vector: Vector,
  selection: Address,
  length: number,
): FlatVector {
  switch (vector.kind) {
    case 'flat':
      return selection === 0 ? vector : gatherFlat(context, vector, selection, length);
    case 'constant':
      return repeatConstant(context, vector, length);
    case 'dictionary':
      return flattenDictionary(context, selectDictionary(context, vector, selection, length));
    default:
      return unreachable(vector);
  }
}

/**
 * The selected rows of a column in its own encoding: constants stay constants, and of a dictionary only
 * the indices move. For columns that are passed on.
 */
export function selectRows(
  context: VectorContext,
  vector: Vector,
  selection: Address,
  length: number,
): Vector {
  switch (vector.kind) {
    case 'flat':
      return selection === 0 ? vector : gatherFlat(context, vector, selection, length);
    case 'constant':
      return vector.length === length ? vector : { ...vector, length };
    case 'dictionary':
      return selectDictionary(context, vector, selection, length);
    default:
      return unreachable(vector);
  }
}

/**
 * Rows of a flat vector by number, in any order and number of times. Row numbers are u32;
 * 0xFFFFFFFF gives NULL when `missing` says that it may occur.
 */
export function gatherFlat(
  context: VectorContext,
  vector: FlatVector,
  rows: Address,
  length: number,
  options: { readonly missing: boolean } = { missing: false },
): FlatVector {
  const { memory, batchArena } = context;
  const k = kernels(memory);
  const { type } = vector;
  const width = widthBytes(type) as 1 | 2 | 4 | 8 | 16;
  const values = batchArena.allocate(length * width);
  let validity = 0;
  if (options.missing) {
    k[`gather${width}OrZero`](vector.values, rows, length, values);
    validity = batchArena.allocate(bitmapBytes(length));
    k.gatherBitsOrZero(vector.validity, rows, length, validity);
  } else {
    k[`gather${width}`](vector.values, rows, length, values);
    validity = gatherValidity(context, vector.validity, rows, length);
  }
  return { kind: 'flat', type, length, values, validity, stable: vector.stable };
}

/** The bitmap of the rows named, 0 for 0. */
export function gatherValidity(
  context: VectorContext,
  validity: Address,
  rows: Address,
  length: number,
): Address {
  if (validity === 0) return 0;
  const out = context.batchArena.allocate(bitmapBytes(length));
  kernels(context.memory).gatherBits(validity, rows, length, out);
  return out;
}

/** Bitmap of the rows that both bitmaps call valid; 0 stands for all. */
export function intersectValidity(
  context: VectorContext,
  a: Address,
  b: Address,
  length: number,
): Address {
  if (a === 0 || a === b) return b;
  if (b === 0) return a;
  const out = context.batchArena.allocate(bitmapBytes(length));
  kernels(context.memory).bitmapAnd(a, b, length, out);
  return out;
}

function repeatConstant(
  { memory, batchArena }: VectorContext,
  vector: ConstantVector,
  length: number,
): FlatVector {
  const { type, stable } = vector;
  const width = widthBytes(type) as 1 | 2 | 4 | 8 | 16;
  if (vector.isNull) {
    const values = batchArena.allocateZeroed(length * width);
    const validity = batchArena.allocateZeroed(bitmapBytes(length));
    return { kind: 'flat', type, length, values, validity, stable };
  }
  const values = batchArena.allocate(length * width);
  kernels(memory)[`fill${width}`](vector.values, length, values);
  return { kind: 'flat', type, length, values, validity: 0, stable };
}

/** Some rows of a dictionary vector; only the indices move. */
export function selectDictionary(
  context: VectorContext,
  vector: DictionaryVector,
  selection: Address,
  length: number,
): DictionaryVector {
  if (selection === 0) return vector;
  const indices = context.batchArena.allocate(length * 4);
  kernels(context.memory).gather4(vector.indices, selection, length, indices);
  const validity = gatherValidity(context, vector.validity, selection, length);
  return { ...vector, length, indices, validity };
}

/** Validity of the rows of a dictionary vector, its entries' included. */
export function dictionaryValidity(context: VectorContext, vector: DictionaryVector): Address {
  const { indices, length, dictionary } = vector;
  const entries = gatherValidity(context, dictionary.validity, indices, length);
  return intersectValidity(context, vector.validity, entries, length);
}

function flattenDictionary(context: VectorContext, vector: DictionaryVector): FlatVector {
  const { memory, batchArena } = context;
  const { type, length, indices, dictionary, stable } = vector;
  const width = widthBytes(type) as 1 | 2 | 4 | 8 | 16;
  const values = batchArena.allocate(length * width);
  kernels(memory)[`gather${width}`](dictionary.values, indices, length, values);
  const validity = dictionaryValidity(context, vector);
  return { kind: 'flat', type, length, values, validity, stable };
}

/**
 * The same rows with all referenced bytes copied into `arena`, for operators that keep rows beyond the
 * batch; the references to the copies go to `out` (8 bytes a row; the vector's own values are allowed).
 * The bytes of text lie in the order of `order` (u32 row numbers), for those who will read them so.
 * The result counts as stable: the arena lives as long as the rows are kept. A vector without
 * references is returned as it is.
 */
export function copyReferencedBytes(
  arena: Arena,
  vector: FlatVector,
  { out, order = 0 }: { readonly out?: Address; readonly order?: Address } = {},
): FlatVector {
  const { type, length, validity } = vector;
  if (!isReference(type)) return vector;
  const values = out ?? arena.allocate(length * 8);
  if (isNested(type)) copyNestedRows(arena, vector, values);
  else {
    const k = kernels(arena.memory);
    const bytes = k.referenceBytes(vector.values, validity, length) + COPY_SLACK_BYTES;
    k.copyReferences(vector.values, validity, order, length, values, arena.allocate(bytes));
  }
  return { ...vector, values, stable: true };
}

function copyNestedRows(arena: Arena, vector: FlatVector, out: Address): void {
  const { u32 } = arena.memory;
  for (let row = 0; row < vector.length; row++) {
    const from = (vector.values >>> 2) + row * 2;
    const to = (out >>> 2) + row * 2;
    const isValid = isValidAt(arena.memory, vector.validity, row);
    const bytes = isValid ? u32[from + 1]! : 0;
    const address = isValid
      ? copyReferenced(arena, vector.type, { address: u32[from]!, bytes })
      : 0;
    u32[to] = address;
    u32[to + 1] = bytes;
  }
}
