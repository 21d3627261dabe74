import {
  BIGINT,
  BOOLEAN,
  DATE,
  DOUBLE,
  decimal,
  HUGEINT,
  INTEGER,
  type LiteralValue,
  REAL,
  SMALLINT,
  type SqlType,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  TINYINT,
  typeName,
  UBIGINT,
  VARCHAR,
} from '@windrow/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Oracle, openOracle } from './duckdb.ts';
import { attempt, cast, castValue } from './evaluate.ts';

let oracle: Oracle;
beforeAll(async () => {
  oracle = await openOracle();
});

/** What this engine decides otherwise than the oracle. */
const OWN: Readonly<Record<string, string>> = {
  // Floats become decimals by their shortest text; the oracle multiplies.
  'FLOAT 1.5 to DECIMAL(38,10)': '1.5000000000',
  'FLOAT 2.5 to DECIMAL(38,10)': '2.5000000000',
  'FLOAT 127.5 to DECIMAL(38,10)': '127.5000000000',
  'FLOAT 255.5 to DECIMAL(38,10)': '255.5000000000',
  'FLOAT -1e10 to DECIMAL(18,6)': '-10000000000.000000',
  'FLOAT -1e10 to DECIMAL(38,10)': '-10000000000.0000000000',
  'DOUBLE 1.005 to DECIMAL(9,2)': '1.01',
  'DOUBLE 1e15 to DECIMAL(38,10)': '1000000000000000.0000000000',
  'DOUBLE 9.2233720368547758e18 to DECIMAL(38,10)': '9223372036854776000.0000000000',
  'DOUBLE 4294967295.5 to DECIMAL(38,10)': '4294967295.5000000000',
  // The range is looked at after rounding; the oracle looks before, and wraps around.
  'FLOAT -0.5 to UTINYINT': '0',
  'FLOAT -0.5 to USMALLINT': '0',
  'FLOAT -0.5 to UINTEGER': '0',
  'FLOAT -0.5 to UBIGINT': '0',
  'FLOAT 127.5 to TINYINT': 'NULL',
  'FLOAT 255.5 to UTINYINT': 'NULL',
  'DOUBLE -128.5 to TINYINT': '-128',
  'DOUBLE 4294967295.5 to UINTEGER': 'NULL',
  // Infinite timestamps of every unit have a date.
  'TIMESTAMP_MS infinity to DATE': 'infinity',
  'TIMESTAMP_MS -infinity to DATE': '-infinity',
};

const NUMERIC_TYPES: readonly SqlType[] = [
  BOOLEAN,
  TINYINT,
  SMALLINT,
  INTEGER,
  BIGINT,
  HUGEINT,
  { kind: 'uint8' },
  { kind: 'uint16' },
  { kind: 'uint32' },
  UBIGINT,
  REAL,
  DOUBLE,
  decimal(3, 1),
  decimal(4, 0),
  decimal(9, 2),
  decimal(18, 6),
  decimal(18, 0),
  decimal(38, 10),
  VARCHAR,
];

/** Values of each type, as text that casts to it. */
const SAMPLES: Readonly<Record<string, readonly string[]>> = {
  boolean: ['true', 'false'],
  int8: ['0', '-1', '127', '-128'],
  int16: ['100', '-32768', '32767'],
  int32: ['99', '256', '-2147483648', '2147483647'],
  int64: [
    '0',
    '65536',
    '4294967296',
    '-9223372036854775808',
    '9223372036854775807',
    '9007199254740993',
  ],
  hugeint: [
    '-1',
    '18446744073709551616',
    '-170141183460469231731687303715884105728',
    '170141183460469231731687303715884105727',
    '99999999999999999999999999999999999999',
  ],
  uint8: ['0', '200', '255'],
  uint16: ['65535'],
  uint32: ['4294967295'],
  uint64: ['18446744073709551615', '9223372036854775808'],
  float32: [
    '0.5',
    '1.5',
    '2.5',
    '-0.5',
    '16777217',
    '1e30',
    '-1e10',
    'nan',
    'inf',
    '0.1',
    '127.5',
    '255.5',
  ],
  float64: [
    '0.5',
    '1.5',
    '-1.5',
    '2.5',
    '99.95',
    '1.005',
    '2.675',
    '-0.0',
    '1e15',
    '9.2233720368547758e18',
    '1e40',
    'nan',
    '-inf',
    '127.49',
    '-128.5',
    '1e38',
    '4294967295.5',
    '999999.9999995',
  ],
  decimal: ['0', '1.5', '2.5', '-2.5', '99.95', '-99.95', '12.345'],
  varchar: [],
};

describe('casts between numbers', () => {
  it.each(NUMERIC_TYPES.map((type) => [typeName(type), type] as const))(
    '%s to all',
    async (name, from) => {
      const cases = (SAMPLES[from.kind] ?? []).flatMap((text) => {
        const value = castValue([VARCHAR, text], from);
        return value === null ? [] : NUMERIC_TYPES.map((to) => ({ text, value, to }));
      });
      const theirs = await oracle.texts(
        cases.map(({ text, to }) => `TRY_CAST(CAST('${text}' AS ${name}) AS ${typeName(to)})`),
      );
      const differences: string[] = [];
      cases.forEach(({ text, value, to }, i) => {
        const key = `${name} ${text} to ${typeName(to)}`;
        const wanted = OWN[key] ?? theirs[i];
        const ours = cast([from, value], to, { try: true }).text;
        const strict = attempt(() => cast([from, value], to).text);
        if (ours !== wanted) differences.push(`${key}: ${ours}, wanted ${wanted}`);
        if (strict !== (ours === 'NULL' ? 'error' : ours))
          differences.push(`${key}: strict ${strict}, try ${ours}`);
      });
      expect(differences).toEqual([]);
    },
  );
});

