import { Cursor, type NameKind } from './grammar/cursor.ts';
import { GRAMMAR } from './grammar/grammar.ts';
import { expectations } from './grammar/hint.ts';
import { Lexer } from './lexer/lexer.ts';
import { quotedName } from './lexer/literal.ts';
import { ANSI, type LexerProfile } from './lexer/profile.ts';
import { type Tag, TokenKind } from './lexer/token.ts';
import type { TokenList } from './lexer/token-list.ts';

/** What could be typed at a place. */
export interface Completion {
  /** The text already typed that a proposal would replace: `[start, end)`, empty or a word. */
  readonly replace: { readonly start: number; readonly end: number };
  /** Keywords in upper case, sorted. */
  readonly keywords: readonly string[];
  /** Kinds of names that may stand here. */
  readonly names: readonly NameKind[];
  /** The names in front with dots between: `['s', 't']` behind `s.t.`. */
  readonly qualifier: readonly string[];
  /** Is the place inside a string that has begun, such as the path behind FROM? */
  readonly inString: boolean;
}

/** The tokens of the statement around a place, as far as they lie in front of it. */
interface Prefix {
  readonly tokens: TokenList;
  readonly replace: { readonly start: number; readonly end: number };
  readonly inString: boolean;
}

/**
 * What the grammar would take at `offset`, given the text in front of it: the parser is run over that
 * text and says what it asked for where it ends.
 *
 * Never throws: behind an error, and inside a comment, there is nothing to propose.
 * Cost: O(offset).
 */
export function expectedAt(
  text: string,
  offset: number,
  options: { readonly profile?: LexerProfile } = {},
): Completion {
  const profile = options.profile ?? ANSI;
  const prefix = readPrefix(text, profile, Math.min(offset, text.length));
  const nothing = { keywords: [], names: [], qualifier: [], inString: false };
  if (prefix === null) return { replace: { start: offset, end: offset }, ...nothing };
  const { tokens, replace, inString } = prefix;
  const cursor = new Cursor(text, profile, GRAMMAR, tokens);
  cursor.record(tokens.kinds.length - 1, true);
  const { tags, names } = expectations(cursor, GRAMMAR.statement);
  const keywords = [...tags].filter((tag) => /^[a-z]/.test(tag)).map((tag) => tag.toUpperCase());
  const qualifier = qualifierBefore(text, tokens);
  return {
    replace,
    keywords: inString || qualifier.length > 0 ? [] : keywords.sort(),
    names: [...names],
    qualifier,
    inString,
  };
}

function readPrefix(text: string, profile: LexerProfile, offset: number): Prefix | null {
  const lexer = new Lexer(text, profile, { start: 0, end: offset }, true);
  const kinds: TokenKind[] = [];
  const tags: (Tag | '')[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  let replace = { start: offset, end: offset };
  let inString = false;
  for (lexer.next(); lexer.kind !== TokenKind.end; lexer.next()) {
    const { kind, tag, start, end } = lexer;
    const isLast = end === offset;
    if (tag === ';') for (const list of [kinds, tags, starts, ends]) list.length = 0;
    else if (kind === TokenKind.comment) {
      if (isLast) return null;
    } else if (kind === TokenKind.invalid) {
      inString = isLast && lexer.problem?.message === 'unterminated string';
      if (!inString) return null;
      replace = { start: lexer.problem?.end ?? start, end: offset };
    } else if (isLast && kind === TokenKind.word) replace = { start, end };
    else {
      kinds.push(kind);
      tags.push(tag);
      starts.push(start);
      ends.push(end);
    }
  }
  kinds.push(TokenKind.end);
  tags.push('');
  starts.push(replace.start);
  ends.push(replace.start);
  return { tokens: { kinds, tags, starts, ends, nextOffset: offset }, replace, inString };
}

function qualifierBefore(text: string, tokens: TokenList): string[] {
  const names: string[] = [];
  const { kinds, tags, starts, ends } = tokens;
  for (let at = kinds.length - 2; at >= 1 && tags[at] === '.'; at -= 2) {
    const [start, end] = [starts[at - 1]!, ends[at - 1]!];
    if (kinds[at - 1] === TokenKind.quotedIdentifier) names.unshift(quotedName(text, start, end));
    else if (kinds[at - 1] === TokenKind.word) names.unshift(text.slice(start, end));
    else break;
  }
  return names;
}
