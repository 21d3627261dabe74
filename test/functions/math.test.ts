import { beforeAll, describe, expect, it } from 'vitest';
import { differences } from './agreement.ts';
import { type Oracle, openOracle } from './duckdb.ts';
import { evaluateSql, textOf } from './sql.ts';

let oracle: Oracle;
beforeAll(async () => {
  oracle = await openOracle();
});

const over = (template: string, values: readonly string[]): string[] =>
  values.map((value) => template.replaceAll('?', value));

const DOUBLES = [
  '0',
  '-0.0',
  '0.5',
  '-0.5',
  '1',
  '1.5',
  '2.5',
  '-2.5',
  '3',
  '100',
  '-7.25',
  '1e10',
  '1e300',
  "'inf'",
  "'-inf'",
  "'nan'",
].map((x) => `(${x})::DOUBLE`);
const DECIMALS = ['0.0', '2.5', '-2.5', '9.9', '-9.9', '0.1', '-0.1'].map(
  (x) => `(${x})::DECIMAL(3,1)`,
);
const WIDE = ['2.5', '-2.5', '99999999999999999999.5', '-99999999999999999999.5', '0.1'].map(
  (x) => `(${x})::DECIMAL(30,1)`,
);

describe('agreement with the oracle', () => {
  it.each(['ceil', 'floor', 'trunc', 'round', 'abs', 'sign'])(
    '%s of doubles and decimals',
    async (name) => {
      expect(
        await differences(oracle, over(`${name}(?)`, [...DOUBLES, ...DECIMALS, ...WIDE])),
      ).toEqual([]);
    },
  );

  it('round and trunc to digits', async () => {
    const values = [
      '2.675',
      '1.005',
      '-1.005',
      '1234.5678',
      '0.285',
      '1e-7',
      '123456789.987654321',
      '5e-324',
      '1e22',
      '0.045',
    ];
    const expressions = values.flatMap((value) =>
      [-2, -1, 0, 1, 2, 5, 20].map((digits) => `round((${value})::DOUBLE, ${digits})`),
    );
    expect(await differences(oracle, expressions)).toEqual([
      // The oracle multiplies; we look at the decimal text.
      'round((1.005)::DOUBLE, 2): 1.01, oracle 1.0',
      'round((-1.005)::DOUBLE, 2): -1.01, oracle -1.0',
      'round((0.285)::DOUBLE, 2): 0.29, oracle 0.28',
    ]);
    expect(
      await differences(oracle, [
        'round(2.567::DECIMAL(6,3), 1)',
        'round(2.567::DECIMAL(6,3), 5)',
        'round(1250, -2)',
        'round(-1250, -2)',
        'round(1249, -2)',
        'round(127::TINYINT, 2)',
        'round(99.95::DECIMAL(4,2), 1)',
        'round(55.5::DECIMAL(3,1), -1)',
      ]),
    ).toEqual([]);
  });

  it.each([
    'sin',
    'cos',
    'tan',
    'exp',
    'sqrt',
    'cbrt',
    'ln',
    'log10',
    'log2',
    'asin',
    'acos',
    'atan',
    'degrees',
    'radians',
    'gamma',
    'lgamma',
    'even',
    'sinh',
    'tanh',
    'atanh',
    'asinh',
  ])('%s', async (name) => {
    const expressions = over(
      `round((${name}(?))::DOUBLE, 8)`,
      DOUBLES.filter((x) => !/e10|e300|'inf'|'-inf'|nan|100/.test(x)),
    );
    expect(await differences(oracle, expressions)).toEqual([]);
  });

  it('power, atan2, fmod, gcd, lcm, factorial', async () => {
    const expressions = [
      'power(2, 10)',
      'power(0, 0)',
      'power(-8, 3)',
      'power(2, -1)',
      'isnan(power(-8.0, 0.5))',
      "power(1, 'nan'::DOUBLE)",
      'atan2(1, -1)',
      'fmod(5.5, -2)',
      'gcd(12, 18)',
      'gcd(-12, 0)',
      'gcd(0, 0)',
      'lcm(4, 6)',
      'lcm(0, 5)',
      'lcm(-4, 6)',
      'factorial(0)',
      'factorial(33)',
      'factorial(34)',
      'lcm(9223372036854775807, 2)',
      '2 ** 3',
      '2 ^ 3',
    ];
    expect(await differences(oracle, expressions)).toEqual([]);
  });

  it('bits', async () => {
    const expressions = [
      '5 & 3',
      '5 | 3',
      'xor(5, 3)',
      '~5',
      '~(0::UTINYINT)',
      '~(200::UINTEGER)',
      '1 << 10',
      '1 << 31',
      '1 << 30',
      '1::TINYINT << 6',
      '1::TINYINT << 7',
      '1::UTINYINT << 7',
      '3::UTINYINT << 7',
      '1::BIGINT << 62',
      '1::BIGINT << 63',
      '-8 >> 1',
      '1 >> 100',
      '255::UTINYINT >> 3',
      'bit_count(7)',
      'bit_count(-1)',
      'bit_count((-1)::TINYINT)',
      'bit_count((-1)::HUGEINT)',
      '(-1)::HUGEINT & 255',
    ];
    expect(await differences(oracle, expressions)).toEqual([]);
  });

  it('digits to a base', async () => {
    const expressions = [
      'bin(10)',
      'bin(-1)',
      'bin(0)',
      'hex(255)',
      'hex(-1)',
      "hex('abc')",
      'to_base(10, 2, 8)',
      'to_base(35, 36)',
      'to_base(-1, 2)',
      'to_base(1, 1)',
    ];
    expect(await differences(oracle, expressions)).toEqual([]);
  });
});

describe('domains', () => {
  it.each([
    ['sqrt(-1)', 'sqrt of -1.0 is not defined: the argument must not be negative'],
    ['ln(0)', 'ln of 0.0 is not defined: the argument must be positive'],
    [
      'log(1, 5)',
      'log of 5.0 to base 1.0 is not defined: both must be positive, and the base not 1',
    ],
    ['acos(2)', 'acos of 2.0 is not defined: the argument must lie between -1 and 1'],
    ["sin('inf'::DOUBLE)", 'sin of inf is not defined: the argument must be finite'],
    ['gamma(-1)', 'gamma of -1.0 is not defined: it has poles at zero and the negative integers'],
    ['abs(-9223372036854775808)', 'abs(-9223372036854775808) is out of range for BIGINT'],
    ['factorial(34)', 'factorial(34) is out of range for HUGEINT'],
    ["from_base('z', 10)", "'z' is not a number to base 10"],
  ])('%s', (sql, message) => {
    expect(() => evaluateSql(sql)).toThrow(message);
  });
});

describe('gamma', () => {
  it.each([
    [0.5, 1.7724538509055159],
    [0.1, 9.513507698668732],
    [-1.5, 2.363271801207355],
    [10.5, 1133278.3889487856],
    [170.5, 5.562092414559996e305],
  ])('of %d to 14 digits', (x, value) => {
    const ours = Number(textOf(`gamma(${x}::DOUBLE)`));
    expect(Math.abs(ours / value - 1)).toBeLessThan(1e-14);
  });
});
