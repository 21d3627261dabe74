import type { SqlType, TimeUnit } from '@windrow/core';
import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DATE,
  DOUBLE,
  decimal,
  INTEGER,
  INTERVAL,
  list,
  NULL_TYPE,
  REAL,
  SMALLINT,
  TIME,
  TIMESTAMPTZ,
  TINYINT,
  UBIGINT,
  UINTEGER,
  USMALLINT,
  UTINYINT,
  VARCHAR,
} from '@windrow/core';

/** The storage types of Arrow that columns are imported from; `bytes` is a value's width. */
export type ArrowType =
  | { readonly kind: 'null' | 'boolean' }
  | { readonly kind: 'integer'; readonly bytes: 1 | 2 | 4 | 8; readonly signed: boolean }
  | { readonly kind: 'float'; readonly bytes: 2 | 4 | 8 }
  | {
      readonly kind: 'decimal';
      readonly bytes: 4 | 8 | 16;
      readonly precision: number;
      readonly scale: number;
    }
  | { readonly kind: 'date'; readonly unit: 'day' | 'ms' }
  | { readonly kind: 'time' | 'duration'; readonly unit: TimeUnit }
  | { readonly kind: 'timestamp'; readonly unit: TimeUnit; readonly zoned: boolean }
  | { readonly kind: 'interval'; readonly unit: 'yearMonth' | 'dayTime' | 'monthDayNano' }
  | { readonly kind: 'utf8' | 'binary'; readonly wideOffsets: boolean }
  | { readonly kind: 'utf8View' | 'binaryView' }
  | { readonly kind: 'fixedBinary'; readonly bytes: number }
  | { readonly kind: 'list'; readonly element: ArrowType; readonly wideOffsets: boolean }
  | { readonly kind: 'fixedList'; readonly element: ArrowType; readonly length: number }
  | {
      readonly kind: 'struct';
      readonly fields: readonly { readonly name: string; readonly type: ArrowType }[];
    }
  | { readonly kind: 'map'; readonly key: ArrowType; readonly value: ArrowType }
  | {
      readonly kind: 'dictionary';
      readonly index: { readonly bytes: 1 | 2 | 4 | 8; readonly signed: boolean };
      readonly value: ArrowType;
    }
  | { readonly kind: 'unsupported'; readonly name: string };

/**
 * A column in Arrow's layout, in any memory. The first of its `length` rows is row `offset` of `values`
 * and `offsets`, and bit `bitOffset` of the bitmaps (validity, and the values of booleans); `nullCount`
 * is −1 when it has not been counted.
 *
 * `offsets` belongs to utf8, binary, lists and maps; `values` holds their bytes, for dictionary columns
 * the indices, for views the views. `children` are a list's elements, a struct's fields, a map's entries
 * (a struct of keys and values).
 */
export interface ArrowColumn {
  readonly type: ArrowType;
  readonly length: number;
  readonly offset: number;
  readonly bitOffset: number;
  readonly nullCount: number;
  readonly validity: Uint8Array | undefined;
  readonly offsets: Uint8Array | undefined;
  readonly values: Uint8Array;
  readonly dictionary: ArrowColumn | undefined;
  readonly children: readonly ArrowColumn[];
  /** Of views: the buffers that long values lie in. */
  readonly variadic: readonly Uint8Array[];
}

const INTEGERS = {
  1: [UTINYINT, TINYINT],
  2: [USMALLINT, SMALLINT],
  4: [UINTEGER, INTEGER],
  8: [UBIGINT, BIGINT],
} as const;

/**
 * The SQL type a column of an Arrow type becomes; undefined when there is none. Instants with a zone
 * become TIMESTAMP WITH TIME ZONE, in microseconds whatever their unit.
 */
export function sqlTypeOfArrow(type: ArrowType): SqlType | undefined {
  switch (type.kind) {
    case 'null':
      return NULL_TYPE;
    case 'boolean':
      return BOOLEAN;
    case 'integer':
      return INTEGERS[type.bytes][type.signed ? 1 : 0];
    case 'float':
      return type.bytes === 8 ? DOUBLE : REAL;
    case 'decimal':
      return type.scale >= 0 ? decimal(type.precision, type.scale) : undefined;
    case 'date':
      return DATE;
    case 'time':
      return TIME;
    case 'timestamp':
      return type.zoned ? TIMESTAMPTZ : { kind: 'timestamp', unit: type.unit, zoned: false };
    case 'duration':
    case 'interval':
      return INTERVAL;
    case 'utf8':
    case 'utf8View':
      return VARCHAR;
    case 'binary':
    case 'binaryView':
    case 'fixedBinary':
      return BLOB;
    case 'list': {
      const element = sqlTypeOfArrow(type.element);
      return element && list(element);
    }
    case 'fixedList': {
      const element = sqlTypeOfArrow(type.element);
      return element && { kind: 'array', element, length: type.length };
    }
    case 'struct':
      return structType(type.fields);
    case 'map': {
      const [key, value] = [sqlTypeOfArrow(type.key), sqlTypeOfArrow(type.value)];
      return key && value && { kind: 'map', key, value };
    }
    case 'dictionary':
      return sqlTypeOfArrow(type.value);
    case 'unsupported':
      return undefined;
  }
}

function structType(fields: Extract<ArrowType, { kind: 'struct' }>['fields']): SqlType | undefined {
  const types = fields.map(({ type }) => sqlTypeOfArrow(type));
  if (!types.every((type) => type !== undefined)) return undefined;
  return {
    kind: 'struct',
    fields: fields.map(({ name }, i) => ({ name, type: types[i] as SqlType })),
  };
}
