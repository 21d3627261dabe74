import type {
  Field,
  LiteralValue,
  Schema,
  SharedMemory,
  SqlType,
  StructField,
} from '@windrow/core';
import {
  Arena,
  BIGINT,
  BLOB,
  BOOLEAN,
  DOUBLE,
  HUGEINT,
  INTEGER,
  list,
  NULL_TYPE,
  PAGE_BYTES,
  SqlError,
  TIMESTAMP,
  typeName,
  typesEqual,
  VARCHAR,
  writeVector,
} from '@windrow/core';
import type { RecordBatch, Table } from 'apache-arrow';
import { chunkFromArrow, schemaFromArrow } from '../arrow/from-arrow.ts';
import { MemoryTable } from './memory-table.ts';
import { PARTITION_ROWS } from './partition.ts';

/**
 * A table of the rows of an Arrow table, copied into shared memory.
 * @throws SqlError `unsupported` for Arrow types without a SQL type.
 */
export function tableFromArrow(
  memory: SharedMemory,
  data: Table | { readonly schema: Table['schema']; readonly batches: readonly RecordBatch[] },
): MemoryTable {
  const schema = schemaFromArrow(data.schema);
  const table = MemoryTable.create(memory, schema);
  const scratch = new Arena(memory, memory.newOwner());
  try {
    for (const batch of data.batches) {
      table.append(chunkFromArrow(batch, schema, scratch));
      scratch.reset();
    }
    return table;
  } catch (thrown) {
    table.drop();
    throw thrown;
  } finally {
    scratch.release();
  }
}

/**
 * A table of JavaScript objects, a column for each key in the order in which keys appear.
 *
 * Types are inferred over all rows. Numbers are INTEGER when all are whole and fit, else BIGINT when all
 * are whole and safe, else DOUBLE; bigints are BIGINT or HUGEINT; strings VARCHAR; Dates TIMESTAMP (UTC);
 * byte arrays BLOB; arrays lists, Maps maps, other objects structs. null and undefined are NULL.
 * @throws SqlError 42804 when a column's values have no common type.
 */
export function tableFromRows(
  memory: SharedMemory,
  rows: Iterable<Readonly<Record<string, unknown>>>,
): MemoryTable {
  const data = Array.isArray(rows) ? (rows as readonly Record<string, unknown>[]) : [...rows];
  const schema = inferSchema(data);
  const table = MemoryTable.create(memory, schema);
  const scratch = new Arena(memory, memory.newOwner(), PAGE_BYTES);
  try {
    for (let from = 0; from < data.length; from += PARTITION_ROWS) {
      const part = data.slice(from, from + PARTITION_ROWS);
      const columns = schema.fields.map(({ name, type }) =>
        writeVector(
          scratch,
          type,
          part.map((row) => literal(row[name], type)),
        ),
      );
      table.append({ length: part.length, columns });
      scratch.reset();
    }
    return table;
  } catch (thrown) {
    table.drop();
    throw thrown;
  } finally {
    scratch.release();
  }
}

function inferSchema(rows: readonly Readonly<Record<string, unknown>>[]): Schema {
  const types = new Map<string, SqlType>();
  rows.forEach((row, index) => {
    for (const [name, value] of Object.entries(row)) {
      const known = types.get(name) ?? NULL_TYPE;
      const type = commonType(known, typeOf(value));
      if (type === undefined) {
        const found = `${typeName(typeOf(value))} in row ${index + 1}, ${typeName(known)} before`;
        throw new SqlError('type', `values of "${name}" have no common type: ${found}`);
      }
      types.set(name, type);
    }
  });
  const fields = [...types].map(
    ([name, type]): Field => ({ name, type: settled(type), nullable: true }),
  );
  if (fields.length === 0) {
    throw new SqlError('bind', 'a table cannot be made of rows without columns', {
      sqlState: '42P16',
      hint: 'Give at least one object with a key, or an Arrow table, which has a schema.',
    });
  }
  return { fields };
}

function typeOf(value: unknown): SqlType {
  switch (typeof value) {
    case 'boolean':
      return BOOLEAN;
    case 'number':
      if (!Number.isSafeInteger(value) || Object.is(value, -0)) return DOUBLE;
      return (value | 0) === value ? INTEGER : BIGINT;
    case 'bigint':
      return BigInt.asIntN(64, value) === value ? BIGINT : HUGEINT;
    case 'string':
      return VARCHAR;
    case 'undefined':
      return NULL_TYPE;
    case 'object':
      return value === null ? NULL_TYPE : typeOfObject(value);
    default:
      throw new SqlError('type', `a ${typeof value} is not a SQL value`);
  }
}

