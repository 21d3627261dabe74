import { SqlError } from '@windrow/core';
import { Lexer } from './lexer.ts';
import type { LexerProfile } from './profile.ts';
import { type Tag, TokenKind } from './token.ts';

/** Longest statement, in UTF-16 code units: 16 MiB. */
export const MAX_STATEMENT_LENGTH: number = 16 * 1024 * 1024;

/**
 * The tokens of one statement as parallel arrays; the last one has the kind `end` and starts at the
 * semicolon, or at the end of the text. Comments are left out.
 */
export interface TokenList {
  readonly kinds: readonly TokenKind[];
  readonly tags: readonly (Tag | '')[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** Where the next statement begins: behind the semicolon, or at the end of the range. */
  readonly nextOffset: number;
}

/**
 * Reads the tokens of the statement that begins at `range.start`.
 *
 * Cost: O(length of that statement), whatever follows it.
 *
 * @throws SqlError `syntax` 42601 for text that is no token, `resource` 54000 beyond
 * {@link MAX_STATEMENT_LENGTH}.
 */
export function readTokens(
  text: string,
  profile: LexerProfile,
  range: { readonly start: number; readonly end: number },
): TokenList {
  const lexer = new Lexer(text, profile, range);
  const kinds: TokenKind[] = [];
  const tags: (Tag | '')[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  for (;;) {
    lexer.next();
    const { kind, tag, start, end } = lexer;
    if (lexer.problem !== null) {
      const { message, hint, start, end } = lexer.problem;
      throw new SqlError('syntax', message, { span: { start, end }, hint });
    }
    const isEnd = kind === TokenKind.end || tag === ';';
    kinds.push(isEnd ? TokenKind.end : kind);
    tags.push(isEnd ? '' : tag);
    starts.push(start);
    ends.push(isEnd ? start : end);
    if (end - (starts[0] ?? 0) > MAX_STATEMENT_LENGTH) tooLong(starts[0] ?? 0, end);
    if (isEnd) return { kinds, tags, starts, ends, nextOffset: end };
  }
}

function tooLong(start: number, end: number): never {
  throw new SqlError('resource', 'statement is longer than 16 MiB', {
    span: { start, end },
    sqlState: '54000',
    hint: 'Load large amounts of data with COPY or INSERT … SELECT from a file.',
  });
}
