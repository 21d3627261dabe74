import { type LiteralValue, type SqlType, type TimeUnit, typeName } from '@windrow/core';

const UNITS_PER_SECOND: Readonly<Record<TimeUnit, bigint>> = {
  s: 1n,
  ms: 1_000n,
  us: 1_000_000n,
  ns: 1_000_000_000n,
};

/** Bytes or characters of a long value that are shown. */
const SHOWN = 60;

const quoted = (text: string): string => {
  const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  return `'${shown.replaceAll("'", "''")}'`;
};

function printDecimal(unscaled: bigint, scale: number): string {
  if (scale === 0) return unscaled.toString();
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const point = digits.length - scale;
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** Day of the proleptic Gregorian calendar from days since 1970-01-01 (Hinnant's civil_from_days). */
function printDate(days: number): string {
  const shifted = days + 719468;
  const era = Math.floor(shifted / 146097);
  const dayOfEra = shifted - era * 146097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36524) -
      Math.floor(dayOfEra / 146096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const month = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * month + 2) / 5) + 1;
  const monthOfYear = month < 10 ? month + 3 : month - 9;
  const year = yearOfEra + era * 400 + (monthOfYear <= 2 ? 1 : 0);
  const two = (n: number): string => n.toString().padStart(2, '0');
  return `${year.toString().padStart(4, '0')}-${two(monthOfYear)}-${two(day)}`;
}

function printClock(value: bigint, unit: TimeUnit): string {
  const perSecond = UNITS_PER_SECOND[unit];
  const seconds = Number(value / perSecond);
  const fraction = value % perSecond;
  const two = (n: number): string => n.toString().padStart(2, '0');
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  if (fraction === 0n) return clock;
  const digits = fraction.toString().padStart(perSecond.toString().length - 1, '0');
  return `${clock}.${digits.replace(/0+$/, '')}`;
}

function printTimestamp(value: bigint, unit: TimeUnit, zoned: boolean): string {
  const perDay = 86_400n * UNITS_PER_SECOND[unit];
  let days = value / perDay;
  let rest = value % perDay;
  if (rest < 0n) {
    rest += perDay;
    days -= 1n;
  }
  const word = zoned ? 'TIMESTAMPTZ' : 'TIMESTAMP';
  return `${word} '${printDate(Number(days))} ${printClock(rest, unit)}${zoned ? '+00' : ''}'`;
}

function printInterval(months: number, days: number, micros: bigint): string {
  const parts: string[] = [];
  if (months !== 0) parts.push(`${months} months`);
  if (days !== 0) parts.push(`${days} days`);
  if (micros !== 0n || parts.length === 0) {
    const sign = micros < 0n ? '-' : '';
    parts.push(`${sign}${printClock(micros < 0n ? -micros : micros, 'us')}`);
  }
  return `INTERVAL '${parts.join(' ')}'`;
}

const elementType = (type: SqlType, index: number): SqlType => {
  if (type.kind === 'list' || type.kind === 'array') return type.element;
  if (type.kind === 'struct') return type.fields[index]?.type ?? { kind: 'null' };
  return { kind: 'null' };
};

/** A constant as SQL text, for EXPLAIN; long strings are cut. */
export function printLiteral(value: LiteralValue, type: SqlType): string {
  if (value === null) return 'NULL';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'string') {
    return type.kind === 'uuid' || type.kind === 'json'
      ? `${typeName(type)} ${quoted(value)}`
      : quoted(value);
  }
  if (typeof value === 'number') {
    return type.kind === 'date' ? `DATE '${printDate(value)}'` : String(value);
  }
  if (typeof value === 'bigint') {
    if (type.kind === 'decimal') return printDecimal(value, type.scale);
    if (type.kind === 'timestamp') return printTimestamp(value, type.unit, type.zoned);
    if (type.kind === 'time') return `TIME '${printClock(value, 'us')}'`;
    return value.toString();
  }
  if (value instanceof Uint8Array) return `BLOB (${value.length} bytes)`;
  if ('months' in value) return printInterval(value.months, value.days, value.micros);
  if ('struct' in value) {
    return `(${value.struct.map((v, i) => printLiteral(v, elementType(type, i))).join(', ')})`;
  }
  // Arrays before maps: an array has a member called `map` too.
  if ('length' in value) {
    return `[${value.map((v) => printLiteral(v, elementType(type, 0))).join(', ')}]`;
  }
  return `MAP (${value.map.length} entries)`;
}
