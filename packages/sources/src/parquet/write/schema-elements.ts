import type { Field, SqlType } from '@windrow/core';
import type { LogicalAnnotation, ParquetType, SchemaElement } from '../footer.ts';

/** How a type is stored, and how a reader is told what it means. */
interface Storage {
  readonly type: ParquetType;
  readonly typeLength?: number;
  readonly converted?: SchemaElement['converted'];
  readonly logical?: LogicalAnnotation;
}

const integer = (bits: number, signed: boolean): Storage => ({
  type: bits === 64 ? 'INT64' : 'INT32',
  converted: `${signed ? '' : 'U'}INT_${bits}` as SchemaElement['converted'],
  logical: { kind: 'integer', bits, signed },
});

/** The storage of a column of a type without members; undefined for nested types and intervals. */
export function storageOf(type: SqlType): Storage | undefined {
  switch (type.kind) {
    case 'null':
    case 'int32':
      return { type: 'INT32' };
    case 'boolean':
      return { type: 'BOOLEAN' };
    case 'int8':
      return integer(8, true);
    case 'int16':
      return integer(16, true);
    case 'int64':
      return { type: 'INT64' };
    case 'uint8':
      return integer(8, false);
    case 'uint16':
      return integer(16, false);
    case 'uint32':
      return integer(32, false);
    case 'uint64':
      return integer(64, false);
    case 'hugeint':
      return decimal(38, 0);
    case 'decimal':
      return decimal(type.precision, type.scale);
    case 'float32':
      return { type: 'FLOAT' };
    case 'float64':
      return { type: 'DOUBLE' };
    case 'varchar':
    case 'enum':
      return { type: 'BYTE_ARRAY', converted: 'UTF8', logical: { kind: 'string' } };
    case 'json':
      return { type: 'BYTE_ARRAY', converted: 'JSON', logical: { kind: 'json' } };
    case 'blob':
      return { type: 'BYTE_ARRAY' };
    case 'date':
      return { type: 'INT32', converted: 'DATE', logical: { kind: 'date' } };
    case 'time':
      return { type: 'INT64', logical: { kind: 'time', utc: false, unit: 'us' } };
    case 'timestamp':
      return timestamp(type);
    case 'uuid':
      return { type: 'FIXED_LEN_BYTE_ARRAY', typeLength: 16, logical: { kind: 'uuid' } };
    default:
      return undefined;
  }
}

function decimal(precision: number, scale: number): Storage {
  const shared = { converted: 'DECIMAL', logical: { kind: 'decimal', precision, scale } } as const;
  if (precision <= 9) return { type: 'INT32', ...shared };
  if (precision <= 18) return { type: 'INT64', ...shared };
  return { type: 'FIXED_LEN_BYTE_ARRAY', typeLength: 16, ...shared };
}

/** Seconds are stored as milliseconds, the coarsest unit that there is. */
function timestamp({ unit, zoned }: Extract<SqlType, { kind: 'timestamp' }>): Storage {
  const stored = unit === 's' ? 'ms' : unit;
  const converted = { ms: 'TIMESTAMP_MILLIS', us: 'TIMESTAMP_MICROS', ns: undefined } as const;
  return {
    type: 'INT64',
    // The older annotation means UTC, and would mislead about local times.
    ...(zoned && { converted: converted[stored] }),
    logical: { kind: 'timestamp', utc: zoned, unit: stored },
  };
}

/** The schema element of a column of such a type. */
export function schemaElement({ name, nullable }: Field, storage: Storage): SchemaElement {
  const digits = storage.logical?.kind === 'decimal' ? storage.logical : undefined;
  return {
    name,
    type: storage.type,
    typeLength: storage.typeLength,
    repetition: nullable ? 'OPTIONAL' : 'REQUIRED',
    childCount: 0,
    converted: storage.converted,
    scale: digits?.scale,
    precision: digits?.precision,
    fieldId: undefined,
    logical: storage.logical,
  };
}

/** The root of a schema with so many columns. */
export const rootElement = (childCount: number): SchemaElement => ({
  name: 'schema',
  type: undefined,
  typeLength: undefined,
  repetition: 'REQUIRED',
  childCount,
  converted: undefined,
  scale: undefined,
  precision: undefined,
  fieldId: undefined,
  logical: undefined,
});
