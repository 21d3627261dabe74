import { describe, expect, test } from 'vitest';
import { expectedAt } from './completion.ts';
import { SPARK } from './lexer/profile.ts';

/** The completion where `|` stands. */
function at(marked: string): ReturnType<typeof expectedAt> {
  const offset = marked.indexOf('|');
  return expectedAt(marked.slice(0, offset) + marked.slice(offset + 1), offset);
}

describe('names', () => {
  test.each<[string, string[]]>([
    ['select |', ['column', 'function']],
    ['select a, f(|', ['column', 'function']],
    ['select a from |', ['relation', 'tableFunction', 'string']],
    ['select a from t join |', ['relation', 'tableFunction', 'string']],
    ['select a from t where |', ['column', 'function']],
    ['select a from t order by |', ['column', 'function']],
    ['select a::|', ['type']],
    ['create table t (a |', ['type']],
    ['set |', ['setting']],
    ['use |', ['schema']],
    ['insert into |', ['relation']],
    ['drop table |', ['relation']],
    ['select a.|', ['column']],
  ])('%s', (marked, names) => {
    const found = at(marked).names.filter((name) => name !== 'alias');
    expect(new Set(found)).toEqual(new Set(names));
  });
});

describe('keywords', () => {
  test.each<[string, string[], string[]]>([
    ['|', ['SELECT', 'INSERT', 'CREATE', 'WITH'], ['FROM_', 'WHERE']],
    ['select a |', ['FROM', 'AS', 'WHERE', 'ORDER', 'UNION', 'AND', 'LIKE'], ['SELECT', 'SET']],
    ['select a from t |', ['JOIN', 'LEFT', 'WHERE', 'GROUP', 'AS'], ['SELECT', 'AND']],
    ['select a from t where a |', ['AND', 'OR', 'IS', 'GROUP'], ['WHERE', 'FROM']],
    ['select a from t group |', ['BY'], ['ORDER', 'WHERE']],
    ['select sum(a) over (|', ['PARTITION', 'ORDER', 'ROWS'], ['WHERE']],
    ['create |', ['TABLE', 'VIEW', 'OR', 'TEMPORARY'], ['SELECT']],
    ['select case |', ['WHEN', 'NOT'], ['THEN']],
  ])('%s', (marked, present, absent) => {
    const { keywords } = at(marked);
    expect(keywords).toEqual(expect.arrayContaining(present));
    for (const word of absent) expect(keywords).not.toContain(word);
  });
});

test('a word already begun is what a proposal replaces', () => {
  const { replace, keywords } = at('select a fro|');
  expect(replace).toEqual({ start: 9, end: 12 });
  expect(keywords).toContain('FROM');
});

test('the names in front of a dot', () => {
  expect(at('select s."My T".c|').qualifier).toEqual(['s', 'My T']);
  expect(at('select * from s.|')).toMatchObject({ qualifier: ['s'], names: ['relation'] });
});

test('a path behind FROM', () => {
  const text = "select * from 'data/x";
  const { inString, names, replace } = expectedAt(text, text.length);
  expect(inString).toBe(true);
  expect(names).toContain('string');
  expect(text.slice(replace.start, replace.end)).toBe('data/x');
});

test('only the statement around the place counts', () => {
  expect(at('select 1; insert into t; drop |').keywords).toContain('TABLE');
  expect(at('select a from | where b').names).toContain('relation');
});

test('nothing behind an error, in a comment, or beyond the text', () => {
  expect(at('select from where |').keywords).toEqual([]);
  expect(at('select a -- from |').keywords).toEqual([]);
  expect(at('select “ |').keywords).toEqual([]);
  expect(expectedAt('select ', 99).names).toContain('column');
});

test('the dialect decides what a string is', () => {
  const text = 'select "a ';
  expect(expectedAt(text, text.length, { profile: SPARK }).inString).toBe(true);
  expect(expectedAt(text, text.length).inString).toBe(false);
});
