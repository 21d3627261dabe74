import { describe, expect, test } from 'vitest';
import { SPARK } from './profile.ts';
import { findStatementEnd, isComplete, tokenize } from './tokenize.ts';

test('tokens cover everything but blanks', () => {
  const text = 'SELECT a, "b" /* c */ FROM $1 -- d\nWHERE x = \'e\' AND 1 < ?';
  const tokens = tokenize(text);
  expect(tokens.map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`)).toEqual([
    'keyword SELECT',
    'name a',
    'symbol ,',
    'quotedName "b"',
    'comment /* c */',
    'keyword FROM',
    'parameter $1',
    'comment -- d',
    'keyword WHERE',
    'name x',
    'symbol =',
    "string 'e'",
    'keyword AND',
    'number 1',
    'symbol <',
    'symbol ?',
  ]);
  let end = 0;
  for (const token of tokens) {
    expect(text.slice(end, token.start)).toMatch(/^\s*$/);
    end = token.end;
  }
  expect(end).toBe(text.length);
});

test('text that is no token is marked, and what follows is read on', () => {
  expect(tokenize("1x “ 'a").map(({ kind }) => kind)).toEqual(['invalid', 'invalid', 'invalid']);
});

describe('the end of a statement', () => {
  test.each<[string, number | null]>([
    ['select 1; select 2', 9],
    ['select 1', null],
    ['select \';\' -- ;\n/* ; */ ";" $$;$$;x', 34],
    [';', 1],
    ['', null],
    ["select 'a; b", null],
    ['selec “ 1;', 10],
  ])('%s', (text, end) => {
    expect(findStatementEnd(text)).toBe(end);
  });

  test('from an offset, in the given dialect', () => {
    expect(findStatementEnd('select 1; select 2;', { offset: 9 })).toBe(19);
    expect(findStatementEnd('select "a\\";";', { profile: SPARK })).toBe(14);
  });
});

test.each<[string, boolean]>([
  ['select 1;', true],
  ['select 1; -- done', true],
  ['select 1; select', false],
  ['select 1', false],
  ["select ';", false],
  ['select 1; /* open', false],
  ['', false],
])('is %j complete?', (text, complete) => {
  expect(isComplete(text)).toBe(complete);
});
