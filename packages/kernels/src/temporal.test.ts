import { civilFromDays, daysFromCivil, SharedMemory } from '@windrow/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kernels } from './module.ts';
import { DATE_PARTS, type DatePart } from './temporal.ts';

const kernel = kernels(SharedMemory.create());
const DAY = 86_400_000_000n;

/** Years that JavaScript dates know, and the whole range. */
const nearDays = fc.integer({ min: -100_000, max: 100_000 });
const allDays = fc.oneof(nearDays, fc.integer({ min: -106_751_990, max: 106_751_990 }));
const dateParts = (days: number, part: DatePart): number =>
  Number(kernel.datePart(DATE_PARTS[part], days));

it('splits dates as the calendar of core does', () => {
  fc.assert(
    fc.property(allDays, (days) => {
      const { year, month, day } = civilFromDays(days);
      expect([dateParts(days, 'year'), dateParts(days, 'month'), dateParts(days, 'day')]).toEqual([
        year,
        month,
        day,
      ]);
      expect(kernel.daysOfFields(BigInt(year), BigInt(month), BigInt(day))).toBe(BigInt(days));
      expect(dateParts(days, 'dayofyear')).toBe(days - daysFromCivil(year, 1, 1) + 1);
    }),
    { numRuns: 2000 },
  );
});

it('numbers weeks by their Thursday', () => {
  fc.assert(
    fc.property(allDays, (days) => {
      const isoWeekday = ((((days + 3) % 7) + 7) % 7) + 1;
      const thursday = days - isoWeekday + 4;
      const { year } = civilFromDays(thursday);
      expect(dateParts(days, 'isodow')).toBe(isoWeekday);
      expect(dateParts(days, 'dayofweek')).toBe(isoWeekday % 7);
      expect(dateParts(days, 'isoyear')).toBe(year);
      const week = Math.floor((thursday - daysFromCivil(year, 1, 1)) / 7) + 1;
      expect(dateParts(days, 'week')).toBe(week);
      const weekStart = kernel.truncateTimestamp(DATE_PARTS.week, BigInt(days) * DAY + 1n) / DAY;
      expect(Number(weekStart)).toBe(days - isoWeekday + 1);
    }),
    { numRuns: 2000 },
  );
});

it('knows the days of every month', () => {
  for (let year = 1896; year <= 2104; year++) {
    for (let month = 1; month <= 12; month++) {
      const days = daysFromCivil(year, month, 1);
      const next = month === 12 ? daysFromCivil(year + 1, 1, 1) : daysFromCivil(year, month + 1, 1);
      expect(kernel.daysInMonthOf(days)).toBe(next - days);
      expect(kernel.lastDayOfMonth(days + 14)).toBe(next - 1);
    }
  }
});

describe('timestampAddInterval', () => {
  const NONE = -(2n ** 63n);
  const add = (days: number, part: bigint, months: number, moreDays = 0, micros = 0n): bigint =>
    kernel.timestampAddInterval(BigInt(days) * DAY + part, months, moreDays, micros);

  it('clips to the end of the month', () => {
    fc.assert(
      fc.property(nearDays, fc.integer({ min: -500, max: 500 }), (days, months) => {
        const { year, month, day } = civilFromDays(days);
        const target = year * 12 + month - 1 + months;
        const [newYear, newMonth] = [Math.floor(target / 12), (((target % 12) + 12) % 12) + 1];
        const first = daysFromCivil(newYear, newMonth, 1);
        const length = kernel.daysInMonthOf(first);
        const expected = BigInt(first + Math.min(day, length) - 1);
        expect(add(days, 5n, months)).toBe(expected * DAY + 5n);
      }),
      { numRuns: 2000 },
    );
  });

  it('adds days and microseconds, and tells when the range is left', () => {
    fc.assert(
      fc.property(
        fc.oneof(allDays, fc.constantFrom(-106_751_991, 106_751_991, -106_751_990, 106_751_990)),
        fc.bigInt({ min: 0n, max: DAY - 1n }),
        fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer()),
        fc.oneof(
          fc.bigInt({ min: -3n * DAY, max: 3n * DAY }),
          fc.bigInt({ min: NONE, max: -(NONE + 1n) }),
        ),
        (days, part, moreDays, micros) => {
          const start = BigInt(days) * DAY + part;
          if (start <= NONE + 1n || start >= -NONE - 1n) return;
          const moved = start + BigInt(moreDays) * DAY;
          const exact = moved + micros;
          const inRange = (value: bigint): boolean => value > NONE + 1n && value < -NONE - 1n;
          const isRepresentable = moved >= NONE && moved < -NONE && inRange(exact);
          const result = kernel.timestampAddInterval(start, 0, moreDays, micros);
          expect(result).toBe(isRepresentable ? exact : NONE);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('leaves the infinities where they are', () => {
    for (const infinity of [2n ** 63n - 1n, 1n - 2n ** 63n])
      expect(kernel.timestampAddInterval(infinity, 1, 1, 1n)).toBe(infinity);
  });
});

it('says which fields are no date', () => {
  for (const [year, month, day] of [
    [2023n, 2n, 29n],
    [2024n, 0n, 1n],
    [2024n, 13n, 1n],
    [2024n, 1n, 0n],
    [2024n, 4n, 31n],
    [6_000_000n, 1n, 1n],
  ] as const)
    expect(kernel.daysOfFields(year, month, day)).toBe(-(2n ** 63n));
});
