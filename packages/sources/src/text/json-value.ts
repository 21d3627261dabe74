import type { LiteralValue, SqlType } from '@windrow/core';
import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  JSON_TYPE,
  list,
  NULL_TYPE,
  typesEqual,
  VARCHAR,
} from '@windrow/core';
import { type TextFormats, type TextParser, textParser } from './parse-text.ts';

/** More members than this are keys of data, not fields of a record. */
const MAX_STRUCT_FIELDS = 256;

/** The type of a parsed JSON value: lists and structs where their members agree, else JSON. */
export function typeOfJson(value: unknown): SqlType {
  switch (typeof value) {
    case 'boolean':
      return BOOLEAN;
    case 'number':
      // JSON.parse rounds integers beyond 2⁵³; they are no BIGINT any more.
      return Number.isSafeInteger(value) ? BIGINT : DOUBLE;
    case 'string':
      return VARCHAR;
    default:
      break;
  }
  if (value === null || value === undefined) return NULL_TYPE;
  if (Array.isArray(value)) {
    return list(value.map(typeOfJson).reduce(commonJsonType, NULL_TYPE));
  }
  const fields = Object.entries(value).map(([name, member]) => ({
    name,
    type: typeOfJson(member),
  }));
  return structOf(fields);
}

const structOf = (fields: readonly { readonly name: string; readonly type: SqlType }[]): SqlType =>
  fields.length === 0 || fields.length > MAX_STRUCT_FIELDS || !distinct(fields)
    ? JSON_TYPE
    : { kind: 'struct', fields };

/** Field names compare without case. */
const distinct = (fields: readonly { readonly name: string }[]): boolean =>
  new Set(fields.map(({ name }) => name.toLowerCase())).size === fields.length;

/** The type that values of both types have; JSON has them all. */
export function commonJsonType(a: SqlType, b: SqlType): SqlType {
  if (a.kind === 'null') return b;
  if (b.kind === 'null' || typesEqual(a, b)) return a;
  const numbers = [a, b].every(({ kind }) => kind === 'int64' || kind === 'float64');
  if (numbers) return DOUBLE;
  if (a.kind === 'list' && b.kind === 'list') return list(commonJsonType(a.element, b.element));
  if (a.kind !== 'struct' || b.kind !== 'struct') return JSON_TYPE;
  const fields = new Map(a.fields.map(({ name, type }) => [name, type]));
  for (const { name, type } of b.fields) {
    fields.set(name, commonJsonType(fields.get(name) ?? NULL_TYPE, type));
  }
  return structOf([...fields].map(([name, type]) => ({ name, type })));
}

/** The type with JSON where nothing is known. */
export function settledJsonType(type: SqlType): SqlType {
  switch (type.kind) {
    case 'null':
      return JSON_TYPE;
    case 'list':
      return list(settledJsonType(type.element));
    case 'struct':
      return {
        kind: 'struct',
        fields: type.fields.map((f) => ({ name: f.name, type: settledJsonType(f.type) })),
      };
    default:
      return type;
  }
}

/** A parser of nested values from JSON text. */
export function jsonParser(type: SqlType, formats: TextFormats): TextParser {
  return (text) => {
    try {
      return literalOfJson(JSON.parse(text), type, formats);
    } catch (thrown) {
      if (thrown instanceof SyntaxError) return undefined;
      throw thrown;
    }
  };
}

/** A parsed JSON value as a literal of the type; undefined when it has none. */
function literalOfJson(
  value: unknown,
  type: SqlType,
  formats: TextFormats,
): LiteralValue | undefined {
  if (value === null || value === undefined) return null;
  const each = (values: readonly unknown[], element: SqlType): LiteralValue[] | undefined => {
    const literals = values.map((item) => literalOfJson(item, element, formats));
    return literals.every((literal) => literal !== undefined) ? literals : undefined;
  };
  switch (type.kind) {
    case 'json':
      return JSON.stringify(value);
    case 'list':
      return Array.isArray(value) ? each(value, type.element) : undefined;
    case 'array':
      if (!Array.isArray(value) || value.length !== type.length) return undefined;
      return each(value, type.element);
    case 'struct':
      return structLiteral(value, type.fields, formats);
    case 'map': {
      if (typeof value !== 'object') return undefined;
      const keys = each(Object.keys(value), type.key);
      const values = each(Object.values(value), type.value);
      return keys && values && { map: keys.map((key, i) => [key, values[i] ?? null] as const) };
    }
    default:
      if (typeof value === 'object') return undefined;
      return textParser(type, formats)(String(value));
  }
}

function structLiteral(
  value: unknown,
  fields: readonly { readonly name: string; readonly type: SqlType }[],
  formats: TextFormats,
): LiteralValue | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const members = new Map(Object.entries(value).map(([name, item]) => [name.toLowerCase(), item]));
  const struct: LiteralValue[] = [];
  for (const { name, type } of fields) {
    const literal = literalOfJson(members.get(name.toLowerCase()), type, formats);
    if (literal === undefined) return undefined;
    struct.push(literal);
  }
  return { struct };
}
