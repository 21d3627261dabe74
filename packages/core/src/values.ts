import { assert, unreachable } from './error.ts';
import type { Address, Arena, SharedMemory } from './memory.ts';
import {
  allocateList,
  isValidAt,
  listElements,
  MAP_KEYS_OFFSET,
  MAP_VALUES_OFFSET,
  setValidAt,
  structBlockBytes,
  structFieldOffset,
} from './nested.ts';
import type { IntervalValue, LiteralValue, MapValue, StructValue } from './schema.ts';
import { readText, textBytes, writeText } from './text.ts';
import { type PhysicalType, physicalType, type SqlType, widthBytes } from './types.ts';
import { bitmapBytes, type FlatVector, type Vector } from './vector.ts';

/**
 * Writes a value that is not NULL at `address`, which is aligned to its width (8 for the 16-byte types).
 * Bytes of text and nested values are put into the arena.
 *
 * Integers may be given as number or bigint, whatever their width.
 */
export function writeValue(
  arena: Arena,
  type: SqlType,
  value: LiteralValue,
  address: Address,
): void {
  const { memory } = arena;
  const physical = physicalType(type);
  switch (physical) {
    case 'bool':
      memory.u8[address] = value === true ? 1 : 0;
      return;
    case 'i8':
    case 'u8':
      memory.u8[address] = Number(value);
      return;
    case 'i16':
    case 'u16':
      memory.u16[address >>> 1] = Number(value);
      return;
    case 'i32':
      memory.i32[address >>> 2] = value === null ? 0 : Number(value);
      return;
    case 'u32':
      memory.u32[address >>> 2] = type.kind === 'enum' ? enumCode(type, value) : Number(value);
      return;
    case 'f32':
      memory.f32[address >>> 2] = Number(value);
      return;
    case 'f64':
      memory.f64[address >>> 3] = Number(value);
      return;
    case 'i64':
    case 'u64':
      memory.i64[address >>> 3] = asBigInt(value);
      return;
    case 'i128':
      writeWide(memory, asBigInt(value), address);
      return;
    case 'uuid':
      writeWide(memory, BigInt(`0x${String(value).replaceAll('-', '')}`), address);
      return;
    case 'interval': {
      const { months, days, micros } = value as IntervalValue;
      memory.i32[address >>> 2] = months;
      memory.i32[(address >>> 2) + 1] = days;
      memory.i64[(address >>> 3) + 1] = micros;
      return;
    }
    case 'ref': {
      const referenced = writeReferenced(arena, type, value);
      memory.u32[address >>> 2] = referenced.address;
      memory.u32[(address >>> 2) + 1] = referenced.bytes;
      return;
    }
    default:
      unreachable(physical);
  }
}

const asBigInt = (value: LiteralValue): bigint => BigInt(value as bigint | number | boolean);

/** BigInt64Array stores modulo 2⁶⁴, which splits the two words without masking. */
function writeWide(memory: SharedMemory, value: bigint, address: Address): void {
  memory.i64[address >>> 3] = value;
  memory.i64[(address >>> 3) + 1] = value >> 64n;
}

function enumCode(type: SqlType & { readonly kind: 'enum' }, value: LiteralValue): number {
  const code = type.values.indexOf(String(value));
  assert(code >= 0, `'${String(value)}' is a value of the enum`);
  return code;
}

interface Referenced {
  readonly address: Address;
  readonly bytes: number;
}

function writeReferenced(arena: Arena, type: SqlType, value: LiteralValue): Referenced {
  switch (type.kind) {
    case 'blob': {
      const source = value as Uint8Array;
      const address = arena.allocate(source.length);
      arena.memory.u8.set(source, address);
      return { address, bytes: source.length };
    }
    case 'list':
    case 'array':
      return writeList(arena, type.element, value as readonly LiteralValue[]);
    case 'struct': {
      const types = type.fields.map((field) => field.type);
      return writeStruct(arena, types, (value as StructValue).struct);
    }
    case 'map':
      return writeMap(arena, type, value as MapValue);
    default: {
      const text = String(value);
      const bytes = textBytes(text);
      const address = arena.allocate(bytes);
      writeText(arena.memory, address, text, bytes);
      return { address, bytes };
    }
  }
}

function writeList(arena: Arena, element: SqlType, values: readonly LiteralValue[]): Referenced {
  const { address, bytes, elements } = allocateList(arena, element, values.length);
  writeElements(arena, elements, values);
  return { address, bytes };
}

/** Fills a vector whose validity is all ones; NULLs get zero bytes below. */
function writeElements(arena: Arena, vector: FlatVector, values: readonly LiteralValue[]): void {
  const { memory } = arena;
  const width = widthBytes(vector.type);
  values.forEach((value, i) => {
    const at = vector.values + i * width;
    if (value === null) {
      memory.fill(0, at, width);
      setValidAt(memory, vector.validity, i, false);
    } else {
      writeValue(arena, vector.type, value, at);
    }
  });
}

function writeStruct(
  arena: Arena,
  types: readonly SqlType[],
  values: readonly LiteralValue[],
): Referenced {
  const bytes = structBlockBytes(types.length);
  const address = arena.allocateZeroed(bytes);
  types.forEach((type, i) => {
    const value = values[i] ?? null;
    if (value === null) return;
    setValidAt(arena.memory, address, i, true);
    writeValue(arena, type, value, address + structFieldOffset(types.length, i));
  });
  return { address, bytes };
}

