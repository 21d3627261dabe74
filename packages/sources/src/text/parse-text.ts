import type { IntervalValue, LiteralValue, SqlType, TimeUnit } from '@windrow/core';
import { SqlError, typeName } from '@windrow/core';
import { civilDay, offsetNanos } from './civil.ts';
import { parseFormatted, type TimeFormat } from './time-format.ts';

/** The value of a text, or undefined when the text is not one of the type's. */
export type TextParser = (text: string) => LiteralValue | undefined;

/** How a file writes values. */
export interface TextFormats {
  readonly date?: TimeFormat | undefined;
  readonly timestamp?: TimeFormat | undefined;
  /** Comma or point. */
  readonly decimalSeparator: '.' | ',';
  /** JSON text comes from a JSON scanner, which has checked it. */
  readonly jsonIsChecked?: boolean;
}

/**
 * A parser of values as data files write them: stricter than CAST, because a number is inferred to be
 * one or declared to be one, never guessed. Blanks around values are dropped but for text.
 * @throws SqlError `unsupported` for types that have no text form in files.
 */
export function textParser(type: SqlType, formats: TextFormats): TextParser {
  switch (type.kind) {
    case 'varchar':
      return (text) => text;
    case 'boolean':
      return (text) => BOOLEANS[text.trim().toLowerCase()];
    case 'int8':
    case 'int16':
    case 'int32':
    case 'uint8':
    case 'uint16':
    case 'uint32':
      return narrowIntegerParser(type.kind);
    case 'int64':
      return (text) => integer(text, -(2n ** 63n), 2n ** 63n - 1n);
    case 'uint64':
      return (text) => integer(text, 0n, 2n ** 64n - 1n);
    case 'hugeint':
      return (text) => integer(text, -(2n ** 127n), 2n ** 127n - 1n);
    case 'float32':
    case 'float64':
      return (text) => double(withPoint(text, formats), type.kind === 'float32');
    case 'decimal':
      return (text) => decimal(withPoint(text, formats), type.precision, type.scale);
    case 'date':
      return formats.date === undefined ? dateOfText : formatted(formats.date, dayOf);
    case 'time':
      return timeOfText;
    case 'timestamp':
      return timestampParser(type.unit, formats.timestamp);
    case 'interval':
      return intervalOfText;
    case 'uuid':
      return uuidOfText;
    case 'blob':
      return blobOfText;
    case 'json':
      return (text) => (isJson(text) ? text : undefined);
    case 'enum':
      return (text) => (type.values.includes(text) ? text : undefined);
    default:
      throw new SqlError(
        'unsupported',
        `values of type ${typeName(type)} cannot be read from text`,
      );
  }
}

const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  t: true,
  yes: true,
  y: true,
  on: true,
  '1': true,
  false: false,
  f: false,
  no: false,
  n: false,
  off: false,
  '0': false,
};

function narrowIntegerParser(kind: string): TextParser {
  const bits = BigInt(kind.replace(/\D+/, ''));
  const [min, max] = kind.startsWith('u')
    ? [0n, 2n ** bits - 1n]
    : [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n];
  return (text) => {
    const value = integer(text, min, max);
    return value === undefined ? undefined : Number(value);
  };
}

function integer(text: string, min: bigint, max: bigint): bigint | undefined {
  const trimmed = text.trim();
  if (!/^[+-]?\d{1,60}$/.test(trimmed)) return undefined;
  const value = BigInt(trimmed.startsWith('+') ? trimmed.slice(1) : trimmed);
  return value < min || value > max ? undefined : value;
}

/** The number with a decimal point; one written with the other separator is no number. */
function withPoint(text: string, { decimalSeparator }: TextFormats): string {
  if (decimalSeparator === '.') return text;
  return text.includes('.') ? '' : text.replace(',', '.');
}

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

function double(text: string, single: boolean): number | undefined {
  const trimmed = text.trim();
  const special = /^([+-]?)(inf(?:inity)?|nan)$/i.exec(trimmed);
  if (special !== null) {
    if (special[2]?.toLowerCase() === 'nan') return Number.NaN;
    return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  if (!NUMBER.test(trimmed)) return undefined;
  const value = single ? Math.fround(Number(trimmed)) : Number(trimmed);
  // A number beyond the range is not infinity.
  return Number.isFinite(value) ? value : undefined;
}

/** Unscaled; digits beyond the scale are rounded half away from zero, as SQL's CAST does. */
function decimal(text: string, precision: number, scale: number): bigint | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text.trim());
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', written = '0'] = match;
  if (whole.length + fraction.length === 0) return undefined;
  const digits = BigInt(whole + fraction);
  const exponent = Number(written) - fraction.length + scale;
  const magnitude = exponent >= 0 ? digits * 10n ** BigInt(exponent) : halfUp(digits, -exponent);
  if (magnitude >= 10n ** BigInt(precision)) return undefined;
  return sign === '-' ? -magnitude : magnitude;
}

function halfUp(digits: bigint, dropped: number): bigint {
  const factor = 10n ** BigInt(dropped);
  return (2n * digits + factor) / (2n * factor);
}

