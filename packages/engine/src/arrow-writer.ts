import {
  Arena,
  bitmapBytes,
  type Chunk,
  type Field,
  type FlatVector,
  isNested,
  type LiteralValue,
  physicalType,
  readRow,
  type SharedMemory,
  SqlError,
  type SqlType,
  type TimeUnit,
  unreachable,
  type Vector,
  widthBytes,
} from '@windrow/core';
import { kernels } from '@windrow/kernels';
import * as arrow from 'apache-arrow';

/** The Arrow type that stands for a SQL type at the boundary. */
export function arrowType(type: SqlType): arrow.DataType {
  switch (type.kind) {
    case 'null':
      return new arrow.Null();
    case 'boolean':
      return new arrow.Bool();
    case 'int8':
      return new arrow.Int8();
    case 'int16':
      return new arrow.Int16();
    case 'int32':
      return new arrow.Int32();
    case 'int64':
      return new arrow.Int64();
    case 'uint8':
      return new arrow.Uint8();
    case 'uint16':
      return new arrow.Uint16();
    case 'uint32':
      return new arrow.Uint32();
    case 'uint64':
      return new arrow.Uint64();
    case 'hugeint':
      return new arrow.Decimal(0, 38, 128);
    case 'float32':
      return new arrow.Float32();
    case 'float64':
      return new arrow.Float64();
    case 'decimal':
      return new arrow.Decimal(type.scale, type.precision, 128);
    case 'varchar':
    case 'json':
    case 'enum':
    case 'uuid':
      return new arrow.Utf8();
    case 'blob':
      return new arrow.Binary();
    case 'date':
      return new arrow.DateDay();
    case 'time':
      return new arrow.TimeMicrosecond();
    case 'timestamp':
      return new arrow.Timestamp(ARROW_UNITS[type.unit], type.zoned ? 'UTC' : null);
    case 'interval':
      return new arrow.Interval(arrow.IntervalUnit.MONTH_DAY_NANO);
    case 'list':
      return new arrow.List(arrowField('item', type.element));
    case 'array':
      return new arrow.FixedSizeList(type.length, arrowField('item', type.element));
    case 'struct':
      return new arrow.Struct(type.fields.map((field) => arrowField(field.name, field.type)));
    case 'map': {
      const entries = new arrow.Struct([
        new arrow.Field('key', arrowType(type.key), false),
        arrowField('value', type.value),
      ]);
      return new arrow.Map_(new arrow.Field('entries', entries, false) as never);
    }
    default:
      return unreachable(type);
  }
}

const ARROW_UNITS: Readonly<Record<TimeUnit, arrow.TimeUnit>> = {
  s: arrow.TimeUnit.SECOND,
  ms: arrow.TimeUnit.MILLISECOND,
  us: arrow.TimeUnit.MICROSECOND,
  ns: arrow.TimeUnit.NANOSECOND,
};

const arrowField = (name: string, type: SqlType): arrow.Field =>
  new arrow.Field(name, arrowType(type), true);

/** The Arrow schema of a result. */
export const arrowSchema = (fields: readonly Field[]): arrow.Schema =>
  new arrow.Schema(
    fields.map(({ name, type, nullable }) => new arrow.Field(name, arrowType(type), nullable)),
  );

/** Makes Arrow record batches of chunks; they share no memory with the database. */
export class ArrowWriter {
  readonly schema: arrow.Schema;
  readonly #memory: SharedMemory;
  readonly #scratch: Arena;

  constructor(memory: SharedMemory, fields: readonly Field[]) {
    this.schema = arrowSchema(fields);
    this.#memory = memory;
    this.#scratch = new Arena(memory, memory.newOwner(), 65536);
  }

