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
  type LiteralValue,
  NULL_TYPE,
  REAL,
  type SqlType,
  TIME,
  TIMESTAMP,
  TINYINT,
  UBIGINT,
  UTINYINT,
  UUID,
  VARCHAR,
} from '@windrow/core';
import { describe, expect, it } from 'vitest';
import { call, type Typed } from './evaluate.ts';

const interval = (months: number, days: number, micros: bigint): LiteralValue => ({
  months,
  days,
  micros,
});

/** Values of a type in ascending order; equal ones in one array. */
const ORDERS: readonly (readonly [SqlType, readonly (readonly LiteralValue[])[]])[] = [
  [BOOLEAN, [[false], [true]]],
  [TINYINT, [[-128], [-1], [0], [127]]],
  [UTINYINT, [[0], [127], [128], [255]]],
  [INTEGER, [[-(2 ** 31)], [-1], [0], [2 ** 31 - 1]]],
  [BIGINT, [[-(2n ** 63n)], [-1n], [0n], [2n ** 63n - 1n]]],
  [UBIGINT, [[0n], [2n ** 63n - 1n], [2n ** 63n], [2n ** 64n - 1n]]],
  [
    HUGEINT,
    [
      [-(2n ** 127n)],
      [-(2n ** 64n)],
      [-1n],
      [0n],
      [1n],
      [2n ** 64n - 1n],
      [2n ** 64n],
      [2n ** 127n - 1n],
    ],
  ],
  [REAL, [[-Infinity], [-1], [-0, 0], [1], [Infinity], [NaN]]],
  [DOUBLE, [[-Infinity], [-1e300], [-0, 0], [5e-324], [1], [Infinity], [NaN]]],
  [decimal(10, 2), [[-100n], [0n], [1n], [100n]]],
  [decimal(30, 2), [[-(10n ** 29n)], [0n], [1n], [10n ** 29n]]],
  [
    VARCHAR,
    [[''], ['Z'], ['a'], ['aa'], ['ab'], ['abcdefgh'], ['abcdefghi'], ['abcdefgi'], ['é'], ['𝄞']],
  ],
  [
    BLOB,
    [
      [new Uint8Array()],
      [new Uint8Array([0])],
      [new Uint8Array([127])],
      [new Uint8Array([128])],
      [new Uint8Array([255])],
    ],
  ],
  [DATE, [[-(2 ** 31) + 1], [-1], [0], [2 ** 31 - 1]]],
  [TIME, [[0n], [86_399_999_999n]]],
  [TIMESTAMP, [[-(2n ** 63n) + 1n], [0n], [2n ** 63n - 1n]]],
  [
    INTERVAL,
    [
      [interval(-1, 0, 0n), interval(0, -30, 0n)],
      [interval(0, 0, -1n)],
      [interval(0, 0, 0n)],
      [interval(0, 1, 0n), interval(0, 0, 86_400_000_000n)],
      [interval(1, 0, 0n), interval(0, 30, 0n), interval(1, 1, -86_400_000_000n)],
      [interval(1, 0, 1n)],
    ],
  ],
  [
    UUID,
    [
      ['00000000-0000-0000-0000-000000000000'],
      ['00000000-0000-0000-ffff-ffffffffffff'],
      ['00000000-0000-0001-0000-000000000000'],
      ['80000000-0000-0000-0000-000000000000'],
      ['ffffffff-ffff-ffff-ffff-ffffffffffff'],
    ],
  ],
  [{ kind: 'enum', values: ['z', 'a'] }, [['z'], ['a']]],
];

const RELATIONS = {
  equal: (rank: number) => rank === 0,
  not_equal: (rank: number) => rank !== 0,
  less: (rank: number) => rank < 0,
  less_equal: (rank: number) => rank <= 0,
  greater: (rank: number) => rank > 0,
  greater_equal: (rank: number) => rank >= 0,
  is_distinct_from: (rank: number) => rank !== 0,
  is_not_distinct_from: (rank: number) => rank === 0,
} as const;

describe('comparison', () => {
  it.each(ORDERS.map(([type, groups]) => [type.kind, type, groups] as const))(
    'orders %s',
    (_name, type, groups) => {
      const values = groups.flatMap((group, rank) => group.map((value) => ({ value, rank })));
      for (const x of values) {
        for (const y of values) {
          for (const [name, holds] of Object.entries(RELATIONS)) {
            const { text } = call(name, [
              [type, x.value],
              [type, y.value],
            ]);
            expect(text, `${String(x.value)} ${name} ${String(y.value)}`).toBe(
              String(holds(x.rank - y.rank)),
            );
          }
        }
      }
    },
  );

  it.each(ORDERS.map(([type, groups]) => [type.kind, type, groups[0]?.[0] ?? null] as const))(
    'knows NULL of %s',
    (_name, type, value) => {
      const sides: readonly (readonly [Typed, Typed])[] = [
        [
          [type, null],
          [type, value],
        ],
        [
          [type, value],
          [type, null],
        ],
        [
          [type, null],
          [type, null],
        ],
      ];
      for (const [x, y] of sides) {
        for (const name of ['equal', 'not_equal', 'less', 'less_equal', 'greater', 'greater_equal'])
          expect(call(name, [x, y]).text).toBe('NULL');
        const bothNull = x[1] === null && y[1] === null;
        expect(call('is_distinct_from', [x, y]).text).toBe(String(!bothNull));
        expect(call('is_not_distinct_from', [x, y]).text).toBe(String(bothNull));
      }
    },
  );

  it('brings operands to their common type', () => {
    expect(
      call('equal', [
        [INTEGER, 1],
        [decimal(3, 1), 10n],
      ]).text,
    ).toBe('true');
    expect(
      call('less', [
        [UBIGINT, 2n ** 64n - 1n],
        [BIGINT, -1n],
      ]).text,
    ).toBe('false');
    expect(
      call('equal', [
        [BOOLEAN, true],
        [INTEGER, 1],
      ]).text,
    ).toBe('true');
    expect(
      call('less', [
        [DATE, 0],
        [VARCHAR, '1970-01-02'],
      ]).text,
    ).toBe('true');
    expect(
      call('equal', [
        [NULL_TYPE, null],
        [NULL_TYPE, null],
      ]).text,
    ).toBe('NULL');
  });
});

describe('predicates', () => {
  it.each([
    ['is_null', 'false', 'false', 'true'],
    ['is_not_null', 'true', 'true', 'false'],
    ['is_true', 'true', 'false', 'false'],
    ['is_not_true', 'false', 'true', 'true'],
    ['is_false', 'false', 'true', 'false'],
    ['is_not_false', 'true', 'false', 'true'],
    ['not', 'false', 'true', 'NULL'],
  ])('%s', (name, ofTrue, ofFalse, ofNull) => {
    expect(call(name, [[BOOLEAN, true]]).text).toBe(ofTrue);
    expect(call(name, [[BOOLEAN, false]]).text).toBe(ofFalse);
    expect(call(name, [[BOOLEAN, null]]).text).toBe(ofNull);
  });

  it('takes any type for IS NULL', () => {
    expect(call('is_null', [[VARCHAR, null]]).text).toBe('true');
    expect(call('is_null', [[INTERVAL, interval(1, 2, 3n)]]).text).toBe('false');
    expect(call('is_null', [[NULL_TYPE, null]]).text).toBe('true');
  });
});