const DATE = String.raw`(\d{4})[-/](\d{1,2})[-/](\d{1,2})`;
const CLOCK = String.raw`(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?`;
const ZONE = String.raw`\s*(z|[+-]\d{2}(?::?\d{2})?)`;
const DATE_PATTERN = new RegExp(`^${DATE}$`);
const TIME_PATTERN = new RegExp(`^${CLOCK}$`);
const TIMESTAMP_PATTERN = new RegExp(`^${DATE}(?:[T ]${CLOCK}(?:${ZONE})?)?$`, 'i');

function dateOfText(text: string): number | undefined {
  const match = DATE_PATTERN.exec(text.trim());
  return match === null
    ? undefined
    : civilDay(Number(match[1]), Number(match[2]), Number(match[3]));
}

/** Nanoseconds of the day from the groups of {@link CLOCK}. */
function clock(groups: readonly (string | undefined)[]): bigint | undefined {
  const [hour = '0', minute = '0', second = '0', fraction = ''] = groups;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const seconds = (Number(hour) * 60 + Number(minute)) * 60 + Number(second);
  return BigInt(seconds) * 1000000000n + BigInt(fraction.padEnd(9, '0'));
}

function timeOfText(text: string): bigint | undefined {
  const match = TIME_PATTERN.exec(text.trim());
  const nanos = match === null ? undefined : clock(match.slice(1));
  return nanos === undefined ? undefined : nanos / 1000n;
}

const NANOS_PER: Readonly<Record<TimeUnit, bigint>> = {
  s: 1000000000n,
  ms: 1000000n,
  us: 1000n,
  ns: 1n,
};
const NANOS_PER_DAY = 86400000000000n;

function timestampParser(unit: TimeUnit, format: TimeFormat | undefined): TextParser {
  const inUnit = (nanos: bigint | undefined): bigint | undefined => {
    if (nanos === undefined) return undefined;
    const quotient = nanos / NANOS_PER[unit];
    const value = nanos % NANOS_PER[unit] < 0n ? quotient - 1n : quotient;
    return BigInt.asIntN(64, value) === value ? value : undefined;
  };
  if (format !== undefined) return formatted(format, (nanos) => inUnit(nanos));
  return (text) => inUnit(nanosOfText(text.trim()));
}

/** Nanoseconds since 1970; an offset is applied, none means UTC. */
function nanosOfText(text: string): bigint | undefined {
  const match = TIMESTAMP_PATTERN.exec(text);
  if (match === null) return undefined;
  const days = civilDay(Number(match[1]), Number(match[2]), Number(match[3]));
  const ofDay = clock(match.slice(4, 8));
  if (days === undefined || ofDay === undefined) return undefined;
  return BigInt(days) * NANOS_PER_DAY + ofDay - offsetNanos(match[8]);
}

const formatted =
  (format: TimeFormat, value: (nanos: bigint) => LiteralValue | undefined): TextParser =>
  (text) => {
    const nanos = parseFormatted(format, text.trim());
    return nanos === undefined ? undefined : value(nanos);
  };

function dayOf(nanos: bigint): number {
  const days = nanos / NANOS_PER_DAY;
  return Number(nanos % NANOS_PER_DAY < 0n ? days - 1n : days);
}

const INTERVAL_PART =
  /(-?\d+) (year|month|day)s?\s*|(-?)(\d+):(\d{2}):(\d{2})(?:\.(\d{1,6}))?\s*/gy;

/** The form in which intervals are shown: `1 year 2 months 3 days 04:00:00`. */
function intervalOfText(text: string): IntervalValue | undefined {
  const trimmed = text.trim();
  let [months, days, micros, end] = [0, 0, 0n, 0];
  for (const match of trimmed.matchAll(INTERVAL_PART)) {
    const [part, count, unit, sign, hour, minute, second, fraction = ''] = match;
    end = match.index + part.length;
    if (unit === 'year') months += Number(count) * 12;
    else if (unit === 'month') months += Number(count);
    else if (unit === 'day') days += Number(count);
    else {
      const seconds = (BigInt(hour ?? 0) * 60n + BigInt(minute ?? 0)) * 60n + BigInt(second ?? 0);
      const value = seconds * 1000000n + BigInt(fraction.padEnd(6, '0'));
      micros += sign === '-' ? -value : value;
    }
  }
  return trimmed !== '' && end === trimmed.length ? { months, days, micros } : undefined;
}

function uuidOfText(text: string): string | undefined {
  const match =
    /^\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?$/i;
  const parts = match.exec(text.trim());
  return parts === null ? undefined : parts.slice(1).join('-').toLowerCase();
}

/** Text in which `\xAA` stands for a byte. */
function blobOfText(text: string): Uint8Array | undefined {
  if (/\\(?!x[0-9a-fA-F]{2})/.test(text)) return undefined;
  const parts = text.split(/\\x([0-9a-fA-F]{2})/);
  return Buffer.concat(
    parts.map((part, i) => (i % 2 === 0 ? Buffer.from(part, 'utf8') : Buffer.from(part, 'hex'))),
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
