import { isValidAt, readValue, setValidAt, widthBytes, writeValue } from '@windrow/core';
import { bytesReader, TextWriter, textReader } from './text.js';
/** Bytes from one row's value to the next: 0 for a constant. */
export const stepBytes = (arg) => (arg.kind === 'constant' ? 0 : widthBytes(arg.type));
export const kernelArgument = (arg) => ({
  values: arg.values,
  step: stepBytes(arg),
});
/** Is the argument valid in the row? */
export const isArgumentValid = (memory, arg, row) =>
  arg.kind === 'constant' ? !arg.isNull : isValidAt(memory, arg.validity, row);
/** VARCHAR, JSON. */
export const TEXT = {
  reader: textReader,
  writer(context, result) {
    const writer = new TextWriter(context, result);
    return (row, text) => writer.setText(row, text);
  },
};
/** BLOB; what is read is a view. */
export const BYTES = {
  reader: bytesReader,
  writer(context, result) {
    const writer = new TextWriter(context, result);
    return (row, bytes) => writer.setBytes(row, bytes);
  },
};
/** Values of one machine word, through the typed array that covers the memory. */
function word(shift, elementsOf) {
  return {
    reader(memory, arg) {
      const elements = elementsOf(memory);
      const base = arg.values >>> shift;
      if (arg.kind === 'constant') {
        const value = elements[base];
        return () => value;
      }
      return (row) => elements[base + row];
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
export const INT32 = word(2, (memory) => memory.i32);
/** BIGINT, TIME, TIMESTAMP and short decimals. */
export const INT64 = word(3, (memory) => memory.i64);
/** FLOAT. */
export const FLOAT32 = word(2, (memory) => memory.f32);
/** DOUBLE. */
export const FLOAT64 = word(3, (memory) => memory.f64);
/** BOOLEAN. */
export const BOOL = {
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
export const COUNT = {
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
export const INTERVALS = {
  reader(memory, arg) {
    const step = stepBytes(arg);
    return (row) => {
      const at = arg.values + step * row;
      return {
        months: memory.i32[at >>> 2],
        days: memory.i32[(at >>> 2) + 1],
        micros: memory.i64[(at >>> 3) + 1],
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
export const LITERAL = {
  reader(memory, arg) {
    const step = stepBytes(arg);
    return (row) => readValue(memory, arg.type, arg.values + step * row);
  },
  writer({ arena }, { type, values }) {
    const width = widthBytes(type);
    return (row, value) => writeValue(arena, type, value, values + row * width);
  },
};
/**
 * A function of single values over the valid rows of vectors; the null that it may return is NULL.
 * For what TypeScript does with decoded values (formats, patterns, digests), not for tight loops.
 */
export function rowwise(args, result, compute) {
  const call = compute;
  return (context, vectors, output) => {
    const { memory } = context;
    const readers = args.map((codec, i) => codec.reader(memory, vectors[i]));
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
function applier(readers, call) {
  const [a, b, c] = readers;
  if (a === undefined) return () => call();
  if (b === undefined) return (row) => call(a(row));
  if (c === undefined) return (row) => call(a(row), b(row));
  if (readers.length === 3) return (row) => call(a(row), b(row), c(row));
  return (row) => call(...readers.map((read) => read(row)));
}
//# sourceMappingURL=rows.js.map
