import { beforeAll, describe, expect, it } from 'vitest';
import { differences } from './agreement.ts';
import { type Oracle, openOracle } from './duckdb.ts';
import { evaluateSql, textOf } from './sql.ts';

let oracle: Oracle;
beforeAll(async () => {
  oracle = await openOracle();
});

const DATES = [
  '2024-02-29',
  '2023-12-31',
  '2021-01-01',
  '1970-01-01',
  '1969-12-31',
  '2000-01-01',
  '1900-03-01',
  '0001-01-01',
  '9999-12-31',
  '0044-03-15 (BC)',
];
const TIMESTAMPS = [
  '2024-02-29 12:34:56.789123',
  '2023-12-31 23:59:59.999999',
  '1969-12-31 00:00:00.000001',
  '2024-03-10 00:00:00',
];
const INTERVALS = [
  '1 year 2 months 3 days 04:05:06.7',
  '-14 months',
  '40 days',
  '-30:00:00.5',
  '00:00:00',
];

const dates = DATES.map((d) => `DATE '${d}'`);
const timestamps = TIMESTAMPS.map((t) => `TIMESTAMP '${t}'`);
const intervals = INTERVALS.map((i) => `INTERVAL '${i}'`);
const each = (template: string, values: readonly string[]): string[] =>
  values.map((value) => template.replaceAll('?', value));
const pairs = (template: string, values: readonly string[]): string[] =>
  values.flatMap((a) => values.map((b) => template.replace('?', a).replace('?', b)));

const PARTS = [
  'year',
  'month',
  'day',
  'decade',
  'century',
  'millennium',
  'quarter',
  'week',
  'isoyear',
  'yearweek',
  'dow',
  'isodow',
  'doy',
  'era',
  'hour',
  'minute',
  'second',
  'millisecond',
  'microsecond',
  'epoch',
  'julian',
];
const SPANS = [
  'year',
  'month',
  'day',
  'decade',
  'century',
  'millennium',
  'quarter',
  'week',
  'isoyear',
  'hour',
  'minute',
  'second',
  'millisecond',
  'microsecond',
];

