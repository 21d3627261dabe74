/**
 * The proleptic Gregorian calendar: dates are days since 1970-01-01 (i32), timestamps microseconds since
 * then (i64), intervals months (i32), days (i32) and microseconds (i64). Weeks are ISO 8601's.
 *
 * Infinite dates and timestamps are the extremes of their integers, ±(2ⁿ⁻¹ − 1). They have no parts.
 */

import { isValid } from './physical';

const SECOND: i64 = 1000000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/** What a result that left the range is: no timestamp has this value. */
const OUT_OF_RANGE: i64 = i64.MIN_VALUE;

// Parts by number, as DATE_PARTS of the TypeScript face gives them.
const YEAR: u32 = 0;
const MONTH: u32 = 1;
const DAY_OF_MONTH: u32 = 2;
const DECADE: u32 = 3;
const CENTURY: u32 = 4;
const MILLENNIUM: u32 = 5;
const QUARTER: u32 = 6;
const WEEK: u32 = 7;
const ISO_YEAR: u32 = 8;
const YEAR_WEEK: u32 = 9;
const DAY_OF_WEEK: u32 = 10;
const ISO_DAY_OF_WEEK: u32 = 11;
const DAY_OF_YEAR: u32 = 12;
const ERA: u32 = 13;
const HOURS: u32 = 14;
const MINUTES: u32 = 15;
const SECONDS: u32 = 16;
const MILLISECONDS: u32 = 17;
const MICROSECONDS: u32 = 18;

// @ts-ignore: decorator
@inline
function floorDivide(value: i64, divisor: i64): i64 {
  const quotient = value / divisor;
  return quotient - i64(value % divisor < 0);
}

let civilYear: i32 = 0;
let civilMonth: i32 = 0;
let civilDay: i32 = 0;

/** Year, month and day of a date, left in globals. Source: Hinnant, civil_from_days. */
function splitDate(days: i32): void {
  const shifted = <i64>days + 719468;
  const era = floorDivide(shifted, 146097);
  const dayOfEra = <i32>(shifted - era * 146097);
  const yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
  const dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const shiftedMonth = (5 * dayOfYear + 2) / 153;
  civilDay = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1;
  civilMonth = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  civilYear = yearOfEra + <i32>era * 400 + i32(civilMonth <= 2);
}

/** Days of a date. Source: Hinnant, days_from_civil. */
function joinDate(year: i64, month: i32, day: i32): i64 {
  const y = year - i64(month <= 2);
  const era = floorDivide(y, 400);
  const yearOfEra = <i32>(y - era * 400);
  const dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
  return era * 146097 + <i64>dayOfEra - 719468;
}

function daysInMonth(year: i64, month: i32): i32 {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return 30 + ((month + (month >> 3)) & 1);
}

/** The date some months later, clipped to the month's end. */
function addMonths(days: i64, months: i64): i64 {
  if (months == 0) return days;
  splitDate(<i32>days);
  const monthNumber = <i64>civilYear * 12 + (civilMonth - 1) + months;
  const year = floorDivide(monthNumber, 12);
  const month = <i32>(monthNumber - year * 12) + 1;
  return joinDate(year, month, min(civilDay, daysInMonth(year, month)));
}

// @ts-ignore: decorator
@inline
function isInfinite(micros: i64): bool {
  return micros == i64.MAX_VALUE || micros == -i64.MAX_VALUE;
}

/** Days from Monday 0 to Sunday 6. */
// @ts-ignore: decorator
@inline
function weekday(days: i64): i32 {
  const rest = <i32>((days + 3) % 7);
  return rest < 0 ? rest + 7 : rest;
}

/** The Thursday of the date's ISO week: the year it lies in is the week's. */
// @ts-ignore: decorator
@inline
function isoThursday(days: i32): i32 {
  return days - weekday(days) + 3;
}

