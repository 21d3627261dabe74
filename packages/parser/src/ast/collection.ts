import type { Span } from '@windrow/core';
import type { Expression } from './expression.ts';
import type { Identifier } from './name.ts';

/** `[a, b]`, `ARRAY[a, b]`. */
export interface ListLiteral {
  readonly kind: 'list';
  readonly items: readonly Expression[];
  readonly span: Span;
}

/** `{'a': x, b: y}`. */
export interface StructLiteral {
  readonly kind: 'struct';
  readonly fields: readonly StructField[];
  readonly span: Span;
}

/** One field of a {@link StructLiteral}. */
export interface StructField {
  readonly kind: 'structField';
  readonly name: Identifier;
  readonly value: Expression;
  readonly span: Span;
}

/** `MAP {k: v}`; `MAP(keys, values)` is a call. */
export interface MapLiteral {
  readonly kind: 'map';
  readonly entries: readonly MapEntry[];
  readonly span: Span;
}

/** One entry of a {@link MapLiteral}. */
export interface MapEntry {
  readonly kind: 'mapEntry';
  readonly key: Expression;
  readonly value: Expression;
  readonly span: Span;
}

/** `(a, b)`, `ROW(a, b)`: a struct without field names. */
export interface RowExpression {
  readonly kind: 'row';
  readonly items: readonly Expression[];
  readonly span: Span;
}

/** `[element FOR variable[, index] IN source [IF filter]]`. */
export interface ListComprehension {
  readonly kind: 'listComprehension';
  readonly element: Expression;
  readonly variables: readonly [Identifier, ...Identifier[]];
  readonly source: Expression;
  readonly filter: Expression | null;
  readonly span: Span;
}

/** `base[index]`. */
export interface IndexExpression {
  readonly kind: 'index';
  readonly base: Expression;
  readonly index: Expression;
  readonly span: Span;
}

/** `base[lower:upper:step]`, each part optional. */
export interface SliceExpression {
  readonly kind: 'slice';
  readonly base: Expression;
  readonly lower: Expression | null;
  readonly upper: Expression | null;
  readonly step: Expression | null;
  readonly span: Span;
}

/** `.field` after anything that is not a chain of names: `(x).a`, `f(x).a`, `l[1].a`. */
export interface FieldAccess {
  readonly kind: 'fieldAccess';
  readonly base: Expression;
  readonly field: Identifier;
  readonly span: Span;
}

/** `j:a.b[0]`, a path into a JSON value. */
export interface JsonPathExpression {
  readonly kind: 'jsonPath';
  readonly base: Expression;
  readonly steps: readonly [JsonPathStep, ...JsonPathStep[]];
  readonly span: Span;
}

/** One step of a {@link JsonPathExpression}: a key, an index or every element. */
export type JsonPathStep =
  | { readonly kind: 'jsonKey'; readonly name: string; readonly span: Span }
  | { readonly kind: 'jsonIndex'; readonly index: Expression; readonly span: Span }
  | { readonly kind: 'jsonWildcard'; readonly span: Span };
