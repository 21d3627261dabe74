import { isStringKind } from '../lexer/literal.ts';
import type { Tag } from '../lexer/token.ts';
import type { Cursor } from './cursor.ts';

/** Reserved words that only a query begins with. */
const QUERY_WORDS: ReadonlySet<string> = new Set<Tag>([
  'select',
  'with',
  'from',
  'table',
  'pivot',
  'unpivot',
]);

/**
 * Does a query begin `distance` tokens ahead, or behind the opening parentheses there? For words
 * that may also be names, the token behind them decides.
 */
export function atQuery(cursor: Cursor, distance = 0): boolean {
  let at = distance;
  // Only what EXISTS and ARRAY look at: everywhere else the inner parenthesis is parsed first.
  if (distance > 0) while (cursor.tagAhead(at) === '(') at++;
  const tag = cursor.tagAhead(at);
  if (QUERY_WORDS.has(tag)) return true;
  switch (tag) {
    case 'values':
      return cursor.tagAhead(at + 1) === '(';
    case 'summarize':
    case 'describe':
    case 'desc':
      return (
        cursor.isName(at + 1) || isStringKind(cursor.kindAhead(at + 1)) || atQuery(cursor, at + 1)
      );
    case 'show': {
      const next = cursor.tagAhead(at + 1);
      return cursor.isName(at + 1) || next === 'all' || next === 'create';
    }
    default:
      return false;
  }
}

const CONTINUATIONS: ReadonlySet<Tag> = new Set<Tag>([
  'union',
  'except',
  'intersect',
  'minus',
  'order',
  'limit',
  'offset',
  'fetch',
  '|>',
]);

/** Does what follows a query in parentheses go on with that query? */
export function atQueryContinuation(cursor: Cursor): boolean {
  const tag = cursor.atAny(CONTINUATIONS);
  return tag !== undefined && (tag !== 'minus' || atMinus(cursor));
}

/** MINUS is a set operation before a query, else a name. */
export function atMinus(cursor: Cursor): boolean {
  const next = cursor.tagAhead(1);
  return (
    cursor.tag === 'minus' &&
    (next === 'all' || next === 'distinct' || next === '(' || atQuery(cursor, 1))
  );
}
