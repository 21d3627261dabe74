import { describe, expect, it } from 'vitest';
import { parseOffset, timeZone } from './time-zone.ts';

const seconds = (iso: string): number => Date.parse(iso) / 1000;

describe('timeZone', () => {
  it.each([
    ['Europe/Berlin', '2024-01-15T12:00:00Z', 3600],
    ['Europe/Berlin', '2024-07-15T12:00:00Z', 7200],
    ['America/New_York', '2024-03-10T06:59:59Z', -18_000],
    ['America/New_York', '2024-03-10T07:00:00Z', -14_400],
    ['Asia/Kathmandu', '2024-07-15T12:00:00Z', 20_700],
    ['Australia/Lord_Howe', '2024-01-15T12:00:00Z', 39_600],
    // Morocco goes back one hour for Ramadan, 2024-03-10 to 2024-04-14.
    ['Africa/Casablanca', '2024-03-01T12:00:00Z', 3600],
    ['Africa/Casablanca', '2024-03-20T12:00:00Z', 0],
    ['Africa/Casablanca', '2024-05-01T12:00:00Z', 3600],
    ['UTC', '2024-07-15T12:00:00Z', 0],
    ['+05:30', '2024-07-15T12:00:00Z', 19_800],
  ])('%s at %s is %d seconds ahead', (name, instant, offset) => {
    expect(timeZone(name).offsetAt(seconds(instant))).toBe(offset);
  });

  it('agrees with Intl on every day of many years', () => {
    for (const name of ['Europe/London', 'America/Sao_Paulo', 'Pacific/Apia', 'Asia/Tehran']) {
      const format = new Intl.DateTimeFormat('en-US', {
        timeZone: name,
        timeZoneName: 'longOffset',
      });
      for (
        let day = seconds('1965-01-01T11:00:00Z');
        day < seconds('2040-01-01T00:00:00Z');
        day += 9 * 86_400
      ) {
        const shown = format
          .formatToParts(day * 1000)
          .find(({ type }) => type === 'timeZoneName')?.value;
        const expected = parseOffset((shown ?? '').slice(3)) ?? 0;
        expect(timeZone(name).offsetAt(day), `${name} ${day}`).toBe(expected);
      }
    }
  });

  it('turns wall times into instants, through gaps and overlaps', () => {
    const berlin = timeZone('Europe/Berlin');
    const instant = (local: string): string =>
      new Date(berlin.toInstant(seconds(`${local}Z`)) * 1000).toISOString();
    expect(instant('2024-07-01T12:00:00')).toBe('2024-07-01T10:00:00.000Z');
    // 02:30 was skipped: half an hour into summer time.
    expect(instant('2024-03-31T02:30:00')).toBe('2024-03-31T01:30:00.000Z');
    // 02:30 came twice: the later one, standard time.
    expect(instant('2024-10-27T02:30:00')).toBe('2024-10-27T01:30:00.000Z');
    expect(instant('2024-10-27T01:59:59')).toBe('2024-10-26T23:59:59.000Z');
  });

  it('suggests names for one it does not know', () => {
    expect(() => timeZone('Europe/Berlni')).toThrow(
      expect.objectContaining({
        sqlState: '22023',
        message: "unknown time zone 'Europe/Berlni'",
        hint: expect.stringContaining('Europe/Berlin'),
      }),
    );
  });
});

it.each([
  ['+02', 7200],
  ['-0330', -12_600],
  ['+05:30', 19_800],
  ['-07:52:58', -28_378],
  ['+16', undefined],
  ['+1:70', undefined],
  ['02', undefined],
])('reads the offset %s', (text, offset) => {
  expect(parseOffset(text)).toBe(offset);
});