  /** Copies the rows of a chunk. */
  write(chunk: Chunk): arrow.RecordBatch {
    const { length } = chunk;
    const children = chunk.columns.map((column) => this.#column(column));
    this.#scratch.reset();
    const data = arrow.makeData({
      type: new arrow.Struct(this.schema.fields),
      length,
      nullCount: 0,
      children,
    });
    return new arrow.RecordBatch(this.schema, data);
  }

  /** Frees the scratch memory. */
  close(): void {
    this.#scratch.release();
  }

  #column(vector: Vector): arrow.Data {
    const { type, length } = vector;
    if (type.kind === 'null') return arrow.makeData({ type: new arrow.Null(), length });
    if (isNested(type) || vector.kind !== 'flat' || isTextForm(type)) return this.#byValues(vector);
    const k = kernels(this.#memory);
    const { u8 } = this.#memory;
    const nullCount =
      vector.validity === 0 ? 0 : length - k.bitmapCountSet(vector.validity, length);
    const common = {
      length,
      nullCount,
      nullBitmap:
        nullCount === 0
          ? undefined
          : u8.slice(vector.validity, vector.validity + bitmapBytes(length)),
    };
    switch (physicalType(type)) {
      case 'bool': {
        const bits = this.#scratch.allocate(bitmapBytes(length));
        k.packBits(vector.values, length, bits);
        return arrow.makeData({
          type: new arrow.Bool(),
          ...common,
          data: u8.slice(bits, bits + bitmapBytes(length)),
        });
      }
      case 'ref':
        return this.#references(vector, common);
      case 'i64':
        if (type.kind === 'decimal') return this.#widened(vector, common);
        break;
      case 'interval':
        return this.#intervals(vector, common);
      default:
    }
    const bytes = u8.slice(vector.values, vector.values + length * widthBytes(type));
    return makeFixed(arrowType(type), common, bytes.buffer as ArrayBuffer);
  }

  #references(vector: FlatVector, common: Common): arrow.Data {
    const { u8, u32 } = this.#memory;
    const k = kernels(this.#memory);
    const { length, values, validity } = vector;
    const total = k.referenceBytes(values, validity, length);
    const refs = this.#scratch.allocate(length * 8);
    const bytes = this.#scratch.allocate(total);
    k.copyReferences(values, validity, length, refs, bytes);
    const valueOffsets = new Int32Array(length + 1);
    let end = 0;
    for (let row = 0; row < length; row++) {
      end += u32[(refs >>> 2) + 2 * row + 1]!;
      valueOffsets[row + 1] = end;
    }
    const data = u8.slice(bytes, bytes + total);
    return vector.type.kind === 'blob'
      ? arrow.makeData({ type: new arrow.Binary(), ...common, valueOffsets, data })
      : arrow.makeData({ type: new arrow.Utf8(), ...common, valueOffsets, data });
  }

  /** Decimals of 64 bits with their sign in the upper half. */
  #widened(vector: FlatVector, common: Common): arrow.Data {
    const { i64 } = this.#memory;
    const words = new BigInt64Array(common.length * 2);
    const from = vector.values >>> 3;
    for (let row = 0; row < common.length; row++) {
      const value = i64[from + row]!;
      words[2 * row] = value;
      words[2 * row + 1] = value >> 63n;
    }
    return makeFixed(arrowType(vector.type), common, words.buffer);
  }

  /** Microseconds become nanoseconds. */
  #intervals(vector: FlatVector, common: Common): arrow.Data {
    const bytes = this.#memory.u8.slice(vector.values, vector.values + common.length * 16);
    const view = new DataView(bytes.buffer as ArrayBuffer);
    for (let row = 0; row < common.length; row++) {
      const micros = view.getBigInt64(row * 16 + 8, true);
      view.setBigInt64(row * 16 + 8, micros * 1000n, true);
    }
    return makeFixed(arrowType(vector.type), common, bytes.buffer as ArrayBuffer);
  }

  /** The long way, value by value: nested types, constants, types that Arrow sees as text. */
  #byValues(vector: Vector): arrow.Data {
    const { type, length } = vector;
    const values = Array.from({ length }, (_, row) =>
      boundaryValue(readRow(this.#memory, vector, row), type),
    );
    const made = arrow.vectorFromArray(values, arrowType(type));
    const [data] = made.data;
    if (data === undefined) throw new SqlError('internal', 'a column without data');
    return data;
  }
}

interface Common {
  readonly length: number;
  readonly nullCount: number;
  readonly nullBitmap: Uint8Array | undefined;
}

/** Data of a fixed-width type over a buffer of its own. */
function makeFixed(type: arrow.DataType, common: Common, buffer: ArrayBuffer): arrow.Data {
  const ArrayType = type.ArrayType as new (buffer: ArrayBuffer) => ArrayBufferView;
  return arrow.makeData({ type, ...common, data: new ArrayType(buffer) } as never);
}

/** Types that have a form of their own here, and are text in Arrow. */
const isTextForm = (type: SqlType): boolean => type.kind === 'enum' || type.kind === 'uuid';

/** A literal as Arrow's builders take it. */
function boundaryValue(value: LiteralValue, type: SqlType): unknown {
  if (value === null) return null;
  switch (type.kind) {
    case 'list':
    case 'array':
      return (value as readonly LiteralValue[]).map((item) => boundaryValue(item, type.element));
    case 'struct': {
      const { struct } = value as { readonly struct: readonly LiteralValue[] };
      return Object.fromEntries(
        type.fields.map((field, i) => [field.name, boundaryValue(struct[i] ?? null, field.type)]),
      );
    }
    case 'map': {
      const { map } = value as { map: readonly (readonly [LiteralValue, LiteralValue])[] };
      return new Map(
        map.map(([key, item]) => [boundaryValue(key, type.key), boundaryValue(item, type.value)]),
      );
    }
    case 'decimal':
    case 'hugeint': {
      const bits = BigInt.asUintN(128, value as bigint);
      const word = (shift: bigint): number => Number((bits >> shift) & 0xffffffffn);
      return Uint32Array.of(word(0n), word(32n), word(64n), word(96n));
    }
    case 'date':
      return new Date((value as number) * 86_400_000);
    case 'interval': {
      const { months, days, micros } = value as { months: number; days: number; micros: bigint };
      const nanos = BigInt.asUintN(64, micros * 1000n);
      return Int32Array.of(months, days, Number(nanos & 0xffffffffn) | 0, Number(nanos >> 32n) | 0);
    }
    default:
      return value;
  }
}
