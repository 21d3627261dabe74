import {
  BIGINT,
  civilFromDays,
  DATE,
  type ScalarFunction,
  type ScalarOverload,
  VARCHAR,
} from '@windrow/core';
import { emitted, example, scalar, signature } from '../define.ts';
import { type Code, push } from '../emit/code.ts';
import { callKernel } from '../emit/kernel-call.ts';
import { first } from '../emit/value.ts';
import { invalidArgument } from '../errors.ts';
import { family } from '../resolve.ts';
import { jsOverload } from '../vector/overload.ts';
import { INT32, rowwise, TEXT } from '../vector/rows.ts';
import { DAY_NAMES, dayOfWeek, MONTH_NAMES } from './calendar-names.ts';
import { DATE_INFINITY } from './units.ts';

const isInfinite = (days: number): boolean => Math.abs(days) === DATE_INFINITY;

const dayName = (days: number): string | null =>
  isInfinite(days) ? null : (DAY_NAMES[dayOfWeek(days)] ?? null);
const monthName = (days: number): string | null =>
  isInfinite(days) ? null : (MONTH_NAMES[civilFromDays(days).month - 1] ?? null);

/** The next date of that weekday after the given one; names may be cut to two letters. */
function nextDay(days: number, name: string): number {
  const wanted = name.trim().toLowerCase();
  const weekday = DAY_NAMES.findIndex(
    (day) => wanted.length >= 2 && day.toLowerCase().startsWith(wanted),
  );
  if (weekday < 0) throw invalidArgument(`'${name}' is not a day of the week`);
  return days + (((weekday - dayOfWeek(days) + 6) % 7) + 1);
}

const isFiniteDate: (days: Code) => Code = (days) => [
  'i32.and',
  ['i32.ne', days, DATE_INFINITY],
  ['i32.ne', days, -DATE_INFINITY],
];

/** Dates and timestamps as dates: the cast drops the time. */
const ofDate = (display: string, returns: typeof DATE) =>
  family(display, 1, ([type]) =>
    type?.kind === 'date' || type?.kind === 'timestamp' || type?.kind === 'null'
      ? { args: [DATE], returns }
      : undefined,
  );

const nameOverload = (name: (days: number) => string | null): ScalarOverload =>
  jsOverload(ofDate('(DATE | TIMESTAMP) → VARCHAR', VARCHAR), rowwise([INT32], TEXT, name), {
    returnsNull: true,
  });

/** Functions of the calendar. */
export const calendarFunctions: readonly ScalarFunction[] = [
  scalar({
    name: 'last_day',
    category: 'date and time',
    doc: {
      summary: 'The last day of the month.',
      examples: [example("last_day(DATE '2024-02-05')", '2024-02-29')],
      source: 'Oracle',
    },
    overloads: [
      emitted(
        ofDate('(DATE | TIMESTAMP) → DATE', DATE),
        (b, [date]) => {
          callKernel(b, 'lastDayOfMonth', [['i32', first(date)]], 'i32');
          push(b, isFiniteDate(first(date)));
        },
        { returnsNull: true },
      ),
    ],
  }),
  scalar({
    name: 'days_in_month',
    category: 'date and time',
    doc: {
      summary: 'Number of days of the month.',
      examples: [example("days_in_month(DATE '2024-02-05')", '29')],
      source: 'Proleptic Gregorian calendar',
    },
    overloads: [
      emitted(
        ofDate('(DATE | TIMESTAMP) → BIGINT', BIGINT),
        (b, [date]) => {
          callKernel(b, 'daysInMonthOf', [['i32', first(date)]], 'i32');
          b.op('i64.extend_i32_s');
          push(b, isFiniteDate(first(date)));
        },
        { returnsNull: true },
      ),
    ],
  }),
  scalar({
    name: 'next_day',
    category: 'date and time',
    doc: {
      summary: 'The first date of a weekday after a date.',
      examples: [example("next_day(DATE '2024-02-29', 'Mon')", '2024-03-04')],
      source: 'Oracle and Spark',
    },
    overloads: [
      jsOverload(signature([DATE, VARCHAR], DATE), rowwise([INT32, TEXT], INT32, nextDay), {
        raises: true,
      }),
    ],
  }),
  scalar({
    name: 'dayname',
    category: 'date and time',
    doc: {
      summary: 'The English name of the weekday.',
      examples: [example("dayname(DATE '2024-02-29')", 'Thursday')],
      source: 'DuckDB',
    },
    overloads: [nameOverload(dayName)],
  }),
  scalar({
    name: 'monthname',
    category: 'date and time',
    doc: {
      summary: 'The English name of the month.',
      examples: [example("monthname(DATE '2024-02-29')", 'February')],
      source: 'DuckDB',
    },
    overloads: [nameOverload(monthName)],
  }),
];
