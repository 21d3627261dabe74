import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DATE,
  DOUBLE,
  decimal,
  HUGEINT,
  INTEGER,
  INTERVAL,
  JSON_TYPE,
  REAL,
  SMALLINT,
  type SqlType,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  TINYINT,
  typeName,
  UBIGINT,
  UUID,
  VARCHAR,
} from '@windrow/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Oracle, openOracle } from './duckdb.ts';
import { attempt, cast } from './evaluate.ts';

let oracle: Oracle;
beforeAll(async () => {
  oracle = await openOracle();
});

const NUMBERS = [
  '0',
  '-0',
  '1',
  '-1',
  '+7',
  ' 12 ',
  '007',
  '127',
  '128',
  '-128',
  '-129',
  '255',
  '256',
  '32767',
  '32768',
  '2147483647',
  '2147483648',
  '-2147483648',
  '9223372036854775807',
  '9223372036854775808',
  '-9223372036854775808',
  '18446744073709551615',
  '18446744073709551616',
  '170141183460469231731687303715884105727',
  '170141183460469231731687303715884105728',
  '1.4',
  '1.5',
  '2.5',
  '-1.5',
  '-0.4',
  '.5',
  '5.',
  '1e2',
  '1.5e3',
  '1_000',
  '',
  ' ',
  'abc',
  '1a',
  '--1',
  '1.2.3',
  'e5',
  '0x10',
  '123456789012345678',
  '99999.995',
  '99999.994',
];
const DOUBLES = [
  ...NUMBERS,
  'inf',
  '-inf',
  'Infinity',
  'nan',
  'NaN',
  '1e308',
  '1e-320',
  '0.1',
  '0.30000000000000004',
  '123456789.123456789',
  '9007199254740993',
  '2.2250738585072014e-308',
  '1e22',
  '1e23',
  '8.5e-7',
  '123456789012345678901234567890',
];
const DATES = [
  '2020-01-01',
  '2020-1-5',
  ' 2020-02-29 ',
  '2021-02-29',
  '2020-13-01',
  '2020-00-10',
  '2020-01-32',
  '1969-12-31',
  '0001-01-01',
  '9999-12-31',
  '10000-01-01',
  '2020-01-01 10:11:12',
  '2020/03/04',
  'epoch',
  'infinity',
  '-infinity',
  'abc',
  '',
  '2020-01',
  '0044-03-15 (BC)',
  '44-03-15 (BC)',
  '2020-01-01abc',
  '294247-01-01',
  '5877642-06-26',
];
const TIMESTAMPS = [
  ...DATES,
  '2020-01-01T10:11:12',
  '2020-01-01 10:11',
  '2020-01-01 10:11:12.5',
  '2020-01-01 10:11:12.123456',
  '2020-01-01 10:11:12.123456789',
  '2020-01-01 24:00:00',
  '2020-01-01 23:59:60',
  '2020-01-01 10:11:12Z',
  '2020-01-01 10:11:12+02',
  '2020-01-01 10:11:12 +05:30',
  '2020-01-01 10:11:12 UTC',
  '2020-01-01 25:00:00',
  '2020-01-01 10:60:00',
  '294246-12-31 10:00:00',
  '-290308-01-01 10:00:00',
];
const TIMES = [
  '00:00:00',
  '23:59:59.999999',
  '1:2:3',
  '12:34',
  '24:00:00',
  '25:00:00',
  '12:60:00',
  '12:00:60',
  'abc',
  '',
  '12:34:56.1234567',
];
const INTERVALS = [
  '1 year',
  '2 years 3 months',
  '1 day',
  '-1 day',
  '1 week',
  '04:05:06.7',
  '1 year 2 months 3 days 04:05:06.7',
  '3 days ago',
  '1 hour 30 minutes',
  '90 minutes',
  '1 decade',
  '2 centuries',
  '1 quarter',
  '5 ms',
  '7 us',
  '',
  'abc',
  '1',
  '1 foo',
  '100 days',
  '-04:05:06',
  '1 mon',
  '12 mons',
  '1 h 2 m 3 s',
];
const BOOLEANS = [
  't',
  'true',
  'TRUE',
  'yes',
  'y',
  'on',
  '1',
  'f',
  'false',
  'no',
  'n',
  'off',
  '0',
  '',
  'abc',
  ' true ',
  '2',
];

/** What this engine decides otherwise than the oracle. */
const OWN: Readonly<Record<string, string>> = {
  // What rounds into the range is in it.
  "UBIGINT '-0.4'": '0',
  // Other bases are read for every number type.
  "HUGEINT '0x10'": '16',
  "DECIMAL(4,1) '0x10'": '16.0',
  "DECIMAL(7,2) '0x10'": '16.00',
  "DECIMAL(18,3) '0x10'": '16.000',
  "DECIMAL(38,5) '0x10'": '16.00000',
  "DOUBLE '0x10'": '16.0',
  "FLOAT '0x10'": '16.0',
  // A number that is too large is out of range, not infinite.
  "FLOAT '1e308'": 'NULL',
  // PostgreSQL's words, blanks around them.
  "BOOLEAN 'on'": 'true',
  "BOOLEAN 'off'": 'false',
  "BOOLEAN ' true '": 'true',
  // Blanks around a timestamp and before its offset are dropped.
  "TIMESTAMP ' 2020-02-29 '": '2020-02-29 00:00:00',
  "TIMESTAMP_S ' 2020-02-29 '": '2020-02-29 00:00:00',
  "TIMESTAMP_MS ' 2020-02-29 '": '2020-02-29 00:00:00',
  "TIMESTAMP WITH TIME ZONE ' 2020-02-29 '": '2020-02-29 00:00:00+00',
  "TIMESTAMP '2020-01-01 10:11:12 +05:30'": '2020-01-01 10:11:12',
  "TIMESTAMP_S '2020-01-01 10:11:12 +05:30'": '2020-01-01 10:11:12',
  "TIMESTAMP_MS '2020-01-01 10:11:12 +05:30'": '2020-01-01 10:11:12',
  "TIMESTAMP WITH TIME ZONE '2020-01-01 10:11:12 +05:30'": '2020-01-01 04:41:12+00',
  // Digits beyond the type's precision are cut off, as they are for the other units.
  "TIMESTAMP_S '2020-01-01 10:11:12.5'": '2020-01-01 10:11:12',
};

