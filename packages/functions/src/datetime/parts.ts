import { didYouMean } from '@windrow/core';
import type { DatePart } from '@windrow/kernels';
import { invalidArgument } from '../errors.ts';

/** Parts that are not integers of the calendar and are worked out where they are asked for. */
export type SpecialPart = 'epoch' | 'julian' | 'timezone' | 'timezone_hour' | 'timezone_minute';

/** Every spelling of a part of a date or time. */
const SPELLINGS: ReadonlyMap<string, DatePart | SpecialPart> = spellings({
  year: 'years yr yrs y',
  month: 'months mon mons',
  day: 'days d dayofmonth',
  decade: 'decades dec decs',
  century: 'centuries cent c',
  millennium: 'millennia millenniums mil mils',
  quarter: 'quarters',
  week: 'weeks w weekofyear',
  isoyear: '',
  yearweek: '',
  dayofweek: 'dow weekday',
  isodow: '',
  dayofyear: 'doy',
  era: '',
  hour: 'hours hr hrs h',
  minute: 'minutes min mins m',
  second: 'seconds sec secs s',
  millisecond: 'milliseconds ms msec msecs',
  microsecond: 'microseconds us usec usecs',
  epoch: '',
  julian: '',
  timezone: '',
  timezone_hour: '',
  timezone_minute: '',
});

function spellings(
  table: Readonly<Record<DatePart | SpecialPart, string>>,
): ReadonlyMap<string, DatePart | SpecialPart> {
  return new Map(
    Object.entries(table).flatMap(([part, others]) =>
      [part, ...others.split(' ')]
        .filter((name) => name !== '')
        .map((name) => [name, part as DatePart | SpecialPart] as const),
    ),
  );
}

/**
 * The part of that name.
 * @throws SqlError `execution` 22023 for another name.
 */
export function partNamed(name: string): DatePart | SpecialPart {
  const part = SPELLINGS.get(name.toLowerCase());
  if (part === undefined) {
    throw invalidArgument(
      `'${name}' is not a part of dates and times`,
      didYouMean(name, SPELLINGS.keys()),
    );
  }
  return part;
}

const SPECIAL: ReadonlySet<string> = new Set([
  'epoch',
  'julian',
  'timezone',
  'timezone_hour',
  'timezone_minute',
]);

export const isSpecialPart = (part: DatePart | SpecialPart): part is SpecialPart =>
  SPECIAL.has(part);

/** Parts that dates_trunc and differences do not know: they are not spans of time. */
const NOT_SPANS: ReadonlySet<string> = new Set([
  ...SPECIAL,
  'dayofweek',
  'isodow',
  'dayofyear',
  'era',
]);

/**
 * The part as a span of time, for truncation and differences.
 * @throws SqlError `execution` 22023 for a part that is none.
 */
export function spanNamed(name: string): DatePart {
  const part = partNamed(name);
  // A week within its year, and a day within its week, begin where weeks and days do.
  const span = part === 'yearweek' ? 'week' : part;
  if (NOT_SPANS.has(part)) throw invalidArgument(`'${name}' is not a span of time`);
  return span as DatePart;
}
