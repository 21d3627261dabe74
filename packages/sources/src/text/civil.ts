import { daysFromCivil } from '@windrow/core';

/** Days since 1970-01-01 of a date that exists. */
export function civilDay(year: number, month: number, day: number): number | undefined {
  if (month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  const days = daysFromCivil(year, month, day);
  // The day exists when the next month has not begun with it.
  const monthEnd = month === 12 ? daysFromCivil(year + 1, 1, 1) : daysFromCivil(year, month + 1, 1);
  return days < monthEnd ? days : undefined;
}

/** Nanoseconds east of UTC of `Z`, `+HH`, `+HHMM`, `+HH:MM`. */
export function offsetNanos(zone: string | undefined): bigint {
  if (zone === undefined || zone === '' || /^z$/i.test(zone)) return 0n;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', ''));
  const seconds = BigInt((hours * 60 + minutes) * 60);
  return (zone.startsWith('-') ? -seconds : seconds) * 1000000000n;
}
