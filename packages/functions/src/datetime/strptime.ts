import { daysFromCivil, unreachable } from '@windrow/core';
import { civilDays } from '../cast/parse-temporal.ts';
import { DAY_NAMES, MONTH_NAMES } from './calendar-names.ts';
import type { FormatCode, FormatPiece } from './format-codes.ts';
import { parseOffset, timeZone } from './time-zone.ts';
import { MICROS_PER_DAY, MICROS_PER_SECOND, TIMESTAMP_INFINITY } from './units.ts';

/** What the pieces of a text have said so far. */
interface ReadFields {
  year: number | undefined;
  yearOfCentury: number | undefined;
  month: number;
  day: number;
  dayOfYear: number | undefined;
  hour: number;
  hour12: number | undefined;
  isAfternoon: boolean | undefined;
  minute: number;
  second: number;
  micros: number;
  offsetSeconds: number | undefined;
  zoneName: string | undefined;
}

/**
 * The timestamp (µs; an instant where the format names a zone) that a text means by a format, or
 * undefined when it does not match. Fields that the format leaves out are those of 1900-01-01 00:00.
 */
export function parseByFormat(text: string, pieces: readonly FormatPiece[]): bigint | undefined {
  const fields: ReadFields = {
    year: undefined,
    yearOfCentury: undefined,
    month: 1,
    day: 1,
    dayOfYear: undefined,
    hour: 0,
    hour12: undefined,
    isAfternoon: undefined,
    minute: 0,
    second: 0,
    micros: 0,
    offsetSeconds: undefined,
    zoneName: undefined,
  };
  let at = skipBlanks(text, 0);
  for (const piece of pieces) {
    const next =
      piece.kind === 'text'
        ? readText(text, at, piece.text)
        : readField(text, at, piece.code, fields);
    if (next === undefined) return undefined;
    at = next;
  }
  return skipBlanks(text, at) === text.length ? timestampOf(fields) : undefined;
}

function skipBlanks(text: string, at: number): number {
  let next = at;
  while (text[next] === ' ' || text[next] === '\t' || text[next] === '\n') next++;
  return next;
}

/** Literal text; a blank stands for any number of blanks. */
function readText(text: string, at: number, literal: string): number | undefined {
  let next = at;
  for (const character of literal) {
    if (character === ' ') next = skipBlanks(text, next);
    else if (text.startsWith(character, next)) next += character.length;
    else return undefined;
  }
  return next;
}

const NUMBER = /[+-]?\d+/y;

/** Digits, at most so many; calls `take` with their value and gives the end. */
function readNumber(
  text: string,
  at: number,
  maxDigits: number,
  take: (value: number, digits: number) => boolean,
): number | undefined {
  NUMBER.lastIndex = at;
  const match = NUMBER.exec(text)?.[0];
  if (match === undefined || /^[+-]/.test(match)) return undefined;
  const digits = match.slice(0, maxDigits);
  return take(Number(digits), digits.length) ? at + digits.length : undefined;
}

function readName(
  text: string,
  at: number,
  names: readonly string[],
  take: (index: number) => void,
): number | undefined {
  const rest = text.slice(at, at + 9).toLowerCase();
  const index = names.findIndex((name) => rest.startsWith(name.toLowerCase()));
  if (index < 0) return undefined;
  take(index);
  return at + (names[index]?.length ?? 0);
}

const shortened = (names: readonly string[]): readonly string[] =>
  names.map((name) => name.slice(0, 3));

