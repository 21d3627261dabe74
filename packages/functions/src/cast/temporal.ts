import {
  type CastImplementation,
  type CodeBuilder,
  type EmitValue,
  formatDate,
  formatTimestamp,
  SqlError,
  type SqlType,
  type TimeUnit,
  typeName,
  type VectorEvaluate,
} from '@windrow/core';
import {
  DATE_INFINITY,
  floorDivide,
  floorModulo,
  MICROS_PER_DAY,
  PER_SECOND,
  TIMESTAMP_INFINITY,
} from '../datetime/units.ts';
import { localToUtc, utcToLocal } from '../datetime/zone-conversion.ts';
import { bind, type Code } from '../emit/code.ts';
import { first } from '../emit/value.ts';
import { INT32, INT64, type Reader, rowwise, type Writer } from '../vector/rows.ts';
import { checkedCast, TRY_CAST_HINT } from './numeric.ts';
import type { Converted } from './numeric-emit.ts';
import { convertUnit } from './parse-temporal.ts';

type TimestampType = SqlType & { readonly kind: 'timestamp' };
type Convert = (b: CodeBuilder, value: EmitValue) => Converted;

/** Casts among DATE, TIME and the timestamps; undefined for other pairs. */
export function temporalCast(
  from: SqlType,
  to: SqlType,
  options: { readonly try: boolean },
): CastImplementation | undefined {
  const mayFail = { try: options.try, mayFail: true, sqlState: '22008' };
  if (from.kind === 'date' && to.kind === 'timestamp') {
    return to.zoned
      ? zonedCast(INT32, INT64, options.try, dateToInstant, formatDate)
      : checkedCast(dateToTimestamp(to.unit), mayFail);
  }
  if (from.kind !== 'timestamp') return undefined;
  switch (to.kind) {
    case 'timestamp': {
      if (from.zoned !== to.zoned) return zoneCast(from, to, options.try);
      return checkedCast(changeUnit(from.unit, to.unit), {
        ...mayFail,
        mayFail: PER_SECOND[to.unit] > PER_SECOND[from.unit],
      });
    }
    case 'date':
      return from.zoned
        ? zonedCast(INT64, INT32, options.try, instantToDate, showInstant)
        : checkedCast(toDate(from.unit), NEVER_FAILS);
    case 'time':
      return from.zoned
        ? zonedCast(INT64, INT64, options.try, instantToTime, showInstant)
        : checkedCast(toTime(from.unit), mayFail);
    default:
      return undefined;
  }
}

const NEVER_FAILS = { try: false, mayFail: false } as const;

/** Condition: a timestamp is ±infinity. */
const isInfinite = (value: Code): Code => [
  'i32.or',
  ['i64.eq', value, TIMESTAMP_INFINITY],
  ['i64.eq', value, -TIMESTAMP_INFINITY],
];

/** Leaves `value / divisor` toward −∞. */
const floorQuotient = (value: Code, divisor: bigint): Code => [
  'i64.sub',
  ['i64.div_s', value, divisor],
  ['i64.extend_i32_u', ['i64.lt_s', ['i64.rem_s', value, divisor], 0]],
];

function changeUnit(from: TimeUnit, to: TimeUnit): Convert {
  const [source, target] = [PER_SECOND[from], PER_SECOND[to]];
  return (b, argument) => {
    const value = first(argument);
    if (source === target) return { locals: [value], fails: undefined };
    if (source > target) {
      const quotient = floorQuotient(value, source / target);
      const result = bind(b, 'i64', ['select', value, quotient, isInfinite(value)]);
      return { locals: [result], fails: undefined };
    }
    return multiplied(b, value, target / source);
  };
}

/** `value × factor` unless it is infinite; fails beyond the range of timestamps. */
function multiplied(b: CodeBuilder, value: Code, factor: bigint): Converted {
  const limit = (TIMESTAMP_INFINITY - 1n) / factor;
  const infinite = bind(b, 'i32', isInfinite(value));
  const outside: Code = ['i64.gt_u', ['i64.add', value, limit], 2n * limit];
  const result = bind(b, 'i64', ['select', value, ['i64.mul', value, factor], infinite]);
  return { locals: [result], fails: ['i32.and', outside, ['i32.eqz', infinite]] };
}

