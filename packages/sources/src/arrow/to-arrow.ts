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
  unreachable,
  widthBytes,
  writeText,
} from '@windrow/core';
import { kernels } from '@windrow/kernels';
import {
  Schema as ArrowSchema,
  Binary,
  Bool,
  type Data,
  type DataType,
  DateDay,
  Decimal,
  Dictionary,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  IntervalMonthDayNano,
  List,
  Map_,
  makeData,
  Null,
  RecordBatch,
  Struct,
  TimeMicrosecond,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  TimestampSecond,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Utf8,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import { denseRows } from '../dense-rows.ts';

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

/** apache-arrow's overloads name one type each; here the type is known at run time only. */
const arrowData = makeData as unknown as (parts: DataParts) => Data;

const TIMESTAMPS = {
  s: TimestampSecond,
  ms: TimestampMillisecond,
  us: TimestampMicrosecond,
  ns: TimestampNanosecond,
} as const;

/**
 * The Arrow type of a SQL type. HUGEINT is decimal(38, 0), intervals are in nanoseconds, UUID and JSON
 * are text, an enum is a dictionary.
 */
export function arrowType(type: SqlType): DataType {
  switch (type.kind) {
    case 'null':
      return new Null();
    case 'boolean':
      return new Bool();
    case 'int8':
      return new Int8();
    case 'int16':
      return new Int16();
    case 'int32':
      return new Int32();
    case 'int64':
      return new Int64();
    case 'uint8':
      return new Uint8();
    case 'uint16':
      return new Uint16();
    case 'uint32':
      return new Uint32();
    case 'uint64':
      return new Uint64();
    case 'hugeint':
      return new Decimal(0, 38);
    case 'decimal':
      return new Decimal(type.scale, type.precision);
    case 'float32':
      return new Float32();
    case 'float64':
      return new Float64();
    case 'varchar':
    case 'json':
    case 'uuid':
      return new Utf8();
    case 'enum':
      return new Dictionary(new Utf8(), new Int32(), 0);
    case 'blob':
      return new Binary();
    case 'date':
      return new DateDay();
    case 'time':
      return new TimeMicrosecond();
    case 'timestamp':
      return new TIMESTAMPS[type.unit](type.zoned ? 'UTC' : null);
    case 'interval':
      return new IntervalMonthDayNano();
    case 'list':
      return new List(new Field('item', arrowType(type.element), true));
    case 'array':
      return new FixedSizeList(type.length, new Field('item', arrowType(type.element), true));
    case 'struct':
      return new Struct(type.fields.map((f) => new Field(f.name, arrowType(f.type), true)));
    case 'map': {
      const key = new Field('key', arrowType(type.key), false);
      const value = new Field('value', arrowType(type.value), true);
      return new Map_(new Field('entries', new Struct([key, value]), false) as never);
    }
    default:
      return unreachable(type);
  }
}

/** The Arrow schema of a SQL schema. */
export const arrowSchema = ({ fields }: Schema): ArrowSchema =>
  new ArrowSchema(
    fields.map(({ name, type, nullable }) => new Field(name, arrowType(type), nullable)),
  );

/** The rows as an Arrow record batch of its own memory, which outlives the chunk. */
export function toRecordBatch(memory: SharedMemory, chunk: Chunk, schema: Schema): RecordBatch {
  const scratch = new Arena(memory, memory.newOwner(), PAGE_BYTES);
  try {
    const children = chunk.columns.map((column) => columnData(column, chunk.length, scratch));
    const arrow = arrowSchema(schema);
    const type = new Struct(arrow.fields);
    const data = arrowData({ type, length: chunk.length, nullCount: 0, children });
    return new RecordBatch(arrow, data as Data<Struct>);
  } finally {
    scratch.release();
  }
}

function columnData(vector: SqlVector, length: number, scratch: Arena): Data {
  const { type } = vector;
  const rows = denseRows(vector, 0, length, scratch);
  return flatData({ kind: 'flat', type, length, ...rows, stable: false }, scratch);
}

function flatData(vector: FlatVector, scratch: Arena): Data {
  const { type, length, values, validity } = vector;
  const { memory } = scratch;
  const nulls = validity === 0 ? 0 : length - kernels(memory).bitmapCountSet(validity, length);
  const props = {
    type: arrowType(type),
    length,
    nullCount: nulls,
    nullBitmap: nulls === 0 ? undefined : copyBytes(memory, validity, bitmapBytes(length)),
  };
  switch (type.kind) {
    case 'null':
      return arrowData({ type: new Null(), length });
    case 'boolean': {
      const bits = scratch.allocate(bitmapBytes(length));
      kernels(memory).packBits(values, length, bits);
      return arrowData({ ...props, data: copyBytes(memory, bits, bitmapBytes(length)) });
    }
    case 'varchar':
    case 'json':
    case 'blob':
      return arrowData({ ...props, ...textBuffers(vector, scratch) });
    case 'uuid':
      return arrowData({ ...props, ...textBuffers(asText(vector, scratch), scratch) });
    case 'decimal':
      return arrowData({
        ...props,
        data: copyBytes(memory, widened(vector, scratch), length * 16),
      });
    case 'enum': {
      const dictionary = vectorFromArray([...type.values], new Utf8());
      return arrowData({ ...props, data: copyBytes(memory, values, length * 4), dictionary });
    }
    case 'interval':
      return arrowData({ ...props, data: nanoIntervals(vector, memory) });
    case 'list':
    case 'array':
    case 'struct':
    case 'map':
      return nestedData(vector, props, scratch);
    default:
      return arrowData({ ...props, data: copyBytes(memory, values, length * widthBytes(type)) });
  }
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
  const bytes = scratch.allocate(total);
  exports.copyReferences(values, validity, length, refs, bytes);
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

function nestedData(vector: FlatVector, props: DataParts, scratch: Arena): Data {
  const { type } = vector;
  const { memory } = scratch;
  const blockOf = (row: number): Address =>
    isValidAt(memory, vector.validity, row)
      ? (memory.u32[(vector.values >>> 2) + row * 2] ?? 0)
      : 0;
  const blocks = Array.from({ length: vector.length }, (_, row) => blockOf(row));
  switch (type.kind) {
    case 'list': {
      const { valueOffsets, child } = concatenated(blocks, type.element, scratch);
      return arrowData({ ...props, valueOffsets, child: flatData(child, scratch) });
    }
    case 'array': {
      const rows = blocks.map((block) => (block === 0 ? type.length : undefined));
      const { child } = concatenated(blocks, type.element, scratch, rows);
      return arrowData({ ...props, child: flatData(child, scratch) });
    }
    case 'struct': {
      const children = type.fields.map((field, index) =>
        flatData(
          fieldVector(blocks, { ...field, index, count: type.fields.length }, scratch),
          scratch,
        ),
      );
      return arrowData({ ...props, children });
    }
    case 'map': {
      const lists = [0, 1].map((index) =>
        blocks.map((block) =>
          block === 0 ? 0 : (memory.u32[(block + structFieldOffset(2, index)) >>> 2] ?? 0),
        ),
      );
      const keys = concatenated(lists[0] ?? [], type.key, scratch);
      const values = concatenated(lists[1] ?? [], type.value, scratch);
      const entries = arrowData({
        type: props.type.children[0]?.type as DataType,
        length: keys.child.length,
        nullCount: 0,
        children: [flatData(keys.child, scratch), flatData(values.child, scratch)],
      });
      return arrowData({ ...props, valueOffsets: keys.valueOffsets, child: entries });
    }
    default:
      throw new SqlError('internal', `${typeName(type)} is not nested`);
  }
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
