import {
  type Address,
  type Arena,
  assert,
  BLOB,
  type FlatVector,
  isNested,
  physicalType,
  type SqlType,
  widthBytes,
} from '@windrow/core';
import { kernels } from './module.ts';
import { PHYSICAL_TYPE_CODES } from './physical.ts';

/** Nested values as bytes that order as the values do; types are nodes, see `assembly/nested.ts`. */
export interface NestedKernels {
  /** Bytes that the valid values of a nested column take. */
  nestedBytesSize(type: Address, values: Address, validity: Address, count: number): number;
  /** Writes the bytes one value behind the other, and a reference to each; NULL has an empty one. */
  nestedBytes(
    type: Address,
    values: Address,
    validity: Address,
    count: number,
    references: Address,
    bytes: Address,
  ): void;
}

const LIST = 32;
const STRUCT = 33;
const MAP = 34;

/** Writes the node of a type; it lives in the arena. */
function writeTypeNode(arena: Arena, type: SqlType): Address {
  const words = nodeWords(arena, type);
  const address = arena.allocate(words.length * 4);
  arena.memory.u32.set(words, address >>> 2);
  return address;
}

function nodeWords(arena: Arena, type: SqlType): readonly number[] {
  switch (type.kind) {
    case 'list':
    case 'array':
      return [LIST, writeTypeNode(arena, type.element), widthBytes(type.element)];
    case 'struct':
      return [STRUCT, type.fields.length, ...type.fields.map((f) => writeTypeNode(arena, f.type))];
    case 'map': {
      const nodes = [writeTypeNode(arena, type.key), writeTypeNode(arena, type.value)];
      return [MAP, ...nodes, widthBytes(type.key), widthBytes(type.value)];
    }
    default:
      return [PHYSICAL_TYPE_CODES[physicalType(type)]];
  }
}

/**
 * A nested column as blobs whose bytewise order is the SQL order of its values, and which are equal exactly
 * when the values are: NULL inside equals NULL and is the greatest, −0.0 equals 0.0, NaN equals NaN. Rows
 * that are NULL stay so. The result lies in `arena`. Cost: O(bytes of the values).
 */
export function orderedBytes(arena: Arena, vector: FlatVector): FlatVector {
  const { type, length, values, validity } = vector;
  assert(isNested(type), 'ordered bytes are of nested values');
  const k = kernels(arena.memory);
  const node = writeTypeNode(arena, type);
  const size = k.nestedBytesSize(node, values, validity, length) >>> 0;
  const references = arena.allocate(length * 8);
  k.nestedBytes(node, values, validity, length, references, arena.allocate(size));
  return { kind: 'flat', type: BLOB, length, values: references, validity, stable: false };
}
