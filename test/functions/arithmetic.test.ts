import {
  BIGINT,
  DOUBLE,
  decimal,
  HUGEINT,
  INTEGER,
  type LiteralValue,
  REAL,
  SMALLINT,
  type SqlType,
  TINYINT,
  UBIGINT,
  UINTEGER,
  USMALLINT,
  UTINYINT,
} from '@windrow/core';
import { describe, expect, it } from 'vitest';
import { call } from './evaluate.ts';

const INTEGER_TYPES: readonly SqlType[] = [
  TINYINT,
  SMALLINT,
  INTEGER,
  BIGINT,
  HUGEINT,
  UTINYINT,
  USMALLINT,
  UINTEGER,
  UBIGINT,
];
const BITS: Readonly<Record<string, number>> = {
  int8: 8,
  int16: 16,
  int32: 32,
  int64: 64,
  hugeint: 128,
  uint8: 8,
  uint16: 16,
  uint32: 32,
  uint64: 64,
};

function rangeOf(type: SqlType): { min: bigint; max: bigint } {
  const bits = BigInt(BITS[type.kind] ?? 0);
  return type.kind.startsWith('u')
    ? { min: 0n, max: (1n << bits) - 1n }
    : { min: -(1n << (bits - 1n)), max: (1n << (bits - 1n)) - 1n };
}

/** Corners of the range, and what makes the operations leave it. */
function edges(type: SqlType): bigint[] {
  const { min, max } = rangeOf(type);
  const candidates = [
    0n,
    1n,
    -1n,
    2n,
    -2n,
    3n,
    7n,
    10n,
    46341n,
    3037000500n,
    1n << 32n,
    1n << 63n,
    min,
    min + 1n,
    max,
    max - 1n,
    max / 2n,
    max / 2n + 1n,
    min / 2n,
  ];
  return [...new Set(candidates)].filter((value) => value >= min && value <= max);
}

/** BigInt's answer, or what the error must say. */
function expected(type: SqlType, op: string, x: bigint, y: bigint): bigint | 'overflow' | 'NULL' {
  const { min, max } = rangeOf(type);
  if ((op === 'integer_divide' || op === 'modulo') && y === 0n) return 'NULL';
  const operations: Readonly<Record<string, () => bigint>> = {
    add: () => x + y,
    subtract: () => x - y,
    multiply: () => x * y,
    integer_divide: () => x / y,
    modulo: () => x % y,
  };
  const value = operations[op]?.() ?? 0n;
  return value < min || value > max ? 'overflow' : value;
}

const plain = (type: SqlType, value: bigint): LiteralValue =>
  type.kind === 'int64' || type.kind === 'uint64' || type.kind === 'hugeint'
    ? value
    : Number(value);

describe.each(['add', 'subtract', 'multiply', 'integer_divide', 'modulo'])(
  '%s of integers',
  (op) => {
    it.each(INTEGER_TYPES.map((type) => [type.kind, type] as const))('%s', (_name, type) => {
      for (const x of edges(type)) {
        for (const y of edges(type)) {
          const wanted = expected(type, op, x, y);
          const compute = () =>
            call(op, [
              [type, plain(type, x)],
              [type, plain(type, y)],
            ]).text;
          if (wanted === 'overflow') expect(compute, `${x} ${op} ${y}`).toThrow(/out of range for/);
          else expect(compute(), `${x} ${op} ${y}`).toBe(String(wanted));
        }
      }
    });
  },
);

it('names type, operation and operands of an overflow', () => {
  expect(() =>
    call('add', [
      [TINYINT, 100],
      [TINYINT, 28],
    ]),
  ).toThrow('100 + 28 is out of range for TINYINT');
  expect(() => call('negate', [[BIGINT, -(2n ** 63n)]])).toThrow(
    '-(-9223372036854775808) is out of range for BIGINT',
  );
});

