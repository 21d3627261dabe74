import type { Address, Arena, FlatVector, SqlType, Vector } from '@windrow/core';
import {
  allocateList,
  assert,
  isValidAt,
  listBlockBytes,
  SqlError,
  setValidAt,
  structBlockBytes,
  structFieldOffset,
  typeName,
  widthBytes,
} from '@windrow/core';
import { denseRows } from '../dense-rows.ts';
import type { ArrowColumn } from './arrow-column.ts';

/**
 * References to the blocks of nested values, made from Arrow's offsets and children. Children are
 * imported whole first, by `importColumn`; a row's block takes its part of them, and shares their text.
 */
export function importNested(
  column: ArrowColumn,
  type: SqlType,
  arena: Arena,
  importColumn: (column: ArrowColumn, type: SqlType, arena: Arena) => Vector,
): Address {
  const child: ImportChild = (parent, index, childType) => {
    const inner = parent.children[index];
    assert(inner !== undefined, `a column of nested values has child ${index}`);
    const vector = importColumn(inner, childType, arena);
    if (vector.kind === 'flat') return vector;
    const rows = denseRows(vector, 0, vector.length, arena);
    return { kind: 'flat', type: childType, length: vector.length, ...rows, stable: false };
  };
  switch (type.kind) {
    case 'list':
      return importLists(column, child, type.element, arena);
    case 'array':
      return importArrays(column, child, type.element, type.length, arena);
    case 'struct':
      return importStructs(
        column,
        child,
        type.fields.map((field) => field.type),
        arena,
      );
    case 'map':
      return importMaps(column, child, type, arena);
    default:
      throw new SqlError('internal', `${typeName(type)} is not nested`);
  }
}

/** The whole of a column's child `index` as a flat vector. */
type ImportChild = (parent: ArrowColumn, index: number, type: SqlType) => FlatVector;

function importLists(
  column: ArrowColumn,
  child: ImportChild,
  element: SqlType,
  arena: Arena,
): Address {
  const elements = child(column, 0, element);
  const bounds = offsetsOf(column, elements.length);
  return references(column.length, arena, (row) =>
    listBlock(elements, bounds[row] ?? 0, bounds[row + 1] ?? 0, arena),
  );
}

function importArrays(
  column: ArrowColumn,
  child: ImportChild,
  element: SqlType,
  length: number,
  arena: Arena,
): Address {
  const elements = child(column, 0, element);
  const first = column.offset;
  if ((first + column.length) * length > elements.length) {
    throw new SqlError('io', 'an Arrow list column has too few elements');
  }
  return references(column.length, arena, (row) =>
    listBlock(elements, (first + row) * length, (first + row + 1) * length, arena),
  );
}

function importStructs(
  column: ArrowColumn,
  child: ImportChild,
  types: readonly SqlType[],
  arena: Arena,
): Address {
  const fields = types.map((type, index) => child(column, index, type));
  if (fields.some((field) => field.length < column.offset + column.length)) {
    throw new SqlError('io', 'an Arrow struct column has too few values');
  }
  return references(column.length, arena, (row) => structBlock(fields, column.offset + row, arena));
}

/** A map is a list of entries in Arrow, and a struct of two lists in a block. */
function importMaps(
  column: ArrowColumn,
  child: ImportChild,
  { key, value }: Extract<SqlType, { kind: 'map' }>,
  arena: Arena,
): Address {
  const entries = column.children[0];
  assert(entries !== undefined, 'a map column has entries');
  const keys = child(entries, 0, key);
  const values = child(entries, 1, value);
  const bounds = offsetsOf(column, Math.min(keys.length, values.length));
  return references(column.length, arena, (row) => {
    const [from, to] = [bounds[row] ?? 0, bounds[row + 1] ?? 0];
    const block = arena.allocateZeroed(structBlockBytes(2));
    [keys, values].forEach((part, index) => {
      const list = listBlock(part, from, to, arena);
      const at = (block + structFieldOffset(2, index)) >>> 2;
      arena.memory.u32[at] = list.address;
      arena.memory.u32[at + 1] = list.bytes;
      setValidAt(arena.memory, block, index, true);
    });
    return { address: block, bytes: structBlockBytes(2) };
  });
}

interface Block {
  readonly address: Address;
  readonly bytes: number;
}

function references(length: number, arena: Arena, block: (row: number) => Block): Address {
  const refs = arena.allocate(length * 8);
  for (let row = 0; row < length; row++) {
    const { address, bytes } = block(row);
    arena.memory.u32[(refs >>> 2) + row * 2] = address;
    arena.memory.u32[(refs >>> 2) + row * 2 + 1] = bytes;
  }
  return refs;
}

/** A list block of elements `from` … `to`. */
export function listBlock(elements: FlatVector, from: number, to: number, arena: Arena): Block {
  const count = to - from;
  const width = widthBytes(elements.type);
  const { address, elements: target } = allocateList(arena, elements.type, count);
  const { memory } = arena;
  memory.u8.copyWithin(target.values, elements.values + from * width, elements.values + to * width);
  if (elements.validity !== 0) {
    for (let i = 0; i < count; i++) {
      if (!isValidAt(memory, elements.validity, from + i)) {
        setValidAt(memory, target.validity, i, false);
      }
    }
  }
  return { address, bytes: listBlockBytes(elements.type, count) };
}

/** A struct block of row `row` of each field. */
export function structBlock(fields: readonly FlatVector[], row: number, arena: Arena): Block {
  const bytes = structBlockBytes(fields.length);
  const address = arena.allocateZeroed(bytes);
  const { memory } = arena;
  fields.forEach((field, index) => {
    if (!isValidAt(memory, field.validity, row)) return;
    const width = widthBytes(field.type);
    const from = field.values + row * width;
    memory.u8.copyWithin(address + structFieldOffset(fields.length, index), from, from + width);
    setValidAt(memory, address, index, true);
  });
  return { address, bytes };
}

/** The rows' bounds within the child, checked. */
function offsetsOf(column: ArrowColumn, childLength: number): number[] {
  const { type, offsets, offset, length } = column;
  if (length === 0) return [];
  assert(offsets !== undefined, 'a column of lists has offsets');
  const wide = type.kind === 'list' && type.wideOffsets;
  const view = new DataView(offsets.buffer, offsets.byteOffset, offsets.byteLength);
  const bounds: number[] = [];
  let previous = 0;
  for (let row = 0; row <= length; row++) {
    const at = (offset + row) * (wide ? 8 : 4);
    const bound = wide ? Number(view.getBigInt64(at, true)) : view.getInt32(at, true);
    if (bound < previous || bound > childLength) {
      throw new SqlError('io', 'offsets of an Arrow column do not fit its data');
    }
    bounds.push(bound);
    previous = bound;
  }
  return bounds;
}
