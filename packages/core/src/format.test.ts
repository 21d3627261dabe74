import { describe, expect, it } from 'vitest';
import { civilFromDays, daysFromCivil, formatLiteral } from './format.ts';
import type { LiteralValue } from './schema.ts';
import {
  BLOB,
  DATE,
  DOUBLE,
  decimal,
  INTERVAL,
  list,
  REAL,
  type SqlType,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  VARCHAR,
} from './types.ts';

const cases: readonly (readonly [string, LiteralValue, SqlType])[] = [
  ['100.0', 100, DOUBLE],
  ['1e+21', 1e21, DOUBLE],
  ['1e+16', 1e16, DOUBLE],
  ['1234567890123456.0', 1234567890123456, DOUBLE],
  ['1.5e-07', 1.5e-7, DOUBLE],
  ['0.0001', 1e-4, DOUBLE],
  ['-0.0', -0, DOUBLE],
  ['0.0', 0, DOUBLE],
  ['nan', Number.NaN, DOUBLE],
  ['-inf', Number.NEGATIVE_INFINITY, DOUBLE],
  ['0.1', Math.fround(0.1), REAL],
  ['16777216.0', 16777216, REAL],
  ['-12.50', -1250n, decimal(10, 2)],
  ['0.05', 5n, decimal(10, 2)],
  ['1970-01-01', 0, DATE],
  ['0001-01-01 (BC)', daysFromCivil(0, 1, 1), DATE],
  ['infinity', 2 ** 31 - 1, DATE],
  ['10:11:12.5', 36_672_500_000n, TIME],
  ['1969-12-31 23:59:59.999999', -1n, TIMESTAMP],
  ['2020-01-01 00:00:00.5', 1_577_836_800_500_000n, TIMESTAMP],
  ['2020-01-01 00:00:00+00', 1_577_836_800_000_000n, TIMESTAMPTZ],
  ['1 year 2 months 3 days 04:05:06.7', { months: 14, days: 3, micros: 14_706_700_000n }, INTERVAL],
  ['-1 month', { months: -1, days: 0, micros: 0n }, INTERVAL],
  ['00:00:00', { months: 0, days: 0, micros: 0n }, INTERVAL],
  ['a\\x00\\x5C', new Uint8Array([97, 0, 92]), BLOB],
  ["[a, NULL, b c, ' d', 'e, f']", ['a', null, 'b c', ' d', 'e, f'], list(VARCHAR)],
  [String.raw`['it\'s', '', 'null']`, ["it's", '', 'null'], list(VARCHAR)],
  [
    "{'a': 1.0, 'b': NULL}",
    { struct: [1, null] },
    {
      kind: 'struct',
      fields: [
        { name: 'a', type: DOUBLE },
        { name: 'b', type: VARCHAR },
      ],
    },
  ],
  ['{k=2.0}', { map: [['k', 2]] }, { kind: 'map', key: VARCHAR, value: DOUBLE }],
];

describe('formatLiteral', () => {
  it.each(cases)('shows %s', (text, value, type) => {
    expect(formatLiteral(value, type)).toBe(text);
  });
});

it('turns days into dates and back', () => {
  for (let days = -1_000_000; days <= 1_000_000; days += 997) {
    const { year, month, day } = civilFromDays(days);
    expect(daysFromCivil(year, month, day)).toBe(days);
  }
});
