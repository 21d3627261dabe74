import { didYouMean, editDistance } from '@windrow/core';
import { isReserved } from '../lexer/keyword.ts';
import type { LexerProfile } from '../lexer/profile.ts';
import { type Tag, TokenKind } from '../lexer/token.ts';
import type { TokenList } from '../lexer/token-list.ts';
import { CLAUSE_WORDS, Cursor, type Expectations } from './cursor.ts';
import { GRAMMAR } from './grammar.ts';

/**
 * What probably went wrong at a syntax error, or undefined.
 *
 * The statement is parsed again, once for each token in question, to learn what the grammar would
 * have taken there: errors are rare, so the first parse need not keep account.
 */
export function likelyHint(
  text: string,
  profile: LexerProfile,
  tokens: TokenList,
  failedIndex: number,
  isTrailing: boolean,
  rule: (cursor: Cursor) => unknown,
): string | undefined {
  const expectedAt = (index: number): Expectations => {
    const cursor = new Cursor(text, profile, GRAMMAR, tokens);
    cursor.record(index, index === failedIndex);
    return expectations(cursor, rule);
  };
  const wordAt = (index: number): string | null =>
    tokens.kinds[index] === TokenKind.word
      ? text.slice(tokens.starts[index], tokens.ends[index]).toLowerCase()
      : null;
  const here = expectedAt(failedIndex);
  // A misspelt keyword is often taken for an alias: the error shows one or two tokens later.
  for (const index of [failedIndex, failedIndex - 1, failedIndex - 2]) {
    const word = index < 0 ? null : wordAt(index);
    if (word === null || tokens.tags[index] !== '') continue;
    const meant = misspelt(word, index === failedIndex ? here : expectedAt(index));
    if (meant !== undefined) return meant;
  }
  return (
    (isTrailing ? trailing(tokens.tags[failedIndex]!) : undefined) ??
    missingSeparator(tokens, failedIndex, here, isTrailing, wordAt)
  );
}

/** Runs a rule over a cursor that records, and returns what it asked for. */
export function expectations(cursor: Cursor, rule: (cursor: Cursor) => unknown): Expectations {
  try {
    rule(cursor);
  } catch {
    // The error itself is known, or of no interest: only what was expected counts.
  }
  return cursor.expectations;
}

function misspelt(word: string, { tags }: Expectations): string | undefined {
  if (word.length < 3) return undefined;
  const allowed = word.length < 6 ? 1 : 2;
  const near = [...tags].filter(
    (tag) => /^[a-z]{3,}$/.test(tag) && editDistance(word, tag) <= allowed,
  );
  const upper = near.map((tag) => tag.toUpperCase());
  return near.length === 0 ? undefined : didYouMean(word, upper)?.replaceAll('"', '');
}

/** What stands behind a statement that could have ended. */
function trailing(tag: Tag | ''): string | undefined {
  if (tag === ')' || tag === ']' || tag === '}') return 'Nothing is open that it could close.';
  return CLAUSE_WORDS.has(tag)
    ? 'The clauses come in this order: FROM, WHERE, GROUP BY, HAVING, WINDOW, QUALIFY, ORDER BY, LIMIT.'
    : undefined;
}

/** An operand right behind another one, where a comma or an operator would have been fine. */
function missingSeparator(
  tokens: TokenList,
  index: number,
  { tags }: Expectations,
  isTrailing: boolean,
  wordAt: (index: number) => string | null,
): string | undefined {
  const kind = tokens.kinds[index]!;
  const word = wordAt(index);
  const isOperand =
    word === null ? kind !== TokenKind.symbol && kind !== TokenKind.end : !isReserved(word);
  if (!isOperand) return undefined;
  if (tags.has(',')) return 'A comma may be missing in front of it.';
  return isTrailing && tags.has('and')
    ? 'An operator such as AND may be missing in front of it.'
    : undefined;
}
