import { describe, expect, it } from 'vitest';
import { evaluateSql, textOf } from './sql.ts';

describe('comparison of lists', () => {
  it.each([
    ['[1, NULL] = [1, NULL]', 'true'],
    ['[1, 2] = [1, 2.0]', 'true'],
    ['[1] < [1, 2]', 'true'],
    ['[1, 3] > [1, 2, 9]', 'true'],
    ['[1, NULL] > [1, 2]', 'true'],
    ['[1] = NULL', 'NULL'],
    ['[1] IS DISTINCT FROM NULL', 'true'],
    ["['Z'] < ['a']", 'true'],
    ["['nan'::DOUBLE] > ['inf'::DOUBLE]", 'true'],
  ])('%s is %s', (sql, text) => {
    expect(textOf(sql)).toBe(text);
  });
});

describe('empty lists', () => {
  it.each([
    ['[]', '[]'],
    ['len([])', '0'],
    ["[] || ['a']", '[a]'],
    ['[1] || []', '[1]'],
    ['[[], [1]]', '[[], [1]]'],
    ['[] = []', 'true'],
    ['[] < [NULL]', 'true'],
    ['[][1]', 'NULL'],
    ['[]::INTEGER[]', '[]'],
    ["list_append([], 'a')", '[a]'],
    ['list_prepend(1, [])', '[1]'],
    ['list_append([], [])', '[[]]'],
    ['list_append(NULL, 1)', '[1]'],
    ['list_contains([], 1)', 'false'],
    ['CASE WHEN true THEN [] ELSE [1.5] END', '[]'],
    ['MAP {}', '{}'],
    ['typeof([])', '"NULL"[]'],
  ])('%s is %s', (sql, text) => {
    expect(textOf(sql)).toBe(text);
  });
});

describe('functions of lists', () => {
  it.each([
    ['[1, 2, 3][0]', 'NULL'],
    ['[1, 2, 3][4]', 'NULL'],
    ['[1, 2, 3][-3]', '1'],
    ['[1, 2, 3, 4][-2:]', '[3, 4]'],
    ['[1, 2, 3, 4][:2]', '[1, 2]'],
    ['[1, 2, 3, 4][9:]', '[]'],
    ["'hello'[2:3]", 'el'],
    ["'hello'[-1]", 'o'],
    ['list_contains([1, NULL], NULL)', 'NULL'],
    ['list_contains([1, 2.5], 2.5)', 'true'],
    ['list_position([1, 2, 2], 2)', '2'],
    ['list_position([1], 2)', 'NULL'],
    ['range(0)', '[]'],
    ['range(5, 0, -2)', '[5, 3, 1]'],
    ['generate_series(5, 1, -2)', '[5, 3, 1]'],
    ['list_concat([1], NULL)', '[1]'],
    ['list_concat([1], [2.5])', '[1.0, 2.5]'],
    ['[1] || NULL', 'NULL'],
    ['list_append([1], NULL)', '[1, NULL]'],
    ["list_sort(['b', NULL, 'a', 'B'])", '[B, a, b, NULL]'],
    ['list_distinct([3, 1, 3, 2, 1])', '[3, 1, 2]'],
    ['len([1][2:])', '0'],
    ["[1, '2']", '[1, 2]'],
  ])('%s is %s', (sql, text) => {
    expect(textOf(sql)).toBe(text);
  });

  it.each([
    ['range(1, 5, 0)', '22023'],
    ['range(0, 9000000000000)', '54000'],
    ['[1, 2, 3][1:3:0]', '22023'],
  ])('%s fails', (sql, sqlState) => {
    expect(() => evaluateSql(sql)).toThrow(expect.objectContaining({ sqlState }));
  });
});

describe('casts of nested values', () => {
  it.each([
    ['[1, 2]::DOUBLE[]', '[1.0, 2.0]'],
    ['[1.5, 2.5, -0.5]::DOUBLE[]::INTEGER[]', '[2, 2, 0]'],
    ['[1.5, 2.5]::INTEGER[]', '[2, 3]'],
    ["['1', NULL]::INTEGER[]", '[1, NULL]'],
    ["'[1, NULL, 3]'::INTEGER[]", '[1, NULL, 3]'],
    ["'[ ]'::INTEGER[]", '[]'],
    ["'[[1], [2, 3], NULL]'::INTEGER[][]", '[[1], [2, 3], NULL]'],
    [
      String.raw`'[a b, ''x, y'', "q", ''it\''s'']'::VARCHAR[]`,
      String.raw`[a b, 'x, y', q, 'it\'s']`,
    ],
    ["'{\"a\": 1, ''b'': x}'::STRUCT(a INTEGER, b VARCHAR)", "{'a': 1, 'b': x}"],
    ["'{b: 2}'::STRUCT(a INTEGER, b INTEGER)", "{'a': NULL, 'b': 2}"],
    ["'{k=1, l=NULL}'::MAP(VARCHAR, INTEGER)", '{k=1, l=NULL}'],
    ["TRY_CAST('[1, x]' AS INTEGER[])", 'NULL'],
    ['[true, false]::INTEGER[]', '[1, 0]'],
    ["['2024-02-29'::DATE]::TIMESTAMP[]", "['2024-02-29 00:00:00']"],
  ])('%s is %s', (sql, text) => {
    expect(textOf(sql)).toBe(text);
  });

  it.each([
    ["'[1'::INTEGER[]", "'[1' is not a valid INTEGER[]"],
    ["'1, 2'::INTEGER[]", "'1, 2' is not a valid INTEGER[]"],
    ["'[1] 2'::INTEGER[]", "'[1] 2' is not a valid INTEGER[]"],
    ["'[1, x]'::INTEGER[]", "'x' is not a valid INTEGER"],
    ['[300]::TINYINT[]', "'300' is out of range for TINYINT"],
  ])('%s says why it fails', (sql, message) => {
    expect(() => evaluateSql(sql)).toThrow(message);
  });
});
