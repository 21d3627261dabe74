import { civilFromDays, daysFromCivil, SqlError } from '@windrow/core';
import { civilDay, offsetNanos } from './civil.ts';

/** A compiled strptime format. */
export interface TimeFormat {
  readonly text: string;
  readonly pattern: RegExp;
  /** What each group of the pattern is: the letter of its specifier. */
  readonly groups: readonly string[];
}

const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];
const monthNames = MONTHS.join('|');
const shortMonths = MONTHS.map((name) => name.slice(0, 3)).join('|');
const WEEKDAYS = 'monday|tuesday|wednesday|thursday|friday|saturday|sunday';

/** The pattern of each specifier. */
const SPECIFIERS: Readonly<Record<string, string>> = {
  Y: String.raw`(-?\d{1,5})`,
  y: String.raw`(\d{2})`,
  m: String.raw`(\d{1,2})`,
  B: `(${monthNames})`,
  b: `(${shortMonths})`,
  d: String.raw`(\d{1,2})`,
  j: String.raw`(\d{1,3})`,
  H: String.raw`(\d{1,2})`,
  I: String.raw`(\d{1,2})`,
  M: String.raw`(\d{1,2})`,
  S: String.raw`(\d{1,2})`,
  f: String.raw`(\d{1,6})`,
  g: String.raw`(\d{1,3})`,
  n: String.raw`(\d{1,9})`,
  p: '(am|pm)',
  z: String.raw`(z|[+-]\d{2}(?::?\d{2})?)`,
  A: `(${WEEKDAYS})`,
  a: '(mon|tue|wed|thu|fri|sat|sun)',
};

const SHORTHANDS: Readonly<Record<string, string>> = {
  T: '%H:%M:%S',
  D: '%m/%d/%y',
  F: '%Y-%m-%d',
  x: '%Y-%m-%d',
  X: '%H:%M:%S',
  c: '%Y-%m-%d %H:%M:%S',
};

const expand = (text: string): string =>
  text.replaceAll(/%([TDFxXc])/g, (_, letter: string) => SHORTHANDS[letter] ?? '');

/**
 * Compiles a format of strptime's specifiers (`%Y %y %m %b %B %d %j %H %I %p %M %S %f %g %n %z %a %A`).
 * @throws SqlError 22023 for a specifier that is not known.
 */
export function timeFormat(text: string): TimeFormat {
  const groups: string[] = [];
  const source = expand(text).replaceAll(/%-?(.)|[^%]+|%$/g, (token, letter?: string) => {
    if (letter === '%') return '%';
    if (letter === undefined) return token.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
    const specifier = SPECIFIERS[letter];
    if (specifier === undefined) {
      throw new SqlError('bind', `"%${letter}" of the format '${text}' is not known`, {
        sqlState: '22023',
        hint: `Known are ${Object.keys(SPECIFIERS)
          .map((name) => `%${name}`)
          .join(' ')}.`,
      });
    }
    groups.push(letter);
    return specifier;
  });
  return { text, pattern: new RegExp(`^${source}$`, 'i'), groups };
}

/** Nanoseconds since 1970 of a text in the format; undefined when it is not, or no such time exists. */
export function parseFormatted(format: TimeFormat, text: string): bigint | undefined {
  const match = format.pattern.exec(text);
  if (match === null) return undefined;
  const parts = new Map(format.groups.map((letter, i) => [letter, match[i + 1] ?? '']));
  const days = dayOf(parts);
  const ofDay = nanosOfDay(parts);
  if (days === undefined || ofDay === undefined) return undefined;
  return BigInt(days) * 86400000000000n + ofDay - offsetNanos(parts.get('z'));
}

const number = (parts: ReadonlyMap<string, string>, letter: string, otherwise: number): number =>
  Number(parts.get(letter) ?? otherwise);

function dayOf(parts: ReadonlyMap<string, string>): number | undefined {
  const short = parts.get('y');
  // POSIX: 69 to 99 are in the twentieth century.
  const year =
    short === undefined
      ? number(parts, 'Y', 1970)
      : Number(short) + (Number(short) >= 69 ? 1900 : 2000);
  const name = parts.get('B') ?? parts.get('b');
  const named = name === undefined ? undefined : monthOf(name);
  const first = civilDay(year, named ?? number(parts, 'm', 1), number(parts, 'd', 1));
  const ordinal = parts.get('j');
  if (ordinal === undefined || first === undefined) return first;
  const start = civilDay(year, 1, 1) ?? 0;
  return Number(ordinal) >= 1 && Number(ordinal) <= 366 ? start + Number(ordinal) - 1 : undefined;
}

const monthOf = (name: string): number =>
  MONTHS.findIndex((month) => month.startsWith(name.toLowerCase())) + 1;

function nanosOfDay(parts: ReadonlyMap<string, string>): bigint | undefined {
  const half = parts.get('p')?.toLowerCase();
  const twelve = parts.get('I');
  const hour = twelve === undefined ? number(parts, 'H', 0) : Number(twelve) % 12;
  const minute = number(parts, 'M', 0);
  const second = number(parts, 'S', 0);
  const hours = half === 'pm' && twelve !== undefined ? hour + 12 : hour;
  if (hours > 23 || minute > 59 || second > 59 || Number(twelve ?? 1) > 12) return undefined;
  const fraction = parts.get('f') ?? parts.get('g') ?? parts.get('n') ?? '';
  const nanos = fraction.padEnd(9, '0');
  return BigInt((hours * 60 + minute) * 60 + second) * 1000000000n + BigInt(nanos);
}

const WEEKDAY_NAMES = WEEKDAYS.split('|');
const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);
const padded = (value: number, digits: number): string => String(value).padStart(digits, '0');

/** The text of a time (nanoseconds since 1970, UTC) in the format. */
export function formatTime(format: TimeFormat, nanos: bigint): string {
  const perDay = 86400000000000n;
  const ofDay = ((nanos % perDay) + perDay) % perDay;
  const days = Number((nanos - ofDay) / perDay);
  const { year, month, day } = civilFromDays(days);
  const seconds = Number(ofDay / 1000000000n);
  const [hour, minute] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const fraction = String(ofDay % 1000000000n).padStart(9, '0');
  // 1970-01-01 was a Thursday.
  const weekday = WEEKDAY_NAMES[(((days + 3) % 7) + 7) % 7] ?? '';
  const parts: Readonly<Record<string, string>> = {
    Y: padded(year, 4),
    y: padded(((year % 100) + 100) % 100, 2),
    m: padded(month, 2),
    B: capital(MONTHS[month - 1] ?? ''),
    b: capital((MONTHS[month - 1] ?? '').slice(0, 3)),
    d: padded(day, 2),
    j: padded(days - daysFromCivil(year, 1, 1) + 1, 3),
    H: padded(hour, 2),
    I: padded(hour % 12 === 0 ? 12 : hour % 12, 2),
    M: padded(minute, 2),
    S: padded(seconds % 60, 2),
    f: fraction.slice(0, 6),
    g: fraction.slice(0, 3),
    n: fraction,
    p: hour < 12 ? 'AM' : 'PM',
    z: '+00',
    A: capital(weekday),
    a: capital(weekday.slice(0, 3)),
  };
  return expand(format.text).replaceAll(/%(-?)(.)/g, (_, bare: string, letter: string) => {
    if (letter === '%') return '%';
    const part = parts[letter] ?? '';
    return bare === '' ? part : part.replace(/^0+(?=\d)/, '');
  });
}