const TEMPORAL_TYPES: readonly SqlType[] = [
  DATE,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  { kind: 'timestamp', unit: 's', zoned: false },
  { kind: 'timestamp', unit: 'ms', zoned: false },
  { kind: 'timestamp', unit: 'ns', zoned: false },
  VARCHAR,
];
const TEMPORAL_SAMPLES = [
  '1970-01-01',
  '1969-12-31 23:59:59',
  '2024-02-29 12:34:56',
  'infinity',
  '-infinity',
  '0001-01-01',
  '9999-12-31 23:59:59',
  '10000-01-01',
  '1600-06-06 06:06:06',
  '0044-03-15 (BC)',
];

/** The oracle has no cast from nanoseconds or milliseconds to coarser units, nor from instants to TIME. */
const hasOracle = (from: SqlType, to: SqlType): boolean => {
  if (from.kind === 'date') return to.kind !== 'time';
  if (from.kind !== 'timestamp') return true;
  if (to.kind === 'time') return !from.zoned;
  return to.kind !== 'timestamp' || (from.unit !== 'ns' && from.unit !== 'ms') || to.unit === 'us';
};

/** Where the oracle's TRY_CAST fails, ours gives NULL. */
const orNull = (text: string | undefined): string => (text === 'error' ? 'NULL' : String(text));

describe('casts between dates and times', () => {
  it.each(
    TEMPORAL_TYPES.filter(({ kind }) => kind !== 'time' && kind !== 'varchar').map(
      (type) => [typeName(type), type] as const,
    ),
  )('%s to all', async (name, from) => {
    const cases = TEMPORAL_SAMPLES.flatMap((text) => {
      const value = castValue([VARCHAR, text], from);
      const targets = TEMPORAL_TYPES.filter((to) => hasOracle(from, to));
      return value === null ? [] : targets.map((to) => ({ text, value, to }));
    });
    const theirs = await oracle.texts(
      cases.map(({ text, to }) => `TRY_CAST(CAST('${text}' AS ${name}) AS ${typeName(to)})`),
    );
    const differences: string[] = [];
    cases.forEach(({ text, value, to }, i) => {
      const key = `${name} ${text} to ${typeName(to)}`;
      const ours = cast([from, value], to, { try: true }).text;
      const wanted = OWN[key] ?? orNull(theirs[i]);
      if (ours !== wanted) differences.push(`${key}: ${ours}, wanted ${wanted}`);
    });
    expect(differences).toEqual([]);
  });

  it.each([
    ['2024-02-29 12:34:56.789999', TIMESTAMP, 'ms', '2024-02-29 12:34:56.789'],
    ['1969-12-31 23:59:59.999999', TIMESTAMP, 's', '1969-12-31 23:59:59'],
    ['1969-12-31 23:59:59.999999', TIMESTAMP, 'ns', '1969-12-31 23:59:59.999999'],
  ] as const)('cuts digits off toward the past: %s', (text, from, unit, wanted) => {
    const value = castValue([VARCHAR, text], from);
    expect(cast([from, value], { kind: 'timestamp', unit, zoned: false }).text).toBe(wanted);
  });

  it('uses the zone of the session', () => {
    const timeZone = 'America/New_York';
    const summer = castValue([VARCHAR, '2024-07-01 00:30:00'], TIMESTAMP);
    const instant = castValue([VARCHAR, '2024-07-01 04:30:00+00'], TIMESTAMPTZ);
    const inZone = (value: LiteralValue, from: SqlType, to: SqlType): string =>
      cast([from, value], to, { timeZone }).text;
    expect(inZone(summer, TIMESTAMP, TIMESTAMPTZ)).toBe('2024-07-01 04:30:00+00');
    expect(inZone(instant, TIMESTAMPTZ, TIMESTAMP)).toBe('2024-07-01 00:30:00');
    expect(inZone(instant, TIMESTAMPTZ, VARCHAR)).toBe('2024-07-01 00:30:00-04');
    expect(inZone(instant, TIMESTAMPTZ, DATE)).toBe('2024-07-01');
    expect(inZone(instant, TIMESTAMPTZ, TIME)).toBe('00:30:00');
    expect(inZone('2024-07-01 00:30', VARCHAR, TIMESTAMPTZ)).toBe('2024-07-01 04:30:00+00');
    expect(inZone('2024-07-01 00:30 Europe/Berlin', VARCHAR, TIMESTAMPTZ)).toBe(
      '2024-06-30 22:30:00+00',
    );
    // 02:30 was skipped on March 10th and came twice on November 3rd.
    expect(inZone('2024-03-10 02:30', VARCHAR, TIMESTAMPTZ)).toBe('2024-03-10 07:30:00+00');
    expect(inZone('2024-11-03 01:30', VARCHAR, TIMESTAMPTZ)).toBe('2024-11-03 06:30:00+00');
  });
});