describe('agreement with the oracle', () => {
  it.each(PARTS)('date_part %s', async (part) => {
    expect(
      await differences(oracle, each(`date_part('${part}', ?)`, [...dates, ...timestamps])),
    ).toEqual([]);
  });

  it.each(PARTS.filter((part) => !/week|iso|dow|doy|era|julian/.test(part)))(
    'date_part %s of intervals',
    async (part) => {
      expect(await differences(oracle, each(`date_part('${part}', ?)`, intervals))).toEqual([]);
    },
  );

  it.each([
    'year',
    'month',
    'day',
    'dayofweek',
    'isodow',
    'weekofyear',
    'dayofyear',
    'quarter',
    'last_day',
    'dayname',
    'monthname',
    'yearweek',
    'era',
    'epoch',
  ])('%s(x)', async (name) => {
    expect(await differences(oracle, each(`${name}(?)`, [...dates, ...timestamps]))).toEqual([]);
  });

  it.each(SPANS)('date_trunc %s', async (part) => {
    const values = [...dates.filter((date) => !date.includes('BC')), ...timestamps, ...intervals];
    expect(await differences(oracle, each(`date_trunc('${part}', ?)`, values))).toEqual([]);
  });

  it.each(SPANS.filter((part) => part !== 'week'))('date_diff %s', async (part) => {
    const values = [...dates.slice(0, 7), ...timestamps];
    expect(await differences(oracle, pairs(`date_diff('${part}', ?, ?)`, values))).toEqual([]);
  });

  it.each(SPANS)('date_sub %s', async (part) => {
    const values = [...dates.slice(0, 7), ...timestamps, "DATE '2024-01-31'", "DATE '2024-03-30'"];
    expect(await differences(oracle, pairs(`date_sub('${part}', ?, ?)`, values))).toEqual([]);
  });

  it('age', async () => {
    expect(await differences(oracle, pairs('age(?, ?)', timestamps))).toEqual([]);
    const days = ["DATE '2020-03-01'", "DATE '2020-01-31'", "DATE '2019-02-28'"].map(
      (d) => `${d}::TIMESTAMP`,
    );
    expect(await differences(oracle, pairs('age(?, ?)', days))).toEqual([]);
  });

  it('addition and subtraction', async () => {
    const expressions = [
      ...dates.flatMap((date) => intervals.map((interval) => `${date} + ${interval}`)),
      ...timestamps.flatMap((time) => intervals.map((interval) => `${time} - ${interval}`)),
      ...pairs('? - ?', dates),
      ...pairs('? - ?', timestamps),
      ...pairs('? + ?', intervals),
      ...pairs('? - ?', intervals),
      ...each('? + 5', dates),
      ...each('5 + ?', dates),
      ...each('? - 400', dates),
      ...each('-?', intervals),
      ...each('? * 3', intervals),
      ...each('2 * ?', intervals),
      "TIME '10:00' + INTERVAL '20 hours'",
      "TIME '10:00' - INTERVAL '11 hours 1 minute'",
      "DATE '2024-01-31' + INTERVAL 1 MONTH",
      "DATE '2024-01-01' + TIME '12:34'",
      "INTERVAL '1 day' * 2.5",
      "INTERVAL '1 month' / 4",
      "INTERVAL '3 days' / 0",
      "TIMESTAMP 'infinity' + INTERVAL '1 day'",
      "DATE '9999-12-31' + 2147483647",
      "TIMESTAMP '294246-12-31' + INTERVAL '1 year'",
    ];
    expect(await differences(oracle, expressions)).toEqual([]);
  });

  it('time_bucket', async () => {
    const expressions = [
      ...each("time_bucket(INTERVAL '1 week', ?)", [...dates.slice(0, 7), ...timestamps]),
      ...each("time_bucket(INTERVAL '2 months', ?)", [...dates.slice(0, 7), ...timestamps]),
      ...each("time_bucket(INTERVAL '15 minutes', ?)", timestamps),
      ...each("time_bucket(INTERVAL '1 hour', ?, INTERVAL '10 minutes')", timestamps),
      ...each("time_bucket(INTERVAL '3 days', ?, TIMESTAMP '2020-01-02')", timestamps),
    ];
    expect(await differences(oracle, expressions)).toEqual([]);
  });

  it('construction', async () => {
    const expressions = [
      'make_date(2024, 2, 29)',
      'make_date(2023, 2, 29)',
      'make_date(-44, 3, 15)',
      'make_time(1, 2, 3.5)',
      'make_time(25, 0, 0)',
      'make_timestamp(2020, 1, 2, 3, 4, 5.678)',
      'make_timestamp(2020, 13, 2, 3, 4, 5)',
      'make_timestamp(1000000)',
      'epoch_ms(1500)',
      "epoch_ms(TIMESTAMP '1969-12-31 23:59:59.9999')",
      "epoch_us(TIMESTAMP '2020-01-01')",
      "epoch_ns(TIMESTAMP '2020-01-01')",
      'to_timestamp(1.5)',
      'to_years(2)',
      'to_months(14)',
      'to_days(3)',
      'to_hours(30)',
      'to_minutes(90)',
      'to_seconds(61)',
      'to_milliseconds(1500)',
      'to_microseconds(5)',
      'to_weeks(2)',
      'to_decades(1)',
    ];
    expect(await differences(oracle, expressions)).toEqual([]);
  });

  it.each([
    '%a %A %b %B',
    '%d %-d %m %-m %y %-y %Y',
    '%H %-H %I %-I %M %-M %S %-S %p',
    '%j %-j %w %u %U %W %V %G',
    '%c|%x|%X',
    '%f %g %n',
    '100%%',
  ])('strftime %s', async (format) => {
    expect(
      await differences(
        oracle,
        each(`strftime(?, '${format}')`, [...dates.slice(0, 7), ...timestamps]),
      ),
    ).toEqual([]);
  });

  it('strptime', async () => {
    const expressions = [
      ['29/02/2024 12:34', '%d/%m/%Y %H:%M'],
      ['Thu, 29 Feb 2024', '%a, %d %b %Y'],
      ['2024-060', '%Y-%j'],
      ['12:34:56 PM 01-02-99', '%I:%M:%S %p %d-%m-%y'],
      ['2024-02-30', '%Y-%m-%d'],
      ['2024-02-29x', '%Y-%m-%d'],
      ['2024-02-29 01:02:03.456789', '%Y-%m-%d %H:%M:%S.%f'],
      ['20240229', '%Y%m%d'],
      ['February 3, 2021', '%B %d, %Y'],
      ['2024-02-29 10:00:00 +0200', '%Y-%m-%d %H:%M:%S %z'],
      ['', '%Y'],
    ].flatMap(([text, format]) => [
      `strptime('${text}', '${format}')`,
      `try_strptime('${text}', '${format}')`,
    ]);
    expect(await differences(oracle, expressions)).toEqual([]);
  });
});

