import type { Span } from '@windrow/core';
import type { Expression } from './expression.ts';
import type { Identifier, QualifiedName } from './name.ts';

/** A type as written in a cast, a column definition or a typed literal. */
export type TypeName =
  | NamedType
  | ListType
  | ArrayType
  | StructType
  | MapType
  | UnionType
  | EnumType
  | IntervalType;

/**
 * A type by name, with its modifiers in written order: `DECIMAL(10, 2)`, `s.my_type`.
 * Names of several words arrive as one word: `DOUBLE PRECISION` is `double`, `CHARACTER VARYING` is
 * `varchar`, `TIMESTAMP WITH TIME ZONE` is `timestamptz`, `TIME WITH TIME ZONE` is `timetz`.
 */
export interface NamedType {
  readonly kind: 'namedType';
  readonly name: QualifiedName;
  readonly modifiers: readonly Expression[];
  readonly span: Span;
}

/** `T[]`, `T ARRAY`, `ARRAY<T>`, `LIST(T)`. */
export interface ListType {
  readonly kind: 'listType';
  readonly element: TypeName;
  readonly span: Span;
}

/** `T[n]`, a list of fixed length. */
export interface ArrayType {
  readonly kind: 'arrayType';
  readonly element: TypeName;
  readonly size: number;
  readonly span: Span;
}

/** `STRUCT(a T, …)`, `ROW(a T, …)`, `STRUCT<a: T, …>`. */
export interface StructType {
  readonly kind: 'structType';
  readonly fields: readonly TypeField[];
  readonly span: Span;
}

/** `MAP(K, V)`, `MAP<K, V>`. */
export interface MapType {
  readonly kind: 'mapType';
  readonly key: TypeName;
  readonly value: TypeName;
  readonly span: Span;
}

/** `UNION(tag T, …)`. */
export interface UnionType {
  readonly kind: 'unionType';
  readonly members: readonly TypeField[];
  readonly span: Span;
}

/** `ENUM('a', …)`, values in declaration order. */
export interface EnumType {
  readonly kind: 'enumType';
  readonly values: readonly string[];
  readonly span: Span;
}

/** `INTERVAL YEAR TO MONTH` as a type; plain `INTERVAL` is a {@link NamedType}. */
export interface IntervalType {
  readonly kind: 'intervalType';
  readonly from: IntervalUnit;
  readonly to: IntervalUnit | null;
  readonly span: Span;
}

/** A named member of a struct or union type. `name` is null in `ROW(INTEGER, VARCHAR)`. */
export interface TypeField {
  readonly kind: 'typeField';
  readonly name: Identifier | null;
  readonly type: TypeName;
  readonly notNull: boolean;
  readonly comment: string | null;
  readonly span: Span;
}

/** Units of interval literals, singular whatever was written. */
export type IntervalUnit =
  | 'microsecond'
  | 'millisecond'
  | 'second'
  | 'minute'
  | 'hour'
  | 'day'
  | 'week'
  | 'month'
  | 'quarter'
  | 'year'
  | 'decade'
  | 'century'
  | 'millennium';
