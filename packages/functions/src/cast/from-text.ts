import {
  type Address,
  type CastImplementation,
  didYouMean,
  type EvalContext,
  isSignedInteger,
  isValidAt,
  type LiteralValue,
  MAX_INT64_DECIMAL_PRECISION,
  type ResultVector,
  type SessionValues,
  SqlError,
  type SqlType,
  setValidAt,
  typeName,
  type VectorEvaluate,
  widthBytes,
} from '@windrow/core';
import { type KernelExports, kernels } from '@windrow/kernels';
import type { DecimalType } from '../resolve.ts';
import { shownText } from '../text/shown.ts';
import {
  type Argument,
  BOOL,
  BYTES,
  FLOAT32,
  FLOAT64,
  INT32,
  INT64,
  INTERVALS,
  LITERAL,
  stepBytes,
  TEXT,
  type Writer,
} from '../vector/rows.ts';
import { TRY_CAST_HINT } from './numeric.ts';
import { rangeOf } from './numeric-emit.ts';
import { parseInterval } from './parse-interval.ts';
import {
  type Parsed,
  parseBoolean,
  parseDecimal,
  parseDouble,
  parseFloat32,
  parseInteger,
} from './parse-number.ts';
import { parseBlob, parseJsonText, parseUuid } from './parse-other.ts';
import { parseDate, parseTime, parseTimestamp } from './parse-temporal.ts';

/** How text is read as one type. */
interface TextParser<T> {
  parse(text: string, session: SessionValues): Parsed<T>;
  readonly write: Writer<T>;
  /** SQLSTATE of malformed text. */
  readonly malformed: string;
  /** SQLSTATE of a value outside the type's range. */
  readonly outOfRange: string;
  readonly hint?: (text: string) => string | undefined;
  /** Reads the usual spellings; lists the rows of the others in `rest` and returns how many. */
  readonly fast?: (kernel: KernelExports, rows: FastRows) => number;
}

interface FastRows {
  readonly refs: Address;
  readonly step: number;
  readonly count: number;
  readonly out: Address;
  readonly rest: Address;
}

/** VARCHAR to another type, by parsing; nested types have casts of their own. */
export function textCast(
  to: SqlType,
  options: { readonly try: boolean },
): CastImplementation | undefined {
  const parser = parserFor(to);
  if (parser === undefined) return undefined;
  return {
    implementation: { kind: 'js', evaluate: parser.evaluate(to, options.try) },
    raises: !options.try,
    returnsNull: options.try,
  };
}

/**
 * The value that a text means as a type that is not nested.
 * @throws SqlError what the cast of a column raises.
 */
export function castText(text: string, to: SqlType, session: SessionValues): LiteralValue {
  const parser = parserFor(to);
  if (parser === undefined) return text;
  return parser.parse(text, to, session);
}

/** A parser, its value type forgotten. */
interface TextCast {
  evaluate(to: SqlType, isTry: boolean): VectorEvaluate;
  /** @throws SqlError where the text does not fit. */
  parse(text: string, to: SqlType, session: SessionValues): LiteralValue;
}

const parsed = <T extends LiteralValue>(parser: TextParser<T>): TextCast => ({
  evaluate: (to, isTry) => evaluateParser(parser, to, isTry),
  parse(text, to, session) {
    const value = parser.parse(text, session);
    if (value === undefined || value === null) throw parseError(parser, text, to, value === null);
    return value;
  },
});

function evaluateParser<T>(parser: TextParser<T>, to: SqlType, isTry: boolean): VectorEvaluate {
  return (context, [arg], result) => {
    const { memory, session } = context;
    const column = arg as Argument;
    const read = TEXT.reader(memory, column);
    const write = parser.write.writer(context, result);
    const convert = (row: number): void => {
      const text = read(row);
      const value = parser.parse(text, session);
      if (value !== undefined && value !== null) write(row, value);
      else if (isTry) setValidAt(memory, result.validity, row, false);
      else throw parseError(parser, text, to, value === null);
    };
    for (const row of slowRows(parser, context, column, result)) {
      if (isValidAt(memory, result.validity, row)) convert(row);
    }
  };
}

/** The rows that the parser's kernel, if it has one, did not read. */
function slowRows<T>(
  parser: TextParser<T>,
  { memory, arena }: EvalContext,
  column: Argument,
  result: ResultVector,
): Iterable<number> {
  if (parser.fast === undefined) return Array(result.length).keys();
  const rest = arena.allocate(result.length * 4);
  const slow = parser.fast(kernels(memory), {
    refs: column.values,
    step: stepBytes(column),
    count: result.length,
    out: result.values,
    rest,
  });
  return memory.u32.subarray(rest >>> 2, (rest >>> 2) + slow);
}