/** Reads one field into `fields`; undefined when the text has something else there. */
function readField(
  text: string,
  at: number,
  code: FormatCode,
  fields: ReadFields,
): number | undefined {
  const within =
    (low: number, high: number, set: (value: number) => void) =>
    (value: number): boolean => {
      set(value);
      return value >= low && value <= high;
    };
  switch (code) {
    case 'a':
      return readName(text, at, shortened(DAY_NAMES), () => {});
    case 'A':
      return readName(text, at, DAY_NAMES, () => {});
    case 'b':
      return readName(text, at, shortened(MONTH_NAMES), (i) => {
        fields.month = i + 1;
      });
    case 'B':
      return readName(text, at, MONTH_NAMES, (i) => {
        fields.month = i + 1;
      });
    case 'd':
    case 'e':
      return readNumber(
        text,
        skipBlanks(text, at),
        2,
        within(1, 31, (v) => (fields.day = v)),
      );
    case 'f':
      return readNumber(text, at, 6, (value, digits) => {
        fields.micros = value * 10 ** (6 - digits);
        return true;
      });
    case 'g':
      return readNumber(text, at, 3, (value, digits) => {
        fields.micros = value * 10 ** (6 - digits);
        return true;
      });
    case 'n':
      return readNumber(text, at, 9, (value, digits) => {
        fields.micros = Math.trunc((value * 10 ** (9 - digits)) / 1000);
        return true;
      });
    case 'H':
      return readNumber(
        text,
        at,
        2,
        within(0, 23, (v) => (fields.hour = v)),
      );
    case 'I':
      return readNumber(
        text,
        at,
        2,
        within(1, 12, (v) => (fields.hour12 = v)),
      );
    case 'j':
      return readNumber(
        text,
        at,
        3,
        within(1, 366, (v) => (fields.dayOfYear = v)),
      );
    case 'm':
      return readNumber(
        text,
        at,
        2,
        within(1, 12, (v) => (fields.month = v)),
      );
    case 'M':
      return readNumber(
        text,
        at,
        2,
        within(0, 59, (v) => (fields.minute = v)),
      );
    case 'p':
      return readName(text, at, ['AM', 'PM'], (i) => {
        fields.isAfternoon = i === 1;
      });
    case 'S':
      return readNumber(
        text,
        at,
        2,
        within(0, 59, (v) => (fields.second = v)),
      );
    case 'y':
      return readNumber(
        text,
        at,
        2,
        within(0, 99, (v) => (fields.yearOfCentury = v)),
      );
    case 'Y':
      return readYear(text, at, fields);
    case 'z':
      return readOffset(text, at, fields);
    case 'Z':
      return readZone(text, at, fields);
    case 'u':
    case 'w':
      return readNumber(
        text,
        at,
        1,
        within(0, 7, () => {}),
      );
    case 'G':
      return readYear(text, at, fields);
    case 'U':
    case 'V':
    case 'W':
      return readNumber(
        text,
        at,
        2,
        within(0, 53, () => {}),
      );
    default:
      return unreachable(code);
  }
}

const YEAR = /[+-]?\d{1,4}/y;

function readYear(text: string, at: number, fields: ReadFields): number | undefined {
  YEAR.lastIndex = at;
  const match = YEAR.exec(text)?.[0];
  if (match === undefined) return undefined;
  fields.year = Number(match);
  return at + match.length;
}

const OFFSET = /z|[+-]\d{1,2}(?::?\d{2}(?::?\d{2})?)?/iy;

function readOffset(text: string, at: number, fields: ReadFields): number | undefined {
  OFFSET.lastIndex = at;
  const match = OFFSET.exec(text)?.[0];
  if (match === undefined) return undefined;
  fields.offsetSeconds = match.toLowerCase() === 'z' ? 0 : parseOffset(match);
  return fields.offsetSeconds === undefined ? undefined : at + match.length;
}

const ZONE = /[A-Za-z][A-Za-z0-9_+/-]*/y;

function readZone(text: string, at: number, fields: ReadFields): number | undefined {
  ZONE.lastIndex = at;
  const match = ZONE.exec(text)?.[0];
  if (match === undefined) return undefined;
  fields.zoneName = match;
  return at + match.length;
}

/** Two-digit years are those of 1969 to 2068. */
const yearOf = ({ year, yearOfCentury }: ReadFields): number =>
  year ?? (yearOfCentury === undefined ? 1900 : yearOfCentury + (yearOfCentury < 69 ? 2000 : 1900));

function hourOf({ hour, hour12, isAfternoon }: ReadFields): number {
  const base = hour12 ?? hour;
  if (isAfternoon === undefined || base > 12) return base;
  return (base % 12) + (isAfternoon ? 12 : 0);
}

function timestampOf(fields: ReadFields): bigint | undefined {
  const year = yearOf(fields);
  const { dayOfYear } = fields;
  const days =
    dayOfYear === undefined
      ? civilDays(year, fields.month, fields.day)
      : daysFromCivil(year, 1, 1) + dayOfYear - 1;
  if (days === undefined) return undefined;
  const seconds = hourOf(fields) * 3600 + fields.minute * 60 + fields.second;
  const local = BigInt(days) * MICROS_PER_DAY + BigInt(seconds) * MICROS_PER_SECOND;
  const result = local + BigInt(fields.micros) - zoneMicros(fields, local);
  return result < TIMESTAMP_INFINITY && result > -TIMESTAMP_INFINITY ? result : undefined;
}

/** What lies between the clock of the zone, if there is one, and UTC. */
function zoneMicros({ offsetSeconds, zoneName }: ReadFields, local: bigint): bigint {
  if (offsetSeconds !== undefined) return BigInt(offsetSeconds) * MICROS_PER_SECOND;
  if (zoneName === undefined) return 0n;
  const seconds = Number(local / MICROS_PER_SECOND);
  return BigInt(seconds - timeZone(zoneName).toInstant(seconds)) * MICROS_PER_SECOND;
}
