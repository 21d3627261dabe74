import type { Address, Arena, SharedMemory } from './memory.ts';
import type { SqlType } from './types.ts';
import { isNested, physicalType, widthBytes } from './types.ts';
import { bitmapBytes, type FlatVector } from './vector.ts';

/*
 * Blocks behind the references of nested values. A block is 16-byte aligned; the length in its reference
 * is the block's own size. References inside are addresses like any other, so a list may share the bytes
 * of strings that exist elsewhere, and keeping a nested value means a deep copy (copyNested).
 *
 *   list, array   u32 count │ 12 bytes unused │ count × element width │ to 8 │ validity words
 *   struct        validity words │ to 16 │ one 16-byte slot a field, its value at the slot's start
 *   map           a struct of two lists, the keys and the values, of equal counts
 *
 * Validity words are u64, one bit an element or field, least significant first, 1 = valid; always there.
 */

const LIST_HEADER_BYTES = 16;
const STRUCT_SLOT_BYTES = 16;

/** Alignment of blocks and of the parts inside. */
export const BLOCK_ALIGNMENT_BYTES = 16;

const alignTo = (bytes: number, alignment: number): number =>
  Math.ceil(bytes / alignment) * alignment;

/** Size of the block of a list or array of `count` elements. */
export const listBlockBytes = (element: SqlType, count: number): number =>
  LIST_HEADER_BYTES + alignTo(count * widthBytes(element), 8) + bitmapBytes(count);

/** Where a list's elements and their validity lie within its block, from the block's start. */
export const listOffsets = (
  element: SqlType,
  count: number,
): { readonly values: number; readonly validity: number } => ({
  values: LIST_HEADER_BYTES,
  validity: LIST_HEADER_BYTES + alignTo(count * widthBytes(element), 8),
});

/**
 * A new list block, all elements valid and not yet written; its size is {@link listBlockBytes}.
 * The element vector is where to write them.
 */
export function allocateList(
  arena: Arena,
  element: SqlType,
  count: number,
): { readonly address: Address; readonly bytes: number; readonly elements: FlatVector } {
  const bytes = listBlockBytes(element, count);
  const address = arena.allocate(bytes);
  arena.memory.u32[address >>> 2] = count;
  const elements = listElements(arena.memory, element, address);
  arena.memory.fill(0xff, elements.validity, bitmapBytes(count));
  return { address, bytes, elements };
}

/** The elements of a list block as a vector; an empty list has none. */
export function listElements(
  memory: SharedMemory,
  element: SqlType,
  address: Address,
  stable = false,
): FlatVector {
  const length = memory.u32[address >>> 2] ?? 0;
  const { values, validity } = listOffsets(element, length);
  return {
    kind: 'flat',
    type: element,
    length,
    values: address + values,
    validity: address + validity,
    stable,
  };
}

/** Size of a struct block. */
export const structBlockBytes = (fieldCount: number): number =>
  structFieldOffset(fieldCount, fieldCount);

/** Where field `index` lies in a struct block, from the block's start. */
export const structFieldOffset = (fieldCount: number, index: number): number =>
  alignTo(bitmapBytes(fieldCount), BLOCK_ALIGNMENT_BYTES) + index * STRUCT_SLOT_BYTES;

/** Validity of element or field `index`, by the address of the validity words. */
export const isValidAt = (memory: SharedMemory, validity: Address, index: number): boolean =>
  validity === 0 || (((memory.u8[validity + (index >>> 3)] ?? 0) >>> (index & 7)) & 1) === 1;

/** Clears or sets the validity bit of `index`. */
export function setValidAt(
  memory: SharedMemory,
  validity: Address,
  index: number,
  valid: boolean,
): void {
  const at = validity + (index >>> 3);
  const bit = 1 << (index & 7);
  const byte = memory.u8[at] ?? 0;
  memory.u8[at] = valid ? byte | bit : byte & ~bit;
}

