import type { IntervalValue, LiteralValue, MapValue, StructValue } from './schema.ts';
import { isNested, type SqlType, type TimeUnit } from './types.ts';

/*
 * SQL text of values: what CAST AS VARCHAR, the shell, CSV files and error messages show. The rules are
 * sql.md §8, the default dialect's.
 */

/** Text of a value; NULL inside nested values is `NULL`, and at the top as well. */
export function formatLiteral(value: LiteralValue, type: SqlType): string {
  if (value === null) return 'NULL';
  switch (type.kind) {
    case 'float64':
      return formatDouble(value as number);
    case 'float32':
      return formatFloat(value as number);
    case 'decimal':
      return formatDecimal(value as bigint, type.scale);
    case 'date':
      return formatDate(value as number);
    case 'time':
      return formatTime(value as bigint);
    case 'timestamp':
      return formatTimestamp(value as bigint, type.unit) + (showsOffset(value, type) ? '+00' : '');
    case 'interval':
      return formatInterval(value as IntervalValue);
    case 'blob':
      return formatBlob(value as Uint8Array);
    case 'list':
    case 'array': {
      const items = value as readonly LiteralValue[];
      return `[${items.map((item) => formatNested(item, type.element)).join(', ')}]`;
    }
    case 'struct': {
      const { struct } = value as StructValue;
      const fields = type.fields.map(
        (field, i) => `'${field.name}': ${formatNested(struct[i] ?? null, field.type)}`,
      );
      return `{${fields.join(', ')}}`;
    }
    case 'map': {
      const { map } = value as MapValue;
      const entries = map.map(
        ([key, item]) => `${formatNested(key, type.key)}=${formatNested(item, type.value)}`,
      );
      return `{${entries.join(', ')}}`;
    }
    default:
      return String(value);
  }
}

/** Inside a list or struct, text that would be misread is quoted. */
function formatNested(value: LiteralValue, type: SqlType): string {
  const text = formatLiteral(value, type);
  if (value === null || isNested(type)) return text;
  const isPlain =
    text !== '' && text.toUpperCase() !== 'NULL' && !/^\s|\s$|[,'"[\]{}=:()]/.test(text);
  return isPlain ? text : `'${text.replaceAll(/['\\]/g, '\\$&')}'`;
}

/** The shortest text that reads back, with a point or an exponent: `100.0`, `1e+21`, `inf`, `nan`. */
export function formatDouble(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  return withPoint(value, String(value));
}

/** As {@link formatDouble}, with the digits a binary32 needs. */
export function formatFloat(value: number): string {
  if (!Number.isFinite(value) || value === 0) return formatDouble(value);
  for (let digits = 1; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return formatDouble(Number(text));
  }
  return formatDouble(Number(value.toPrecision(9)));
}

function withPoint(value: number, shortest: string): string {
  const magnitude = Math.abs(value);
  // JavaScript leaves plain digits up to 1e21 and down to 1e-6; SQL text switches at 1e16 and 1e-4.
  if (magnitude >= 1e16 || magnitude < 1e-4) {
    const [mantissa = '', exponent = ''] = value.toExponential().split('e');
    const sign = exponent.startsWith('-') ? '-' : '+';
    return `${mantissa}e${sign}${exponent.replace(/^[+-]/, '').padStart(2, '0')}`;
  }
  return shortest.includes('.') ? shortest : `${shortest}.0`;
}

/** An unscaled decimal with all digits of its scale: `-12.50`. */
export function formatDecimal(unscaled: bigint, scale: number): string {
  if (scale === 0) return unscaled.toString();
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Infinite dates and timestamps are the extremes of their integers. */
const DATE_INFINITY = 2 ** 31 - 1;
const TIMESTAMP_INFINITY = 2n ** 63n - 1n;

const showsOffset = (value: LiteralValue, type: SqlType & { kind: 'timestamp' }): boolean =>
  type.zoned && value !== TIMESTAMP_INFINITY && value !== -TIMESTAMP_INFINITY;

const two = (n: number): string => String(n).padStart(2, '0');

/** Days since 1970-01-01 as `YYYY-MM-DD`, years before 1 as `0044-03-15 (BC)`. */
export function formatDate(days: number): string {
  if (Math.abs(days) === DATE_INFINITY) return days > 0 ? 'infinity' : '-infinity';
  const { year, month, day } = civilFromDays(days);
  const shown = year > 0 ? year : 1 - year;
  const text = `${String(shown).padStart(4, '0')}-${two(month)}-${two(day)}`;
  return year > 0 ? text : `${text} (BC)`;
}

/**
 * Year, month and day of a day number, proleptic Gregorian; year 0 is 1 BC.
 *
 * Source: Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
 */
export function civilFromDays(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

/**
 * Day number of a proleptic Gregorian date; months and days outside their ranges are not checked.
 *
 * Source: Hinnant, days_from_civil.
 */
export function daysFromCivil(year: number, month: number, day: number): number {
  const shiftedYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(shiftedYear / 400);
  const yearOfEra = shiftedYear - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** Microseconds of a day as `HH:MM:SS[.ffffff]`, trailing zeros of the fraction dropped. */
export function formatTime(micros: bigint): string {
  return clock(micros, 1_000_000n, 6);
}

function clock(value: bigint, perSecond: bigint, digits: number): string {
  const seconds = Number(value / perSecond);
  const fraction = value % perSecond;
  const text = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  if (fraction === 0n) return text;
  return `${text}.${fraction.toString().padStart(digits, '0').replace(/0+$/, '')}`;
}

const UNIT_PER_SECOND: Readonly<Record<TimeUnit, readonly [bigint, number]>> = {
  s: [1n, 0],
  ms: [1000n, 3],
  us: [1_000_000n, 6],
  ns: [1_000_000_000n, 9],
};

/** A timestamp in its unit as `YYYY-MM-DD HH:MM:SS[.f]`, before year 1 `0044-03-15 (BC) 00:00:00`. */
export function formatTimestamp(value: bigint, unit: TimeUnit): string {
  if (value === TIMESTAMP_INFINITY) return 'infinity';
  if (value === -TIMESTAMP_INFINITY) return '-infinity';
  const [perSecond, digits] = UNIT_PER_SECOND[unit];
  const perDay = perSecond * 86_400n;
  let days = value / perDay;
  let rest = value % perDay;
  if (rest < 0n) {
    days -= 1n;
    rest += perDay;
  }
  return `${formatDate(Number(days))} ${clock(rest, perSecond, digits)}`;
}

/** `1 year 2 months 3 days 04:05:06.7`; the empty interval is `00:00:00`. */
export function formatInterval({ months, days, micros }: IntervalValue): string {
  const parts: string[] = [];
  const add = (count: number, unit: string): void => {
    if (count !== 0) parts.push(`${count} ${unit}${Math.abs(count) === 1 ? '' : 's'}`);
  };
  add(Math.trunc(months / 12), 'year');
  add(months % 12, 'month');
  add(days, 'day');
  if (micros !== 0n || parts.length === 0) {
    parts.push(micros < 0n ? `-${clock(-micros, 1_000_000n, 6)}` : clock(micros, 1_000_000n, 6));
  }
  return parts.join(' ');
}

/** Printable ASCII as it is, all other bytes and the backslash as `\xAA`. */
function formatBlob(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    const isPlain = byte >= 32 && byte < 127 && byte !== 92 && byte !== 39 && byte !== 34;
    text += isPlain
      ? String.fromCharCode(byte)
      : `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
}
