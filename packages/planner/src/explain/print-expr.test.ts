import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DATE,
  decimal,
  INTEGER,
  INTERVAL,
  type LiteralValue,
  list,
  type SqlType,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  UUID,
  VARCHAR,
} from '@windrow/core';
import { expect, test } from 'vitest';
import { bind } from '../testing/bind.ts';
import { printExpr } from './print-expr.ts';
import { printLiteral } from './print-literal.ts';
import { printAmount, printBytes, printMillis } from './print-quantity.ts';

/** The text of a condition after it has been bound. */
async function printed(condition: string): Promise<string> {
  let { plan } = await bind(`select a from t where ${condition}`);
  while (plan.kind !== 'filter') {
    if (!('input' in plan)) throw new Error('the query has a filter');
    plan = plan.input;
  }
  return printExpr(plan.predicate);
}

test.each([
  ['(a + 1) * 2 > a', '(a + 1) * 2 > a'],
  ['a + (1 * 2) > a', 'a + 1 * 2 > a'],
  ['a - (1 - 2) = 3', 'a - (1 - 2) = 3'],
  ['(a = 1 or a = 2) and not (b is null)', '(a = 1 OR a = 2) AND NOT b IS NULL'],
  ['a = 1 or a = 2 and a = 3', 'a = 1 OR a = 2 AND a = 3'],
  ["b like 'x%' or b || 'y' = 'z'", "b LIKE 'x%' OR b || 'y' = 'z'"],
  ['a in (1, 2)', 'a IN (1, 2)'],
  ['(a = 1) is not true', 'a = 1 IS NOT TRUE'],
  ['a is distinct from 1', 'a IS DISTINCT FROM 1'],
  ['-(a) < 0', '-a < 0'],
  [
    "case when a = 1 then b else 'x' end = coalesce(b, 'y')",
    "CASE WHEN a = 1 THEN b ELSE 'x' END = coalesce(b, 'y')",
  ],
  ['case when a = 1 then b end is null', 'CASE WHEN a = 1 THEN b END IS NULL'],
  ['try_cast(b as integer) = 1', 'TRY_CAST(b AS INTEGER) = 1'],
  ["lower(b) = 'it''s'", "lower(b) = 'it''s'"],
])('%s', async (condition, text) => {
  expect(await printed(condition)).toBe(text);
});

const LITERALS: readonly [LiteralValue, SqlType, string][] = [
  [null, INTEGER, 'NULL'],
  [true, BOOLEAN, 'true'],
  [-5, INTEGER, '-5'],
  [12345678901234n, BIGINT, '12345678901234'],
  [-5n, decimal(10, 2), '-0.05'],
  [12n, decimal(10, 0), '12'],
  [0, DATE, "DATE '1970-01-01'"],
  [-719162, DATE, "DATE '0001-01-01'"],
  [19782, DATE, "DATE '2024-02-29'"],
  [3_723_500_000n, TIME, "TIME '01:02:03.5'"],
  [-1n, TIMESTAMP, "TIMESTAMP '1969-12-31 23:59:59.999999'"],
  [86_400_000_000n, TIMESTAMPTZ, "TIMESTAMPTZ '1970-01-02 00:00:00+00'"],
  [{ months: 14, days: -3, micros: 0n }, INTERVAL, "INTERVAL '14 months -3 days'"],
  [{ months: 0, days: 0, micros: -1_000_000n }, INTERVAL, "INTERVAL '-00:00:01'"],
  ['x'.repeat(80), VARCHAR, `'${'x'.repeat(60)}…'`],
  ['0b6ac2de-2c7b-4b0c-8a3f-6b5f1c2d3e4f', UUID, "UUID '0b6ac2de-2c7b-4b0c-8a3f-6b5f1c2d3e4f'"],
  [new Uint8Array(3), BLOB, 'BLOB (3 bytes)'],
  [[1, null], list(INTEGER), '[1, NULL]'],
];

test.each(LITERALS)('%o as a literal', (value, type, text) => {
  expect(printLiteral(value, type)).toBe(text);
});

test('quantities', () => {
  expect([0, 999, 1_000, 1_234_567].map(printAmount)).toEqual(['0', '999', '1,000', '1,234,567']);
  expect([0, 1_023, 1_536, 5 * 2 ** 30].map(printBytes)).toEqual([
    '0 B',
    '1023 B',
    '1.5 KiB',
    '5.0 GiB',
  ]);
  expect([0, 0.0123, 1.234, 12.34, 4_560].map(printMillis)).toEqual([
    '0 ms',
    '0.012 ms',
    '1.23 ms',
    '12.3 ms',
    '4,560 ms',
  ]);
});
