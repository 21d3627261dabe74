import { damagedFile } from '../errors.ts';
import { ThriftError, ThriftReader, type ThriftStruct, type ThriftValue } from './thrift.ts';

/** Physical types of Parquet, by their number in the format. */
export const PARQUET_TYPES = [
  'BOOLEAN',
  'INT32',
  'INT64',
  'INT96',
  'FLOAT',
  'DOUBLE',
  'BYTE_ARRAY',
  'FIXED_LEN_BYTE_ARRAY',
] as const;
export type ParquetType = (typeof PARQUET_TYPES)[number];

export const CODECS = [
  'UNCOMPRESSED',
  'SNAPPY',
  'GZIP',
  'LZO',
  'BROTLI',
  'LZ4',
  'ZSTD',
  'LZ4_RAW',
] as const;
export type Codec = (typeof CODECS)[number];

export const REPETITIONS = ['REQUIRED', 'OPTIONAL', 'REPEATED'] as const;
export type Repetition = (typeof REPETITIONS)[number];

/** ConvertedType, the older annotation, by number. */
export const CONVERTED_TYPES = [
  'UTF8',
  'MAP',
  'MAP_KEY_VALUE',
  'LIST',
  'ENUM',
  'DECIMAL',
  'DATE',
  'TIME_MILLIS',
  'TIME_MICROS',
  'TIMESTAMP_MILLIS',
  'TIMESTAMP_MICROS',
  'UINT_8',
  'UINT_16',
  'UINT_32',
  'UINT_64',
  'INT_8',
  'INT_16',
  'INT_32',
  'INT_64',
  'JSON',
  'BSON',
  'INTERVAL',
] as const;

export type ParquetTimeUnit = 'ms' | 'us' | 'ns';

/** LogicalType, the newer annotation; `other` is one that this reader gives no meaning to. */
export type LogicalAnnotation =
  | {
      readonly kind:
        | 'string'
        | 'map'
        | 'list'
        | 'enum'
        | 'date'
        | 'null'
        | 'json'
        | 'bson'
        | 'uuid'
        | 'float16';
    }
  | { readonly kind: 'decimal'; readonly scale: number; readonly precision: number }
  | { readonly kind: 'time' | 'timestamp'; readonly utc: boolean; readonly unit: ParquetTimeUnit }
  | { readonly kind: 'integer'; readonly bits: number; readonly signed: boolean }
  | { readonly kind: 'other'; readonly name: string };

/** A node of the schema, in depth-first order; groups have no `type`. */
export interface SchemaElement {
  readonly name: string;
  readonly type: ParquetType | undefined;
  readonly typeLength: number | undefined;
  readonly repetition: Repetition;
  readonly childCount: number;
  readonly converted: (typeof CONVERTED_TYPES)[number] | undefined;
  readonly scale: number | undefined;
  readonly precision: number | undefined;
  readonly fieldId: number | undefined;
  readonly logical: LogicalAnnotation | undefined;
}

/** Statistics of a column chunk, values as the bytes that PLAIN encoding gives. */
export interface ChunkStatistics {
  readonly nullCount: number | undefined;
  readonly distinctCount: number | undefined;
  readonly min: Uint8Array | undefined;
  readonly max: Uint8Array | undefined;
  /** The older min and max, whose order is signed bytes: usable for signed numbers only. */
  readonly deprecatedMin: Uint8Array | undefined;
  readonly deprecatedMax: Uint8Array | undefined;
  readonly minExact: boolean | undefined;
  readonly maxExact: boolean | undefined;
}

/** Where and how the values of one column of one row group are stored. Offsets are from the file's start. */
export interface ColumnChunk {
  readonly type: ParquetType;
  readonly path: readonly string[];
  readonly encodings: readonly number[];
  readonly codec: Codec;
  readonly valueCount: number;
  readonly uncompressedBytes: number;
  readonly compressedBytes: number;
  readonly dataPageOffset: number;
  readonly dictionaryPageOffset: number | undefined;
  readonly statistics: ChunkStatistics | undefined;
}

export interface RowGroup {
  readonly rowCount: number;
  readonly totalBytes: number;
  readonly columns: readonly ColumnChunk[];
}

/** What a Parquet file's footer says. */
export interface ParquetFooter {
  readonly version: number;
  readonly schema: readonly SchemaElement[];
  readonly rowCount: number;
  readonly rowGroups: readonly RowGroup[];
  readonly keyValues: readonly { readonly key: string; readonly value: string | undefined }[];
  readonly createdBy: string | undefined;
}

const MAGIC = 0x31524150; // "PAR1"
const ENCRYPTED_MAGIC = 0x45524150; // "PARE"
const TAIL_BYTES = 8;

/** What a footer is read from; an open file is one. */
export interface FooterInput {
  readonly path: string;
  readonly sizeBytes: number;
  read(offset: number, count: number): Uint8Array;
}

/** A first read of this size holds nearly every footer whole. */
const FIRST_READ_BYTES = 65536;

/**
 * Reads and checks a file's footer.
 * @throws SqlError `io` when the file is not a Parquet file or its footer is damaged.
 */
