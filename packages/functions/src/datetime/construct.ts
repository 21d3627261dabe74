import {
  BIGINT,
  type CodeBuilder,
  DATE,
  DOUBLE,
  type EmitValue,
  INTEGER,
  INTERVAL,
  type ScalarFunction,
  type ScalarOverload,
  type Signature,
  SqlError,
  type SqlType,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  VARCHAR,
} from '@windrow/core';
import { civilDays } from '../cast/parse-temporal.ts';
import { emitted, example, scalar, signature } from '../define.ts';
import { bind, type Code, push, when } from '../emit/code.ts';
import { callKernel } from '../emit/kernel-call.ts';
import { first } from '../emit/value.ts';
import { jsOverload } from '../vector/overload.ts';
import { FLOAT64, INT64, rowwise, TEXT } from '../vector/rows.ts';
import { timestampByPattern } from './letter-functions.ts';
import { DATE_INFINITY, MICROS_PER_DAY, PER_SECOND, TIMESTAMP_INFINITY } from './units.ts';
import { localToUtc } from './zone-conversion.ts';

const THREE_FIELDS = signature([BIGINT, BIGINT, BIGINT], DATE);

/** Raises 22008 unless the days are those of a date. */
const makeDate: ScalarOverload = emitted(
  THREE_FIELDS,
  (b, args) => {
    const days = daysOfFields(b, args);
    const isOutside: Code = [
      'i64.gt_u',
      ['i64.add', days, BigInt(DATE_INFINITY) - 1n],
      2n * BigInt(DATE_INFINITY) - 2n,
    ];
    when(b, isOutside, () =>
      b.raise(
        { sqlState: '22008', message: 'there is no date of year {0}, month {1}, day {2}' },
        args,
      ),
    );
    push(b, ['i32.wrap_i64', days]);
  },
  { raises: true },
);

function daysOfFields(b: CodeBuilder, args: readonly EmitValue[]) {
  return bind(b, 'i64', () =>
    callKernel(
      b,
      'daysOfFields',
      args.slice(0, 3).map((arg) => ['i64', first(arg)] as const),
      'i64',
    ),
  );
}

/** Microseconds of a time given by hour, minute and seconds; undefined when there is no such time. */
function microsOfFields(hour: number, minute: number, seconds: number): bigint | undefined {
  const micros = Math.round(seconds * 1e6);
  const isTime = hour >= 0 && hour <= 24 && minute >= 0 && minute <= 59;
  if (!isTime || !(micros >= 0 && micros < 60_000_000)) return undefined;
  const total = BigInt((hour * 60 + minute) * 60) * 1_000_000n + BigInt(micros);
  return total > MICROS_PER_DAY ? undefined : total;
}

const noSuch = (what: string): SqlError =>
  new SqlError('execution', `there is no ${what}`, { sqlState: '22008' });

function makeTime(hour: bigint, minute: bigint, seconds: number): bigint {
  const micros = microsOfFields(Number(hour), Number(minute), seconds);
  if (micros === undefined)
    throw noSuch(`time of hour ${hour}, minute ${minute}, second ${seconds}`);
  return micros;
}

function makeTimestamp(
  year: bigint,
  month: bigint,
  day: bigint,
  hour: bigint,
  minute: bigint,
  seconds: number,
): bigint {
  const days = civilDays(Number(year), Number(month), Number(day));
  const micros = microsOfFields(Number(hour), Number(minute), seconds);
  const result =
    days === undefined || micros === undefined ? undefined : BigInt(days) * MICROS_PER_DAY + micros;
  if (result === undefined || result >= TIMESTAMP_INFINITY || result <= -TIMESTAMP_INFINITY)
    throw noSuch(`timestamp ${year}-${month}-${day} ${hour}:${minute}:${seconds}`);
  return result;
}

const SIX_FIELDS = [BIGINT, BIGINT, BIGINT, BIGINT, BIGINT, DOUBLE] as const;
const SIX_READERS = [INT64, INT64, INT64, INT64, INT64, FLOAT64] as const;

/** Wall time of fields in the session's zone, or in the zone given last. */
const makeInstant: readonly ScalarOverload[] = [
  jsOverload(
    signature(SIX_FIELDS, TIMESTAMPTZ),
    (context, args, result) =>
      rowwise(SIX_READERS, INT64, (...fields) =>
        localToUtc(makeTimestamp(...fields), context.session.timeZone),
      )(context, args, result),
    { raises: true, returnsNull: true },
  ),
  jsOverload(
    signature([...SIX_FIELDS, VARCHAR], TIMESTAMPTZ),
    rowwise([...SIX_READERS, TEXT], INT64, (y, mo, d, h, mi, s, zone) =>
      localToUtc(makeTimestamp(y, mo, d, h, mi, s), zone),
    ),
    { raises: true, returnsNull: true },
  ),
];

