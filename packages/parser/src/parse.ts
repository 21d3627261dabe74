import { SqlError } from '@windrow/core';
import type { Expression } from './ast/expression.ts';
import type { Statement } from './ast/statement.ts';
import { Cursor, tooDeep } from './grammar/cursor.ts';
import { GRAMMAR } from './grammar/grammar.ts';
import { likelyHint } from './grammar/hint.ts';
import { ANSI, type LexerProfile } from './lexer/profile.ts';
import { TokenKind } from './lexer/token.ts';
import { readTokens, type TokenList } from './lexer/token-list.ts';

/** How to read a text. */
export interface ParseOptions {
  /** Default: {@link ANSI}. */
  readonly profile?: LexerProfile;
}

/** A statement and where the next one begins. */
export interface ParsedStatement {
  readonly statement: Statement;
  /** Behind the semicolon, or at the end of the text. */
  readonly end: number;
}

/**
 * Parses the first statement of `text` at or behind `offset`; empty ones (`;;`) are passed over.
 * Returns null when there is none left. A script is read by calling this with the last `end`, each
 * time with the profile then in force; every call costs O(length of its statement).
 *
 * @throws SqlError `syntax` 42601 and others, `resource` 54000, 54001, 54011; `bind` 42P20 for frame
 * bounds that are wrong by syntax. Spans are offsets into `text`.
 */
export function parseNextStatement(
  text: string,
  options: ParseOptions & { readonly offset?: number } = {},
): ParsedStatement | null {
  const profile = options.profile ?? ANSI;
  let offset = options.offset ?? 0;
  for (;;) {
    const tokens = readTokens(text, profile, { start: offset, end: text.length });
    if (tokens.kinds[0] !== TokenKind.end) {
      const statement = run(text, profile, tokens, GRAMMAR.statement);
      return { statement, end: tokens.nextOffset };
    }
    if (tokens.nextOffset >= text.length && tokens.nextOffset === tokens.ends[0]) return null;
    offset = tokens.nextOffset;
  }
}

/**
 * Parses a text that holds exactly one statement, with a semicolon behind it or not.
 *
 * @throws SqlError as {@link parseNextStatement}, and when there is no statement or a second one.
 */
export function parseStatement(text: string, options: ParseOptions = {}): Statement {
  const first = parseNextStatement(text, options);
  if (first === null)
    throw new SqlError('syntax', 'expected a statement but found end of statement');
  const second = readNext(text, first.end, options);
  if (second === null) return first.statement;
  throw new SqlError('syntax', 'expected one statement but found a second one', { span: second });
}

/** The first token at or behind the offset that is no semicolon. */
function readNext(
  text: string,
  from: number,
  options: ParseOptions,
): { start: number; end: number } | null {
  for (let offset = from; offset < text.length; ) {
    const range = { start: offset, end: text.length };
    const tokens = readTokens(text, options.profile ?? ANSI, range);
    if (tokens.kinds[0] !== TokenKind.end)
      return { start: tokens.starts[0]!, end: tokens.ends[0]! };
    offset = Math.max(tokens.nextOffset, offset + 1);
  }
  return null;
}

/**
 * Parses all statements of a script, with one profile throughout.
 *
 * @throws SqlError as {@link parseNextStatement}
 */
export function parseStatements(text: string, options: ParseOptions = {}): Statement[] {
  const statements: Statement[] = [];
  let next = parseNextStatement(text, options);
  while (next !== null) {
    statements.push(next.statement);
    next = parseNextStatement(text, { ...options, offset: next.end });
  }
  return statements;
}

/**
 * Parses a text that holds one expression and nothing else.
 *
 * @throws SqlError as {@link parseNextStatement}
 */
export function parseExpression(text: string, options: ParseOptions = {}): Expression {
  const profile = options.profile ?? ANSI;
  const tokens = readTokens(text, profile, { start: 0, end: text.length });
  const expression = run(text, profile, tokens, GRAMMAR.expression);
  const end = tokens.ends[tokens.ends.length - 1]!;
  if (tokens.nextOffset === end) return expression;
  const span = { start: end, end: tokens.nextOffset };
  throw new SqlError('syntax', 'expected end of expression but found ";"', { span });
}

/** Applies a rule to all tokens of a statement, and finds a hint for its syntax error. */
function run<T extends Statement | Expression>(
  text: string,
  profile: LexerProfile,
  tokens: TokenList,
  rule: (cursor: Cursor) => T,
): T {
  const cursor = new Cursor(text, profile, GRAMMAR, tokens);
  let isTrailing = false;
  const whole = (at: Cursor): T => {
    const node = rule(at);
    if (at.atEnd) return node;
    isTrailing = true;
    return at.fail('end of statement');
  };
  try {
    return whole(cursor);
  } catch (error) {
    // Deep nesting of several kinds at once may need more stack than the limit allows for.
    if (error instanceof RangeError) throw tooDeep(cursor.span(cursor.index));
    const isMute = error instanceof SqlError && error.code === 'syntax' && error.hint === undefined;
    if (!isMute) throw error;
    const hint = likelyHint(text, profile, tokens, cursor.index, isTrailing, whole);
    if (hint === undefined) throw error;
    const { code, message, span, sqlState } = error;
    throw new SqlError(code, message, { span, sqlState, hint });
  }
}