export function readFooter(file: FooterInput): ParquetFooter {
  const bad = (problem: string, cause?: unknown) =>
    damagedFile(file.path, 'Parquet', problem, { place: 'footer', cause });
  if (file.sizeBytes < 12) throw bad(`it has ${file.sizeBytes} bytes, too few for a Parquet file`);
  let tail = file.read(
    Math.max(0, file.sizeBytes - FIRST_READ_BYTES),
    Math.min(file.sizeBytes, FIRST_READ_BYTES),
  );
  const ending = new DataView(tail.buffer, tail.byteOffset + tail.length - TAIL_BYTES, TAIL_BYTES);
  const magic = ending.getUint32(4, true);
  if (magic === ENCRYPTED_MAGIC) throw bad('the footer is encrypted, which is not supported');
  if (magic !== MAGIC) throw bad('the file does not end in "PAR1"');
  const footerBytes = ending.getUint32(0, true);
  if (footerBytes + TAIL_BYTES > file.sizeBytes) {
    throw bad(`its length, ${footerBytes} bytes, is more than the file has`);
  }
  const wanted = footerBytes + TAIL_BYTES;
  if (wanted > tail.length) tail = file.read(file.sizeBytes - wanted, wanted);
  try {
    const start = tail.length - wanted;
    const root = new ThriftReader(tail.subarray(start, start + footerBytes)).readStruct();
    return checkFooter(decodeFooter(root), file.sizeBytes);
  } catch (thrown) {
    if (thrown instanceof ThriftError) throw bad(thrown.message, thrown);
    throw thrown;
  }
}

function decodeFooter({ fields }: ThriftStruct): ParquetFooter {
  return {
    version: integer(fields[1], 'version'),
    schema: list(fields[2], 'schema').map((value) => decodeSchemaElement(struct(value, 'schema'))),
    rowCount: integer(fields[3], 'num_rows'),
    rowGroups: list(fields[4], 'row_groups').map((value) =>
      decodeRowGroup(struct(value, 'row group')),
    ),
    keyValues: optional(fields[5], list, 'key_value_metadata', []).map((value) => {
      const pair = struct(value, 'key value');
      return { key: text(pair.fields[1], 'key'), value: optional(pair.fields[2], text, 'value') };
    }),
    createdBy: optional(fields[6], text, 'created_by'),
  };
}

function decodeSchemaElement({ fields }: ThriftStruct): SchemaElement {
  return {
    type: optional(fields[1], enumeration(PARQUET_TYPES), 'type'),
    typeLength: optional(fields[2], integer, 'type_length'),
    repetition: optional(fields[3], enumeration(REPETITIONS), 'repetition_type', 'REQUIRED'),
    name: text(fields[4], 'name'),
    childCount: optional(fields[5], integer, 'num_children', 0),
    converted: optional(fields[6], enumeration(CONVERTED_TYPES), 'converted_type'),
    scale: optional(fields[7], integer, 'scale'),
    precision: optional(fields[8], integer, 'precision'),
    fieldId: optional(fields[9], integer, 'field_id'),
    logical:
      fields[10] === undefined ? undefined : decodeLogical(struct(fields[10], 'logical type')),
  };
}

const UNITS = [undefined, 'ms', 'us', 'ns'] as const;
const BARE_LOGICAL = {
  1: 'string',
  2: 'map',
  3: 'list',
  4: 'enum',
  6: 'date',
  11: 'null',
  12: 'json',
  13: 'bson',
  14: 'uuid',
  15: 'float16',
} as const;
const OTHER_LOGICAL: Readonly<Record<number, string>> = {
  16: 'VARIANT',
  17: 'GEOMETRY',
  18: 'GEOGRAPHY',
};

function decodeLogical(union: ThriftStruct): LogicalAnnotation | undefined {
  const id = union.fields.findIndex((field) => field !== undefined);
  if (id < 0) return undefined;
  const { fields } = struct(union.fields[id], 'logical type');
  if (id === 5) {
    const scale = integer(fields[1], 'scale');
    return { kind: 'decimal', scale, precision: integer(fields[2], 'precision') };
  }
  if (id === 7 || id === 8) {
    const unitId = struct(fields[2], 'time unit').fields.findIndex((field) => field !== undefined);
    const unit = UNITS[unitId];
    if (unit === undefined) throw new ThriftError('a time unit is unknown');
    return { kind: id === 7 ? 'time' : 'timestamp', utc: fields[1] === true, unit };
  }
  if (id === 10) {
    return { kind: 'integer', bits: integer(fields[1], 'bit width'), signed: fields[2] === true };
  }
  const bare = BARE_LOGICAL[id as keyof typeof BARE_LOGICAL];
  return bare === undefined
    ? { kind: 'other', name: OTHER_LOGICAL[id] ?? `logical type ${id}` }
    : { kind: bare };
}

function decodeRowGroup({ fields }: ThriftStruct): RowGroup {
  return {
    columns: list(fields[1], 'columns').map((value) => decodeColumnChunk(struct(value, 'column'))),
    totalBytes: integer(fields[2], 'total_byte_size'),
    rowCount: integer(fields[3], 'num_rows'),
  };
}