/** A part of a date that is not infinite; parts of the time are 0. */
export function datePart(part: u32, days: i32): i64 {
  switch (part) {
    case DAY_OF_WEEK:
      return (weekday(days) + 1) % 7;
    case ISO_DAY_OF_WEEK:
      return weekday(days) + 1;
    case WEEK:
    case ISO_YEAR:
    case YEAR_WEEK: {
      const thursday = isoThursday(days);
      splitDate(thursday);
      const year = <i64>civilYear;
      if (part == ISO_YEAR) return year;
      const week = (<i64>thursday - joinDate(year, 1, 1)) / 7 + 1;
      if (part == WEEK) return week;
      return year * 100 + (year < 0 ? -week : week);
    }
    case HOURS:
    case MINUTES:
    case SECONDS:
    case MILLISECONDS:
    case MICROSECONDS:
      return 0;
    default:
  }
  splitDate(days);
  const year = <i64>civilYear;
  switch (part) {
    case YEAR:
      return year;
    case MONTH:
      return civilMonth;
    case DAY_OF_MONTH:
      return civilDay;
    case DECADE:
      return year / 10;
    case CENTURY:
      return year > 0 ? (year - 1) / 100 + 1 : year / 100 - 1;
    case MILLENNIUM:
      return year > 0 ? (year - 1) / 1000 + 1 : year / 1000 - 1;
    case QUARTER:
      return (civilMonth - 1) / 3 + 1;
    case ERA:
      return i64(year > 0);
    default:
      return <i64>days - joinDate(year, 1, 1) + 1;
  }
}

/** A part of a time of day; parts of the date are 0. */
export function timePart(part: u32, micros: i64): i64 {
  switch (part) {
    case HOURS:
      return micros / HOUR;
    case MINUTES:
      return (micros / MINUTE) % 60;
    case SECONDS:
      return (micros / SECOND) % 60;
    case MILLISECONDS:
      return (micros % MINUTE) / 1000;
    case MICROSECONDS:
      return micros % MINUTE;
    default:
      return 0;
  }
}

/** A part of a timestamp that is not infinite. */
export function timestampPart(part: u32, micros: i64): i64 {
  const days = floorDivide(micros, DAY);
  return part >= HOURS ? timePart(part, micros - days * DAY) : datePart(part, <i32>days);
}

/** A part of an interval: years and what is made of them by months, days by themselves, the rest by µs. */
export function intervalPart(part: u32, months: i32, days: i32, micros: i64): i64 {
  switch (part) {
    case YEAR:
      return months / 12;
    case MONTH:
      return months % 12;
    case DAY_OF_MONTH:
      return days;
    case DECADE:
      return months / 120;
    case CENTURY:
      return months / 1200;
    case MILLENNIUM:
      return months / 12000;
    case QUARTER:
      return (months % 12) / 3 + 1;
    case HOURS:
      return micros / HOUR;
    default:
      return timePart(part, micros);
  }
}

// @ts-ignore: decorator
@inline
function clearBit(bitmap: usize, row: u32): void {
  const at = bitmap + (row >> 3);
  store<u8>(at, load<u8>(at) & ~(<u8>1 << <u8>(row & 7)));
}

/** Parts of dates (i32) as i64; an infinite date clears its bit of the validity. */
export function dateParts(part: u32, values: usize, step: u32, count: u32, out: usize, validity: usize): void {
  for (let row: u32 = 0; row < count; row++) {
    const days = load<i32>(values);
    if (days == i32.MAX_VALUE || days == -i32.MAX_VALUE) clearBit(validity, row);
    else store<i64>(out, datePart(part, days));
    values += step;
    out += 8;
  }
}

/** Parts of timestamps as i64; an infinite one clears its bit of the validity. */
export function timestampParts(part: u32, values: usize, step: u32, count: u32, out: usize, validity: usize): void {
  for (let row: u32 = 0; row < count; row++) {
    const micros = load<i64>(values);
    if (isInfinite(micros)) clearBit(validity, row);
    else store<i64>(out, timestampPart(part, micros));
    values += step;
    out += 8;
  }
}

