import {
  BIGINT,
  civilFromDays,
  DATE,
  DOUBLE,
  INTEGER,
  type IntervalValue,
  type ScalarFunction,
  type Signature,
  type SqlType,
  TIMESTAMP,
  VARCHAR,
} from '@windrow/core';
import type { DatePart } from '@windrow/kernels';
import { example, scalar, signature } from '../define.ts';
import { invalidArgument } from '../errors.ts';
import { temporalSums } from '../operators/temporal-arithmetic.ts';
import { jsOverload } from '../vector/overload.ts';
import { BOOL, COUNT, FLOAT64, INT32, INT64, rowwise, TEXT } from '../vector/rows.ts';
import { addToInstant } from './add-interval.ts';
import { addMonths, daysInMonth } from './calendar.ts';
import { spanNamed } from './parts.ts';
import {
  DATE_INFINITY,
  floorDivide,
  floorModulo,
  MICROS_PER_DAY,
  TIMESTAMP_INFINITY,
} from './units.ts';

/** One of each span as an interval. */
const SPANS: Partial<Record<DatePart, IntervalValue>> = {
  millennium: { months: 12_000, days: 0, micros: 0n },
  century: { months: 1200, days: 0, micros: 0n },
  decade: { months: 120, days: 0, micros: 0n },
  year: { months: 12, days: 0, micros: 0n },
  quarter: { months: 3, days: 0, micros: 0n },
  month: { months: 1, days: 0, micros: 0n },
  week: { months: 0, days: 7, micros: 0n },
  day: { months: 0, days: 1, micros: 0n },
  hour: { months: 0, days: 0, micros: 3_600_000_000n },
  minute: { months: 0, days: 0, micros: 60_000_000n },
  second: { months: 0, days: 0, micros: 1_000_000n },
  millisecond: { months: 0, days: 0, micros: 1000n },
  microsecond: { months: 0, days: 0, micros: 1n },
};

function moveBySpans(name: string, count: number, micros: bigint, zone: string): bigint {
  const span = SPANS[spanNamed(name)];
  if (span === undefined) throw invalidArgument(`'${name}' is not a span that can be added`);
  const interval = {
    months: span.months * count,
    days: span.days * count,
    micros: span.micros * BigInt(count),
  };
  return addToInstant(micros, interval, 1, zone);
}

/** (part, count, time): dates become timestamps. */
const partCountTime: Signature = {
  display: '(VARCHAR, BIGINT, DATE | TIMESTAMP) → TIMESTAMP',
  resolve([part, count, time, ...rest], [name]) {
    const isTime = time?.kind === 'date' || time?.kind === 'timestamp';
    if (rest.length > 0 || part?.kind !== 'varchar' || count === undefined || !isTime)
      return undefined;
    if (typeof name === 'string') spanNamed(name);
    const type: SqlType =
      time.kind === 'timestamp' && time.zoned ? { ...time, unit: 'us' } : TIMESTAMP;
    return { args: [VARCHAR, BIGINT, type], returns: type };
  },
};

const addMonthsToDate = (days: number, months: number): number =>
  Math.abs(days) === DATE_INFINITY ? days : addMonths(days, months);

/**
 * Months from `b` to `a`: whole ones between equal days or month ends, else with the rest as parts of
 * 31 days, rounded to eight digits.
 */
function monthsBetween(a: bigint, b: bigint, isRounded: boolean): number | null {
  if ([a, b].some((x) => x === TIMESTAMP_INFINITY || x === -TIMESTAMP_INFINITY)) return null;
  const [x, y] = [fieldsOf(a), fieldsOf(b)];
  const months = (x.year - y.year) * 12 + x.month - y.month;
  const areEnds = x.day === daysInMonth(x.year, x.month) && y.day === daysInMonth(y.year, y.month);
  if (x.day === y.day || areEnds) return months;
  const days = x.day - y.day + Number(x.micros - y.micros) / Number(MICROS_PER_DAY);
  const exact = months + days / 31;
  return isRounded ? Math.round(exact * 1e8) / 1e8 : exact;
}

function fieldsOf(micros: bigint): { year: number; month: number; day: number; micros: bigint } {
  const date = civilFromDays(Number(floorDivide(micros, MICROS_PER_DAY)));
  return { ...date, micros: floorModulo(micros, MICROS_PER_DAY) };
}

/** Functions that move dates, and the distance in months. */
export const shiftFunctions: readonly ScalarFunction[] = [
  scalar({
    name: 'date_add',
    aliases: ['dateadd', 'timestampadd'],
    category: 'date and time',
    doc: {
      summary: 'The time moved by an interval, or by a number of parts: date_add(part, n, x).',
      examples: [
        example("date_add(DATE '2024-01-31', INTERVAL 1 MONTH)", '2024-02-29 00:00:00'),
        example("dateadd('day', 3, DATE '2024-02-28')", '2024-03-02 00:00:00'),
      ],
      source: 'DuckDB; with a part as in SQL Server',
    },
    overloads: [
      ...temporalSums,
      jsOverload(
        partCountTime,
        (context, args, result) => {
          const isInstant = result.type.kind === 'timestamp' && result.type.zoned;
          const zone = isInstant ? context.session.timeZone : 'UTC';
          rowwise([TEXT, COUNT, INT64], INT64, (name, count, micros) =>
            moveBySpans(name, count, micros, zone),
          )(context, args, result);
        },
        { raises: true },
      ),
    ],
  }),
  scalar({
    name: 'add_months',
    category: 'date and time',
    doc: {
      summary: 'The date so many months later, clipped to the end of the month.',
      examples: [example("add_months(DATE '2024-01-31', 1)", '2024-02-29')],
      source: 'Spark',
    },
    overloads: [
      jsOverload(signature([DATE, INTEGER], DATE), rowwise([INT32, INT32], INT32, addMonthsToDate)),
    ],
  }),
  scalar({
    name: 'months_between',
    category: 'date and time',
    doc: {
      summary:
        'Months from the second time to the first, a part of a month counted by 31 days; a third argument false keeps all digits.',
      examples: [
        example("months_between(DATE '2024-03-31', DATE '2024-02-29')", '1.0'),
        example("months_between(TIMESTAMP '1997-02-28 10:30:00', DATE '1996-10-30')", '3.94959677'),
      ],
      source: 'Spark and Oracle',
    },
    overloads: [
      jsOverload(
        signature([TIMESTAMP, TIMESTAMP], DOUBLE),
        rowwise([INT64, INT64], FLOAT64, (a, b) => monthsBetween(a, b, true)),
        { returnsNull: true },
      ),
      jsOverload(
        signature([TIMESTAMP, TIMESTAMP, { kind: 'boolean' }], DOUBLE),
        rowwise([INT64, INT64, BOOL], FLOAT64, monthsBetween),
        { returnsNull: true },
      ),
    ],
  }),
];
