import type { Expression, Star, StarFilter } from '../ast/expression.ts';
import type { QualifiedName } from '../ast/name.ts';
import type { Tag } from '../lexer/token.ts';
import type { Cursor } from './cursor.ts';
import { likeWord } from './like-word.ts';
import { Precedence } from './precedence.ts';
import { atQuery } from './query-start.ts';

const FILTER_WORDS: ReadonlySet<string> = new Set<Tag>(['like', 'ilike', 'glob', 'similar']);

/** At a `*` that stands for columns itself, not before `COLUMNS(…)`. */
export function atStar(cursor: Cursor): boolean {
  return cursor.tag === '*' && !(cursor.tagAhead(1) === 'columns' && cursor.tagAhead(2) === '(');
}

/** `*` with what follows it; the cursor stands on it. */
export function star(cursor: Cursor): Star {
  const startIndex = cursor.index;
  cursor.expect('*');
  return starModifiers(cursor, null, startIndex);
}

/** EXCLUDE, REPLACE, RENAME and LIKE behind a `*` that has been passed. */
export function starModifiers(cursor: Cursor, of: Expression | null, startIndex: number): Star {
  const exclude = atExclude(cursor) ? excluded(cursor) : [];
  const replace = cursor.acceptIf(cursor.tagAhead(1) === '(', 'replace')
    ? cursor.parenthesized(replacement)
    : [];
  // One column needs no parentheses, and is told from an alias by the AS behind it.
  const rename = cursor.acceptIf(
    cursor.tagAhead(1) === '(' || cursor.tagAhead(2) === 'as',
    'rename',
  )
    ? cursor.at('(')
      ? cursor.parenthesized(starRename)
      : [starRename(cursor)]
    : [];
  const like = filter(cursor);
  return { kind: 'star', of, exclude, replace, rename, like, span: cursor.span(startIndex) };
}

/** EXCEPT between two queries is a set operation: `SELECT * EXCEPT (SELECT …)`. */
function atExclude(cursor: Cursor): boolean {
  if (cursor.at('exclude')) return cursor.tagAhead(1) === '(' || cursor.isName(1);
  return cursor.tag === 'except' && cursor.tagAhead(1) === '(' && !atQuery(cursor, 1);
}

function excluded(cursor: Cursor): readonly QualifiedName[] {
  cursor.skip();
  const column = (): QualifiedName => cursor.qualifiedName('a column name', 'column');
  return cursor.at('(') ? cursor.parenthesized(column) : [column()];
}

function replacement(cursor: Cursor): Star['replace'][number] {
  const startIndex = cursor.index;
  const expression = cursor.grammar.expression(cursor);
  cursor.expect('as');
  const name = cursor.qualifiedFrom(cursor.label('a column name', 'column'));
  return { kind: 'starReplacement', expression, name, span: cursor.span(startIndex) };
}

/** `a AS b` of RENAME. */
export function starRename(cursor: Cursor): Star['rename'][number] {
  const startIndex = cursor.index;
  const from = cursor.qualifiedName('a column name', 'column');
  cursor.expect('as');
  const to = cursor.label('a column name');
  return { kind: 'starRename', from, to, span: cursor.span(startIndex) };
}

function filter(cursor: Cursor): StarFilter | null {
  const startIndex = cursor.index;
  const isNegated = cursor.tag === 'not';
  if (!FILTER_WORDS.has(isNegated ? cursor.tagAhead(1) : cursor.tag)) return null;
  const negated = cursor.accept('not');
  const operator = likeWord(cursor);
  const pattern = cursor.grammar.expression(cursor, Precedence.pattern);
  const escapeWith = cursor.accept('escape')
    ? cursor.grammar.expression(cursor, Precedence.pattern)
    : null;
  const span = cursor.span(startIndex);
  return { kind: 'starFilter', operator, negated, pattern, escape: escapeWith, span };
}
