import type { Address } from '@windrow/core';

/** Parts of dates and times as the kernels number them. */
export const DATE_PARTS = {
  year: 0,
  month: 1,
  day: 2,
  decade: 3,
  century: 4,
  millennium: 5,
  quarter: 6,
  week: 7,
  isoyear: 8,
  yearweek: 9,
  dayofweek: 10,
  isodow: 11,
  dayofyear: 12,
  era: 13,
  hour: 14,
  minute: 15,
  second: 16,
  millisecond: 17,
  microsecond: 18,
} as const;

export type DatePart = keyof typeof DATE_PARTS;

/**
 * The calendar. Dates are days (i32), timestamps and times microseconds (bigint). Infinite dates and
 * timestamps have no parts: those who ask for one value have made sure that it is finite.
 */
export interface TemporalKernels {
  datePart(part: number, days: number): bigint;
  timePart(part: number, micros: bigint): bigint;
  timestampPart(part: number, micros: bigint): bigint;
  intervalPart(part: number, months: number, days: number, micros: bigint): bigint;
  /** Parts of a column as i64; infinite rows are cleared from the validity. */
  dateParts(
    part: number,
    values: Address,
    step: number,
    count: number,
    out: Address,
    validity: Address,
  ): void;
  /** As dateParts, of timestamps. */
  timestampParts(
    part: number,
    values: Address,
    step: number,
    count: number,
    out: Address,
    validity: Address,
  ): void;
  /** When the hour, day, month … began. */
  truncateTimestamp(part: number, micros: bigint): bigint;
  truncateTimestamps(
    part: number,
    values: Address,
    step: number,
    count: number,
    out: Address,
  ): void;
  /** Boundaries crossed, or with `whole` complete parts; infinite rows are cleared from the validity. */
  timestampDifferences(
    part: number,
    whole: number,
    from: Address,
    fromStep: number,
    to: Address,
    toStep: number,
    count: number,
    out: Address,
    validity: Address,
  ): void;
  /** −2⁶³ when the result leaves the range. */
  timestampAddInterval(micros: bigint, months: number, days: number, part: bigint): bigint;
  timeAddMicros(micros: bigint, part: bigint): bigint;
  lastDayOfMonth(days: number): number;
  daysInMonthOf(days: number): number;
  /** −2⁶³ when there is no such date. */
  daysOfFields(year: bigint, month: bigint, day: bigint): bigint;
}