describe.each<readonly [SqlType, readonly string[]]>([
  [TINYINT, NUMBERS],
  [SMALLINT, NUMBERS],
  [INTEGER, NUMBERS],
  [BIGINT, NUMBERS],
  [UBIGINT, NUMBERS],
  [HUGEINT, NUMBERS],
  [decimal(4, 1), NUMBERS],
  [decimal(7, 2), NUMBERS],
  [decimal(18, 3), NUMBERS],
  [decimal(38, 5), NUMBERS],
  [DOUBLE, DOUBLES],
  [REAL, DOUBLES],
  [BOOLEAN, BOOLEANS],
  [DATE, DATES],
  [TIMESTAMP, TIMESTAMPS],
  [TIMESTAMPTZ, TIMESTAMPS],
  [{ kind: 'timestamp', unit: 's', zoned: false }, TIMESTAMPS],
  [{ kind: 'timestamp', unit: 'ms', zoned: false }, TIMESTAMPS],
  [TIME, TIMES],
  [INTERVAL, INTERVALS],
])('VARCHAR to $kind', (type, texts) => {
  it(`agrees with the oracle for ${typeName(type)}`, async () => {
    const theirs = await oracle.texts(
      texts.map((text) => `TRY_CAST('${text}' AS ${typeName(type)})`),
    );
    const differences: string[] = [];
    texts.forEach((text, i) => {
      const ours = cast([VARCHAR, text], type, { try: true }).text;
      const key = `${typeName(type)} '${text}'`;
      const wanted = OWN[key] ?? theirs[i];
      if (ours !== wanted) differences.push(`${key}: ${ours}, wanted ${wanted}`);
      const strict = attempt(() => cast([VARCHAR, text], type).text);
      if (strict !== (ours === 'NULL' ? 'error' : ours))
        differences.push(`${key}: strict ${strict}, try ${ours}`);
    });
    expect(differences).toEqual([]);
  });
});

describe('errors of casts', () => {
  it.each([
    ['abc', INTEGER, '22018', "'abc' is not a valid INTEGER"],
    ['300', TINYINT, '22003', "'300' is out of range for TINYINT"],
    ['2024-02-30', DATE, '22007', "'2024-02-30' is not a valid DATE"],
    ['x'.repeat(100), DATE, '22007', `'${'x'.repeat(80)}…' is not a valid DATE`],
    [
      'red',
      { kind: 'enum', values: ['green', 'blue'] },
      '22P02',
      "'red' is not a valid ENUM('green', 'blue')",
    ],
    ['zz', UUID, '22P02', "'zz' is not a valid UUID"],
    ['{', JSON_TYPE, '22032', "'{' is not a valid JSON"],
  ] as const)('%s as %o', (text, type, sqlState, message) => {
    expect(() => cast([VARCHAR, text], type)).toThrow(
      expect.objectContaining({ code: 'execution', sqlState, message }),
    );
    expect(cast([VARCHAR, text], type, { try: true }).text).toBe('NULL');
  });

  it('names value and type of a number out of range', () => {
    expect(() => cast([INTEGER, 300], TINYINT)).toThrow('300 is out of range for TINYINT');
    expect(() => cast([DOUBLE, 1e300], REAL)).toThrow('1e+300 is out of range for FLOAT');
    expect(() => cast([decimal(5, 2), 99999n], decimal(4, 2))).toThrow(
      '999.99 is out of range for DECIMAL(4,2)',
    );
  });
});

describe('text of other types', () => {
  it.each([
    ['{A0EEBC99-9c0b4ef8-bb6d6bb9bd380a11}', UUID, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
    ['\\x00abc\\xFF', BLOB, '\\x00abc\\xFF'],
    ['P1Y2M3DT4H5M6.5S', INTERVAL, '1 year 2 months 3 days 04:05:06.5'],
    ['1-2', INTERVAL, '1 year 2 months'],
    ['-1-2', INTERVAL, '-1 year -2 months'],
    ['1.5 days', INTERVAL, '1 day 12:00:00'],
    ['1.5 months', INTERVAL, '1 month 15 days'],
    ['1.5 years ago', INTERVAL, '-1 year -6 months'],
    ['2 days -04:00:00', INTERVAL, '2 days -04:00:00'],
  ] as const)('reads %s as %o', (text, type, shown) => {
    expect(cast([VARCHAR, text], type).text).toBe(shown);
  });
});