function writeMap(
  arena: Arena,
  type: SqlType & { readonly kind: 'map' },
  value: MapValue,
): Referenced {
  return writeStruct(
    arena,
    [
      { kind: 'list', element: type.key },
      { kind: 'list', element: type.value },
    ],
    [value.map.map(([key]) => key), value.map.map(([, entry]) => entry)],
  );
}

/** Reads the value at `address`, which is not NULL; the result holds nothing of the memory. */
export function readValue(memory: SharedMemory, type: SqlType, address: Address): LiteralValue {
  const physical = physicalType(type);
  switch (physical) {
    case 'ref': {
      const word = address >>> 2;
      return readReferenced(memory, type, memory.u32[word]!, memory.u32[word + 1]!);
    }
    case 'i128':
      return readWide(memory, address);
    case 'uuid':
      return formatUuid(BigInt.asUintN(128, readWide(memory, address)));
    case 'interval':
      return {
        months: memory.i32[address >>> 2]!,
        days: memory.i32[(address >>> 2) + 1]!,
        micros: memory.i64[(address >>> 3) + 1]!,
      };
    case 'u32': {
      const value = memory.u32[address >>> 2]!;
      return type.kind === 'enum' ? (type.values[value] ?? null) : value;
    }
    default:
      return READ_SIMPLE[physical](memory, address);
  }
}

type SimplePhysicalType = Exclude<PhysicalType, 'ref' | 'i128' | 'uuid' | 'interval' | 'u32'>;

// Addresses are aligned and inside the memory, so an element is always there.
const READ_SIMPLE = {
  bool: (memory, address) => memory.u8[address] === 1,
  i8: (memory, address) => memory.i8[address]!,
  u8: (memory, address) => memory.u8[address]!,
  i16: (memory, address) => memory.i16[address >>> 1]!,
  u16: (memory, address) => memory.u16[address >>> 1]!,
  i32: (memory, address) => memory.i32[address >>> 2]!,
  f32: (memory, address) => memory.f32[address >>> 2]!,
  f64: (memory, address) => memory.f64[address >>> 3]!,
  i64: (memory, address) => memory.i64[address >>> 3]!,
  u64: (memory, address) => memory.u64[address >>> 3]!,
} as const satisfies Record<
  SimplePhysicalType,
  (memory: SharedMemory, address: Address) => LiteralValue
>;

const readWide = (memory: SharedMemory, address: Address): bigint =>
  (memory.i64[(address >>> 3) + 1]! << 64n) | memory.u64[address >>> 3]!;

function formatUuid(value: bigint): string {
  const hex = value.toString(16).padStart(32, '0');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}

function readReferenced(
  memory: SharedMemory,
  type: SqlType,
  address: Address,
  bytes: number,
): LiteralValue {
  switch (type.kind) {
    case 'blob':
      return memory.u8.slice(address, address + bytes);
    case 'list':
    case 'array':
      return readElements(memory, type.element, address);
    case 'struct': {
      const count = type.fields.length;
      return {
        struct: type.fields.map((field, i) =>
          isValidAt(memory, address, i)
            ? readValue(memory, field.type, address + structFieldOffset(count, i))
            : null,
        ),
      };
    }
    case 'map': {
      const keys = readElements(memory, type.key, memory.u32[(address + MAP_KEYS_OFFSET) >>> 2]!);
      const valuesAt = memory.u32[(address + MAP_VALUES_OFFSET) >>> 2]!;
      const values = readElements(memory, type.value, valuesAt);
      return { map: keys.map((key, i) => [key, values[i] ?? null] as const) };
    }
    default:
      return readText(memory, address, bytes);
  }
}

function readElements(memory: SharedMemory, element: SqlType, address: Address): LiteralValue[] {
  const elements = listElements(memory, element, address);
  return Array.from({ length: elements.length }, (_, i) => readRow(memory, elements, i));
}

/** Row `row` of a vector as plain data. For results, tests and messages, not for loops over batches. */
export function readRow(memory: SharedMemory, vector: Vector, row: number): LiteralValue {
  switch (vector.kind) {
    case 'constant':
      return vector.isNull ? null : readValue(memory, vector.type, vector.values);
    case 'flat':
      return isValidAt(memory, vector.validity, row)
        ? readValue(memory, vector.type, vector.values + row * widthBytes(vector.type))
        : null;
    case 'dictionary':
      return isValidAt(memory, vector.validity, row)
        ? readRow(memory, vector.dictionary, memory.u32[(vector.indices >>> 2) + row]!)
        : null;
    default:
      return unreachable(vector);
  }
}

/** A flat vector of the values, NULLs as null, everything in the arena. Not stable. */
export function writeVector(
  arena: Arena,
  type: SqlType,
  values: readonly LiteralValue[],
): FlatVector {
  const { length } = values;
  const vector: FlatVector = {
    kind: 'flat',
    type,
    length,
    values: arena.allocate(length * widthBytes(type)),
    validity: arena.allocate(bitmapBytes(length)),
    stable: false,
  };
  arena.memory.fill(0xff, vector.validity, bitmapBytes(length));
  writeElements(arena, vector, values);
  return values.includes(null) ? vector : { ...vector, validity: 0 };
}
