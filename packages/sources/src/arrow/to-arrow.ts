import type {
  Address,
  Chunk,
  FlatVector,
  Schema,
  SharedMemory,
  SqlType,
  Vector as SqlVector,
} from '@windrow/core';
import {
  Arena,
  bitmapBytes,
  isValidAt,
  listElements,
  PAGE_BYTES,
  physicalType,
  readValue,
  SqlError,
  structFieldOffset,
  textBytes,
  typeName,
  widthBytes,
  writeText,
} from '@windrow/core';
import { COPY_SLACK_BYTES, kernels } from '@windrow/kernels';
import type {
  Schema as ArrowSchema,
  Data,
  DataType,
  RecordBatch,
  Struct,
  Vector,
} from 'apache-arrow';
import { denseRows } from '../dense-rows.ts';
import type { ArrowLibrary } from './library.ts';

/** The parts of a column; which are there depends on the type. */
interface DataParts {
  readonly type: DataType;
  readonly length: number;
  readonly nullCount?: number;
  readonly nullBitmap?: Uint8Array | undefined;
  /** Bytes; apache-arrow views them as the type's elements. */
  readonly data?: Uint8Array | Int32Array;
  readonly valueOffsets?: Int32Array;
  readonly child?: Data;
  readonly children?: readonly Data[];
  readonly dictionary?: Vector;
}

/** Names of apache-arrow's classes by unit. */
const TIMESTAMPS = {
  s: 'TimestampSecond',
  ms: 'TimestampMillisecond',
  us: 'TimestampMicrosecond',
  ns: 'TimestampNanosecond',
} as const;

/** Names of apache-arrow's classes for the types without parameters. */
const SIMPLE_TYPES = {
  null: 'Null',
  boolean: 'Bool',
  int8: 'Int8',
  int16: 'Int16',
  int32: 'Int32',
  int64: 'Int64',
  uint8: 'Uint8',
  uint16: 'Uint16',
  uint32: 'Uint32',
  uint64: 'Uint64',
  float32: 'Float32',
  float64: 'Float64',
  varchar: 'Utf8',
  json: 'Utf8',
  uuid: 'Utf8',
  blob: 'Binary',
  date: 'DateDay',
  time: 'TimeMicrosecond',
  interval: 'IntervalMonthDayNano',
} as const;

/**
 * Makes Arrow data of vectors, with one instance of apache-arrow: the caller's own, because objects of
 * another would not pass for its own.
 */
export class ArrowExporter {
  readonly #arrow: ArrowLibrary;
  /** apache-arrow's overloads name one type each; here the type is known at run time only. */
  readonly #data: (parts: DataParts) => Data;

  constructor(arrow: ArrowLibrary) {
    this.#arrow = arrow;
    this.#data = arrow.makeData as unknown as (parts: DataParts) => Data;
  }

  /** The Arrow schema of a SQL schema. */
  schema({ fields }: Schema): ArrowSchema {
    return new this.#arrow.Schema(
      fields.map(({ name, type, nullable }) => this.#field(name, type, nullable)),
    );
  }

