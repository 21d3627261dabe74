import {
  type Address,
  type CastImplementation,
  type EvalContext,
  formatDouble,
  formatFloat,
  formatLiteral,
  isSignedInteger,
  isValidAt,
  MAX_INT64_DECIMAL_PRECISION,
  type ResultVector,
  type SqlType,
  type VectorEvaluate,
  widthBytes,
} from '@windrow/core';
import { type KernelExports, kernels } from '@windrow/kernels';
import { FRACTION_DIGITS, PER_SECOND } from '../datetime/units.ts';
import {
  type Argument,
  FLOAT32,
  FLOAT64,
  INT64,
  LITERAL,
  rowwise,
  stepBytes,
  TEXT,
} from '../vector/rows.ts';
import { formatZonedTimestamp } from './zoned-text.ts';

/** Any type to VARCHAR: the text of sql.md §8. */
export function castToText(from: SqlType): CastImplementation {
  return {
    implementation: { kind: 'js', evaluate: formatterFor(from) },
    raises: false,
    returnsNull: false,
  };
}

function formatterFor(from: SqlType): VectorEvaluate {
  switch (from.kind) {
    case 'int8':
    case 'int16':
    case 'int32':
    case 'int64':
    case 'uint8':
    case 'uint16':
    case 'uint32':
    case 'uint64':
      return formatIntegers(from);
    case 'decimal':
      return from.precision <= MAX_INT64_DECIMAL_PRECISION
        ? formatDecimals(from.scale)
        : formatAny(from);
    case 'date':
      return formatDates;
    case 'time':
      return formatTimes;
    case 'timestamp':
      return from.zoned ? formatZoned : formatTimestamps(from);
    case 'float64':
      return rowwise([FLOAT64], TEXT, formatDouble);
    case 'float32':
      return rowwise([FLOAT32], TEXT, formatFloat);
    default:
      return formatAny(from);
  }
}

const formatAny = (from: SqlType): VectorEvaluate =>
  rowwise([LITERAL], TEXT, (value) => formatLiteral(value, from));

/** Writes texts with a kernel into room for the longest of them. */
function byKernel(
  maxBytes: number,
  format: (kernel: KernelExports, rows: FormatRows) => void,
): VectorEvaluate {
  return ({ memory, arena }, [arg], result) => {
    const column = arg as Argument;
    format(kernels(memory), {
      values: column.values,
      step: stepBytes(column),
      count: result.length,
      bytes: arena.allocate(result.length * maxBytes),
      out: result.values,
    });
  };
}

interface FormatRows {
  readonly values: Address;
  readonly step: number;
  readonly count: number;
  readonly bytes: Address;
  readonly out: Address;
}

function formatIntegers(from: SqlType): VectorEvaluate {
  const width = widthBytes(from);
  const signed = isSignedInteger(from) ? 1 : 0;
  return byKernel(20, (kernel, { values, step, count, bytes, out }) =>
    kernel.formatIntegers(values, step, count, width, signed, bytes, out),
  );
}

const formatDecimals = (scale: number): VectorEvaluate =>
  byKernel(21, (kernel, { values, step, count, bytes, out }) =>
    kernel.formatDecimals(values, step, count, scale, bytes, out),
  );

const formatTimes: VectorEvaluate = byKernel(15, (kernel, { values, step, count, bytes, out }) =>
  kernel.formatTimes(values, step, count, bytes, out),
);

const formatDates: VectorEvaluate = (context, [arg], result) => {
  const column = arg as Argument;
  const rows = allocateRows(context, result, 10);
  kernels(context.memory).formatDates(
    column.values,
    stepBytes(column),
    result.length,
    rows.bytes,
    result.values,
    rows.rest,
  );
  formatRest(context, column, result, rows.rest);
};

const formatTimestamps =
  ({ unit }: SqlType & { kind: 'timestamp' }): VectorEvaluate =>
  (context, [arg], result) => {
    const column = arg as Argument;
    const rows = allocateRows(context, result, 29);
    kernels(context.memory).formatTimestamps(
      column.values,
      stepBytes(column),
      result.length,
      PER_SECOND[unit],
      FRACTION_DIGITS[unit],
      0,
      0,
      rows.bytes,
      result.values,
      rows.rest,
    );
    formatRest(context, column, result, rows.rest);
  };

function allocateRows(
  { arena }: EvalContext,
  { length }: ResultVector,
  maxBytes: number,
): { readonly bytes: Address; readonly rest: Address } {
  return { bytes: arena.allocate(length * maxBytes), rest: arena.allocate((length + 1) * 4) };
}

/** Infinite dates, and years before 1 and after 9999. */
function formatRest(
  context: EvalContext,
  column: Argument,
  result: ResultVector,
  rest: Address,
): void {
  const { memory } = context;
  const read = LITERAL.reader(memory, column);
  const write = TEXT.writer(context, result);
  for (let at = rest >>> 2; memory.u32[at] !== 0xffffffff; at++) {
    const row = memory.u32[at] ?? 0;
    if (isValidAt(memory, result.validity, row)) write(row, formatLiteral(read(row), column.type));
  }
}

/** Instants are shown in the session's zone, with its offset. */
const formatZoned: VectorEvaluate = (context, [arg], result) => {
  const { timeZone } = context.session;
  const format = (value: bigint): string => formatZonedTimestamp(value, timeZone);
  rowwise([INT64], TEXT, format)(context, [arg as Argument], result);
};
