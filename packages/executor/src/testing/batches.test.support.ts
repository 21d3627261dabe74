import {
  Arena,
  type Batch,
  bitmapBytes,
  type FlatVector,
  type FunctionRegistry,
  type LiteralValue,
  readRow,
  SharedMemory,
  type SqlType,
  setValidAt,
  type Vector,
  widthBytes,
  writeValue,
  writeVector,
} from '@windrow/core';
import type { ExpressionContext } from '../expression/context.ts';

/** A column of a test: values and how they are to be encoded. */
export interface TestColumn {
  readonly type: SqlType;
  readonly values: readonly LiteralValue[];
  /** A constant needs equal values; of unequal ones a dictionary is made. */
  readonly encoding: 'flat' | 'dictionary' | 'constant';
}

const memory = SharedMemory.create();

/** A context over fresh arenas of the memory that all tests of a file share. */
export function testContext(functions: FunctionRegistry): ExpressionContext & { release(): void } {
  const owner = memory.newOwner();
  const taskArena = new Arena(memory, owner, 65536);
  const batchArena = new Arena(memory, owner, 65536);
  const session = { nowMicros: 0n, timeZone: 'UTC' };
  return {
    memory,
    taskArena,
    batchArena,
    functions,
    session,
    release: () => memory.freeOwner(owner),
  };
}

const sameValue = (a: LiteralValue, b: LiteralValue | undefined): boolean => Object.is(a, b);

/** The column as a vector in the arena. */
export function vectorOf(arena: Arena, { type, values, encoding }: TestColumn): Vector {
  const { length } = values;
  const first = values[0] ?? null;
  if (encoding === 'flat') return fillUnderNulls(arena, writeVector(arena, type, values));
  if (encoding === 'constant' && length > 0 && values.every((value) => sameValue(value, first))) {
    const one = arena.allocateZeroed(widthBytes(type));
    if (first !== null) writeValue(arena, type, first, one);
    return { kind: 'constant', type, length, values: one, isNull: first === null, stable: false };
  }
  return dictionaryOf(arena, type, values);
}

/** NULLs stand partly in the dictionary, partly in the rows' bitmap. */
function dictionaryOf(arena: Arena, type: SqlType, values: readonly LiteralValue[]): Vector {
  const { length } = values;
  const entries = [...new Set([...values, null])];
  const dictionary = fillUnderNulls(arena, writeVector(arena, type, entries));
  const indices = arena.allocate(length * 4);
  const hasNull = values.includes(null);
  const validity = hasNull ? arena.allocate(bitmapBytes(length)) : 0;
  if (hasNull) arena.memory.u8.fill(0xff, validity, validity + bitmapBytes(length));
  values.forEach((value, i) => {
    const inBitmap = value === null && i % 2 === 0;
    if (inBitmap) setValidAt(arena.memory, validity, i, false);
    arena.memory.u32[indices / 4 + i] = inBitmap ? 0 : entries.indexOf(value);
  });
  return { kind: 'dictionary', type, length, indices, validity, dictionary, stable: false };
}

/** Puts all ones under NULLs of fixed-width types, for code that should not look there. */
function fillUnderNulls(arena: Arena, vector: FlatVector): FlatVector {
  const { type } = vector;
  const width = widthBytes(type);
  for (let row = 0; row < vector.length; row++) {
    if (readRow(arena.memory, vector, row) !== null || type.kind === 'varchar') continue;
    arena.memory.u8.fill(0xff, vector.values + row * width, vector.values + (row + 1) * width);
  }
  return vector;
}

/** A batch of the columns in the arena; `selection` lists row numbers, undefined selects all. */
export function batchOf(
  arena: Arena,
  columns: readonly TestColumn[],
  selection?: readonly number[],
): Batch {
  const vectors = columns.map((column) => vectorOf(arena, column));
  const rows = columns[0]?.values.length ?? 0;
  if (selection === undefined) return { length: rows, selection: 0, columns: vectors };
  const address = arena.allocate(selection.length * 4);
  arena.memory.u32.set(selection, address / 4);
  return { length: selection.length, selection: address, columns: vectors };
}

/** All rows of a vector as plain data. */
export const valuesOf = (vector: Vector): LiteralValue[] =>
  Array.from({ length: vector.length }, (_, row) => readRow(memory, vector, row));
