import type { Arena, Chunk, Field, Schema, SqlType, TimeUnit, Vector } from '@windrow/core';
import { SqlError } from '@windrow/core';
import type {
  Field as ArrowField,
  Schema as ArrowSchema,
  TimeUnit as ArrowTimeUnit,
  Vector as ArrowVector,
  Data,
  DataType,
  Decimal,
  Dictionary,
  FixedSizeBinary,
  FixedSizeList,
  Float,
  Int,
  Interval,
  Map_,
  RecordBatch,
  Time,
  Timestamp,
} from 'apache-arrow';
import { type ArrowColumn, type ArrowType, sqlTypeOfArrow } from './arrow-column.ts';
import { importColumn } from './import-column.ts';

/**
 * The SQL schema of an Arrow schema.
 * @throws SqlError `unsupported` naming the column whose type has no SQL type.
 */
export function schemaFromArrow(schema: ArrowSchema): Schema {
  return { fields: schema.fields.map(fieldFromArrow) };
}

function fieldFromArrow({ name, type, nullable }: ArrowField): Field {
  const sqlType = sqlTypeOfArrow(typeFromArrow(type));
  if (sqlType === undefined) {
    throw new SqlError('unsupported', `column "${name}" has the Arrow type ${String(type)}`, {
      hint: 'It has no SQL type; leave the column out or convert it.',
    });
  }
  // A field may have no name.
  return { name: name ?? '', type: sqlType, nullable };
}

/** The batch's rows as vectors of the schema's types, copied into `arena`. */
export function chunkFromArrow(batch: RecordBatch, schema: Schema, arena: Arena): Chunk {
  return {
    length: batch.numRows,
    columns: schema.fields.map(({ type }, index) => columnOfBatch(batch, index, type, arena)),
  };
}

/** One column of a batch as a vector of its SQL type, copied into `arena`. */
export function columnOfBatch(
  batch: RecordBatch,
  index: number,
  type: SqlType,
  arena: Arena,
): Vector {
  const data = batch.data.children[index];
  if (data === undefined) throw new SqlError('io', `an Arrow batch lacks column ${index}`);
  return importColumn(columnFromArrow(data), type, arena);
}

/** Data of apache-arrow as a column: its value buffers begin at the first row, its bitmaps at `offset`. */
function columnFromArrow(data: Data): ArrowColumn {
  const type = typeFromArrow(data.type);
  return {
    type,
    length: data.length,
    offset: 0,
    bitOffset: data.offset,
    nullCount: data.nullCount,
    validity: data.nullBitmap?.length > 0 ? data.nullBitmap : undefined,
    offsets: data.valueOffsets === undefined ? undefined : bytesOf(data.valueOffsets),
    values: data.values === undefined ? new Uint8Array() : bytesOf(data.values),
    dictionary: data.dictionary === undefined ? undefined : dictionaryOf(data.dictionary),
    children: data.children.map(columnFromArrow),
    variadic: data.variadicBuffers ?? [],
  };
}

/** A dictionary of several pieces has grown while it was sent; they are one behind the other. */
function dictionaryOf(vector: ArrowVector): ArrowColumn {
  const [only] = vector.data;
  if (only === undefined) throw new SqlError('io', 'an Arrow dictionary is missing');
  if (vector.data.length > 1) {
    throw new SqlError('unsupported', 'Arrow dictionaries that grow are not supported');
  }
  return columnFromArrow(only);
}

function bytesOf(array: ArrayBufferView | ArrayLike<number>): Uint8Array {
  if (ArrayBuffer.isView(array)) {
    return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  }
  return Uint8Array.from(array);
}

const TIME_UNITS: readonly TimeUnit[] = ['s', 'ms', 'us', 'ns'];
const timeUnit = (unit: ArrowTimeUnit): TimeUnit => TIME_UNITS[unit] ?? 'us';

/**
 * The numbers of Arrow's types. They are read rather than apache-arrow's classes, which a caller may have
 * loaded a second time, and which take long to load.
 */
const TYPE_IDS = {
  null: 1,
  int: 2,
  float: 3,
  binary: 4,
  utf8: 5,
  bool: 6,
  decimal: 7,
  date: 8,
  time: 9,
  timestamp: 10,
  interval: 11,
  list: 12,
  struct: 13,
  fixedSizeBinary: 15,
  fixedSizeList: 16,
  map: 17,
  duration: 18,
  largeBinary: 19,
  largeUtf8: 20,
  largeList: 21,
  binaryView: 23,
  utf8View: 24,
  dictionary: -1,
} as const;