describe('types of results', () => {
  it.each([
    [INTEGER, BIGINT, 'add', 'BIGINT'],
    [UTINYINT, TINYINT, 'add', 'BIGINT'],
    [UBIGINT, INTEGER, 'multiply', 'HUGEINT'],
    [REAL, INTEGER, 'add', 'FLOAT'],
    [REAL, DOUBLE, 'add', 'DOUBLE'],
    [decimal(5, 2), decimal(4, 1), 'add', 'DECIMAL(6,2)'],
    [decimal(18, 2), decimal(18, 2), 'add', 'DECIMAL(18,2)'],
    [decimal(18, 2), decimal(19, 2), 'add', 'DECIMAL(20,2)'],
    [decimal(15, 2), decimal(16, 2), 'multiply', 'DECIMAL(18,4)'],
    [decimal(18, 9), decimal(18, 9), 'multiply', 'DECIMAL(36,18)'],
    [decimal(38, 2), decimal(10, 2), 'multiply', 'DECIMAL(38,4)'],
    [decimal(10, 2), INTEGER, 'add', 'DECIMAL(13,2)'],
    [decimal(10, 2), INTEGER, 'divide', 'DOUBLE'],
    [decimal(10, 2), decimal(5, 3), 'modulo', 'DECIMAL(11,3)'],
    [decimal(10, 2), DOUBLE, 'subtract', 'DOUBLE'],
    [INTEGER, INTEGER, 'divide', 'DOUBLE'],
  ] as const)('%o and %o by %s', (a, b, op, name) => {
    expect(
      call(op, [
        [a, null],
        [b, null],
      ]),
    ).toEqual({ type: name, text: 'NULL' });
  });
});

describe('decimals', () => {
  it.each([
    [decimal(5, 2), 12345n, decimal(4, 1), -15n, 'add', '121.95'],
    [decimal(5, 2), 12345n, decimal(4, 1), -15n, 'subtract', '124.95'],
    [decimal(5, 2), 12345n, decimal(4, 1), -15n, 'multiply', '-185.175'],
    [decimal(5, 2), 12345n, decimal(4, 1), 15n, 'modulo', '0.45'],
    [decimal(18, 0), 10n ** 17n, decimal(18, 18), 1n, 'multiply', '0.100000000000000000'],
    [
      decimal(18, 9),
      10n ** 18n - 1n,
      decimal(18, 9),
      10n ** 18n - 1n,
      'multiply',
      '999999999999999998.000000000000000001',
    ],
    [decimal(38, 0), 10n ** 37n, decimal(38, 0), 3n, 'multiply', `3${'0'.repeat(37)}`],
    [decimal(20, 2), -(10n ** 20n - 1n), decimal(3, 1), 15n, 'add', '-999999999999999998.49'],
  ] as const)('%o %d, %o %d by %s', (a, x, b, y, op, text) => {
    expect(
      call(op, [
        [a, x],
        [b, y],
      ]).text,
    ).toBe(text);
  });

  it('checks results of limited precision', () => {
    const most = 10n ** 18n - 1n;
    expect(() =>
      call('add', [
        [decimal(18, 2), most],
        [decimal(18, 2), 1n],
      ]),
    ).toThrow('9999999999999999.99 + 0.01 is out of range for DECIMAL(18,2)');
    expect(() =>
      call('multiply', [
        [decimal(38, 0), 10n ** 37n],
        [decimal(38, 0), 10n],
      ]),
    ).toThrow('out of range for DECIMAL(38,0)');
    expect(() =>
      call('multiply', [
        [decimal(38, 20), 1n],
        [decimal(38, 19), 1n],
      ]),
    ).toThrow('the product of 20 and 19 decimal places has more than 38');
  });
});

describe('floats', () => {
  it.each([
    ['divide', 1, 0, 'inf'],
    ['divide', 0, 0, 'nan'],
    ['modulo', 5.5, -2, '1.5'],
    ['modulo', -5.5, 2, '-1.5'],
    ['modulo', 1, 0, 'nan'],
    ['integer_divide', 1, 0, 'NULL'],
    ['modulo', 1e20, 7, '2.0'],
    ['integer_divide', 7, 2, '3.5'],
    ['add', 0.1, 0.2, '0.30000000000000004'],
  ] as const)('%s(%d, %d)', (op, x, y, text) => {
    expect(
      call(op, [
        [DOUBLE, x],
        [DOUBLE, y],
      ]).text,
    ).toBe(text);
  });

  it('computes FLOAT in 32 bits', () => {
    expect(
      call('add', [
        [REAL, Math.fround(0.1)],
        [REAL, Math.fround(0.2)],
      ]),
    ).toEqual({ type: 'FLOAT', text: '0.3' });
  });
});
