import type { SqlType } from './types.ts';

/** A column of a table or result. */
export interface Field {
  readonly name: string;
  readonly type: SqlType;
  /** False only when NULL is impossible. */
  readonly nullable: boolean;
}

export interface Schema {
  readonly fields: readonly Field[];
}

/** A value as plain data: `bigint` for int64, hugeint, unscaled decimals, timestamps and time; `number`
 * for the narrower integers, floats and dates (days); `string` for text, enum, json and uuid. */
export type LiteralValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | IntervalValue
  | readonly LiteralValue[]
  | StructValue
  | MapValue;

/** Months, days and microseconds; the three are independent. */
export interface IntervalValue {
  readonly months: number;
  readonly days: number;
  readonly micros: bigint;
}

/** Field values in the order of the struct's type. */
export interface StructValue {
  readonly struct: readonly LiteralValue[];
}

/** Entries in insertion order. */
export interface MapValue {
  readonly map: readonly (readonly [LiteralValue, LiteralValue])[];
}