function dateToTimestamp(unit: TimeUnit): Convert {
  return (b, argument) => {
    const days = first(argument);
    const infinite: Code = [
      'select',
      TIMESTAMP_INFINITY,
      -TIMESTAMP_INFINITY,
      ['i32.gt_s', days, 0],
    ];
    const isInfiniteDate: Code = [
      'i32.or',
      ['i32.eq', days, DATE_INFINITY],
      ['i32.eq', days, -DATE_INFINITY],
    ];
    const wide: Code = ['select', infinite, ['i64.extend_i32_s', days], isInfiniteDate];
    return multiplied(b, bind(b, 'i64', wide), PER_SECOND[unit] * 86_400n);
  };
}

function toDate(unit: TimeUnit): Convert {
  return (b, argument) => {
    const value = first(argument);
    const days: Code = ['i32.wrap_i64', floorQuotient(value, PER_SECOND[unit] * 86_400n)];
    const infinite: Code = ['select', DATE_INFINITY, -DATE_INFINITY, ['i64.gt_s', value, 0]];
    const result = bind(b, 'i32', ['select', infinite, days, isInfinite(value)]);
    return { locals: [result], fails: undefined };
  };
}

/** The part of the day in microseconds; an infinite timestamp has none. */
function toTime(unit: TimeUnit): Convert {
  return (b, argument) => {
    const value = first(argument);
    const perDay = PER_SECOND[unit] * 86_400n;
    const rest = bind(b, 'i64', ['i64.rem_s', value, perDay]);
    const part: Code = ['select', ['i64.add', rest, perDay], rest, ['i64.lt_s', rest, 0]];
    const perMicro = PER_SECOND[unit] / PER_SECOND.us;
    const micros: Code =
      perMicro >= 1n
        ? ['i64.div_s', part, perMicro]
        : ['i64.mul', part, PER_SECOND.us / PER_SECOND[unit]];
    return { locals: [bind(b, 'i64', micros)], fails: isInfinite(value) };
  };
}

const showInstant = (instant: bigint): string => formatTimestamp(instant, 'us');

/** A conversion that depends on the session's zone; null: the result lies outside the range. */
function zonedCast<A, R>(
  read: Reader<A>,
  write: Writer<R>,
  isTry: boolean,
  convert: (value: A, zone: string) => R | null,
  show: (value: A) => string,
): CastImplementation {
  const evaluate: VectorEvaluate = (context, args, result) => {
    const { timeZone } = context.session;
    const compute = (value: A): R | null => {
      const converted = convert(value, timeZone);
      if (converted === null && !isTry) {
        const message = `${show(value)} is out of range for ${typeName(result.type)}`;
        throw new SqlError('execution', message, { sqlState: '22008', hint: TRY_CAST_HINT });
      }
      return converted;
    };
    rowwise([read], write, compute)(context, args, result);
  };
  return { implementation: { kind: 'js', evaluate }, raises: !isTry, returnsNull: isTry };
}

function zoneCast(from: TimestampType, to: TimestampType, isTry: boolean): CastImplementation {
  return zonedCast(
    INT64,
    INT64,
    isTry,
    (value, zone) => {
      const micros = convertUnit(value, from.unit, 'us');
      if (micros === null) return null;
      const moved = to.zoned ? localToUtc(micros, zone) : utcToLocal(micros, zone);
      return moved === null ? null : convertUnit(moved, 'us', to.unit);
    },
    (value) => formatTimestamp(value, from.unit),
  );
}

function dateToInstant(days: number, zone: string): bigint | null {
  if (days === DATE_INFINITY) return TIMESTAMP_INFINITY;
  if (days === -DATE_INFINITY) return -TIMESTAMP_INFINITY;
  const local = BigInt(days) * MICROS_PER_DAY;
  return local >= TIMESTAMP_INFINITY || local <= -TIMESTAMP_INFINITY
    ? null
    : localToUtc(local, zone);
}

function instantToDate(instant: bigint, zone: string): number | null {
  if (instant === TIMESTAMP_INFINITY) return DATE_INFINITY;
  if (instant === -TIMESTAMP_INFINITY) return -DATE_INFINITY;
  const local = utcToLocal(instant, zone);
  return local === null ? null : Number(floorDivide(local, MICROS_PER_DAY));
}

function instantToTime(instant: bigint, zone: string): bigint | null {
  if (instant === TIMESTAMP_INFINITY || instant === -TIMESTAMP_INFINITY) return null;
  const local = utcToLocal(instant, zone);
  return local === null ? null : floorModulo(local, MICROS_PER_DAY);
}
