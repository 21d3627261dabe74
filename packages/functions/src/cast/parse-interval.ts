import type { IntervalValue } from '@windrow/core';
import type { Parsed } from './parse-number.ts';

/** What one of a unit adds to the three fields; fractions of it are carried down. */
interface UnitSize {
  readonly months?: number;
  readonly days?: number;
  readonly micros?: bigint;
}

const UNITS: ReadonlyMap<string, UnitSize> = unitTable({
  'millennium millennia mil millenniums': { months: 12_000 },
  'century centuries cent c': { months: 1200 },
  'decade decades dec decs': { months: 120 },
  'year years yr yrs y': { months: 12 },
  'quarter quarters': { months: 3 },
  'month months mon mons': { months: 1 },
  'week weeks w': { days: 7 },
  'day days d dayofmonth': { days: 1 },
  'hour hours hr hrs h': { micros: 3_600_000_000n },
  'minute minutes min mins m': { micros: 60_000_000n },
  'second seconds sec secs s': { micros: 1_000_000n },
  'millisecond milliseconds msec msecs ms': { micros: 1000n },
  'microsecond microseconds usec usecs us': { micros: 1n },
});

function unitTable(words: Readonly<Record<string, UnitSize>>): ReadonlyMap<string, UnitSize> {
  return new Map(
    Object.entries(words).flatMap(([names, size]) =>
      names.split(' ').map((name) => [name, size] as const),
    ),
  );
}

/** The three fields while they are being added up. */
interface Fields {
  months: number;
  days: number;
  micros: bigint;
}

const PART = /\s*([+-]?)(\d*)(?:\.(\d*))?\s*([a-z]+)\s*,?/iy;
const CLOCK = /\s*([+-]?)(\d+):(\d{2})(?::(\d{2})(?:\.(\d*))?)?\s*/y;
const ISO =
  /^([+-]?)P(?=.)(?:([+-]?[\d.]+)Y)?(?:([+-]?[\d.]+)M)?(?:([+-]?[\d.]+)W)?(?:([+-]?[\d.]+)D)?(?:T(?=.)(?:([+-]?[\d.]+)H)?(?:([+-]?[\d.]+)M)?(?:([+-]?[\d.]+)S)?)?$/i;
const ISO_UNITS = ['year', 'month', 'week', 'day', 'hour', 'minute', 'second'];
/** A number alone means seconds. */
const BARE_NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)$/;
const YEAR_MONTH = /^([+-]?)(\d+)-(\d{1,2})$/;

/**
 * An interval: `1 year 2 months 3 days 04:05:06.7`, `1.5 hours ago`, `1-2` (years and months), ISO 8601
 * durations `P1Y2M3DT4H`. Units may repeat; a fraction is carried to the smaller fields, a month being
 * 30 days and a day 24 hours.
 */
export function parseInterval(text: string): Parsed<IntervalValue> {
  const trimmed = text.trim();
  const fields: Fields = { months: 0, days: 0, micros: 0n };
  const yearMonth = YEAR_MONTH.exec(trimmed);
  if (yearMonth !== null) {
    const [, sign, years, months] = yearMonth;
    const total = Number(years) * 12 + Number(months);
    fields.months = sign === '-' ? -total : total;
    return Number(months) > 11 ? undefined : inRange(fields);
  }
  if (BARE_NUMBER.test(trimmed)) return parseInterval(`${trimmed} seconds`);
  const iso = ISO.exec(trimmed);
  if (iso !== null) return parseIso(iso, fields);
  return parseParts(trimmed, fields) ? inRange(fields) : undefined;
}

function parseIso(match: RegExpExecArray, fields: Fields): Parsed<IntervalValue> {
  const [, sign, ...amounts] = match;
  for (const [i, amount] of amounts.entries()) {
    const unit = UNITS.get(ISO_UNITS[i] ?? '');
    if (amount === undefined || unit === undefined) continue;
    const parts = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(amount);
    if (parts === null) return undefined;
    const negative = (sign === '-') !== (parts[1] === '-');
    addPart(fields, unit, { negative, whole: parts[2] ?? '', fraction: parts[3] ?? '' });
  }
  return inRange(fields);
}

function parseParts(text: string, fields: Fields): boolean {
  const ago = /\s+ago$/i.exec(text);
  const end = ago === null ? text.length : ago.index;
  let at = 0;
  let hasClock = false;
  while (at < end) {
    CLOCK.lastIndex = at;
    PART.lastIndex = at;
    const clock = CLOCK.exec(text);
    const part = clock === null ? PART.exec(text) : null;
    if (clock !== null && !hasClock) {
      hasClock = true;
      if (!addClock(fields, clock)) return false;
      at = CLOCK.lastIndex;
    } else if (part !== null) {
      const [, sign, whole = '', fraction = '', name = ''] = part;
      const unit = UNITS.get(name.toLowerCase());
      if (unit === undefined || whole + fraction === '') return false;
      addPart(fields, unit, { negative: sign === '-', whole, fraction });
      at = PART.lastIndex;
    } else return false;
  }
  if (ago !== null) {
    fields.months = -fields.months;
    fields.days = -fields.days;
    fields.micros = -fields.micros;
  }
  return text !== '';
}

function addClock(fields: Fields, clock: RegExpExecArray): boolean {
  const [, sign, hours = '', minutes, seconds = '0', fraction = ''] = clock;
  if (Number(minutes) > 59 || Number(seconds) > 59) return false;
  const total =
    (BigInt(hours) * 3600n + BigInt(Number(minutes) * 60 + Number(seconds))) * 1_000_000n +
    BigInt(fraction.padEnd(6, '0').slice(0, 6));
  fields.micros += sign === '-' ? -total : total;
  return true;
}

interface Amount {
  readonly negative: boolean;
  readonly whole: string;
  readonly fraction: string;
}

const DAYS_PER_MONTH = 30;
const DAY_MICROS = 86_400_000_000;

/** Adds `amount × unit`; what is not a whole month or day goes to the next smaller field. */
function addPart(fields: Fields, unit: UnitSize, amount: Amount): void {
  const sign = amount.negative ? -1 : 1;
  const whole = BigInt(amount.whole || '0') * BigInt(sign);
  const fraction = sign * Number(`0.${amount.fraction || '0'}`);
  if (unit.months !== undefined) {
    fields.months += Number(whole) * unit.months;
    const months = fraction * unit.months;
    fields.months += Math.trunc(months);
    addDays(fields, (months - Math.trunc(months)) * DAYS_PER_MONTH);
  } else if (unit.days !== undefined) {
    fields.days += Number(whole) * unit.days;
    addDays(fields, fraction * unit.days);
  } else if (unit.micros !== undefined) {
    fields.micros += whole * unit.micros + BigInt(Math.round(fraction * Number(unit.micros)));
  }
}

function addDays(fields: Fields, days: number): void {
  // A thousandth of a microsecond separates a rounding error from a fraction that was written.
  const whole = Math.trunc(days + Math.sign(days) * 1e-14);
  fields.days += whole;
  fields.micros += BigInt(Math.round((days - whole) * DAY_MICROS));
}

const MAX_FIELD = 2 ** 31;
const MAX_MICROS = 2n ** 63n;

function inRange({ months, days, micros }: Fields): IntervalValue | null {
  const fits =
    Math.abs(months) < MAX_FIELD &&
    Math.abs(days) < MAX_FIELD &&
    micros < MAX_MICROS &&
    micros >= -MAX_MICROS;
  return fits ? { months, days, micros } : null;
}
