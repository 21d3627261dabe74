import { unreachable } from './error.ts';

/** Precision of a TIME or TIMESTAMP value: the unit of its integer. */
export type TimeUnit = 's' | 'ms' | 'us' | 'ns';

/** A named, typed member of a struct. */
export interface StructField {
  readonly name: string;
  readonly type: SqlType;
}

/** The kinds without parameters. */
export type SimpleTypeKind =
  | 'null'
  | 'boolean'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'hugeint'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'float32'
  | 'float64'
  | 'varchar'
  | 'blob'
  | 'date'
  | 'time'
  | 'interval'
  | 'uuid'
  | 'json';

/** A SQL type, as plain data: it travels to workers and into EXPLAIN. */
export type SqlType =
  | { readonly kind: SimpleTypeKind }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'timestamp'; readonly unit: TimeUnit; readonly zoned: boolean }
  | { readonly kind: 'enum'; readonly values: readonly string[] }
  | { readonly kind: 'list'; readonly element: SqlType }
  | { readonly kind: 'array'; readonly element: SqlType; readonly length: number }
  | { readonly kind: 'struct'; readonly fields: readonly StructField[] }
  | { readonly kind: 'map'; readonly key: SqlType; readonly value: SqlType };

export type SqlTypeKind = SqlType['kind'];

const simple = (kind: SimpleTypeKind): SqlType => ({ kind });

export const NULL_TYPE: SqlType = simple('null');
export const BOOLEAN: SqlType = simple('boolean');
export const TINYINT: SqlType = simple('int8');
export const SMALLINT: SqlType = simple('int16');
export const INTEGER: SqlType = simple('int32');
export const BIGINT: SqlType = simple('int64');
export const HUGEINT: SqlType = simple('hugeint');
export const UTINYINT: SqlType = simple('uint8');
export const USMALLINT: SqlType = simple('uint16');
export const UINTEGER: SqlType = simple('uint32');
export const UBIGINT: SqlType = simple('uint64');
export const REAL: SqlType = simple('float32');
export const DOUBLE: SqlType = simple('float64');
export const VARCHAR: SqlType = simple('varchar');
export const BLOB: SqlType = simple('blob');
export const DATE: SqlType = simple('date');
export const TIME: SqlType = simple('time');
export const INTERVAL: SqlType = simple('interval');
export const UUID: SqlType = simple('uuid');
export const JSON_TYPE: SqlType = simple('json');
export const TIMESTAMP: SqlType = { kind: 'timestamp', unit: 'us', zoned: false };
export const TIMESTAMPTZ: SqlType = { kind: 'timestamp', unit: 'us', zoned: true };

export const decimal = (precision: number, scale: number): SqlType => ({
  kind: 'decimal',
  precision,
  scale,
});
export const list = (element: SqlType): SqlType => ({ kind: 'list', element });

/**
 * How values of a type lie in linear memory: one fixed width a type.
 *
 * `ref` is a u32 address (low half) and a u32 byte length (high half) of bytes elsewhere in the same
 * memory: UTF-8 for varchar and json, raw for blob, a nested value's block for list, struct and map
 * (see nested.ts). `interval` is i32 months, i32 days, i64 microseconds; `i128` and `uuid` are two
 * little-endian i64 words, low first. `bool` is one byte, 0 or 1.
 */
export type PhysicalType =
  | 'bool'
  | 'i8'
  | 'i16'
  | 'i32'
  | 'i64'
  | 'i128'
  | 'u8'
  | 'u16'
  | 'u32'
  | 'u64'
  | 'f32'
  | 'f64'
  | 'ref'
  | 'interval'
  | 'uuid';

/** Bytes a value of the physical type takes. */
export const PHYSICAL_WIDTH_BYTES: Readonly<Record<PhysicalType, number>> = {
  bool: 1,
  i8: 1,
  u8: 1,
  i16: 2,
  u16: 2,
  i32: 4,
  u32: 4,
  f32: 4,
  i64: 8,
  u64: 8,
  f64: 8,
  ref: 8,
  i128: 16,
  interval: 16,
  uuid: 16,
};

/** Most digits that a decimal can have. */
export const MAX_DECIMAL_PRECISION = 38;

/** Digits up to which a decimal is stored in an int64; beyond, in an int128. */
export const MAX_INT64_DECIMAL_PRECISION = 18;

/** The physical type of a SQL type; the untyped NULL is stored as an i32 that is never valid. */
export function physicalType(type: SqlType): PhysicalType {
  switch (type.kind) {
    case 'boolean':
      return 'bool';
    case 'int8':
      return 'i8';
    case 'int16':
      return 'i16';
    case 'null':
    case 'int32':
    case 'date':
      return 'i32';
    case 'int64':
    case 'time':
    case 'timestamp':
      return 'i64';
    case 'hugeint':
      return 'i128';
    case 'uint8':
      return 'u8';
    case 'uint16':
      return 'u16';
    case 'enum':
    case 'uint32':
      return 'u32';
    case 'uint64':
      return 'u64';
    case 'float32':
      return 'f32';
    case 'float64':
      return 'f64';
    case 'decimal':
      return type.precision <= MAX_INT64_DECIMAL_PRECISION ? 'i64' : 'i128';
    case 'varchar':
    case 'blob':
    case 'json':
    case 'list':
    case 'array':
    case 'struct':
    case 'map':
      return 'ref';
    case 'interval':
      return 'interval';
    case 'uuid':
      return 'uuid';
    default:
      return unreachable(type);
  }
}