  /**
   * The Arrow type of a SQL type. HUGEINT is decimal(38, 0), intervals are in nanoseconds, UUID and JSON
   * are text, an enum is a dictionary.
   */
  type(type: SqlType): DataType {
    const arrow = this.#arrow;
    switch (type.kind) {
      case 'hugeint':
        return new arrow.Decimal(0, 38);
      case 'decimal':
        return new arrow.Decimal(type.scale, type.precision);
      case 'enum':
        return new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32(), dictionaryId(type.values));
      case 'timestamp':
        return new arrow[TIMESTAMPS[type.unit]](type.zoned ? 'UTC' : null);
      case 'list':
        return new arrow.List(this.#field('item', type.element));
      case 'array':
        return new arrow.FixedSizeList(type.length, this.#field('item', type.element));
      case 'struct':
        return new arrow.Struct(type.fields.map((field) => this.#field(field.name, field.type)));
      case 'map': {
        const members = [this.#field('key', type.key, false), this.#field('value', type.value)];
        const entries = new arrow.Field('entries', new arrow.Struct(members), false);
        return new arrow.Map_(entries as never);
      }
      default:
        return new arrow[SIMPLE_TYPES[type.kind]]();
    }
  }

  /** The rows as a record batch of its own memory, which outlives the chunk. */
  recordBatch(memory: SharedMemory, chunk: Chunk, schema: Schema): RecordBatch {
    const scratch = new Arena(memory, memory.newOwner(), PAGE_BYTES);
    try {
      const children = chunk.columns.map((column) => this.#column(column, chunk.length, scratch));
      const arrow = this.schema(schema);
      const type = new this.#arrow.Struct(arrow.fields);
      const data = this.#data({ type, length: chunk.length, nullCount: 0, children });
      return new this.#arrow.RecordBatch(arrow, data as Data<Struct>);
    } finally {
      scratch.release();
    }
  }

  #field(name: string, type: SqlType, nullable = true) {
    return new this.#arrow.Field(name, this.type(type), nullable);
  }

  #column(vector: SqlVector, length: number, scratch: Arena): Data {
    const { type } = vector;
    const rows = denseRows(vector, 0, length, scratch);
    return this.#flat({ kind: 'flat', type, length, ...rows, stable: false }, scratch);
  }

  #flat(vector: FlatVector, scratch: Arena): Data {
    const { type, length, values, validity } = vector;
    const { memory } = scratch;
    const nulls = validity === 0 ? 0 : length - kernels(memory).bitmapCountSet(validity, length);
    const props = {
      type: this.type(type),
      length,
      nullCount: nulls,
      nullBitmap: nulls === 0 ? undefined : copyBytes(memory, validity, bitmapBytes(length)),
    };
    switch (type.kind) {
      case 'null':
        return this.#data({ type: props.type, length });
      case 'boolean': {
        const bits = scratch.allocate(bitmapBytes(length));
        kernels(memory).packBits(values, length, bits);
        return this.#data({ ...props, data: copyBytes(memory, bits, bitmapBytes(length)) });
      }
      case 'varchar':
      case 'json':
      case 'blob':
        return this.#data({ ...props, ...textBuffers(vector, scratch) });
      case 'uuid':
        return this.#data({ ...props, ...textBuffers(asText(vector, scratch), scratch) });
      case 'decimal':
        return this.#data({
          ...props,
          data: copyBytes(memory, widened(vector, scratch), length * 16),
        });
      case 'enum': {
        const dictionary = this.#arrow.vectorFromArray([...type.values], new this.#arrow.Utf8());
        return this.#data({ ...props, data: copyBytes(memory, values, length * 4), dictionary });
      }
      case 'interval':
        return this.#data({ ...props, data: nanoIntervals(vector, memory) });
      case 'list':
      case 'array':
      case 'struct':
      case 'map':
        return this.#nested(vector, props, scratch);
      default:
        return this.#data({ ...props, data: copyBytes(memory, values, length * widthBytes(type)) });
    }
  }

  #nested(vector: FlatVector, props: DataParts, scratch: Arena): Data {
    const { type } = vector;
    const { memory } = scratch;
    const blocks = blocksOf(vector, memory);
    switch (type.kind) {
      case 'list': {
        const { valueOffsets, child } = concatenated(blocks, type.element, scratch);
        return this.#data({ ...props, valueOffsets, child: this.#flat(child, scratch) });
      }
      case 'array': {
        const padding = blocks.map((block) => (block === 0 ? type.length : undefined));
        const { child } = concatenated(blocks, type.element, scratch, padding);
        return this.#data({ ...props, child: this.#flat(child, scratch) });
      }
      case 'struct': {
        const count = type.fields.length;
        const children = type.fields.map((field, index) =>
          this.#flat(fieldVector(blocks, { type: field.type, index, count }, scratch), scratch),
        );
        return this.#data({ ...props, children });
      }
      case 'map': {
        const lists = [0, 1].map((index) =>
          blocks.map((block) =>
            block === 0 ? 0 : (memory.u32[(block + structFieldOffset(2, index)) >>> 2] ?? 0),
          ),
        );
        const keys = concatenated(lists[0] ?? [], type.key, scratch);
        const values = concatenated(lists[1] ?? [], type.value, scratch);
        const entries = this.#data({
          type: props.type.children[0]?.type as DataType,
          length: keys.child.length,
          nullCount: 0,
          children: [this.#flat(keys.child, scratch), this.#flat(values.child, scratch)],
        });
        return this.#data({ ...props, valueOffsets: keys.valueOffsets, child: entries });
      }
      default:
        throw new SqlError('internal', `${typeName(type)} is not nested`);
    }
  }
}

/** A number of the enum's own: equal enums may share a dictionary, different ones must not. */
function dictionaryId(values: readonly string[]): number {
  let hash = 17;
  for (const character of values.join('\0')) {
    hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) & 0x7fffffff;
  }
  return hash;
}

/** Addresses of the blocks of nested values, 0 where NULL. */
function blocksOf({ values, validity, length }: FlatVector, memory: SharedMemory): Address[] {
  return Array.from({ length }, (_, row) =>
    isValidAt(memory, validity, row) ? (memory.u32[(values >>> 2) + row * 2] ?? 0) : 0,
  );
}

function copyBytes(memory: SharedMemory, address: Address, count: number): Uint8Array {
  return memory.u8.slice(address, address + count);
}

interface TextBuffers {
  readonly valueOffsets: Int32Array;
  readonly data: Uint8Array;
}

