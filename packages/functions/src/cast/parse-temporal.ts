import { daysFromCivil, type SessionValues, type TimeUnit } from '@windrow/core';
import { daysInMonth } from '../datetime/calendar.ts';
import { parseOffset, timeZone } from '../datetime/time-zone.ts';
import {
  DATE_INFINITY,
  FRACTION_DIGITS,
  floorDivide,
  floorModulo,
  MAX_TIMESTAMP_DAYS,
  PER_SECOND,
  SECONDS_PER_DAY,
  TIMESTAMP_INFINITY,
} from '../datetime/units.ts';
import type { Parsed } from './parse-number.ts';

const DATE = String.raw`([+-]?\d{1,7})[-/](\d{1,2})[-/](\d{1,2})`;
const CLOCK = String.raw`(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{0,9})\d*)?)?`;
const ERA = String.raw`(?:\s*\(?(bc)\)?)?`;
const ZONE = String.raw`(?:\s*(z|utc|[+-]\d{1,2}(?::?\d{2}(?::?\d{2})?)?|[a-z][a-z0-9_+/-]*))?`;
const TIMESTAMP = new RegExp(`^${DATE}(?:[t ]\\s*${CLOCK})?${ZONE}${ERA}$`, 'i');
const TIME = new RegExp(`^${CLOCK}$`);

/** A wall time as written, and the zone behind it. */
interface WallTime {
  readonly days: number;
  readonly seconds: number;
  /** Fraction of the second in nanoseconds. */
  readonly nanos: number;
  readonly zone: string | undefined;
}

type Special = 'infinity' | '-infinity' | 'epoch';

function specialOf(text: string): Special | undefined {
  const word = text.toLowerCase();
  if (word === 'infinity' || word === '-infinity' || word === 'epoch') return word;
  return word === 'inf' ? 'infinity' : word === '-inf' ? '-infinity' : undefined;
}

function parseWallTime(text: string): WallTime | undefined {
  const match = TIMESTAMP.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', written, era] =
    match;
  // BC read as a zone would be a word of letters.
  const isBc = era !== undefined || written?.toLowerCase() === 'bc';
  const zone = written?.toLowerCase() === 'bc' ? undefined : written;
  const days = civilDays(isBc ? 1 - Number(year) : Number(year), Number(month), Number(day));
  const seconds = secondsOfDay(Number(hour), Number(minute), Number(second), fraction);
  if (days === undefined || seconds === undefined) return undefined;
  return { days, seconds, nanos: Number(fraction.padEnd(9, '0')), zone };
}

/** Days of a date that exists, or undefined. */
export function civilDays(year: number, month: number, day: number): number | undefined {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  return daysFromCivil(year, month, day);
}

/** 24:00:00 is the end of the day; second 60 does not exist. */
function secondsOfDay(
  hour: number,
  minute: number,
  second: number,
  fraction: string,
): number | undefined {
  if (hour > 24 || minute > 59 || second > 59) return undefined;
  if (hour === 24 && (minute > 0 || second > 0 || Number(fraction) > 0)) return undefined;
  return hour * 3600 + minute * 60 + second;
}

/** Days since 1970-01-01; a time behind the date is checked and dropped. */
export function parseDate(text: string): Parsed<number> {
  const trimmed = text.trim();
  const special = specialOf(trimmed);
  if (special !== undefined)
    return special === 'epoch' ? 0 : special === 'infinity' ? DATE_INFINITY : -DATE_INFINITY;
  const wall = parseWallTime(trimmed);
  if (wall === undefined) return undefined;
  return Math.abs(wall.days) >= DATE_INFINITY ? null : wall.days;
}

/** Microseconds of a day. */
export function parseTime(text: string): Parsed<bigint> {
  const match = TIME.exec(text.trim());
  if (match === null) return undefined;
  const [, hour, minute, second = '0', fraction = ''] = match;
  const seconds = secondsOfDay(Number(hour), Number(minute), Number(second), fraction);
  if (seconds === undefined) return undefined;
  return BigInt(seconds) * 1_000_000n + BigInt(fraction.padEnd(6, '0').slice(0, 6));
}

/**
 * A timestamp in its unit, digits beyond it cut off. Without `zoned`, an offset or zone is checked and
 * ignored; with it, the text means that zone's time, by default the session's.
 */
export function parseTimestamp(
  text: string,
  unit: TimeUnit,
  zoned: boolean,
  session: Pick<SessionValues, 'timeZone'>,
): Parsed<bigint> {
  const trimmed = text.trim();
  const special = specialOf(trimmed);
  if (special !== undefined) {
    if (special === 'epoch') return 0n;
    return special === 'infinity' ? TIMESTAMP_INFINITY : -TIMESTAMP_INFINITY;
  }
  const wall = parseWallTime(trimmed);
  if (wall === undefined) return undefined;
  if (wall.zone !== undefined && !isZone(wall.zone)) return undefined;
  let seconds = wall.days * SECONDS_PER_DAY + wall.seconds;
  if (zoned) seconds = timeZone(wall.zone ?? session.timeZone).toInstant(seconds);
  if (Math.abs(wall.days) > MAX_TIMESTAMP_DAYS) return null;
  const fraction = Math.trunc(wall.nanos / 10 ** (9 - FRACTION_DIGITS[unit]));
  const value = BigInt(seconds) * PER_SECOND[unit] + BigInt(fraction);
  return value >= TIMESTAMP_INFINITY || value <= -TIMESTAMP_INFINITY ? null : value;
}

function isZone(name: string): boolean {
  if (parseOffset(name) !== undefined) return true;
  try {
    timeZone(name);
    return true;
  } catch {
    return false;
  }
}

/** A timestamp of one unit in another, toward the past; null when the other cannot hold it. */
export function convertUnit(value: bigint, from: TimeUnit, to: TimeUnit): bigint | null {
  if (value === TIMESTAMP_INFINITY || value === -TIMESTAMP_INFINITY) return value;
  const [numerator, denominator] = [PER_SECOND[to], PER_SECOND[from]];
  const seconds = floorDivide(value, denominator);
  const rest = floorModulo(value, denominator);
  const converted = seconds * numerator + (rest * numerator) / denominator;
  return converted >= TIMESTAMP_INFINITY || converted <= -TIMESTAMP_INFINITY ? null : converted;
}
