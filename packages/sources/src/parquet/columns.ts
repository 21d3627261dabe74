import type { SqlType, StructField } from '@windrow/core';
import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DATE,
  DOUBLE,
  decimal,
  INTEGER,
  INTERVAL,
  JSON_TYPE,
  list,
  NULL_TYPE,
  REAL,
  SMALLINT,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  TINYINT,
  UBIGINT,
  UINTEGER,
  USMALLINT,
  UTINYINT,
  UUID,
  VARCHAR,
} from '@windrow/core';
import { damagedFile } from '../errors.ts';
import type { LogicalAnnotation, ParquetFooter, SchemaElement } from './footer.ts';

/** A top-level column of a Parquet file. */
export interface ParquetColumn {
  readonly name: string;
  readonly type: SqlType;
  readonly nullable: boolean;
  /** Index into a row group's columns; undefined for nested columns, which take several. */
  readonly leaf: number | undefined;
  readonly element: SchemaElement;
}

/**
 * The top-level columns of a file with their SQL types.
 * @throws SqlError `io` when the schema is not a tree.
 */
export function parquetColumns(footer: ParquetFooter, path: string): ParquetColumn[] {
  const tree = new SchemaTree(footer.schema, path);
  const columns: ParquetColumn[] = [];
  const root = tree.next();
  for (let child = 0; child < root.childCount; child++) {
    const leaf = tree.leaf;
    const element = tree.peek();
    const type = tree.readType();
    const flat = element.type !== undefined && element.repetition !== 'REPEATED';
    columns.push({
      name: element.name,
      type,
      nullable: element.repetition === 'OPTIONAL',
      leaf: flat ? leaf : undefined,
      element,
    });
  }
  return columns;
}

const MAX_DEPTH = 64;

/** Walks the depth-first list of schema elements. */
class SchemaTree {
  readonly #elements: readonly SchemaElement[];
  readonly #path: string;
  #at = 0;
  leaf = 0;

  constructor(elements: readonly SchemaElement[], path: string) {
    this.#elements = elements;
    this.#path = path;
  }

  peek(): SchemaElement {
    const element = this.#elements[this.#at];
    if (element === undefined) {
      throw damagedFile(this.#path, 'Parquet', 'the schema ends in the middle of a group', {
        place: 'footer',
      });
    }
    return element;
  }

  next(): SchemaElement {
    const element = this.peek();
    this.#at += 1;
    return element;
  }

  /** The SQL type of the next element, with what lies below it. */
  readType(depth = 0): SqlType {
    const element = this.next();
    if (depth > MAX_DEPTH) {
      throw damagedFile(this.#path, 'Parquet', 'the schema is nested too deeply', {
        place: 'footer',
      });
    }
    const type = element.type === undefined ? this.#groupType(element, depth) : leafType(element);
    if (element.type !== undefined) this.leaf += 1;
    // A repeated field outside a LIST or MAP annotation is a list of its own.
    const annotated = element.logical?.kind === 'list' || element.converted === 'LIST';
    return element.repetition === 'REPEATED' && depth >= 0 && !annotated ? list(type) : type;
  }

  #groupType(element: SchemaElement, depth: number): SqlType {
    const kind = element.logical?.kind;
    if (kind === 'list' || element.converted === 'LIST') return this.#listType(element, depth);
    if (kind === 'map' || element.converted === 'MAP' || element.converted === 'MAP_KEY_VALUE') {
      return this.#mapType(element, depth);
    }
    return { kind: 'struct', fields: this.#fields(element.childCount, depth) };
  }

  #fields(count: number, depth: number): StructField[] {
    const fields: StructField[] = [];
    for (let child = 0; child < count; child++) {
      const { name } = this.peek();
      fields.push({ name, type: this.readType(depth + 1) });
    }
    return fields;
  }

  /** The three-level form (a repeated group of one element) and the older two-level ones. */
  #listType(element: SchemaElement, depth: number): SqlType {
    const repeated = this.peek();
    const wrapper =
      repeated.type === undefined &&
      repeated.childCount === 1 &&
      repeated.name !== 'array' &&
      repeated.name !== `${element.name}_tuple`;
    if (!wrapper) return stripList(this.readType(depth + 1));
    this.next();
    return list(this.readType(depth + 1));
  }

  #mapType(element: SchemaElement, depth: number): SqlType {
    const entry = this.peek();
    if (element.childCount !== 1 || entry.type !== undefined || entry.childCount !== 2) {
      return { kind: 'struct', fields: this.#fields(element.childCount, depth) };
    }
    this.next();
    const key = this.readType(depth + 1);
    return { kind: 'map', key, value: this.readType(depth + 1) };
  }
}

