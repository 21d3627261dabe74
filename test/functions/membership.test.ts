import { describe, expect, it } from 'vitest';
import { textOf } from './sql.ts';

const longList = (members: readonly (number | string)[], extra = ''): string =>
  `(${[...Array.from({ length: 20 }, (_, i) => `${1000 + i}`), ...members].join(', ')}${extra})`;

describe.each([
  ['a short list', (members: string): string => `(${members})`],
  ['a long list', (members: string): string => longList([members])],
])('IN %s', (_name, listOf) => {
  it.each([
    ['2', '1, 2, 3', 'true'],
    ['4', '1, 2, 3', 'false'],
    ['4', '1, NULL', 'NULL'],
    ['1', '1, NULL', 'true'],
    ['NULL', '1, 2', 'NULL'],
    ['2', '1.5, 2.0', 'true'],
    ["'nan'::DOUBLE", "1, 'nan'::DOUBLE", 'true'],
    ['0.0::DOUBLE', '1, -0.0::DOUBLE', 'true'],
  ])('%s IN (%s) is %s', (value, members, text) => {
    expect(textOf(`${value} IN ${listOf(members)}`)).toBe(text);
  });
});

it('compares text, dates and intervals as = does', () => {
  const letters = Array.from({ length: 20 }, (_, i) => `'m${i}'`).join(', ');
  expect(textOf(`'m7' IN (${letters})`)).toBe('true');
  expect(textOf(`'x' NOT IN (${letters})`)).toBe('true');
  expect(textOf("DATE '2024-01-02' IN ('2024-01-01', '2024-01-02')")).toBe('true');
  const days = Array.from({ length: 20 }, (_, i) => `INTERVAL '${i + 20} days'`).join(', ');
  expect(textOf(`INTERVAL '1 month' IN (${days})`)).toBe('true');
});

describe('greatest and least', () => {
  it.each([
    ['greatest(1, 2.5, NULL)', '2.5'],
    ['least(NULL, NULL)', 'NULL'],
    ["greatest(1, 'nan'::DOUBLE)", 'nan'],
    ["least('b', 'a', 'c')", 'a'],
    ["greatest(INTERVAL '1 month', INTERVAL '31 days')", '31 days'],
    ["greatest(DATE '2024-01-01', TIMESTAMP '2024-01-01 00:00:01')", '2024-01-01 00:00:01'],
    ['least(170141183460469231731687303715884105727, -1)', '-1'],
    ['greatest(5)', '5'],
  ])('%s is %s', (sql, text) => {
    expect(textOf(sql)).toBe(text);
  });
});