function decodeColumnChunk(chunk: ThriftStruct): ColumnChunk {
  if (chunk.fields[1] !== undefined) throw new ThriftError('a column lies in another file');
  if (chunk.fields[3] === undefined)
    throw new ThriftError('a column is encrypted or has no metadata');
  const { fields } = struct(chunk.fields[3], 'column metadata');
  return {
    type: enumeration(PARQUET_TYPES)(fields[1], 'type'),
    encodings: list(fields[2], 'encodings').map((value) => integer(value, 'encoding')),
    path: list(fields[3], 'path_in_schema').map((value) => text(value, 'path')),
    codec: enumeration(CODECS)(fields[4], 'codec'),
    valueCount: integer(fields[5], 'num_values'),
    uncompressedBytes: integer(fields[6], 'total_uncompressed_size'),
    compressedBytes: integer(fields[7], 'total_compressed_size'),
    dataPageOffset: integer(fields[9], 'data_page_offset'),
    dictionaryPageOffset: optional(fields[11], integer, 'dictionary_page_offset'),
    statistics:
      fields[12] === undefined ? undefined : decodeStatistics(struct(fields[12], 'statistics')),
  };
}

function decodeStatistics({ fields }: ThriftStruct): ChunkStatistics {
  return {
    deprecatedMax: optional(fields[1], binary, 'max'),
    deprecatedMin: optional(fields[2], binary, 'min'),
    nullCount: optional(fields[3], integer, 'null_count'),
    distinctCount: optional(fields[4], integer, 'distinct_count'),
    max: optional(fields[5], binary, 'max_value'),
    min: optional(fields[6], binary, 'min_value'),
    maxExact: fields[7] === undefined ? undefined : fields[7] === true,
    minExact: fields[8] === undefined ? undefined : fields[8] === true,
  };
}

/** Counts and offsets that later code relies on. */
function checkFooter(footer: ParquetFooter, fileBytes: number): ParquetFooter {
  const leaves = footer.schema.filter((element) => element.type !== undefined).length;
  if (footer.schema.length === 0) throw new ThriftError('the schema is empty');
  for (const [index, group] of footer.rowGroups.entries()) {
    if (group.columns.length !== leaves) {
      const found = `${group.columns.length} columns, the schema ${leaves}`;
      throw new ThriftError(`row group ${index} has ${found}`);
    }
    if (!(group.rowCount >= 0 && group.rowCount < 2 ** 31)) {
      throw new ThriftError(`row group ${index} claims ${group.rowCount} rows`);
    }
    for (const chunk of group.columns) {
      const start = chunkStart(chunk);
      if (
        !(start >= 0 && chunk.compressedBytes >= 0 && start + chunk.compressedBytes <= fileBytes)
      ) {
        const column = chunk.path.join('.');
        throw new ThriftError(`row group ${index}, column "${column}" lies outside the file`);
      }
    }
  }
  return footer;
}

/** Where a chunk's first page begins. Some writers set the dictionary offset to 0 for "none". */
export function chunkStart(chunk: ColumnChunk): number {
  const { dictionaryPageOffset, dataPageOffset } = chunk;
  return dictionaryPageOffset !== undefined && dictionaryPageOffset > 0
    ? Math.min(dictionaryPageOffset, dataPageOffset)
    : dataPageOffset;
}

function integer(value: ThriftValue | undefined, what: string): number {
  if (typeof value !== 'number' || Number.isNaN(value)) {
    throw new ThriftError(`${what} is not an integer`);
  }
  return value;
}

function binary(value: ThriftValue | undefined, what: string): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new ThriftError(`${what} is not binary`);
  return value;
}

const utf8 = new TextDecoder();
const text = (value: ThriftValue | undefined, what: string): string =>
  utf8.decode(binary(value, what));

function list(value: ThriftValue | undefined, what: string): readonly ThriftValue[] {
  if (!Array.isArray(value)) throw new ThriftError(`${what} is not a list`);
  return value;
}

function struct(value: ThriftValue | undefined, what: string): ThriftStruct {
  if (typeof value !== 'object' || !('fields' in value)) {
    throw new ThriftError(`${what} is not a struct`);
  }
  return value;
}

const enumeration =
  <T extends string>(names: readonly T[]) =>
  (value: ThriftValue | undefined, what: string): T => {
    const name = names[integer(value, what)];
    if (name === undefined) throw new ThriftError(`${what} ${String(value)} is unknown`);
    return name;
  };

function optional<T>(
  value: ThriftValue | undefined,
  decode: (value: ThriftValue | undefined, what: string) => T,
  what: string,
): T | undefined;
function optional<T>(
  value: ThriftValue | undefined,
  decode: (value: ThriftValue | undefined, what: string) => T,
  what: string,
  otherwise: T,
): T;
function optional<T>(
  value: ThriftValue | undefined,
  decode: (value: ThriftValue | undefined, what: string) => T,
  what: string,
  otherwise?: T,
): T | undefined {
  return value === undefined ? otherwise : decode(value, what);
}
