import {
  BIGINT,
  BLOB,
  BOOLEAN,
  commonType,
  DOUBLE,
  formatDecimal,
  formatTime,
  HUGEINT,
  INTEGER,
  type LiteralValue,
  list,
  NULL_TYPE,
  SqlError,
  type SqlType,
  TIMESTAMP,
  typeName,
  unreachable,
  VARCHAR,
} from '@windrow/core';

/** A value as JavaScript programs see it in rows and give it as a parameter. */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Date
  | readonly Value[]
  | Map<Value, Value>
  | { readonly [key: string]: Value };

export type Row = Record<string, Value>;

/** By position (`?`, `$1`) or by name (`:name`). */
export type Params = readonly Value[] | Readonly<Record<string, Value>>;

/** How wide numbers appear in rows. */
export interface ValueOptions {
  /** int64 and hugeint; default 'bigint'. */
  readonly bigint?: 'bigint' | 'number-if-safe' | 'string';
  /** decimals; default 'string', which never loses a digit. */
  readonly decimal?: 'string' | 'number';
}

/** A parameter's type and its value as the planner reads literals. */
export interface TypedLiteral {
  readonly type: SqlType;
  readonly value: LiteralValue;
}

const INT64_MAX = 2n ** 63n - 1n;

/**
 * The literal that a JavaScript value stands for: safe integers INTEGER or BIGINT, other numbers DOUBLE,
 * bigint BIGINT or HUGEINT, Date TIMESTAMP (its UTC wall clock), arrays lists, objects structs.
 * @throws SqlError `bind` 42P02 for what has no SQL type.
 */
export function literalOf(value: Value | undefined, what: string): TypedLiteral {
  if (value === null || value === undefined) return { type: NULL_TYPE, value: null };
  switch (typeof value) {
    case 'boolean':
      return { type: BOOLEAN, value };
    case 'number':
      if (!Number.isSafeInteger(value) || Object.is(value, -0)) return { type: DOUBLE, value };
      return value === (value | 0)
        ? { type: INTEGER, value }
        : { type: BIGINT, value: BigInt(value) };
    case 'bigint':
      return { type: value > INT64_MAX || value < -INT64_MAX - 1n ? HUGEINT : BIGINT, value };
    case 'string':
      return { type: VARCHAR, value };
    case 'object':
      return objectLiteral(value, what);
    default:
      throw noSqlType(typeof value, what);
  }
}

function objectLiteral(value: object, what: string): TypedLiteral {
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw noSqlType('an invalid Date', what);
    return { type: TIMESTAMP, value: BigInt(value.getTime()) * 1000n };
  }
  if (value instanceof Uint8Array) return { type: BLOB, value };
  if (Array.isArray(value)) return listLiteral(value as readonly Value[], what);
  if (value instanceof Map) {
    const keys = listLiteral([...value.keys()] as Value[], what);
    const values = listLiteral([...value.values()] as Value[], what);
    if (keys.type.kind !== 'list' || values.type.kind !== 'list') throw noSqlType('a Map', what);
    const keyItems = keys.value as readonly LiteralValue[];
    const valueItems = values.value as readonly LiteralValue[];
    return {
      type: { kind: 'map', key: keys.type.element, value: values.type.element },
      value: { map: keyItems.map((key, i) => [key, valueItems[i] ?? null] as const) },
    };
  }
  const fields = Object.entries(value as { readonly [key: string]: Value }).map(
    ([name, field]) => ({
      name,
      literal: literalOf(field, what),
    }),
  );
  return {
    type: {
      kind: 'struct',
      fields: fields.map(({ name, literal }) => ({ name, type: literal.type })),
    },
    value: { struct: fields.map(({ literal }) => literal.value) },
  };
}

function listLiteral(values: readonly Value[], what: string): TypedLiteral {
  const items = values.map((item) => literalOf(item, what));
  let element: SqlType = NULL_TYPE;
  for (const item of items) {
    const common = commonType(element, item.type);
    if (common === undefined) {
      throw noSqlType(`an array of ${typeName(element)} and ${typeName(item.type)}`, what);
    }
    element = common;
  }
  return { type: list(element), value: items.map((item) => convertNumber(item, element)) };
}

/** Numbers of one array meet at one type; only their JavaScript form may differ. */
function convertNumber(item: TypedLiteral, to: SqlType): LiteralValue {
  const { value } = item;
  if (to.kind === 'float64' && typeof value === 'bigint') return Number(value);
  if ((to.kind === 'int64' || to.kind === 'hugeint') && typeof value === 'number')
    return BigInt(value);
  return value;
}

function noSqlType(shown: string, what: string): SqlError {
  return new SqlError('bind', `${what}: ${shown} has no SQL type`, {
    sqlState: '42P02',
    hint: 'Give a boolean, number, bigint, string, Date, Uint8Array, array, Map, plain object or null.',
  });
}

/** A literal as a row shows it. */
export function rowValue(literal: LiteralValue, type: SqlType, options: ValueOptions): Value {
  if (literal === null) return null;
  switch (type.kind) {
    case 'int64':
    case 'uint64':
    case 'hugeint':
      return wideInteger(literal as bigint, options);
    case 'decimal': {
      const text = formatDecimal(literal as bigint, type.scale);
      return options.decimal === 'number' ? Number(text) : text;
    }
    case 'date':
      return new Date((literal as number) * 86_400_000);
    case 'timestamp':
      return new Date(Number(toMicros(literal as bigint, type.unit) / 1000n));
    case 'time':
      return formatTime(literal as bigint);
    case 'interval': {
      const { months, days, micros } = literal as { months: number; days: number; micros: bigint };
      return { months, days, micros: wideInteger(micros, options) };
    }
    case 'list':
    case 'array':
      return (literal as readonly LiteralValue[]).map((item) =>
        rowValue(item, type.element, options),
      );
    case 'struct': {
      const { struct } = literal as { struct: readonly LiteralValue[] };
      return Object.fromEntries(
        type.fields.map((field, i) => [
          field.name,
          rowValue(struct[i] ?? null, field.type, options),
        ]),
      );
    }
    case 'map': {
      const { map } = literal as { map: readonly (readonly [LiteralValue, LiteralValue])[] };
      return new Map(
        map.map(([key, value]) => [
          rowValue(key, type.key, options),
          rowValue(value, type.value, options),
        ]),
      );
    }
    case 'null':
    case 'boolean':
    case 'int8':
    case 'int16':
    case 'int32':
    case 'uint8':
    case 'uint16':
    case 'uint32':
    case 'float32':
    case 'float64':
    case 'varchar':
    case 'blob':
    case 'uuid':
    case 'json':
    case 'enum':
      return literal as Value;
    default:
      return unreachable(type);
  }
}

function wideInteger(value: bigint, options: ValueOptions): Value {
  if (options.bigint === 'string') return value.toString();
  if (options.bigint === 'number-if-safe') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  return value;
}

function toMicros(value: bigint, unit: 's' | 'ms' | 'us' | 'ns'): bigint {
  switch (unit) {
    case 's':
      return value * 1_000_000n;
    case 'ms':
      return value * 1000n;
    case 'us':
      return value;
    case 'ns':
      return value / 1000n;
  }
}