/** The first day of the date's year, month, week … */
function truncateDate(part: u32, days: i32): i64 {
  if (part == WEEK) return <i64>days - weekday(days);
  if (part == ISO_YEAR) {
    splitDate(isoThursday(days));
    const first = joinDate(civilYear, 1, 4);
    return first - weekday(first);
  }
  splitDate(days);
  const year = <i64>civilYear;
  switch (part) {
    case MONTH:
      return joinDate(year, civilMonth, 1);
    case QUARTER:
      return joinDate(year, ((civilMonth - 1) / 3) * 3 + 1, 1);
    case YEAR:
      return joinDate(year, 1, 1);
    case DECADE:
      return joinDate((year / 10) * 10, 1, 1);
    case CENTURY:
      return joinDate((year / 100) * 100, 1, 1);
    case MILLENNIUM:
      return joinDate((year / 1000) * 1000, 1, 1);
    default:
      return days;
  }
}

/** The timestamp at which its hour, day, month … began; an infinite one stays. */
export function truncateTimestamp(part: u32, micros: i64): i64 {
  if (isInfinite(micros)) return micros;
  switch (part) {
    case MICROSECONDS:
      return micros;
    case MILLISECONDS:
      return floorDivide(micros, 1000) * 1000;
    case SECONDS:
      return floorDivide(micros, SECOND) * SECOND;
    case MINUTES:
      return floorDivide(micros, MINUTE) * MINUTE;
    case HOURS:
      return floorDivide(micros, HOUR) * HOUR;
    default:
      return truncateDate(part, <i32>floorDivide(micros, DAY)) * DAY;
  }
}

/** {@link truncateTimestamp} of a column. */
export function truncateTimestamps(part: u32, values: usize, step: u32, count: u32, out: usize): void {
  for (let row: u32 = 0; row < count; row++) {
    store<i64>(out, truncateTimestamp(part, load<i64>(values)));
    values += step;
    out += 8;
  }
}

/** Number of whole parts since 1970 (or year 0), so that differences count the boundaries crossed. */
function partOrdinal(part: u32, micros: i64): i64 {
  switch (part) {
    case MICROSECONDS:
      return micros;
    case MILLISECONDS:
      return floorDivide(micros, 1000);
    case SECONDS:
      return floorDivide(micros, SECOND);
    case MINUTES:
      return floorDivide(micros, MINUTE);
    case HOURS:
      return floorDivide(micros, HOUR);
    default:
  }
  const days = floorDivide(micros, DAY);
  switch (part) {
    case WEEK:
      return floorDivide(days + 3, 7);
    case MONTH:
    case QUARTER: {
      splitDate(<i32>days);
      const months = <i64>civilYear * 12 + civilMonth - 1;
      return part == MONTH ? months : floorDivide(months, 3);
    }
    case YEAR:
    case DECADE:
    case CENTURY:
    case MILLENNIUM: {
      splitDate(<i32>days);
      const years: i64 = part == YEAR ? 1 : part == DECADE ? 10 : part == CENTURY ? 100 : 1000;
      return <i64>civilYear / years;
    }
    case ISO_YEAR:
      return datePart(ISO_YEAR, <i32>days);
    default:
      return days;
  }
}

/** Boundaries of the part between two timestamps, negative when the second is earlier. */
function boundariesBetween(part: u32, from: i64, to: i64): i64 {
  return partOrdinal(part, to) - partOrdinal(part, from);
}

/** Whole months from one timestamp to another: the last day of a month completes it. */
function wholeMonths(from: i64, to: i64): i64 {
  if (from > to) return -wholeMonths(to, from);
  const fromDays = floorDivide(from, DAY);
  const toDays = floorDivide(to, DAY);
  splitDate(<i32>fromDays);
  const fromMonths = <i64>civilYear * 12 + civilMonth;
  const fromDay = civilDay;
  splitDate(<i32>toDays);
  const months = <i64>civilYear * 12 + civilMonth - fromMonths;
  const isMonthEnd = civilDay == daysInMonth(civilYear, civilMonth);
  const dayToReach = isMonthEnd ? min(fromDay, civilDay) : fromDay;
  const timeReached = to - toDays * DAY >= from - fromDays * DAY;
  return civilDay > dayToReach || (civilDay == dayToReach && timeReached) ? months : months - 1;
}

