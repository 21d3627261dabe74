import {
  CODECS,
  CONVERTED_TYPES,
  type ColumnChunk,
  chunkStart,
  type LogicalAnnotation,
  PARQUET_TYPES,
  type ParquetFooter,
  REPETITIONS,
  type RowGroup,
  type SchemaElement,
} from '../footer.ts';
import { ThriftWriter } from '../thrift.ts';

/** The end of a Parquet file: the serialized footer, its length and the magic number. */
export function footerBytes(footer: ParquetFooter): Uint8Array {
  const writer = new ThriftWriter();
  writer.bare(() => {
    writer.i32(1, footer.version);
    writer.structList(2, footer.schema, (element) => writeElement(writer, element));
    writer.i64(3, footer.rowCount);
    writer.structList(4, footer.rowGroups, (group) => writeRowGroup(writer, group));
    if (footer.keyValues.length > 0) {
      writer.structList(5, footer.keyValues, ({ key, value }) => {
        writer.binary(1, key);
        writer.binary(2, value);
      });
    }
    writer.binary(6, footer.createdBy);
    // TypeDefinedOrder for each leaf: without it readers must not trust min_value and max_value.
    const leaves = footer.schema.filter((element) => element.type !== undefined);
    writer.structList(7, leaves, () => writer.struct(1, () => undefined));
  });
  const body = writer.bytes();
  const bytes = new Uint8Array(body.length + 8);
  bytes.set(body);
  const view = new DataView(bytes.buffer);
  view.setUint32(body.length, body.length, true);
  bytes.set(new TextEncoder().encode('PAR1'), body.length + 4);
  return bytes;
}

function writeElement(writer: ThriftWriter, element: SchemaElement): void {
  if (element.type !== undefined) writer.i32(1, PARQUET_TYPES.indexOf(element.type));
  writer.i32(2, element.typeLength);
  writer.i32(3, REPETITIONS.indexOf(element.repetition));
  writer.binary(4, element.name);
  if (element.type === undefined) writer.i32(5, element.childCount);
  if (element.converted !== undefined) writer.i32(6, CONVERTED_TYPES.indexOf(element.converted));
  writer.i32(7, element.scale);
  writer.i32(8, element.precision);
  writer.i32(9, element.fieldId);
  const { logical } = element;
  if (logical !== undefined && logical.kind !== 'other') {
    writer.struct(10, () => writeLogical(writer, logical));
  }
}

const BARE_IDS = {
  string: 1,
  map: 2,
  list: 3,
  enum: 4,
  date: 6,
  null: 11,
  json: 12,
  bson: 13,
  uuid: 14,
  float16: 15,
} as const;
const UNIT_IDS = { ms: 1, us: 2, ns: 3 } as const;

function writeLogical(
  writer: ThriftWriter,
  logical: Exclude<LogicalAnnotation, { kind: 'other' }>,
): void {
  switch (logical.kind) {
    case 'decimal':
      writer.struct(5, () => {
        writer.i32(1, logical.scale);
        writer.i32(2, logical.precision);
      });
      break;
    case 'time':
    case 'timestamp':
      writer.struct(logical.kind === 'time' ? 7 : 8, () => {
        writer.boolean(1, logical.utc);
        writer.struct(2, () => writer.struct(UNIT_IDS[logical.unit], () => undefined));
      });
      break;
    case 'integer':
      writer.struct(10, () => {
        writer.byte(1, logical.bits);
        writer.boolean(2, logical.signed);
      });
      break;
    default:
      writer.struct(BARE_IDS[logical.kind], () => undefined);
  }
}

function writeRowGroup(writer: ThriftWriter, group: RowGroup): void {
  writer.structList(1, group.columns, (chunk) => {
    writer.i64(2, chunkStart(chunk));
    writer.struct(3, () => writeChunk(writer, chunk));
  });
  writer.i64(2, group.totalBytes);
  writer.i64(3, group.rowCount);
}

function writeChunk(writer: ThriftWriter, chunk: ColumnChunk): void {
  writer.i32(1, PARQUET_TYPES.indexOf(chunk.type));
  writer.i32List(2, chunk.encodings);
  writer.binaryList(3, chunk.path);
  writer.i32(4, CODECS.indexOf(chunk.codec));
  writer.i64(5, chunk.valueCount);
  writer.i64(6, chunk.uncompressedBytes);
  writer.i64(7, chunk.compressedBytes);
  writer.i64(9, chunk.dataPageOffset);
  writer.i64(11, chunk.dictionaryPageOffset);
  const { statistics } = chunk;
  if (statistics === undefined) return;
  writer.struct(12, () => {
    writer.i64(3, statistics.nullCount);
    writer.i64(4, statistics.distinctCount);
    writer.binary(5, statistics.max);
    writer.binary(6, statistics.min);
    writer.boolean(7, statistics.maxExact);
    writer.boolean(8, statistics.minExact);
  });
}