/** An integer count of units as a timestamp (µs): a multiplication that is checked. */
function fromUnits(numerator: bigint, returns: SqlType): ScalarOverload {
  return emitted(
    signature([BIGINT], returns),
    (b, args) => {
      const value = first(args[0]);
      const limit = (TIMESTAMP_INFINITY - 1n) / numerator;
      const isOutside: Code = ['i64.gt_u', ['i64.add', value, limit], 2n * limit];
      when(b, isOutside, () =>
        b.raise({ sqlState: '22008', message: '{0} is out of range for TIMESTAMP' }, args),
      );
      push(b, numerator === 1n ? value : ['i64.mul', value, numerator]);
    },
    { raises: true },
  );
}

/** Seconds with a fraction as an instant. */
const fromSeconds: ScalarOverload = emitted(
  signature([DOUBLE], TIMESTAMPTZ),
  (b, args) => {
    const micros = bind(b, 'f64', ['f64.nearest', ['f64.mul', first(args[0]), 1e6]]);
    when(b, ['i32.eqz', ['f64.lt', ['f64.abs', micros], 2 ** 63]], () =>
      b.raise({ sqlState: '22008', message: '{0} seconds are out of range for TIMESTAMP' }, args),
    );
    push(b, ['i64.trunc_sat_f64_s', micros]);
  },
  { raises: true },
);

/** Timestamps and dates as an integer count of units since 1970, toward zero as in DuckDB. */
function toUnits(perSecond: bigint): ScalarOverload {
  const micros = PER_SECOND.us;
  const sign: Signature = {
    display: '(DATE | TIMESTAMP) → BIGINT',
    resolve: ([type, ...rest]) => {
      if (rest.length > 0) return undefined;
      if (type?.kind === 'date') return { args: [TIMESTAMP], returns: BIGINT };
      if (type?.kind !== 'timestamp') return undefined;
      return { args: [type.zoned ? TIMESTAMPTZ : TIMESTAMP], returns: BIGINT };
    },
  };
  return emitted(
    sign,
    (b, args) => {
      const value = first(args[0]);
      if (perSecond <= micros) {
        push(b, ['i64.div_s', value, micros / perSecond]);
        return;
      }
      const factor = perSecond / micros;
      const limit = (2n ** 63n - 1n) / factor;
      when(b, ['i64.gt_u', ['i64.add', value, limit], 2n * limit], () =>
        b.raise({ sqlState: '22008', message: '{0} is out of range for nanoseconds' }, args),
      );
      push(b, ['i64.mul', value, factor]);
    },
    { raises: perSecond > micros },
  );
}

interface UnitFunctionOptions {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly examples: readonly (readonly [sql: string, result: string])[];
  readonly overloads: readonly ScalarOverload[];
}

const timeFunction = (options: UnitFunctionOptions): ScalarFunction =>
  scalar({
    name: options.name,
    aliases: options.aliases ?? [],
    category: 'date and time',
    doc: {
      summary: options.summary,
      examples: options.examples.map(([sql, result]) => example(sql, result)),
      source: 'DuckDB',
    },
    overloads: options.overloads,
  });

interface IntervalUnit {
  readonly name: string;
  readonly field: 'months' | 'days' | 'micros';
  readonly size: bigint;
}

const INTERVAL_UNITS: readonly IntervalUnit[] = [
  { name: 'millennia', field: 'months', size: 12_000n },
  { name: 'centuries', field: 'months', size: 1200n },
  { name: 'decades', field: 'months', size: 120n },
  { name: 'years', field: 'months', size: 12n },
  { name: 'quarters', field: 'months', size: 3n },
  { name: 'months', field: 'months', size: 1n },
  { name: 'weeks', field: 'days', size: 7n },
  { name: 'days', field: 'days', size: 1n },
  { name: 'hours', field: 'micros', size: 3_600_000_000n },
  { name: 'minutes', field: 'micros', size: 60_000_000n },
  { name: 'seconds', field: 'micros', size: 1_000_000n },
  { name: 'milliseconds', field: 'micros', size: 1000n },
  { name: 'microseconds', field: 'micros', size: 1n },
];

const INTERVAL_EXAMPLES: Readonly<Record<string, string>> = {
  millennia: '2000 years',
  centuries: '200 years',
  decades: '20 years',
  years: '2 years',
  quarters: '6 months',
  months: '2 months',
  weeks: '14 days',
  days: '2 days',
  hours: '02:00:00',
  minutes: '00:02:00',
  seconds: '00:00:02',
  milliseconds: '00:00:00.002',
  microseconds: '00:00:00.000002',
};

/** `to_days(n)` and its kind: an interval of so many units. */
function intervalFunction({ name, field, size }: IntervalUnit): ScalarFunction {
  const emit = (b: CodeBuilder, args: readonly EmitValue[]): void => {
    const count = first(args[0]);
    const limit = (field === 'micros' ? 2n ** 63n - 1n : 2n ** 31n - 1n) / size;
    when(b, ['i64.gt_u', ['i64.add', count, limit], 2n * limit], () =>
      b.raise({ sqlState: '22008', message: `{0} ${name} are out of range for INTERVAL` }, args),
    );
    const value: Code = ['i64.mul', count, size];
    push(b, field === 'months' ? ['i32.wrap_i64', value] : 0, 'i32');
    push(b, field === 'days' ? ['i32.wrap_i64', value] : 0, 'i32');
    push(b, field === 'micros' ? value : 0, 'i64');
  };
  return timeFunction({
    name: `to_${name}`,
    summary: `An interval of so many ${name}.`,
    examples: [[`to_${name}(2)`, INTERVAL_EXAMPLES[name] ?? '']],
    overloads: [emitted(signature([BIGINT], INTERVAL), emit, { raises: true })],
  });
}

