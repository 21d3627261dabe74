import {
  type Address,
  type EvalContext,
  type IntervalValue,
  isValidAt,
  type LiteralValue,
  type ResultVector,
  readValue,
  type SharedMemory,
  type SqlType,
  setValidAt,
  type Vector,
  type VectorEvaluate,
  widthBytes,
  writeValue,
} from '@windrow/core';
import { bytesReader, TextWriter, textReader } from './text.ts';

// Rows are inside their vectors, so an element of a typed array is always there.

/** An argument as vector implementations get it. */
export type Argument = Exclude<Vector, { kind: 'dictionary' }>;

/** Bytes from one row's value to the next: 0 for a constant. */
export const stepBytes = (arg: Argument): number =>
  arg.kind === 'constant' ? 0 : widthBytes(arg.type);

/** An argument as kernels take it. */
export interface KernelArgument {
  readonly values: Address;
  /** Bytes from one row's value to the next. */
  readonly step: number;
}

export const kernelArgument = (arg: Argument): KernelArgument => ({
  values: arg.values,
  step: stepBytes(arg),
});

/** Is the argument valid in the row? */
export const isArgumentValid = (memory: SharedMemory, arg: Argument, row: number): boolean =>
  arg.kind === 'constant' ? !arg.isNull : isValidAt(memory, arg.validity, row);

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
export const TEXT: Codec<string> = {
  reader: textReader,
  writer(context, result) {
    const writer = new TextWriter(context, result);
    return (row, text) => writer.setText(row, text);
  },
};

/** BLOB; what is read is a view. */
export const BYTES: Codec<Uint8Array> = {
  reader: bytesReader,
  writer(context, result) {
    const writer = new TextWriter(context, result);
    return (row, bytes) => writer.setBytes(row, bytes);
  },
};

type Elements<T> = { [index: number]: T };

/** Values of one machine word, through the typed array that covers the memory. */
function word<T>(shift: number, elementsOf: (memory: SharedMemory) => Elements<T>): Codec<T> {
  return {
    reader(memory, arg) {
      const elements = elementsOf(memory);
      const base = arg.values >>> shift;
      if (arg.kind === 'constant') {
        const value = elements[base]!;
        return () => value;
      }
      return (row) => elements[base + row]!;
    },
    writer({ memory }, result) {
      const elements = elementsOf(memory);
      const base = result.values >>> shift;
      return (row, value) => {
        elements[base + row] = value;
      };
    },
  };
}

/** INTEGER and DATE. */
export const INT32: Codec<number> = word(2, (memory) => memory.i32);
/** BIGINT, TIME, TIMESTAMP and short decimals. */
export const INT64: Codec<bigint> = word(3, (memory) => memory.i64);
/** FLOAT. */
export const FLOAT32: Codec<number> = word(2, (memory) => memory.f32);
/** DOUBLE. */
export const FLOAT64: Codec<number> = word(3, (memory) => memory.f64);

/** BOOLEAN. */
export const BOOL: Codec<boolean> = {
  reader(memory, arg) {
    const step = stepBytes(arg);
    return (row) => memory.u8[arg.values + step * row] === 1;
  },
  writer({ memory }, result) {
    return (row, value) => {
      memory.u8[result.values + row] = value ? 1 : 0;
    };
  },
};

/** BIGINT as a number, for counts and positions: what lies beyond 2⁵³ is far outside either way. */
export const COUNT: Codec<number> = {
  reader(memory, arg) {
    const read = INT64.reader(memory, arg);
    return (row) => Number(read(row));
  },
  writer(context, result) {
    const write = INT64.writer(context, result);
    return (row, value) => write(row, BigInt(value));
  },
};

/** INTERVAL. */
export const INTERVALS: Codec<IntervalValue> = {
  reader(memory, arg) {
    const step = stepBytes(arg);
    return (row) => {
      const at = arg.values + step * row;
      return {
        months: memory.i32[at >>> 2]!,
        days: memory.i32[(at >>> 2) + 1]!,
        micros: memory.i64[(at >>> 3) + 1]!,
      };
    };
  },
  writer({ memory }, result) {
    return (row, { months, days, micros }) => {
      const at = result.values + 16 * row;
      memory.i32[at >>> 2] = months;
      memory.i32[(at >>> 2) + 1] = days;
      memory.i64[(at >>> 3) + 1] = micros;
    };
  },
};

/** Any type as plain data; for the long tail. */
export const LITERAL: Codec<LiteralValue> = {
  reader(memory, arg) {
    const step = stepBytes(arg);
    return (row) => readValue(memory, arg.type, arg.values + step * row);
  },
  writer({ arena }, { type, values }) {
    const width = widthBytes(type);
    return (row, value) => writeValue(arena, type as SqlType, value, values + row * width);
  },
};

type Values<C extends readonly Reader<unknown>[]> = {
  [I in keyof C]: C[I] extends Reader<infer T> ? T : never;
};

/**
 * A function of single values over the valid rows of vectors; the null that it may return is NULL.
 * For what TypeScript does with decoded values (formats, patterns, digests), not for tight loops.
 */
export function rowwise<const C extends readonly Reader<unknown>[], R>(
  args: C,
  result: Writer<R>,
  compute: (...values: Values<C>) => R | null,
): VectorEvaluate {
  const call = compute as (...values: unknown[]) => R | null;
  return (context, vectors, output) => {
    const { memory } = context;
    const readers = args.map((codec, i) => codec.reader(memory, vectors[i]!));
    const write = result.writer(context, output);
    const one = applier(readers, call);
    for (let row = 0; row < output.length; row++) {
      if (!isValidAt(memory, output.validity, row)) continue;
      const value = one(row);
      if (value === null) setValidAt(memory, output.validity, row, false);
      else write(row, value);
    }
  };
}

/** The call for one row, without an array of arguments for the usual counts. */
function applier<R>(
  readers: readonly ((row: number) => unknown)[],
  call: (...values: unknown[]) => R,
): (row: number) => R {
  const [a, b, c] = readers;
  if (a === undefined) return () => call();
  if (b === undefined) return (row) => call(a(row));
  if (c === undefined) return (row) => call(a(row), b(row));
  if (readers.length === 3) return (row) => call(a(row), b(row), c(row));
  return (row) => call(...readers.map((read) => read(row)));
}