describe('weeks', () => {
  it('begin on Monday for differences too', () => {
    expect(textOf("date_diff('week', DATE '2020-01-05', DATE '2020-01-06')")).toBe('1');
    expect(textOf("date_diff('week', DATE '2020-01-06', DATE '2020-01-12')")).toBe('0');
  });
});

describe('time zones', () => {
  const inNewYork = (sql: string): string => textOf(sql, 'America/New_York');
  it.each([
    ["date_part('hour', TIMESTAMPTZ '2024-07-01 12:00:00+00')", '8'],
    ["hour(TIMESTAMPTZ '2024-07-01 12:00:00+00')", '8'],
    ["date_part('timezone_hour', TIMESTAMPTZ '2024-07-01 12:00:00+00')", '-4'],
    ["date_trunc('day', TIMESTAMPTZ '2024-07-01 12:00:00+00')::VARCHAR", '2024-07-01 00:00:00-04'],
    // A day over the change of clocks has 23 hours.
    ["(TIMESTAMPTZ '2024-03-09 12:00' + INTERVAL '1 day')::VARCHAR", '2024-03-10 12:00:00-04'],
    ["(TIMESTAMPTZ '2024-03-09 12:00' + INTERVAL '24 hours')::VARCHAR", '2024-03-10 13:00:00-04'],
    [
      "TIMESTAMP '2024-03-10 02:30' AT TIME ZONE 'America/New_York' AT TIME ZONE 'UTC'",
      '2024-03-10 07:30:00',
    ],
    ["strftime(TIMESTAMPTZ '2024-07-01 12:00:00+00', '%H:%M %z %Z')", '08:00 -04 America/New_York'],
    [
      "time_bucket(INTERVAL '1 day', TIMESTAMPTZ '2024-07-01 02:00:00+00')::VARCHAR",
      '2024-06-30 00:00:00-04',
    ],
    ['current_date::VARCHAR', '2024-02-29'],
    ['current_time::VARCHAR', '07:34:56.789'],
  ])('%s is %s', (sql, text) => {
    expect(inNewYork(sql)).toBe(text);
  });
});

describe('errors', () => {
  it.each([
    ["date_part('yaer', DATE '2024-01-01')", '22023', "'yaer' is not a part of dates and times"],
    ["date_trunc('dow', DATE '2024-01-01')", '22023', "'dow' is not a span of time"],
    ["DATE '2024-01-01' + 2147483647", '22008', '2024-01-01 + 2147483647 is out of range for DATE'],
    ["strptime('x', '%Y')", '22007', "'x' does not match the format '%Y'"],
    ["strftime(DATE '2024-01-01', '%Q')", '22023', "'%Q' is not a code of date formats"],
    ["timezone('Mars/Base', TIMESTAMP '2024-01-01')", '22023', "unknown time zone 'Mars/Base'"],
    [
      "time_bucket(INTERVAL '1 month 1 day', DATE '2024-01-01')",
      '0A000',
      'a bucket cannot be months and days wide at once',
    ],
    [
      "time_bucket(INTERVAL '0 days', DATE '2024-01-01')",
      '22023',
      'the width of a bucket must be positive',
    ],
    ["next_day(DATE '2024-01-01', 'Mo')", undefined, undefined],
  ] as const)('%s', (sql, sqlState, message) => {
    if (sqlState === undefined) expect(textOf(sql)).toBe('2024-01-08');
    else expect(() => evaluateSql(sql)).toThrow(expect.objectContaining({ sqlState, message }));
  });
});

it('leaves infinite dates without parts', () => {
  for (const sql of [
    "year(DATE 'infinity')",
    "date_part('month', TIMESTAMP '-infinity')",
    "dayname(DATE 'infinity')",
    "date_diff('day', DATE '2024-01-01', DATE 'infinity')",
    "last_day(DATE '-infinity')",
  ])
    expect(textOf(sql)).toBe('NULL');
  expect(textOf("date_trunc('month', TIMESTAMP 'infinity')")).toBe('infinity');
  expect(textOf("DATE 'infinity' + 1")).toBe('infinity');
});
