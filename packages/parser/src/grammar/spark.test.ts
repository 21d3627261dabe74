import { describe, expect, test } from 'vitest';
import { SPARK } from '../lexer/profile.ts';
import { parseExpression } from '../parse.ts';
import { print } from '../print.ts';
import { testExpressions, testStatements } from '../round-trip.test.support.ts';

describe('lexical rules of Spark', () => {
  testExpressions(
    [
      ['`a``b`.`c`', '`a``b`.`c`'],
      ['"it\'s"', "'it''s'"],
      ["'a\\tb\\'c\\\\d\\%'", "'a\tb''c\\\\d\\\\%'"],
      ["r'\\d+'", "'\\\\d+'"],
      ['R"\\n"', "'\\\\n'"],
      ["'a' 'b' \"c\"", "'abc'"],
      '1L',
      ['2s + 3Y + 1.5bd + 1e2D + 1F', '(((2S + 3Y) + 1.5BD) + 1e2D) + 1F'],
      'a_1',
    ],
    SPARK,
  );
});

describe('operators of Spark', () => {
  testExpressions(
    [
      ['a & b ^ c | d', '((a & b) ^ c) | d'],
      ['a | b ^ c & d', 'a | (b ^ (c & d))'],
      ['a || b & c', '(a || b) & c'],
      ['a ** b ^ c', '(a ** b) ^ c'],
      ['!a = b', 'NOT (a = b)'],
      ['a rlike b', 'a RLIKE b'],
      ['a:b.c', '(a:b.c)'],
    ],
    SPARK,
  );

  test('bitwise XOR is a call where the caret is power', () => {
    const expression = parseExpression('a ^ b & c', { profile: SPARK });
    expect(print(expression)).toBe('xor(a, b & c)');
  });

  test('number suffixes are casts where there are none', () => {
    expect(print(parseExpression('1L + 1.5BD', { profile: SPARK }))).toBe(
      'CAST(1 AS BIGINT) + CAST(1.5 AS DECIMAL)',
    );
  });
});

describe('statements of Spark', () => {
  testStatements(
    [
      ['select a:b from t', 'SELECT (a:b) FROM t'],
      ['select a : b from t', 'SELECT b AS a FROM t'],
      ['select * from a join b', 'SELECT * FROM a CROSS JOIN b'],
      ['select * from parquet.`/tmp/x`', 'SELECT * FROM parquet.`/tmp/x`'],
      ['select `a b` from `t`', 'SELECT `a b` FROM `t`'],
    ],
    SPARK,
  );
});
