import { civilFromDays, daysFromCivil, unreachable } from '@windrow/core';
import { formatOffset } from '../cast/zoned-text.ts';
import { DAY_NAMES, dayOfWeek, MONTH_NAMES } from './calendar-names.ts';
import type { FormatCode, FormatPiece } from './format-codes.ts';
import { floorDivide, floorModulo, MICROS_PER_DAY, MICROS_PER_SECOND } from './units.ts';

/** A wall time, and for instants the zone that it is one of. */
export interface FormattedTime {
  /** Microseconds since 1970-01-01 00:00 by the clock. */
  readonly local: bigint;
  readonly zone: { readonly name: string; readonly offsetSeconds: number } | undefined;
}

interface Fields {
  readonly days: number;
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly seconds: number;
  readonly micros: number;
  readonly zone: FormattedTime['zone'];
}

/** The text of a wall time by a format. */
export function formatTime(time: FormattedTime, pieces: readonly FormatPiece[]): string {
  const fields = fieldsOf(time);
  let text = '';
  for (const piece of pieces)
    text += piece.kind === 'text' ? piece.text : formatField(fields, piece.code, piece.padded);
  return text;
}

function fieldsOf({ local, zone }: FormattedTime): Fields {
  const days = Number(floorDivide(local, MICROS_PER_DAY));
  const part = floorModulo(local, MICROS_PER_DAY);
  return {
    days,
    ...civilFromDays(days),
    seconds: Number(part / MICROS_PER_SECOND),
    micros: Number(part % MICROS_PER_SECOND),
    zone,
  };
}

/** Days since the first day of the year, 0 to 365. */
const yearDay = (fields: Fields): number => fields.days - daysFromCivil(fields.year, 1, 1);

/** ISO year and week: those of the week's Thursday. */
function isoWeek({ days }: Fields): { year: number; week: number } {
  const thursday = days - ((dayOfWeek(days) + 6) % 7) + 3;
  const { year } = civilFromDays(thursday);
  return { year, week: Math.floor((thursday - daysFromCivil(year, 1, 1)) / 7) + 1 };
}

const hour12 = (hour: number): number => (hour % 12 === 0 ? 12 : hour % 12);

function formatField(fields: Fields, code: FormatCode, padded: boolean): string {
  const number = (value: number, width: number, fill = '0'): string =>
    padded ? String(value).padStart(width, fill) : String(value);
  const { days, year, month, day, seconds, micros, zone } = fields;
  const hour = Math.floor(seconds / 3600);
  const weekday = dayOfWeek(days);
  switch (code) {
    case 'a':
      return DAY_NAMES[weekday]!.slice(0, 3);
    case 'A':
      return DAY_NAMES[weekday]!;
    case 'b':
      return MONTH_NAMES[month - 1]!.slice(0, 3);
    case 'B':
      return MONTH_NAMES[month - 1]!;
    case 'd':
      return number(day, 2);
    case 'e':
      return number(day, 2, ' ');
    case 'f':
      return number(micros, 6);
    case 'g':
      return number(Math.floor(micros / 1000), 3);
    case 'G':
      return number(isoWeek(fields).year, 4);
    case 'H':
      return number(hour, 2);
    case 'I':
      return number(hour12(hour), 2);
    case 'j':
      return number(yearDay(fields) + 1, 3);
    case 'm':
      return number(month, 2);
    case 'M':
      return number(Math.floor(seconds / 60) % 60, 2);
    case 'n':
      return number(micros * 1000, 9);
    case 'p':
      return hour < 12 ? 'AM' : 'PM';
    case 'S':
      return number(seconds % 60, 2);
    case 'u':
      return String(weekday === 0 ? 7 : weekday);
    case 'U':
      return number(Math.floor((yearDay(fields) + 7 - weekday) / 7), 2);
    case 'V':
      return number(isoWeek(fields).week, 2);
    case 'w':
      return String(weekday);
    case 'W':
      return number(Math.floor((yearDay(fields) + 7 - ((weekday + 6) % 7)) / 7), 2);
    case 'y':
      return number(((year % 100) + 100) % 100, 2);
    case 'Y':
      return number(year, 4);
    case 'z':
      return formatOffset(zone?.offsetSeconds ?? 0);
    case 'Z':
      return zone?.name ?? '';
    default:
      return unreachable(code);
  }
}
