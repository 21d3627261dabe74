/**
 * Nested values as bytes that order as the values do: unsigned bytewise order of the results is the SQL
 * order of lists, arrays and structs, and equal bytes are equal values. So nested keys are hashed, compared,
 * sorted and joined as blobs.
 *
 *   scalar        big-endian normalized form (physical.ts), 8 or 16 bytes
 *   text, blob    the bytes, 0 as 00 FF, then 00 00: shorter ones come first
 *   list, array   each element as 01 and its bytes, or 02 for NULL, which is the greatest; then 00
 *   struct        each field likewise, without an end
 *   map           its keys as a list, then its values
 *
 * A type is a tree of nodes (u32): a scalar's is its physical type alone, text's REF; LIST, element node,
 * element width; STRUCT, fields, a node for each; MAP, key node, value node, key width, value width.
 * Blocks of values are drawn in core's nested.ts.
 */

import {
  BOOL, F32, F64, I128, I16, I32, I64, I8, INTERVAL, REF, U16, U32, U64, U8, UUID,
  isValid, normalized, normalizedHigh, normalizedLow,
} from './physical';

const LIST: u32 = 32;
const STRUCT: u32 = 33;
const MAP: u32 = 34;

const END: u8 = 0;
const VALUE: u8 = 1;
const NULL: u8 = 2;

const LIST_HEADER_BYTES: usize = 16;
const STRUCT_SLOT_BYTES: usize = 16;

// @ts-ignore: decorator
@inline
function bitmapBytes(count: usize): usize {
  return ((count + 63) >> 6) << 3;
}

// @ts-ignore: decorator
@inline
function fieldOffset(fields: usize, index: usize): usize {
  return ((bitmapBytes(fields) + 15) & ~15) + index * STRUCT_SLOT_BYTES;
}

// @ts-ignore: decorator
@inline
function listValidity(block: usize, count: u32, width: usize): usize {
  return block + LIST_HEADER_BYTES + ((<usize>count * width + 7) & ~7);
}

// @ts-ignore: decorator
@inline
function word(node: usize, index: usize): u32 {
  return load<u32>(node + (index << 2));
}

/** Bytes that the value at `value` takes. */
function sizeOf(node: usize, value: usize): usize {
  switch (word(node, 0)) {
    case LIST: return listSize(word(node, 1), word(node, 2), load<u32>(value));
    case STRUCT: return structSize(node, load<u32>(value));
    case MAP: {
      const block = <usize>load<u32>(value);
      return listSize(word(node, 1), word(node, 3), load<u32>(block + fieldOffset(2, 0)))
        + listSize(word(node, 2), word(node, 4), load<u32>(block + fieldOffset(2, 1)));
    }
    case REF: return textSize(load<u32>(value), load<u32>(value + 4));
    case I128: case UUID: case INTERVAL: return 16;
    default: return 8;
  }
}

function textSize(bytes: usize, length: u32): usize {
  let size = <usize>length + 2;
  for (let at: usize = 0; at < <usize>length; at++) size += usize(load<u8>(bytes + at) == 0);
  return size;
}

function listSize(element: usize, width: usize, block: usize): usize {
  const count = load<u32>(block);
  const validity = listValidity(block, count, width);
  let size = <usize>count + 1;
  for (let index: u32 = 0; index < count; index++) {
    if (isValid(validity, index)) size += sizeOf(element, block + LIST_HEADER_BYTES + <usize>index * width);
  }
  return size;
}

function structSize(node: usize, block: usize): usize {
  const fields = <usize>word(node, 1);
  let size = fields;
  for (let index: usize = 0; index < fields; index++) {
    if (isValid(block, <u32>index)) size += sizeOf(word(node, index + 2), block + fieldOffset(fields, index));
  }
  return size;
}

/** Writes the bytes of the value at `value`; returns the address behind them. */
function write(node: usize, value: usize, out: usize): usize {
  const kind = word(node, 0);
  switch (kind) {
    case LIST: return writeList(word(node, 1), word(node, 2), load<u32>(value), out);
    case STRUCT: return writeStruct(node, load<u32>(value), out);
    case MAP: {
      const block = <usize>load<u32>(value);
      const keys = load<u32>(block + fieldOffset(2, 0));
      const values = load<u32>(block + fieldOffset(2, 1));
      return writeList(word(node, 2), word(node, 4), values, writeList(word(node, 1), word(node, 3), keys, out));
    }
    case REF: return writeText(load<u32>(value), load<u32>(value + 4), out);
    case I128: case UUID: case INTERVAL:
      store<u64>(out, bswap<u64>(normalizedHigh(kind, value)));
      store<u64>(out + 8, bswap<u64>(normalizedLow(kind, value)));
      return out + 16;
    default:
      store<u64>(out, bswap<u64>(normalizedScalar(kind, value)));
      return out + 8;
  }
}

function normalizedScalar(kind: u32, value: usize): u64 {
  switch (kind) {
    case BOOL: case U8: return normalized<u8>(value);
    case I8: return normalized<i8>(value);
    case I16: return normalized<i16>(value);
    case U16: return normalized<u16>(value);
    case I32: return normalized<i32>(value);
    case U32: return normalized<u32>(value);
    case F32: return normalized<f32>(value);
    case F64: return normalized<f64>(value);
    case I64: return normalized<i64>(value);
    default: return normalized<u64>(value);
  }
}

function writeText(bytes: usize, length: u32, out: usize): usize {
  const end = bytes + length;
  for (; bytes < end; bytes++) {
    const byte = load<u8>(bytes);
    store<u8>(out++, byte);
    if (byte == 0) store<u8>(out++, 0xff);
  }
  store<u8>(out, 0);
  store<u8>(out + 1, 0);
  return out + 2;
}

function writeList(element: usize, width: usize, block: usize, out: usize): usize {
  const count = load<u32>(block);
  const validity = listValidity(block, count, width);
  for (let index: u32 = 0; index < count; index++) {
    const value = block + LIST_HEADER_BYTES + <usize>index * width;
    out = writeMember(element, value, isValid(validity, index), out);
  }
  store<u8>(out, END);
  return out + 1;
}

function writeStruct(node: usize, block: usize, out: usize): usize {
  const fields = <usize>word(node, 1);
  for (let index: usize = 0; index < fields; index++) {
    const value = block + fieldOffset(fields, index);
    out = writeMember(word(node, index + 2), value, isValid(block, <u32>index), out);
  }
  return out;
}

function writeMember(node: usize, value: usize, valid: bool, out: usize): usize {
  store<u8>(out, valid ? VALUE : NULL);
  return valid ? write(node, value, out + 1) : out + 1;
}

/** Bytes that all valid values of a nested column take. */
export function nestedBytesSize(node: usize, values: usize, validity: usize, count: u32): u32 {
  let size: usize = 0;
  for (let row: u32 = 0; row < count; row++) {
    if (isValid(validity, row)) size += sizeOf(node, values + ((<usize>row) << 3));
  }
  return <u32>size;
}

/** Writes the values' bytes one behind the other, and references to them; NULL has an empty one. */
export function nestedBytes(
  node: usize, values: usize, validity: usize, count: u32, references: usize, bytes: usize,
): void {
  for (let row: u32 = 0; row < count; row++) {
    const end = isValid(validity, row) ? write(node, values + ((<usize>row) << 3), bytes) : bytes;
    store<u64>(references + ((<usize>row) << 3), <u64>bytes | ((<u64>(end - bytes)) << 32));
    bytes = end;
  }
}
