import type { Keyword } from './keyword.ts';

/** What a token is, as the lexer sees it. A word may be a keyword or a name: the parser decides. */
export const TokenKind = {
  /** End of the statement: a semicolon or the end of the text. */
  end: 0,
  word: 1,
  quotedIdentifier: 2,
  number: 3,
  string: 4,
  /** `E'…'` */
  escapeString: 5,
  /** `$tag$…$tag$` */
  dollarString: 6,
  /** `r'…'` */
  rawString: 7,
  /** `U&'…'` */
  unicodeString: 8,
  /** `x'…'` */
  blob: 9,
  /** `b'…'` */
  bits: 10,
  /** `$1`, `$name` */
  parameter: 11,
  symbol: 12,
  /** The comment with plus sign after SELECT. */
  hint: 13,
  comment: 14,
  /** Text that is no token; the lexer's `problem` says why. */
  invalid: 15,
} as const;

/** One of the values of {@link TokenKind}. */
export type TokenKind = (typeof TokenKind)[keyof typeof TokenKind];

/** All symbols. `>>` is two tokens, because `ARRAY<ARRAY<INT>>` ends in the same characters. */
// biome-ignore format: a list of symbols is read in lines.
export const SYMBOLS = [
  '(', ')', '[', ']', '{', '}', ',', ';', '.', ':', '::', ':=', '=>', '=', '==', '<>', '!=', '<',
  '<=', '>', '>=', '<=>', '+', '-', '*', '**', '/', '//', '%', '^', '^@', '||', '|', '|>', '->',
  '->>', '<<', '&', '&&', '@', '@>', '<@', '~', '~*', '!', '!~', '!~*', '~~', '~~*', '!~~',
  '!~~*', '~~~', '!~~~', '?', '#', '$',
] as const;

/** The text of a symbol token. */
export type SymbolTag = (typeof SYMBOLS)[number];

/** What the grammar asks a token for: a keyword in lower case or a symbol. */
export type Tag = Keyword | SymbolTag;
