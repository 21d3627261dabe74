import { describe, expect, test } from 'vitest';
import { Lexer } from './lexer.ts';
import { ANSI, type LexerProfile, SPARK } from './profile.ts';
import { SYMBOLS, TokenKind } from './token.ts';

const NAMES = Object.fromEntries(Object.entries(TokenKind).map(([name, kind]) => [kind, name]));

/** The tokens as `kind:text`, a keyword or symbol as itself, a problem as `!message`. */
function lex(text: string, profile: LexerProfile = ANSI, keepComments = false): string[] {
  const lexer = new Lexer(text, profile, { start: 0, end: text.length }, keepComments);
  const tokens: string[] = [];
  for (lexer.next(); lexer.kind !== TokenKind.end; lexer.next()) {
    const { kind, tag, start, end, problem } = lexer;
    if (problem !== null) tokens.push(`!${problem.message}`);
    else tokens.push(tag !== '' ? tag : `${NAMES[kind]}:${text.slice(start, end)}`);
  }
  return tokens;
}

describe('words', () => {
  test.each<[string, string[]]>([
    ['SELECT Select sELECT', ['select', 'select', 'select']],
    [
      'selected _x x1 x$ été 名',
      ['word:selected', 'word:_x', 'word:x1', 'word:x$', 'word:été', 'word:名'],
    ],
    ['a.b.c', ['word:a', '.', 'word:b', '.', 'word:c']],
    ['"a""b" ""', ['quotedIdentifier:"a""b"', '!zero-length quoted identifier']],
    ['select\u00a01\u3000;\ufeff', ['select', 'number:1', ';']],
    ['`a`', ['!unexpected character "`"', 'word:a', '!unexpected character "`"']],
  ])('%s', (text, tokens) => {
    expect(lex(text)).toEqual(tokens);
  });
});

describe('numbers', () => {
  test.each<[string, string[]]>([
    ['0 12 1_000 1_0.0_1', ['number:0', 'number:12', 'number:1_000', 'number:1_0.0_1']],
    [
      '.5 5. 5.e1 1e3 1E-3 1.5e+10',
      ['number:.5', 'number:5.', 'number:5.e1', 'number:1e3', 'number:1E-3', 'number:1.5e+10'],
    ],
    ['0xFf 0b01 0o17 0XFF_FF', ['number:0xFf', 'number:0b01', 'number:0o17', 'number:0XFF_FF']],
    ['1..2', ['number:1.', 'number:.2']],
    ['1a', ['!malformed number "1a"']],
    ['1_', ['!malformed number "1_"']],
    ['1__0', ['!malformed number "1__0"']],
    ['0x', ['!malformed number "0x"']],
    ['0b12', ['!malformed number "0b12"']],
    ['1e', ['!malformed number "1e"']],
    ['1L', ['!malformed number "1L"']],
    ['a1', ['word:a1']],
    ['1-2', ['number:1', '-', 'number:2']],
  ])('%s', (text, tokens) => {
    expect(lex(text)).toEqual(tokens);
  });

  test('suffixes of Spark', () => {
    expect(lex('1L 2s 3Y 1.5d 1e2F 1.5BD 1bx', SPARK)).toEqual([
      'number:1L',
      'number:2s',
      'number:3Y',
      'number:1.5d',
      'number:1e2F',
      'number:1.5BD',
      '!malformed number "1bx"',
    ]);
  });
});

describe('strings', () => {
  test.each<[string, string[]]>([
    ["'a''b' ''", ["string:'a''b'", "string:''"]],
    ["'c:\\' x", ["string:'c:\\'", 'word:x']],
    ["E'a\\'b' e''", ["escapeString:E'a\\'b'", "escapeString:e''"]],
    [
      "x'1F' X'' b'01' U&'a' r'b'",
      ["blob:x'1F'", "blob:X''", "bits:b'01'", "unicodeString:U&'a'", 'word:r', "string:'b'"],
    ],
    ["$$a'b$$ $t$ $$ $t$", ["dollarString:$$a'b$$", 'dollarString:$t$ $$ $t$']],
    ['$1 $name $', ['parameter:$1', 'parameter:$name', '$']],
    ["'a", ['!unterminated string']],
    ['"a', ['!unterminated quoted identifier']],
    ['$$a', ['!unterminated string']],
    ['$t$a$$', ['!unterminated string']],
    ["E'a\\'", ['!unterminated string']],
  ])('%s', (text, tokens) => {
    expect(lex(text)).toEqual(tokens);
  });

  test('of Spark', () => {
    expect(lex("\"a\\\"b\" 'c\\'d' `e``f` r'\\'", SPARK)).toEqual([
      'string:"a\\"b"',
      "string:'c\\'d'",
      'quotedIdentifier:`e``f`',
      "rawString:r'\\'",
    ]);
    expect(lex('$$a$$', SPARK)).toEqual(['$', 'parameter:$a', '$', '$']);
  });
});

describe('comments', () => {
  test.each<[string, string[]]>([
    ['1 -- c\n2', ['number:1', 'number:2']],
    ['1 /* a /* b */ c */ 2', ['number:1', 'number:2']],
    ['1 --', ['number:1']],
    ['/* a /* b */', ['!unterminated comment']],
    ['select /*+ x */ a /*+ y */', ['select', 'hint:/*+ x */', 'word:a']],
    ['select -- c\n /*+ x */ a', ['select', 'hint:/*+ x */', 'word:a']],
  ])('%s', (text, tokens) => {
    expect(lex(text)).toEqual(tokens);
  });

  test('are kept for those who ask', () => {
    expect(lex('1 -- c\n/* d */', ANSI, true)).toEqual([
      'number:1',
      'comment:-- c',
      'comment:/* d */',
    ]);
  });
});

test('every symbol is one token', () => {
  for (const symbol of SYMBOLS) expect(lex(`a ${symbol} b`)).toEqual(['word:a', symbol, 'word:b']);
});

test('the longest symbol wins', () => {
  expect(lex('a<=>b<=c<>d<<e<@f<-g')).toEqual([
    'word:a',
    '<=>',
    'word:b',
    '<=',
    'word:c',
    '<>',
    'word:d',
    '<<',
    'word:e',
    '<@',
    'word:f',
    '<',
    '-',
    'word:g',
  ]);
  expect(lex('a->>b->c||d|>e|f>>g')).toEqual([
    'word:a',
    '->>',
    'word:b',
    '->',
    'word:c',
    '||',
    'word:d',
    '|>',
    'word:e',
    '|',
    'word:f',
    '>',
    '>',
    'word:g',
  ]);
});

test('what is no token is named', () => {
  expect(lex('a \u0001 “b” \\ 😀')).toEqual([
    'word:a',
    '!unexpected character U+0001',
    '!unexpected character "“"',
    'word:b',
    '!unexpected character "”"',
    '!unexpected character "\\"',
    'word:😀',
  ]);
});

test('nothing outside the range is read', () => {
  const lexer = new Lexer("az'cd'ef", ANSI, { start: 1, end: 5 });
  lexer.next();
  expect([lexer.start, lexer.end]).toEqual([1, 2]);
  lexer.next();
  expect(lexer.problem?.message).toBe('unterminated string');
  lexer.next();
  expect(lexer.kind).toBe(TokenKind.end);
});
