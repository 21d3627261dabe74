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
  | { readonly kind: 'fixedBinary'; readonly bytes: number }
  | {
      readonly kind: 'dictionary';
      readonly index: { readonly bytes: 1 | 2 | 4 | 8; readonly signed: boolean };
      readonly value: ArrowType;
    }
  | { readonly kind: 'unsupported'; readonly name: string };

/**
 * A column in Arrow's layout, in any memory. The first of its `length` rows is row `offset` of the
 * buffers; `nullCount` is −1 when it has not been counted. `offsets` belongs to utf8 and binary,
 * `values` holds their bytes; of a dictionary column `values` holds the indices.
 */
export interface ArrowColumn {
  readonly type: ArrowType;
  readonly length: number;
  readonly offset: number;
  readonly nullCount: number;
  readonly validity: Uint8Array | undefined;
  readonly offsets: Uint8Array | undefined;
  readonly values: Uint8Array;
  readonly dictionary: ArrowColumn | undefined;
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
      return VARCHAR;
    case 'binary':
    case 'fixedBinary':
      return BLOB;
    case 'dictionary':
      return sqlTypeOfArrow(type.value);
    case 'unsupported':
      return undefined;
  }
}
