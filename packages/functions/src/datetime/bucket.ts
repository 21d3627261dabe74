import {
  civilFromDays,
  DATE,
  daysFromCivil,
  INTERVAL,
  type IntervalValue,
  type ResolvedSignature,
  type ScalarFunction,
  type ScalarOverload,
  SqlError,
  type SqlType,
  TIMESTAMP,
  TIMESTAMPTZ,
  VARCHAR,
  type VectorEvaluate,
} from '@windrow/core';
import { example, scalar } from '../define.ts';
import { invalidArgument } from '../errors.ts';
import { jsOverload } from '../vector/overload.ts';
import { type Argument, INT32, INT64, INTERVALS, rowwise, TEXT } from '../vector/rows.ts';
import { floorDivide, MICROS_PER_DAY, TIMESTAMP_INFINITY } from './units.ts';
import { localToUtc, utcToLocal } from './zone-conversion.ts';

/** 2000-01-03, a Monday: where buckets of days and hours are counted from. */
const DAY_ORIGIN = BigInt(daysFromCivil(2000, 1, 3)) * MICROS_PER_DAY;
/** 2000-01-01: where buckets of months are counted from. */
const MONTH_ORIGIN = BigInt(daysFromCivil(2000, 1, 1)) * MICROS_PER_DAY;

/**
 * The start of the bucket of a wall time. Widths are months alone or a fixed length alone.
 * @throws SqlError `unsupported` 0A000 for a mixed width, `execution` 22023 for one that is not positive.
 */
function bucketStart(width: IntervalValue, local: bigint, origin: bigint | undefined): bigint {
  const fixed = BigInt(width.days) * MICROS_PER_DAY + width.micros;
  if (width.months !== 0 && fixed !== 0n) {
    throw new SqlError('unsupported', 'a bucket cannot be months and days wide at once', {
      hint: 'Use months, quarters and years alone, or weeks, days and hours alone.',
    });
  }
  if (width.months < 0 || fixed < 0n || (width.months === 0 && fixed === 0n))
    throw invalidArgument('the width of a bucket must be positive');
  if (width.months > 0) return monthBucket(width.months, local, origin ?? MONTH_ORIGIN);
  const start = origin ?? DAY_ORIGIN;
  return start + floorDivide(local - start, fixed) * fixed;
}

/** Months are counted from the origin's month; buckets begin on the first. */
function monthBucket(months: number, local: bigint, origin: bigint): bigint {
  const monthOf = (micros: bigint): number => {
    const { year, month } = civilFromDays(Number(floorDivide(micros, MICROS_PER_DAY)));
    return year * 12 + month - 1;
  };
  const first = monthOf(origin);
  const bucket = first + Math.floor((monthOf(local) - first) / months) * months;
  const year = Math.floor(bucket / 12);
  return BigInt(daysFromCivil(year, bucket - year * 12 + 1, 1)) * MICROS_PER_DAY;
}

const isInfinite = (micros: bigint): boolean =>
  micros === TIMESTAMP_INFINITY || micros === -TIMESTAMP_INFINITY;

const negated = ({ months, days, micros }: IntervalValue): IntervalValue => ({
  months: -months,
  days: -days,
  micros: -micros,
});

/** A wall time moved by days and microseconds; bucket offsets have no months. */
function shifted(local: bigint, offset: IntervalValue): bigint {
  if (offset.months !== 0)
    throw invalidArgument('the offset of buckets cannot have months', 'Give an origin instead.');
  return local + BigInt(offset.days) * MICROS_PER_DAY + offset.micros;
}

/** What the third argument is. */
type Extra = 'none' | 'offset' | 'origin' | 'zone';

function bucketOverload(type: SqlType, extra: Extra): ScalarOverload {
  const isDate = type.kind === 'date';
  const isInstant = type.kind === 'timestamp' && type.zoned;
  const resolve = (args: readonly SqlType[]): ResolvedSignature | undefined => {
    const [width, time, third, ...rest] = args;
    if (rest.length > 0 || (third === undefined) !== (extra === 'none')) return undefined;
    if (width?.kind !== 'interval' && width?.kind !== 'null') return undefined;
    if (time?.kind !== type.kind) return undefined;
    if (time.kind === 'timestamp' && type.kind === 'timestamp' && time.zoned !== type.zoned)
      return undefined;
    if (third === undefined) return { args: [INTERVAL, type], returns: type };
    if (extraOf(third) !== extra) return undefined;
    const last = extra === 'offset' ? INTERVAL : extra === 'zone' ? VARCHAR : type;
    const returns = extra === 'offset' && isDate ? TIMESTAMP : type;
    return { args: [INTERVAL, returns === type ? type : TIMESTAMP, last], returns };
  };
  const evaluate: VectorEvaluate = (context, args, result) => {
    const zone = isInstant ? context.session.timeZone : 'UTC';
    bucketRows(extra, zone, args)(context, args, result);
  };
  return jsOverload(
    { display: `(INTERVAL, …${extra === 'none' ? '' : `, ${extra}`})`, resolve },
    evaluate,
    {
      raises: true,
      returnsNull: true,
    },
  );
}