/** A map's block is that of a struct of two lists: the keys' reference, then the values'. */
export const MAP_BLOCK_BYTES: number = structBlockBytes(2);
export const MAP_KEYS_OFFSET: number = structFieldOffset(2, 0);
export const MAP_VALUES_OFFSET: number = structFieldOffset(2, 1);

/** The references directly inside a block: where they lie and what they refer to. */
interface InnerReference {
  readonly type: SqlType;
  /** Address of the reference itself. */
  readonly at: Address;
}

function innerReferences(memory: SharedMemory, type: SqlType, address: Address): InnerReference[] {
  switch (type.kind) {
    case 'list':
    case 'array': {
      if (physicalType(type.element) !== 'ref') return [];
      const { length, values, validity } = listElements(memory, type.element, address);
      const found: InnerReference[] = [];
      for (let i = 0; i < length; i++) {
        if (isValidAt(memory, validity, i)) found.push({ type: type.element, at: values + i * 8 });
      }
      return found;
    }
    case 'struct': {
      const count = type.fields.length;
      return type.fields.flatMap((field, i) =>
        physicalType(field.type) === 'ref' && isValidAt(memory, address, i)
          ? [{ type: field.type, at: address + structFieldOffset(count, i) }]
          : [],
      );
    }
    case 'map':
      return [
        { type: { kind: 'list', element: type.key }, at: address + MAP_KEYS_OFFSET },
        { type: { kind: 'list', element: type.value }, at: address + MAP_VALUES_OFFSET },
      ];
    default:
      return [];
  }
}

/**
 * Copies the bytes behind a reference, and for nested types everything they refer to.
 * Returns the copy's address. Cost: O(bytes), with one allocation a value.
 */
export function copyReferenced(
  arena: Pick<Arena, 'memory' | 'allocate'>,
  type: SqlType,
  reference: { readonly address: Address; readonly bytes: number },
): Address {
  const { memory } = arena;
  const { address, bytes } = reference;
  const copy = arena.allocate(bytes);
  memory.u8.copyWithin(copy, address, address + bytes);
  if (!isNested(type)) return copy;
  for (const inner of innerReferences(memory, type, copy)) {
    const word = inner.at >>> 2;
    const target = { address: memory.u32[word] ?? 0, bytes: memory.u32[word + 1] ?? 0 };
    memory.u32[word] = copyReferenced(arena, inner.type, target);
  }
  return copy;
}

/**
 * Bytes that {@link copyReferenced} takes when what it allocates is aligned to
 * {@link BLOCK_ALIGNMENT_BYTES} and nothing else. Cost: one visit of each inner reference.
 */
export function referencedBytes(
  memory: SharedMemory,
  type: SqlType,
  reference: { readonly address: Address; readonly bytes: number },
): number {
  const own = alignTo(reference.bytes, BLOCK_ALIGNMENT_BYTES);
  if (!isNested(type)) return own;
  return innerReferences(memory, type, reference.address).reduce((sum, { type: inner, at }) => {
    const word = at >>> 2;
    const target = { address: memory.u32[word] ?? 0, bytes: memory.u32[word + 1] ?? 0 };
    return sum + referencedBytes(memory, inner, target);
  }, own);
}

/**
 * Corrects the references inside a nested value all of whose bytes have been moved by `deltaBytes`;
 * `address` is where its block lies now. Empty references stay as they are.
 */
export function moveReferences(
  memory: SharedMemory,
  type: SqlType,
  address: Address,
  deltaBytes: number,
): void {
  for (const { type: inner, at } of innerReferences(memory, type, address)) {
    const word = at >>> 2;
    if (memory.u32[word + 1] === 0) continue;
    const target = (memory.u32[word] ?? 0) + deltaBytes;
    memory.u32[word] = target;
    if (isNested(inner)) moveReferences(memory, inner, target, deltaBytes);
  }
}