/** A two-level list's repeated field has made itself a list already. */
const stripList = (type: SqlType): SqlType => (type.kind === 'list' ? type : list(type));

/** The SQL type of a primitive field. Times and instants are in microseconds but TIMESTAMP_NS. */
function leafType(element: SchemaElement): SqlType {
  const { logical, converted } = element;
  switch (element.type) {
    case 'BOOLEAN':
      return BOOLEAN;
    case 'INT32':
    case 'INT64':
      return integerType(element);
    case 'INT96':
      return TIMESTAMP;
    case 'FLOAT':
      return REAL;
    case 'DOUBLE':
      return DOUBLE;
    case 'BYTE_ARRAY':
      if (logical?.kind === 'string' || logical?.kind === 'enum') return VARCHAR;
      if (logical?.kind === 'json' || converted === 'JSON') return JSON_TYPE;
      if (converted === 'UTF8' || converted === 'ENUM') return VARCHAR;
      return decimalType(element) ?? BLOB;
    case 'FIXED_LEN_BYTE_ARRAY':
      if (logical?.kind === 'uuid' && element.typeLength === 16) return UUID;
      if (logical?.kind === 'float16' && element.typeLength === 2) return REAL;
      if (converted === 'INTERVAL' && element.typeLength === 12) return INTERVAL;
      return decimalType(element) ?? BLOB;
    default:
      return NULL_TYPE;
  }
}

const INTEGER_TYPES: Readonly<Record<string, SqlType>> = {
  INT_8: TINYINT,
  INT_16: SMALLINT,
  INT_32: INTEGER,
  INT_64: BIGINT,
  UINT_8: UTINYINT,
  UINT_16: USMALLINT,
  UINT_32: UINTEGER,
  UINT_64: UBIGINT,
  DATE,
  TIME_MILLIS: TIME,
  TIME_MICROS: TIME,
  // Older writers annotate local and UTC times alike; like other engines we read them as local.
  TIMESTAMP_MILLIS: TIMESTAMP,
  TIMESTAMP_MICROS: TIMESTAMP,
};

function integerType(element: SchemaElement): SqlType {
  const { logical, converted, type } = element;
  if (logical !== undefined) return logicalIntegerType(element, logical);
  if (converted === 'DECIMAL') return decimalType(element) ?? BIGINT;
  const annotated = converted === undefined ? undefined : INTEGER_TYPES[converted];
  return annotated ?? (type === 'INT32' ? INTEGER : BIGINT);
}

function logicalIntegerType(element: SchemaElement, logical: LogicalAnnotation): SqlType {
  const plain = element.type === 'INT32' ? INTEGER : BIGINT;
  switch (logical.kind) {
    case 'integer':
      return INTEGER_TYPES[`${logical.signed ? '' : 'U'}INT_${logical.bits}`] ?? plain;
    case 'date':
      return DATE;
    case 'time':
      return TIME;
    case 'timestamp':
      if (logical.utc) return TIMESTAMPTZ;
      return logical.unit === 'ns' ? { kind: 'timestamp', unit: 'ns', zoned: false } : TIMESTAMP;
    case 'decimal':
      return decimalType(element) ?? plain;
    case 'null':
      return NULL_TYPE;
    default:
      return plain;
  }
}

function decimalType({ logical, converted, precision, scale }: SchemaElement): SqlType | undefined {
  const digits =
    logical?.kind === 'decimal'
      ? logical
      : converted === 'DECIMAL'
        ? { precision: precision ?? 0, scale: scale ?? 0 }
        : undefined;
  if (digits === undefined) return undefined;
  const valid = digits.precision >= 1 && digits.precision <= 38;
  const fits = digits.scale >= 0 && digits.scale <= digits.precision;
  return valid && fits ? decimal(digits.precision, digits.scale) : undefined;
}
