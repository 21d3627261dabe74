import {
  type Address,
  type EvalContext,
  type IntervalValue,
  type LiteralValue,
  type ResultVector,
  type SharedMemory,
  type Vector,
  type VectorEvaluate,
} from '@windrow/core';
/** An argument as vector implementations get it. */
export type Argument = Exclude<
  Vector,
  {
    kind: 'dictionary';
  }
>;
/** Bytes from one row's value to the next: 0 for a constant. */
export declare const stepBytes: (arg: Argument) => number;
/** An argument as kernels take it. */
export interface KernelArgument {
  readonly values: Address;
  /** Bytes from one row's value to the next. */
  readonly step: number;
}
export declare const kernelArgument: (arg: Argument) => KernelArgument;
/** Is the argument valid in the row? */
export declare const isArgumentValid: (memory: SharedMemory, arg: Argument, row: number) => boolean;
/** Reads values of one SQL representation, row by row. */
export interface Reader<T> {
  reader(memory: SharedMemory, arg: Argument): (row: number) => T;
}
/** Writes values of one SQL representation, row by row. */
export interface Writer<T> {
  writer(context: EvalContext, result: ResultVector): (row: number, value: T) => void;
}
/** Both ways. */
export interface Codec<T> extends Reader<T>, Writer<T> {}
/** VARCHAR, JSON. */
export declare const TEXT: Codec<string>;
/** BLOB; what is read is a view. */
export declare const BYTES: Codec<Uint8Array>;
/** INTEGER and DATE. */
export declare const INT32: Codec<number>;
/** BIGINT, TIME, TIMESTAMP and short decimals. */
export declare const INT64: Codec<bigint>;
/** FLOAT. */
export declare const FLOAT32: Codec<number>;
/** DOUBLE. */
export declare const FLOAT64: Codec<number>;
/** BOOLEAN. */
export declare const BOOL: Codec<boolean>;
/** BIGINT as a number, for counts and positions: what lies beyond 2⁵³ is far outside either way. */
export declare const COUNT: Codec<number>;
/** INTERVAL. */
export declare const INTERVALS: Codec<IntervalValue>;
/** Any type as plain data; for the long tail. */
export declare const LITERAL: Codec<LiteralValue>;
type Values<C extends readonly Reader<unknown>[]> = {
  [I in keyof C]: C[I] extends Reader<infer T> ? T : never;
};
/**
 * A function of single values over the valid rows of vectors; the null that it may return is NULL.
 * For what TypeScript does with decoded values (formats, patterns, digests), not for tight loops.
 */
export declare function rowwise<const C extends readonly Reader<unknown>[], R>(
  args: C,
  result: Writer<R>,
  compute: (...values: Values<C>) => R | null,
): VectorEvaluate;
//# sourceMappingURL=rows.d.ts.map
