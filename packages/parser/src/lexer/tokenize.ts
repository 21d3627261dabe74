import { Lexer } from './lexer.ts';
import { ANSI, type LexerProfile } from './profile.ts';
import { TokenKind } from './token.ts';

/** What a token looks like to a reader. */
export type TokenCategory =
  | 'keyword'
  | 'name'
  | 'quotedName'
  | 'string'
  | 'number'
  | 'parameter'
  | 'symbol'
  | 'hint'
  | 'comment'
  | 'invalid';

/**
 * A piece of text. A `keyword` is any word that the grammar knows, also where it serves as a name;
 * `invalid` is text that is no token, such as a string without its end.
 */
export interface Token {
  readonly kind: TokenCategory;
  readonly start: number;
  readonly end: number;
}

const CATEGORIES: Readonly<Record<TokenKind, TokenCategory>> = {
  [TokenKind.end]: 'symbol',
  [TokenKind.word]: 'name',
  [TokenKind.quotedIdentifier]: 'quotedName',
  [TokenKind.number]: 'number',
  [TokenKind.string]: 'string',
  [TokenKind.escapeString]: 'string',
  [TokenKind.dollarString]: 'string',
  [TokenKind.rawString]: 'string',
  [TokenKind.unicodeString]: 'string',
  [TokenKind.blob]: 'string',
  [TokenKind.bits]: 'string',
  [TokenKind.parameter]: 'parameter',
  [TokenKind.symbol]: 'symbol',
  [TokenKind.hint]: 'hint',
  [TokenKind.comment]: 'comment',
  [TokenKind.invalid]: 'invalid',
};

/** All tokens of a text with its comments, in order; blanks lie between them. Never throws. */
export function tokenize(text: string, profile: LexerProfile = ANSI): Token[] {
  const lexer = new Lexer(text, profile, { start: 0, end: text.length }, true);
  const tokens: Token[] = [];
  for (lexer.next(); lexer.kind !== TokenKind.end; lexer.next()) {
    const { kind, tag, start, end } = lexer;
    const isKeyword = kind === TokenKind.word && tag !== '';
    tokens.push({ kind: isKeyword ? 'keyword' : CATEGORIES[kind], start, end });
  }
  return tokens;
}

/**
 * Where the statement at `offset` ends: behind its semicolon, or null when there is none yet. Works
 * on text that does not parse, too. Never throws. Cost: O(length of the statement).
 */
export function findStatementEnd(
  text: string,
  options: { readonly profile?: LexerProfile; readonly offset?: number } = {},
): number | null {
  const range = { start: options.offset ?? 0, end: text.length };
  const lexer = new Lexer(text, options.profile ?? ANSI, range);
  do lexer.next();
  while (lexer.kind !== TokenKind.end && lexer.tag !== ';');
  return lexer.tag === ';' ? lexer.end : null;
}

/** Does the text end with a semicolon, apart from blanks and comments behind it? */
export function isComplete(text: string, profile: LexerProfile = ANSI): boolean {
  const lexer = new Lexer(text, profile, { start: 0, end: text.length });
  let isClosed = false;
  for (lexer.next(); lexer.kind !== TokenKind.end; lexer.next()) isClosed = lexer.tag === ';';
  return isClosed;
}