function typeOfObject(value: object): SqlType {
  if (value instanceof Date) return TIMESTAMP;
  if (value instanceof Uint8Array) return BLOB;
  if (Array.isArray(value)) return list(commonTypeOf(value));
  if (value instanceof Map) {
    return {
      kind: 'map',
      key: commonTypeOf([...value.keys()]),
      value: commonTypeOf([...value.values()]),
    };
  }
  const fields = Object.entries(value).map(([name, item]) => ({ name, type: typeOf(item) }));
  return { kind: 'struct', fields };
}

function commonTypeOf(values: readonly unknown[]): SqlType {
  let type: SqlType = NULL_TYPE;
  for (const value of values) {
    const next = commonType(type, typeOf(value));
    if (next === undefined) {
      const types = `${typeName(type)} and ${typeName(typeOf(value))}`;
      throw new SqlError('type', `elements of one value have no common type: ${types}`);
    }
    type = next;
  }
  return type;
}

/** INTEGER widens to BIGINT, HUGEINT and DOUBLE; nested types join member by member. */
function commonType(a: SqlType, b: SqlType): SqlType | undefined {
  if (a.kind === 'null') return b;
  if (b.kind === 'null' || typesEqual(a, b)) return a;
  const [x, y] = [NUMBER_ORDER.indexOf(a.kind), NUMBER_ORDER.indexOf(b.kind)];
  if (x >= 0 && y >= 0) return NUMBERS[Math.max(x, y)];
  if (a.kind === 'list' && b.kind === 'list') {
    const element = commonType(a.element, b.element);
    return element && list(element);
  }
  if (a.kind === 'map' && b.kind === 'map') {
    const [key, value] = [commonType(a.key, b.key), commonType(a.value, b.value)];
    return key && value && { kind: 'map', key, value };
  }
  return a.kind === 'struct' && b.kind === 'struct' ? commonStruct(a.fields, b.fields) : undefined;
}

const NUMBERS = [INTEGER, BIGINT, HUGEINT, DOUBLE];
const NUMBER_ORDER = NUMBERS.map((type) => type.kind);

function commonStruct(a: readonly StructField[], b: readonly StructField[]): SqlType | undefined {
  const fields = new Map(a.map(({ name, type }) => [name, type]));
  for (const { name, type } of b) {
    const common = commonType(fields.get(name) ?? NULL_TYPE, type);
    if (common === undefined) return undefined;
    fields.set(name, common);
  }
  return { kind: 'struct', fields: [...fields].map(([name, type]) => ({ name, type })) };
}

/** A column without values is text: it can be compared with anything that is written. */
function settled(type: SqlType): SqlType {
  switch (type.kind) {
    case 'null':
      return VARCHAR;
    case 'list':
      return list(settled(type.element));
    case 'map':
      return { kind: 'map', key: settled(type.key), value: settled(type.value) };
    case 'struct':
      return {
        kind: 'struct',
        fields: type.fields.map((field) => ({ name: field.name, type: settled(field.type) })),
      };
    default:
      return type;
  }
}

function literal(value: unknown, type: SqlType): LiteralValue {
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case 'int64':
    case 'hugeint':
      return BigInt(value as number | bigint);
    case 'float64':
      return Number(value);
    case 'timestamp': {
      const millis = (value as Date).getTime();
      if (Number.isNaN(millis)) throw new SqlError('type', 'an invalid Date is not a timestamp');
      return BigInt(millis) * 1000n;
    }
    case 'list':
      return (value as readonly unknown[]).map((item) => literal(item, type.element));
    case 'map':
      return {
        map: [...(value as ReadonlyMap<unknown, unknown>)].map(
          ([key, item]) => [literal(key, type.key), literal(item, type.value)] as const,
        ),
      };
    case 'struct': {
      const members = value as Readonly<Record<string, unknown>>;
      return { struct: type.fields.map((field) => literal(members[field.name], field.type)) };
    }
    default:
      return value as LiteralValue;
  }
}
