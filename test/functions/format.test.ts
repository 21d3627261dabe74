import { beforeAll, describe, expect, it } from 'vitest';
import { differences } from './agreement.ts';
import { type Oracle, openOracle } from './duckdb.ts';
import { evaluateSql, textOf } from './sql.ts';

let oracle: Oracle;
beforeAll(async () => {
  oracle = await openOracle();
});

const INTEGERS = ['0', '7', '-42', '1234567', '9223372036854775807', '255::SMALLINT'];
const FRACTIONS = ['0.0::DOUBLE', '2.5::DOUBLE', '-3.14159::DOUBLE', '12345.678', '1e22', '1e-7'];
const TEXTS = ["''", "'abc'", "'é é'", "DATE '2024-02-29'", 'true'];

const calls = (name: string, formats: readonly string[], values: readonly string[]): string[] =>
  formats.flatMap((format) => values.map((value) => `${name}('${format}', ${value})`));

describe('format and printf are what DuckDB makes of', () => {
  it.each([
    ['integers', '%d|%5d|%-5d|%05d|%+d|% d|%x|%X|%o|%#x', INTEGERS.slice(0, 2)],
    ['negative integers', '%d|%5d|%-5d|%05d|%+d|% d', INTEGERS],
    ['fractions', '%f|%.2f|%.0f|%10.3f|%-10.1f|%010.2f|%+.1f|%e|%.3e|%g|%.3g|%G', FRACTIONS],
    ['texts', '%s|%5s|%-5s|%.2s', TEXTS.slice(0, 3)],
  ] as const)('%s (printf)', async (_, formats, values) => {
    const all = calls('printf', formats.split('|'), values);
    expect(await differences(oracle, all)).toEqual([]);
  });

  it.each([
    ['integers', '{}|{:d}|{:5}|{:<5}|{:^6}|{:>6}|{:05d}|{:+}|{:,}|{:*^9}', INTEGERS],
    ['fractions', '{}|{:.2f}|{:.0f}|{:10.3f}|{:<10.1f}|{:e}|{:.3e}|{:g}|{:,.2f}', FRACTIONS],
    ['texts', '{}|{:s}|{:5}|{:<5}|{:>5}|{:*^7}|{:.2}|{{{}}}', TEXTS.slice(0, 3)],
    ['others', '{}', TEXTS],
  ] as const)('%s (format)', async (_, formats, values) => {
    const all = calls('format', formats.split('|'), values);
    expect(await differences(oracle, all)).toEqual([]);
  });

  it('several values', async () => {
    const all = [
      "format('{1} {0} {1}', 'a', 'b')",
      "format('{} {} {}', 1, 'x', 2.5::DOUBLE)",
      "format('no value')",
      "format('{}', NULL)",
      "format('{} {}', 1)",
      "format('{', 1)",
      "printf('%d%% of %s', 5, 'all')",
      "printf('%*d|%lld', 6, 42, 7)",
      "printf('%s')",
      "printf('%d', 'x')",
      "printf('%c', 65)",
      "printf('%d', 1.5)",
    ];
    expect(await differences(oracle, all)).toEqual([]);
  });
});

describe('errors of format and printf', () => {
  it.each([
    "format('{} {}', 1)",
    "format('{:y}', 1)",
    "format('}', 1)",
    "printf('%d', 'x')",
    "printf('%', 1)",
    "printf('%99999999d', 1)",
  ])('%s', (sql) => {
    expect(() => evaluateSql(sql)).toThrow(expect.objectContaining({ sqlState: '22023' }));
  });
});

describe('patterns of letters', () => {
  const at = "TIMESTAMP '2024-02-09 03:04:05.123456'";
  it.each([
    [`date_format(${at}, 'yyyy-MM-dd''T''HH:mm:ss.SSSSSS')`, '2024-02-09T03:04:05.123456'],
    [`date_format(${at}, 'd.M.yy H:m:s')`, '9.2.24 3:4:5'],
    [`date_format(${at}, 'EEEE E MMMM MMM DDD a')`, 'Friday Fri February Feb 040 AM'],
    [`date_format(${at}, '100 % ''o''''clock''')`, "100 % o'clock"],
    [`date_format(NULL::DATE, 'yyyy')`, 'NULL'],
    [`to_date('09/02/24', 'dd/MM/yy')`, '2024-02-09'],
    [`to_date(${at}::TEXT)`, '2024-02-09'],
    [`to_timestamp('2024-02-09 03:04', 'yyyy-MM-dd HH:mm')`, '2024-02-09 03:04:00'],
    [`unix_timestamp('1970-01-01 00:01:00')`, '60'],
    [`unix_timestamp(TIMESTAMP '1969-12-31 23:59:59.5')`, '-1'],
    [`from_unixtime(unix_timestamp(${at}))`, '2024-02-09 03:04:05'],
    ['make_interval(0, 0, 1, 1, 0, 0, -1.5)', '8 days -00:00:01.5'],
  ])('%s is %s', (sql, text) => {
    expect(textOf(sql)).toBe(text);
  });

  it.each([
    [`date_format(${at}, 'qq')`, '22023'],
    [`date_format(${at}, '''open')`, '22023'],
    [`to_date('x', 'yyyy')`, '22007'],
    ['make_interval(3000000000)', '22003'],
    ['width_bucket(1, 2, 2, 3)', '22023'],
    ['width_bucket(1, 0, 2, 0)', '22023'],
  ])('%s fails', (sql, sqlState) => {
    expect(() => evaluateSql(sql)).toThrow(expect.objectContaining({ sqlState }));
  });
});