function parseError<T>(
  parser: TextParser<T>,
  text: string,
  to: SqlType,
  isOutOfRange: boolean,
): SqlError {
  const name = typeName(to);
  const message = isOutOfRange
    ? `${shownText(text)} is out of range for ${name}`
    : `${shownText(text)} is not a valid ${name}`;
  return new SqlError('execution', message, {
    sqlState: isOutOfRange ? parser.outOfRange : parser.malformed,
    hint: parser.hint?.(text) ?? TRY_CAST_HINT,
  });
}

const NUMBER_STATES = { malformed: '22018', outOfRange: '22003' } as const;
const TIME_STATES = { malformed: '22007', outOfRange: '22008' } as const;

function parserFor(to: SqlType): TextCast | undefined {
  switch (to.kind) {
    case 'int8':
    case 'int16':
    case 'int32':
    case 'int64':
    case 'uint8':
    case 'uint16':
    case 'uint32':
    case 'uint64':
    case 'hugeint':
      return parsed(integerParser(to));
    case 'decimal':
      return parsed(decimalParser(to));
    case 'timestamp':
      return parsed(timestampParser(to));
    case 'enum':
      return parsed(enumParser(to));
    case 'null':
    case 'varchar':
    case 'list':
    case 'array':
    case 'struct':
    case 'map':
      return undefined;
    default:
      return SIMPLE_PARSERS[to.kind];
  }
}

function integerParser(to: SqlType): TextParser<bigint> {
  const range = rangeOf(to);
  const width = widthBytes(to);
  const signed = isSignedInteger(to) ? 1 : 0;
  return {
    parse: (text) => parseInteger(text, range),
    write: LITERAL,
    ...NUMBER_STATES,
    ...(width <= 8 && {
      fast: (kernel, { refs, step, count, out, rest }) =>
        kernel.parseIntegers(refs, step, count, width, signed, out, rest),
    }),
  };
}

function decimalParser({ precision, scale }: DecimalType): TextParser<bigint> {
  return {
    parse: (text) => parseDecimal(text, precision, scale),
    write: LITERAL,
    ...NUMBER_STATES,
    ...(precision <= MAX_INT64_DECIMAL_PRECISION && {
      fast: (kernel, { refs, step, count, out, rest }) =>
        kernel.parseDecimals(refs, step, count, precision, scale, out, rest),
    }),
  };
}

function timestampParser(to: SqlType & { kind: 'timestamp' }): TextParser<bigint> {
  return {
    parse: (text, session) => parseTimestamp(text, to.unit, to.zoned, session),
    write: INT64,
    ...TIME_STATES,
    ...(to.unit === 'us' &&
      !to.zoned && {
        fast: (kernel, { refs, step, count, out, rest }) =>
          kernel.parseTimestamps(refs, step, count, out, rest),
      }),
  };
}

function enumParser({ values }: SqlType & { kind: 'enum' }): TextParser<string> {
  const known = new Set(values);
  return {
    parse: (text) => (known.has(text) ? text : undefined),
    write: LITERAL,
    malformed: '22P02',
    outOfRange: '22P02',
    hint: (text) => didYouMean(text, values),
  };
}

const SIMPLE_PARSERS: Readonly<
  Record<
    'boolean' | 'float32' | 'float64' | 'date' | 'time' | 'interval' | 'uuid' | 'blob' | 'json',
    TextCast
  >
> = {
  boolean: parsed({ parse: parseBoolean, write: BOOL, ...NUMBER_STATES }),
  float32: parsed({ parse: parseFloat32, write: FLOAT32, ...NUMBER_STATES }),
  float64: parsed({
    parse: parseDouble,
    write: FLOAT64,
    ...NUMBER_STATES,
    fast: (kernel, { refs, step, count, out, rest }) =>
      kernel.parseDoubles(refs, step, count, out, rest),
  }),
  date: parsed({
    parse: parseDate,
    write: INT32,
    ...TIME_STATES,
    fast: (kernel, { refs, step, count, out, rest }) =>
      kernel.parseDates(refs, step, count, out, rest),
  }),
  time: parsed({
    parse: parseTime,
    write: INT64,
    ...TIME_STATES,
    fast: (kernel, { refs, step, count, out, rest }) =>
      kernel.parseTimes(refs, step, count, out, rest),
  }),
  interval: parsed({ parse: parseInterval, write: INTERVALS, ...TIME_STATES }),
  uuid: parsed({ parse: parseUuid, write: LITERAL, malformed: '22P02', outOfRange: '22P02' }),
  blob: parsed({ parse: parseBlob, write: BYTES, ...NUMBER_STATES }),
  json: parsed({ parse: parseJsonText, write: TEXT, malformed: '22032', outOfRange: '22032' }),
};