/** Functions that make dates, times and intervals of numbers, and numbers of them. */
export const constructFunctions: readonly ScalarFunction[] = [
  timeFunction({
    name: 'make_date',
    summary: 'The date of year, month and day.',
    examples: [['make_date(2024, 2, 29)', '2024-02-29']],
    overloads: [makeDate, emitted(signature([INTEGER], DATE), (b, [days]) => push(b, first(days)))],
  }),
  timeFunction({
    name: 'make_time',
    summary: 'The time of hour, minute and seconds.',
    examples: [['make_time(12, 34, 56.5)', '12:34:56.5']],
    overloads: [
      jsOverload(
        signature([BIGINT, BIGINT, DOUBLE], TIME),
        rowwise([INT64, INT64, FLOAT64], INT64, makeTime),
        { raises: true },
      ),
    ],
  }),
  timeFunction({
    name: 'make_timestamp',
    summary: 'The timestamp of its fields, or of microseconds since 1970.',
    examples: [
      ['make_timestamp(2024, 2, 29, 12, 34, 56.5)', '2024-02-29 12:34:56.5'],
      ['make_timestamp(1000000)', '1970-01-01 00:00:01'],
    ],
    overloads: [
      jsOverload(signature(SIX_FIELDS, TIMESTAMP), rowwise(SIX_READERS, INT64, makeTimestamp), {
        raises: true,
      }),
      fromUnits(1n, TIMESTAMP),
    ],
  }),
  timeFunction({
    name: 'make_timestamptz',
    summary: 'The instant of its fields in the session zone, or the zone given last.',
    examples: [["epoch(make_timestamptz(2024, 2, 29, 12, 0, 0, 'Europe/Berlin'))", '1709204400.0']],
    overloads: makeInstant,
  }),
  timeFunction({
    name: 'to_timestamp',
    aliases: ['timestamp_seconds'],
    summary:
      'The instant of seconds since 1970-01-01 00:00 UTC; the timestamp of a text by a pattern of letters.',
    examples: [
      ['to_timestamp(1.5)', '1970-01-01 00:00:01.5+00'],
      ["to_timestamp('29.02.2024 12:34', 'dd.MM.yyyy HH:mm')", '2024-02-29 12:34:00'],
    ],
    overloads: [fromSeconds, timestampByPattern],
  }),
  timeFunction({
    name: 'timestamp_millis',
    summary: 'The instant of milliseconds since 1970-01-01 00:00 UTC.',
    examples: [['timestamp_millis(1500)', '1970-01-01 00:00:01.5+00']],
    overloads: [fromUnits(1000n, TIMESTAMPTZ)],
  }),
  timeFunction({
    name: 'timestamp_micros',
    summary: 'The instant of microseconds since 1970-01-01 00:00 UTC.',
    examples: [['timestamp_micros(1500000)', '1970-01-01 00:00:01.5+00']],
    overloads: [fromUnits(1n, TIMESTAMPTZ)],
  }),
  timeFunction({
    name: 'epoch_ms',
    summary: 'Milliseconds since 1970-01-01 00:00 of a timestamp, or the timestamp of so many.',
    examples: [
      ["epoch_ms(TIMESTAMP '1970-01-01 00:00:01.5')", '1500'],
      ['epoch_ms(1500)', '1970-01-01 00:00:01.5'],
    ],
    overloads: [toUnits(1000n), fromUnits(1000n, TIMESTAMP)],
  }),
  timeFunction({
    name: 'epoch_us',
    summary: 'Microseconds since 1970-01-01 00:00 of a timestamp.',
    examples: [["epoch_us(TIMESTAMP '1970-01-01 00:00:01.5')", '1500000']],
    overloads: [toUnits(PER_SECOND.us)],
  }),
  timeFunction({
    name: 'epoch_ns',
    summary: 'Nanoseconds since 1970-01-01 00:00 of a timestamp.',
    examples: [["epoch_ns(TIMESTAMP '1970-01-01 00:00:01.5')", '1500000000']],
    overloads: [toUnits(PER_SECOND.ns)],
  }),
  timeFunction({
    name: 'unix_date',
    summary: 'Days since 1970-01-01.',
    examples: [["unix_date(DATE '1970-01-11')", '10']],
    overloads: [
      emitted(signature([DATE], BIGINT), (b, [date]) => push(b, ['i64.extend_i32_s', first(date)])),
    ],
  }),
  timeFunction({
    name: 'date_from_unix_date',
    summary: 'The date so many days after 1970-01-01.',
    examples: [['date_from_unix_date(10)', '1970-01-11']],
    overloads: [emitted(signature([INTEGER], DATE), (b, [days]) => push(b, first(days)))],
  }),
  ...INTERVAL_UNITS.map(intervalFunction),
];