function extraOf(type: SqlType): Extra {
  if (type.kind === 'interval') return 'offset';
  return type.kind === 'varchar' ? 'zone' : 'origin';
}

function bucketRows(extra: Extra, zone: string, args: readonly Argument[]): VectorEvaluate {
  const inZone = (
    width: IntervalValue,
    micros: bigint,
    zoneName: string,
    bucket: (local: bigint) => bigint = (local) => bucketStart(width, local, undefined),
  ): bigint | null => {
    if (isInfinite(micros)) return micros;
    const local = utcToLocal(micros, zoneName);
    return local === null ? null : localToUtc(bucket(local), zoneName);
  };
  if (args[1]?.type.kind === 'date') return dateBuckets(extra);
  switch (extra) {
    case 'none':
      return rowwise([INTERVALS, INT64], INT64, (width, micros) => inZone(width, micros, zone));
    case 'offset':
      return rowwise([INTERVALS, INT64, INTERVALS], INT64, (width, micros, offset) =>
        inZone(width, micros, zone, (local) =>
          shifted(bucketStart(width, shifted(local, negated(offset)), undefined), offset),
        ),
      );
    case 'origin':
      return rowwise([INTERVALS, INT64, INT64], INT64, (width, micros, origin) =>
        isInfinite(origin)
          ? null
          : inZone(width, micros, zone, (local) =>
              bucketStart(width, local, utcToLocal(origin, zone) ?? origin),
            ),
      );
    default:
      return rowwise([INTERVALS, INT64, TEXT], INT64, (width, micros, name) =>
        inZone(width, micros, name),
      );
  }
}

/** Dates are days at midnight; the bucket's date is its start's. */
function dateBuckets(extra: Extra): VectorEvaluate {
  const bucket = (width: IntervalValue, days: number, origin: number | undefined): number => {
    const start = origin === undefined ? undefined : BigInt(origin) * MICROS_PER_DAY;
    const micros = bucketStart(width, BigInt(days) * MICROS_PER_DAY, start);
    return Number(floorDivide(micros, MICROS_PER_DAY));
  };
  return extra === 'none'
    ? rowwise([INTERVALS, INT32], INT32, (width, days) => bucket(width, days, undefined))
    : rowwise([INTERVALS, INT32, INT32], INT32, bucket);
}

/** `time_bucket`. */
export const bucketFunctions: readonly ScalarFunction[] = [
  scalar({
    name: 'time_bucket',
    aliases: ['date_bin'],
    category: 'date and time',
    doc: {
      summary:
        'The start of the bucket of the given width that a time falls into; a third argument shifts the buckets by an interval, or is a point where one begins, or a zone.',
      examples: [
        example("time_bucket(INTERVAL 2 WEEKS, DATE '2024-02-29')", '2024-02-26'),
        example(
          "time_bucket(INTERVAL 15 MINUTES, TIMESTAMP '2024-02-29 12:34:56')",
          '2024-02-29 12:30:00',
        ),
      ],
      source: 'TimescaleDB; buckets of days are counted from 2000-01-03, of months from 2000-01-01',
    },
    overloads: [
      bucketOverload(DATE, 'none'),
      bucketOverload(DATE, 'origin'),
      bucketOverload(DATE, 'offset'),
      bucketOverload(TIMESTAMP, 'none'),
      bucketOverload(TIMESTAMP, 'offset'),
      bucketOverload(TIMESTAMP, 'origin'),
      bucketOverload(TIMESTAMPTZ, 'none'),
      bucketOverload(TIMESTAMPTZ, 'offset'),
      bucketOverload(TIMESTAMPTZ, 'origin'),
      bucketOverload(TIMESTAMPTZ, 'zone'),
    ],
  }),
];
