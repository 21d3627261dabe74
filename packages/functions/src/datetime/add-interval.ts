import { formatInterval, formatTimestamp, type IntervalValue, SqlError } from '@windrow/core';
import { addMonths } from './calendar.ts';
import {
  floorDivide,
  floorModulo,
  MAX_TIMESTAMP_DAYS,
  MICROS_PER_DAY,
  TIMESTAMP_INFINITY,
} from './units.ts';
import { localToUtc, utcToLocal } from './zone-conversion.ts';

/** A wall time moved by months (clipped to the month's end) and days; undefined beyond the range. */
function moveByDays(local: bigint, months: number, days: number): bigint | undefined {
  const date = Number(floorDivide(local, MICROS_PER_DAY));
  const moved = addMonths(date, months) + days;
  if (Math.abs(moved) > MAX_TIMESTAMP_DAYS) return undefined;
  return BigInt(moved) * MICROS_PER_DAY + floorModulo(local, MICROS_PER_DAY);
}

/**
 * An instant plus (`sign` 1) or minus (−1) an interval: months and days by the clocks of the zone, so
 * that a day may have 23 or 25 hours; the rest exactly.
 * @throws SqlError `execution` 22008 when the result leaves the range.
 */
export function addToInstant(
  instant: bigint,
  interval: IntervalValue,
  sign: 1 | -1,
  zoneName: string,
): bigint {
  if (instant === TIMESTAMP_INFINITY || instant === -TIMESTAMP_INFINITY) return instant;
  const { months, days, micros } = interval;
  let moved: bigint | null | undefined = instant;
  if (months !== 0 || days !== 0) {
    const local = utcToLocal(instant, zoneName);
    moved = local === null ? null : moveByDays(local, sign * months, sign * days);
    moved = moved === null || moved === undefined ? null : localToUtc(moved, zoneName);
  }
  const result = moved === null ? null : moved + BigInt(sign) * micros;
  if (result === null || result >= TIMESTAMP_INFINITY || result <= -TIMESTAMP_INFINITY) {
    const shown = `${formatTimestamp(instant, 'us')} ${sign === 1 ? '+' : '-'} ${formatInterval(interval)}`;
    throw new SqlError('execution', `${shown} is out of range for TIMESTAMP WITH TIME ZONE`, {
      sqlState: '22008',
    });
  }
  return result;
}
