import { describe, expect, it } from 'vitest';
import { commonType, decimalOfInteger, implicitCastCost } from './coercion.ts';
import {
  BIGINT,
  BOOLEAN,
  DATE,
  DOUBLE,
  decimal,
  HUGEINT,
  INTEGER,
  INTERVAL,
  list,
  NULL_TYPE,
  REAL,
  SMALLINT,
  type SqlType,
  TIMESTAMP,
  TIMESTAMPTZ,
  TINYINT,
  typeName,
  UBIGINT,
  UINTEGER,
  UTINYINT,
  VARCHAR,
} from './types.ts';

describe('commonType', () => {
  const cases: readonly (readonly [SqlType, SqlType, string])[] = [
    [TINYINT, INTEGER, 'INTEGER'],
    [UTINYINT, TINYINT, 'SMALLINT'],
    [UTINYINT, SMALLINT, 'SMALLINT'],
    [UINTEGER, INTEGER, 'BIGINT'],
    [UBIGINT, BIGINT, 'HUGEINT'],
    [UBIGINT, UTINYINT, 'UBIGINT'],
    [INTEGER, decimal(5, 2), 'DECIMAL(12,2)'],
    [decimal(38, 0), decimal(10, 5), 'DECIMAL(38,5)'],
    [decimal(10, 2), REAL, 'FLOAT'],
    [BIGINT, DOUBLE, 'DOUBLE'],
    [BOOLEAN, BIGINT, 'BIGINT'],
    [DATE, TIMESTAMP, 'TIMESTAMP'],
    [TIMESTAMP, TIMESTAMPTZ, 'TIMESTAMP WITH TIME ZONE'],
    [{ kind: 'timestamp', unit: 'ns', zoned: false }, TIMESTAMP, 'TIMESTAMP_NS'],
    [NULL_TYPE, INTERVAL, 'INTERVAL'],
    [{ kind: 'enum', values: ['a'] }, VARCHAR, 'VARCHAR'],
    [list(INTEGER), list(DOUBLE), 'DOUBLE[]'],
    [list(NULL_TYPE), { kind: 'array', element: INTEGER, length: 2 }, 'INTEGER[]'],
  ];
  it.each(cases.map(([a, b, name]) => [typeName(a), typeName(b), name, a, b] as const))(
    '%s and %s meet at %s',
    (_a, _b, name, a, b) => {
      const there = commonType(a, b);
      const back = commonType(b, a);
      expect(there && typeName(there)).toBe(name);
      expect(back && typeName(back)).toBe(name);
    },
  );

  it.each([
    [VARCHAR, INTEGER],
    [DATE, INTEGER],
    [list(VARCHAR), list(INTEGER)],
    [INTERVAL, TIMESTAMP],
  ])('finds none for $0.kind and $1.kind', (a, b) => {
    expect(commonType(a, b)).toBeUndefined();
  });
});

describe('implicitCastCost', () => {
  it('prefers wider integers, then decimals, then FLOAT, then DOUBLE', () => {
    const targets = [INTEGER, SMALLINT, BIGINT, HUGEINT, decimal(10, 0), REAL, DOUBLE];
    const costs = targets.map((to) => implicitCastCost(SMALLINT, to) ?? Number.NaN);
    expect(costs[1]).toBe(0);
    const order = targets.map((_, i) => i).sort((x, y) => costs[x]! - costs[y]!);
    expect(order).toEqual([1, 0, 2, 3, 4, 5, 6]);
  });

  it.each([
    [BIGINT, INTEGER],
    [TINYINT, UTINYINT],
    [VARCHAR, INTEGER],
    [INTEGER, decimal(9, 0)],
    [decimal(10, 2), decimal(10, 3)],
    [TIMESTAMP, DATE],
    [TIMESTAMPTZ, TIMESTAMP],
    [INTEGER, VARCHAR],
  ])('refuses $0.kind to $1.kind', (from, to) => {
    expect(implicitCastCost(from, to)).toBeUndefined();
  });
});

it('counts an integer as a decimal of its digits', () => {
  expect(decimalOfInteger(UBIGINT)).toEqual(decimal(20, 0));
  expect(decimalOfInteger(HUGEINT)).toEqual(decimal(38, 0));
});