function textBuffers({ values, validity, length }: FlatVector, scratch: Arena): TextBuffers {
  const { memory } = scratch;
  const exports = kernels(memory);
  const total = exports.referenceBytes(values, validity, length);
  if (total >= 2 ** 31) {
    throw new SqlError('resource', 'a batch holds more than 2 GiB of text');
  }
  const mark = scratch.mark();
  const refs = scratch.allocate(length * 8);
  const bytes = scratch.allocate(total + COPY_SLACK_BYTES);
  exports.copyReferences(values, validity, 0, length, refs, bytes);
  const data = copyBytes(memory, bytes, total);
  const valueOffsets = new Int32Array(length + 1);
  for (let row = 0; row < length; row++) {
    valueOffsets[row + 1] =
      (valueOffsets[row] ?? 0) + (memory.u32[(refs >>> 2) + row * 2 + 1] ?? 0);
  }
  scratch.rewind(mark);
  return { valueOffsets, data };
}

/** Values as the text that stands for them. */
function asText(vector: FlatVector, scratch: Arena): FlatVector {
  const { memory } = scratch;
  const width = widthBytes(vector.type);
  const refs = scratch.allocateZeroed(vector.length * 8);
  for (let row = 0; row < vector.length; row++) {
    if (!isValidAt(memory, vector.validity, row)) continue;
    const text = String(readValue(memory, vector.type, vector.values + row * width));
    const bytes = textBytes(text);
    const address = scratch.allocate(bytes);
    writeText(memory, address, text, bytes);
    memory.u32[(refs >>> 2) + row * 2] = address;
    memory.u32[(refs >>> 2) + row * 2 + 1] = bytes;
  }
  return { ...vector, values: refs };
}

function widened({ type, values, length }: FlatVector, scratch: Arena): Address {
  if (physicalType(type) === 'i128') return values;
  const wide = scratch.allocate(length * 16);
  kernels(scratch.memory).resizeIntegers(values, 8, 1, length, 16, wide);
  return wide;
}

const MAX_MICROS = (2n ** 63n - 1n) / 1000n;

/** Arrow's intervals are months, days and nanoseconds. */
function nanoIntervals({ values, validity, length }: FlatVector, memory: SharedMemory): Int32Array {
  const bytes = copyBytes(memory, values, length * 16);
  const view = new DataView(bytes.buffer);
  for (let row = 0; row < length; row++) {
    if (!isValidAt(memory, validity, row)) continue;
    const micros = view.getBigInt64(row * 16 + 8, true);
    if (micros > MAX_MICROS || micros < -MAX_MICROS) {
      throw new SqlError('execution', 'an interval has more nanoseconds than Arrow can hold', {
        sqlState: '22008',
      });
    }
    view.setBigInt64(row * 16 + 8, micros * 1000n, true);
  }
  return new Int32Array(bytes.buffer);
}

/** The elements of all list blocks one behind the other; `padding` gives a count where there is none. */
function concatenated(
  blocks: readonly Address[],
  element: SqlType,
  scratch: Arena,
  padding: readonly (number | undefined)[] = [],
): { readonly valueOffsets: Int32Array; readonly child: FlatVector } {
  const { memory } = scratch;
  const valueOffsets = new Int32Array(blocks.length + 1);
  blocks.forEach((block, row) => {
    const count = block === 0 ? (padding[row] ?? 0) : (memory.u32[block >>> 2] ?? 0);
    valueOffsets[row + 1] = (valueOffsets[row] ?? 0) + count;
  });
  const length = valueOffsets[blocks.length] ?? 0;
  const width = widthBytes(element);
  const values = scratch.allocateZeroed(length * width);
  const validity = scratch.allocateZeroed(bitmapBytes(length) + 8);
  blocks.forEach((block, row) => {
    if (block === 0) return;
    const list = listElements(memory, element, block);
    const at = valueOffsets[row] ?? 0;
    memory.u8.copyWithin(values + at * width, list.values, list.values + list.length * width);
    kernels(memory).bitmapPut(list.validity, list.length, validity, at);
  });
  return {
    valueOffsets,
    child: { kind: 'flat', type: element, length, values, validity, stable: false },
  };
}

/** One field of all struct blocks. */
function fieldVector(
  blocks: readonly Address[],
  field: { readonly type: SqlType; readonly index: number; readonly count: number },
  scratch: Arena,
): FlatVector {
  const { memory } = scratch;
  const width = widthBytes(field.type);
  const values = scratch.allocateZeroed(blocks.length * width);
  const validity = scratch.allocateZeroed(bitmapBytes(blocks.length));
  blocks.forEach((block, row) => {
    if (block === 0 || !isValidAt(memory, block, field.index)) return;
    const from = block + structFieldOffset(field.count, field.index);
    memory.u8.copyWithin(values + row * width, from, from + width);
    const at = validity + (row >>> 3);
    memory.u8[at] = (memory.u8[at] ?? 0) | (1 << (row & 7));
  });
  const { type } = field;
  return { kind: 'flat', type, length: blocks.length, values, validity, stable: false };
}