/** Bytes a value of the type takes in a vector. */
export const widthBytes = (type: SqlType): number => PHYSICAL_WIDTH_BYTES[physicalType(type)];

/** Structural equality; struct field names compare without case. */
export function typesEqual(a: SqlType, b: SqlType): boolean {
  if (a.kind !== b.kind) return false;
  switch (a.kind) {
    case 'decimal':
      return b.kind === 'decimal' && a.precision === b.precision && a.scale === b.scale;
    case 'timestamp':
      return b.kind === 'timestamp' && a.unit === b.unit && a.zoned === b.zoned;
    case 'enum':
      return (
        b.kind === 'enum' &&
        a.values.length === b.values.length &&
        a.values.every((v, i) => v === b.values[i])
      );
    case 'list':
      return b.kind === 'list' && typesEqual(a.element, b.element);
    case 'array':
      return b.kind === 'array' && a.length === b.length && typesEqual(a.element, b.element);
    case 'struct':
      return (
        b.kind === 'struct' &&
        a.fields.length === b.fields.length &&
        a.fields.every((field, i) => {
          const other = b.fields[i];
          return (
            other !== undefined &&
            field.name.toLowerCase() === other.name.toLowerCase() &&
            typesEqual(field.type, other.type)
          );
        })
      );
    case 'map':
      return b.kind === 'map' && typesEqual(a.key, b.key) && typesEqual(a.value, b.value);
    default:
      return true;
  }
}

const SIMPLE_TYPE_NAMES = {
  null: '"NULL"',
  boolean: 'BOOLEAN',
  int8: 'TINYINT',
  int16: 'SMALLINT',
  int32: 'INTEGER',
  int64: 'BIGINT',
  hugeint: 'HUGEINT',
  uint8: 'UTINYINT',
  uint16: 'USMALLINT',
  uint32: 'UINTEGER',
  uint64: 'UBIGINT',
  float32: 'FLOAT',
  float64: 'DOUBLE',
  varchar: 'VARCHAR',
  blob: 'BLOB',
  date: 'DATE',
  time: 'TIME',
  interval: 'INTERVAL',
  uuid: 'UUID',
  json: 'JSON',
} as const satisfies Record<SimpleTypeKind, string>;

/** The type's SQL name in the default dialect, upper case: `DECIMAL(12,2)`, `VARCHAR[]`. */
export function typeName(type: SqlType): string {
  switch (type.kind) {
    case 'decimal':
      return `DECIMAL(${type.precision},${type.scale})`;
    case 'timestamp':
      if (type.zoned) return 'TIMESTAMP WITH TIME ZONE';
      return type.unit === 'us' ? 'TIMESTAMP' : `TIMESTAMP_${type.unit.toUpperCase()}`;
    case 'enum':
      return `ENUM(${type.values.map((v) => `'${v.replaceAll("'", "''")}'`).join(', ')})`;
    case 'list':
      return `${typeName(type.element)}[]`;
    case 'array':
      return `${typeName(type.element)}[${type.length}]`;
    case 'struct':
      return `STRUCT(${type.fields.map((f) => `${quoteIdentifier(f.name)} ${typeName(f.type)}`).join(', ')})`;
    case 'map':
      return `MAP(${typeName(type.key)}, ${typeName(type.value)})`;
    default:
      return SIMPLE_TYPE_NAMES[type.kind];
  }
}

/** The identifier as SQL text: bare when it is a plain lower-case word, else in double quotes. */
export function quoteIdentifier(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

const SIGNED: readonly string[] = ['int8', 'int16', 'int32', 'int64', 'hugeint'];
const UNSIGNED: readonly string[] = ['uint8', 'uint16', 'uint32', 'uint64'];

export const isSignedInteger = (type: SqlType): boolean => SIGNED.includes(type.kind);
export const isUnsignedInteger = (type: SqlType): boolean => UNSIGNED.includes(type.kind);
/** All integers, HUGEINT included. */
export const isInteger = (type: SqlType): boolean =>
  isSignedInteger(type) || isUnsignedInteger(type);
export const isFloat = (type: SqlType): boolean =>
  type.kind === 'float32' || type.kind === 'float64';
export const isNumeric = (type: SqlType): boolean =>
  isInteger(type) || isFloat(type) || type.kind === 'decimal';
export const isTemporal = (type: SqlType): boolean =>
  type.kind === 'date' || type.kind === 'time' || type.kind === 'timestamp';
export const isNested = (type: SqlType): boolean =>
  type.kind === 'list' || type.kind === 'array' || type.kind === 'struct' || type.kind === 'map';
/** Values held as UTF-8 text behind a reference. */
export const isText = (type: SqlType): boolean => type.kind === 'varchar' || type.kind === 'json';
/** Types whose vectors hold references into other memory. */
export const isReference = (type: SqlType): boolean => physicalType(type) === 'ref';