const INTERVAL_UNITS = ['yearMonth', 'dayTime', 'monthDayNano'] as const;

/** A type of apache-arrow as the storage it stands for. */
export function typeFromArrow(type: DataType): ArrowType {
  const unsupported: ArrowType = { kind: 'unsupported', name: String(type) };
  switch (type.typeId as number) {
    case TYPE_IDS.null:
      return { kind: 'null' };
    case TYPE_IDS.bool:
      return { kind: 'boolean' };
    case TYPE_IDS.int:
      return integerFromArrow(type as Int);
    case TYPE_IDS.float:
      return { kind: 'float', bytes: (2 << (type as Float).precision) as 2 | 4 | 8 };
    case TYPE_IDS.decimal: {
      const { bitWidth, precision, scale } = type as Decimal;
      return bitWidth === 128 ? { kind: 'decimal', bytes: 16, precision, scale } : unsupported;
    }
    case TYPE_IDS.utf8:
      return { kind: 'utf8', wideOffsets: false };
    case TYPE_IDS.largeUtf8:
      return { kind: 'utf8', wideOffsets: true };
    case TYPE_IDS.binary:
      return { kind: 'binary', wideOffsets: false };
    case TYPE_IDS.largeBinary:
      return { kind: 'binary', wideOffsets: true };
    case TYPE_IDS.utf8View:
      return { kind: 'utf8View' };
    case TYPE_IDS.binaryView:
      return { kind: 'binaryView' };
    case TYPE_IDS.fixedSizeBinary:
      return { kind: 'fixedBinary', bytes: (type as FixedSizeBinary).byteWidth };
    default:
      return temporalFromArrow(type) ?? nestedFromArrow(type) ?? unsupported;
  }
}

const integerFromArrow = ({ bitWidth, isSigned }: Int) =>
  ({ kind: 'integer', bytes: (bitWidth / 8) as 1 | 2 | 4 | 8, signed: isSigned }) as const;

function temporalFromArrow(type: DataType): ArrowType | undefined {
  switch (type.typeId as number) {
    case TYPE_IDS.date:
      return { kind: 'date', unit: (type as unknown as Time).unit === 0 ? 'day' : 'ms' };
    case TYPE_IDS.time:
      return { kind: 'time', unit: timeUnit((type as Time).unit) };
    case TYPE_IDS.timestamp: {
      const { unit, timezone } = type as Timestamp;
      const zoned = timezone !== undefined && timezone !== null && timezone !== '';
      return { kind: 'timestamp', unit: timeUnit(unit), zoned };
    }
    case TYPE_IDS.duration:
      return { kind: 'duration', unit: timeUnit((type as unknown as Time).unit) };
    case TYPE_IDS.interval:
      return { kind: 'interval', unit: INTERVAL_UNITS[(type as Interval).unit] ?? 'monthDayNano' };
    default:
      return undefined;
  }
}

function nestedFromArrow(type: DataType): ArrowType | undefined {
  const child = (index: number): ArrowType => typeFromArrow(type.children[index]?.type);
  switch (type.typeId as number) {
    case TYPE_IDS.list:
      return { kind: 'list', element: child(0), wideOffsets: false };
    case TYPE_IDS.largeList:
      return { kind: 'list', element: child(0), wideOffsets: true };
    case TYPE_IDS.fixedSizeList:
      return { kind: 'fixedList', element: child(0), length: (type as FixedSizeList).listSize };
    case TYPE_IDS.struct: {
      const fields = type.children.map(({ name }: ArrowField, index: number) => ({
        name,
        type: child(index),
      }));
      return { kind: 'struct', fields };
    }
    case TYPE_IDS.map: {
      const { keyType, valueType } = type as Map_;
      return { kind: 'map', key: typeFromArrow(keyType), value: typeFromArrow(valueType) };
    }
    case TYPE_IDS.dictionary: {
      const { indices, dictionary } = type as Dictionary;
      const index = integerFromArrow(indices as Int);
      return { kind: 'dictionary', index, value: typeFromArrow(dictionary) };
    }
    default:
      return undefined;
  }
}
