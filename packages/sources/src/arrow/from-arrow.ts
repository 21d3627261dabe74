import type { Arena, Chunk, Field, Schema, TimeUnit } from '@windrow/core';
import { SqlError } from '@windrow/core';
import {
  type Field as ArrowField,
  type Schema as ArrowSchema,
  type TimeUnit as ArrowTimeUnit,
  type Vector as ArrowVector,
  type Data,
  DataType,
  IntervalUnit,
  type RecordBatch,
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
  return { name, type: sqlType, nullable };
}

/** The batch's rows as vectors of the schema's types, copied into `arena`. */
export function chunkFromArrow(batch: RecordBatch, schema: Schema, arena: Arena): Chunk {
  return {
    length: batch.numRows,
    columns: schema.fields.map(({ type }, index) => {
      const data = batch.data.children[index];
      if (data === undefined) throw new SqlError('io', `an Arrow batch lacks column ${index}`);
      return importColumn(columnFromArrow(data), type, arena);
    }),
  };
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

/** A type of apache-arrow as the storage it stands for. */
export function typeFromArrow(type: DataType): ArrowType {
  if (DataType.isNull(type)) return { kind: 'null' };
  if (DataType.isBool(type)) return { kind: 'boolean' };
  if (DataType.isInt(type)) {
    return { kind: 'integer', bytes: (type.bitWidth / 8) as 1 | 2 | 4 | 8, signed: type.isSigned };
  }
  if (DataType.isFloat(type)) return { kind: 'float', bytes: (2 << type.precision) as 2 | 4 | 8 };
  if (DataType.isDecimal(type) && type.bitWidth === 128) {
    return { kind: 'decimal', bytes: 16, precision: type.precision, scale: type.scale };
  }
  if (DataType.isUtf8(type)) return { kind: 'utf8', wideOffsets: false };
  if (DataType.isLargeUtf8(type)) return { kind: 'utf8', wideOffsets: true };
  if (DataType.isBinary(type)) return { kind: 'binary', wideOffsets: false };
  if (DataType.isLargeBinary(type)) return { kind: 'binary', wideOffsets: true };
  if (DataType.isUtf8View(type)) return { kind: 'utf8View' };
  if (DataType.isBinaryView(type)) return { kind: 'binaryView' };
  if (DataType.isFixedSizeBinary(type)) return { kind: 'fixedBinary', bytes: type.byteWidth };
  return temporalFromArrow(type) ?? nestedFromArrow(type);
}

function temporalFromArrow(type: DataType): ArrowType | undefined {
  if (DataType.isDate(type)) return { kind: 'date', unit: type.unit === 0 ? 'day' : 'ms' };
  if (DataType.isTime(type)) return { kind: 'time', unit: timeUnit(type.unit) };
  if (DataType.isTimestamp(type)) {
    const zoned = type.timezone !== undefined && type.timezone !== null && type.timezone !== '';
    return { kind: 'timestamp', unit: timeUnit(type.unit), zoned };
  }
  if (DataType.isDuration(type)) return { kind: 'duration', unit: timeUnit(type.unit) };
  if (!DataType.isInterval(type)) return undefined;
  if (type.unit === IntervalUnit.YEAR_MONTH) return { kind: 'interval', unit: 'yearMonth' };
  return {
    kind: 'interval',
    unit: type.unit === IntervalUnit.DAY_TIME ? 'dayTime' : 'monthDayNano',
  };
}

function nestedFromArrow(type: DataType): ArrowType {
  const child = (index: number): ArrowType => typeFromArrow(type.children[index]?.type);
  if (DataType.isList(type)) return { kind: 'list', element: child(0), wideOffsets: false };
  if (DataType.isLargeList(type)) return { kind: 'list', element: child(0), wideOffsets: true };
  if (DataType.isFixedSizeList(type)) {
    return { kind: 'fixedList', element: child(0), length: type.listSize };
  }
  if (DataType.isStruct(type)) {
    const fields = type.children.map((field: ArrowField) => ({
      name: field.name,
      type: typeFromArrow(field.type),
    }));
    return { kind: 'struct', fields };
  }
  if (DataType.isMap(type)) {
    return { kind: 'map', key: typeFromArrow(type.keyType), value: typeFromArrow(type.valueType) };
  }
  if (DataType.isDictionary(type)) {
    const { bitWidth, isSigned } = type.indices;
    const index = { bytes: (bitWidth / 8) as 1 | 2 | 4 | 8, signed: isSigned };
    return { kind: 'dictionary', index, value: typeFromArrow(type.dictionary) };
  }
  return { kind: 'unsupported', name: String(type) };
}
