import type { Span } from '@windrow/core';
import type { Expression } from './expression.ts';
import type { IntervalUnit, TypeName } from './type-name.ts';

/** `NULL` */
export interface NullLiteral {
  readonly kind: 'nullLiteral';
  readonly span: Span;
}

/** `TRUE`, `FALSE` */
export interface BooleanLiteral {
  readonly kind: 'booleanLiteral';
  readonly value: boolean;
  readonly span: Span;
}

/**
 * A number without sign, as text without digit separators.
 *
 * `form` is `integer` (also `0xff`, `0b101`, `0o17`: `BigInt(text)` reads all of them), `decimal` (a
 * point, no exponent) or `exponent`. `suffix` is Spark's `L S Y D F BD` in upper case, not part of
 * `text`.
 */
export interface NumberLiteral {
  readonly kind: 'numberLiteral';
  readonly text: string;
  readonly form: 'integer' | 'decimal' | 'exponent';
  readonly suffix: NumberSuffix | null;
  readonly span: Span;
}

/** Spark's type suffixes of number literals. */
export type NumberSuffix = 'L' | 'S' | 'Y' | 'D' | 'F' | 'BD';

/** A string, escapes undone; adjacent strings already joined. Untyped until the context says. */
export interface StringLiteral {
  readonly kind: 'stringLiteral';
  readonly value: string;
  readonly span: Span;
}

/** `x'1F'`: an even number of hexadecimal digits, upper case. */
export interface BlobLiteral {
  readonly kind: 'blobLiteral';
  readonly hex: string;
  readonly span: Span;
}

/** `b'101'`: digits 0 and 1. */
export interface BitLiteral {
  readonly kind: 'bitLiteral';
  readonly bits: string;
  readonly span: Span;
}

/** A type name before a string: `DATE '2020-01-01'`, `DECIMAL '1.20'`. */
export interface TypedLiteral {
  readonly kind: 'typedLiteral';
  readonly type: TypeName;
  readonly value: string;
  readonly span: Span;
}

/**
 * `INTERVAL '1 year 2 months'` (one part, no unit), `INTERVAL 1 DAY`, `INTERVAL (x) HOURS`,
 * `INTERVAL '1-2' YEAR TO MONTH` (unit and `to`), `INTERVAL 1 DAY 2 HOURS` (two parts).
 */
export interface IntervalLiteral {
  readonly kind: 'intervalLiteral';
  readonly parts: readonly [IntervalPart, ...IntervalPart[]];
  readonly span: Span;
}

/** One quantity of an {@link IntervalLiteral}. Without a unit the value is a string literal. */
export interface IntervalPart {
  readonly kind: 'intervalPart';
  readonly value: Expression;
  readonly unit: IntervalUnit | null;
  readonly to: IntervalUnit | null;
  readonly span: Span;
}

/** `DEFAULT` as a value, only in VALUES of an INSERT, in SET and in MERGE actions. */
export interface DefaultValue {
  readonly kind: 'defaultValue';
  readonly span: Span;
}
