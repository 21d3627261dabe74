import {
  type EvalContext,
  INTERVAL,
  type IntervalValue,
  isValidAt,
  type ResultVector,
  type ScalarFunction,
  type ScalarOverload,
  type Signature,
  type SqlType,
  TIMESTAMP,
  TIMESTAMPTZ,
  VARCHAR,
} from '@windrow/core';
import { DATE_PARTS, type DatePart, kernels } from '@windrow/kernels';
import { example, scalar } from '../define.ts';
import { jsOverload } from '../vector/overload.ts';
import { type Argument, INTERVALS, rowwise, TEXT } from '../vector/rows.ts';
import { localColumn, localToInstants } from './local-column.ts';
import { spanNamed } from './parts.ts';

/** Dates and wall times to TIMESTAMP, instants and intervals to their own type. */
function truncatedType(type: SqlType | undefined): SqlType | undefined {
  if (type?.kind === 'interval') return INTERVAL;
  if (type?.kind === 'date' || type?.kind === 'null') return TIMESTAMP;
  if (type?.kind === 'timestamp') return type.zoned ? TIMESTAMPTZ : TIMESTAMP;
  return undefined;
}

const signatureOf = (display: string, kind: 'timestamp' | 'interval'): Signature => ({
  display,
  resolve([part, source], [name]) {
    const type = truncatedType(source);
    if (part?.kind !== 'varchar' || type?.kind !== kind) return undefined;
    // A name that is no span is an error of the statement, not of its first row.
    if (typeof name === 'string') spanNamed(name);
    return { args: [VARCHAR, type], returns: type };
  },
});

const truncateTimestamps: ScalarOverload = jsOverload(
  signatureOf('(VARCHAR, DATE | TIMESTAMP | TIMESTAMPTZ) → TIMESTAMP | TIMESTAMPTZ', 'timestamp'),
  (context, args, result) => {
    const [names, source] = args as readonly [Argument, Argument];
    const { memory } = context;
    const kernel = kernels(memory);
    const { length, values: out, validity } = result;
    const { values, step } = localColumn(context, source, length, validity);
    const readName = TEXT.reader(memory, names);
    if (names.kind === 'constant') {
      kernel.truncateTimestamps(DATE_PARTS[spanNamed(readName(0))], values, step, length, out);
    } else {
      truncateByRow(context, result, values, step, readName);
    }
    if (source.type.kind === 'timestamp' && source.type.zoned)
      localToInstants(context, out, length, validity);
  },
  { raises: true },
);

function truncateByRow(
  { memory }: EvalContext,
  result: ResultVector,
  values: number,
  step: number,
  readName: (row: number) => string,
): void {
  const kernel = kernels(memory);
  for (let row = 0; row < result.length; row++) {
    if (!isValidAt(memory, result.validity, row)) continue;
    const micros = memory.i64[(values + row * step) >>> 3]!;
    const part = DATE_PARTS[spanNamed(readName(row))];
    memory.i64[(result.values >>> 3) + row] = kernel.truncateTimestamp(part, micros);
  }
}

/** Months in the spans that are made of them. */
const SPAN_MONTHS: Partial<Record<DatePart, number>> = {
  month: 1,
  quarter: 3,
  year: 12,
  isoyear: 12,
  decade: 120,
  century: 1200,
  millennium: 12_000,
};

/** Microseconds in the spans shorter than a day. */
const SPAN_MICROS: Partial<Record<DatePart, bigint>> = {
  hour: 3_600_000_000n,
  minute: 60_000_000n,
  second: 1_000_000n,
  millisecond: 1000n,
  microsecond: 1n,
};

/** The interval without what is smaller than the span, toward zero. */
function truncateInterval(part: DatePart, interval: IntervalValue): IntervalValue {
  const { months, days, micros } = interval;
  const spanMonths = SPAN_MONTHS[part];
  if (spanMonths !== undefined)
    return { months: months - (months % spanMonths), days: 0, micros: 0n };
  const spanMicros = SPAN_MICROS[part];
  if (spanMicros !== undefined) return { months, days, micros: micros - (micros % spanMicros) };
  return { months, days: part === 'week' ? days - (days % 7) : days, micros: 0n };
}

/** `date_trunc`. */
export const truncateFunctions: readonly ScalarFunction[] = [
  scalar({
    name: 'date_trunc',
    aliases: ['datetrunc'],
    category: 'date and time',
    doc: {
      summary:
        'When the hour, day, week, month … of a timestamp began; weeks begin on Monday, instants are taken in the session zone.',
      examples: [
        example("date_trunc('month', TIMESTAMP '2024-02-29 12:34:56')", '2024-02-01 00:00:00'),
        example("date_trunc('week', DATE '2024-02-29')", '2024-02-26 00:00:00'),
        example("date_trunc('year', INTERVAL 14 MONTHS)", '1 year'),
      ],
      source: 'PostgreSQL',
    },
    overloads: [
      truncateTimestamps,
      jsOverload(
        signatureOf('(VARCHAR, INTERVAL) → INTERVAL', 'interval'),
        rowwise([TEXT, INTERVALS], INTERVALS, (name, interval) =>
          truncateInterval(spanNamed(name), interval),
        ),
        { raises: true },
      ),
    ],
  }),
];