/** Complete parts between two timestamps, toward zero. */
function wholePartsBetween(part: u32, from: i64, to: i64): i64 {
  switch (part) {
    case MICROSECONDS:
      return to - from;
    case MILLISECONDS:
      return (to - from) / 1000;
    case SECONDS:
      return (to - from) / SECOND;
    case MINUTES:
      return (to - from) / MINUTE;
    case HOURS:
      return (to - from) / HOUR;
    case MONTH:
      return wholeMonths(from, to);
    case QUARTER:
      return wholeMonths(from, to) / 3;
    case YEAR:
    case ISO_YEAR:
      return wholeMonths(from, to) / 12;
    case DECADE:
      return wholeMonths(from, to) / 120;
    case CENTURY:
      return wholeMonths(from, to) / 1200;
    case MILLENNIUM:
      return wholeMonths(from, to) / 12000;
    case WEEK:
      return (to - from) / (7 * DAY);
    default:
      return (to - from) / DAY;
  }
}

/**
 * Differences of timestamps in parts (i64): the boundaries crossed, or with `whole` the complete parts.
 * An infinite operand clears the row's bit of the validity.
 */
export function timestampDifferences(
  part: u32,
  whole: bool,
  from: usize,
  fromStep: u32,
  to: usize,
  toStep: u32,
  count: u32,
  out: usize,
  validity: usize,
): void {
  for (let row: u32 = 0; row < count; row++) {
    const start = load<i64>(from);
    const end = load<i64>(to);
    if (isInfinite(start) || isInfinite(end)) clearBit(validity, row);
    else if (isValid(validity, row)) {
      const difference = whole ? wholePartsBetween(part, start, end) : boundariesBetween(part, start, end);
      store<i64>(out, difference);
    }
    from += fromStep;
    to += toStep;
    out += 8;
  }
}

/**
 * A timestamp moved by an interval: months first, clipped to the month's end, then days, then
 * microseconds. Infinite timestamps stay; what leaves the range is −2⁶³.
 */
export function timestampAddInterval(micros: i64, months: i32, days: i32, part: i64): i64 {
  if (isInfinite(micros)) return micros;
  const date = floorDivide(micros, DAY);
  const moved = addMonths(date, months) + days;
  if (moved > 106751992 || moved < -106751992) return OUT_OF_RANGE;
  const start = moved * DAY + (micros - date * DAY);
  // The product may wrap by less than two days beyond either end, which flips the sign.
  if ((moved > 1 && start < 0) || (moved < -1 && start > 0)) return OUT_OF_RANGE;
  const result = start + part;
  if (((start ^ result) & (part ^ result)) < 0 || isInfinite(result)) return OUT_OF_RANGE;
  return result;
}

/** The time of day moved by microseconds, around the clock. */
export function timeAddMicros(micros: i64, part: i64): i64 {
  const moved = (micros + (part % DAY)) % DAY;
  return moved < 0 ? moved + DAY : moved;
}

/** The last day of the date's month. */
export function lastDayOfMonth(days: i32): i32 {
  splitDate(days);
  return <i32>joinDate(civilYear, civilMonth, daysInMonth(civilYear, civilMonth));
}

/** Days of the date's month. */
export function daysInMonthOf(days: i32): i32 {
  splitDate(days);
  return daysInMonth(civilYear, civilMonth);
}

/** Days of a date given by its fields, or −2⁶³ when there is no such date. */
export function daysOfFields(year: i64, month: i64, day: i64): i64 {
  if (year > 5881580 || year < -5877641 || month < 1 || month > 12) return OUT_OF_RANGE;
  if (day < 1 || day > daysInMonth(year, <i32>month)) return OUT_OF_RANGE;
  return joinDate(year, <i32>month, <i32>day);
}
