import type {
  AfterMatch,
  MatchRecognize,
  PatternDefinition,
  PatternSubset,
  RowPattern,
} from '../ast/match-recognize.ts';
import type { TableReference } from '../ast/table-reference.ts';
import type { Cursor } from './cursor.ts';
import { selectItem } from './select-item.ts';
import { tableAlias } from './table-alias.ts';
import { sortItem } from './window.ts';

/** `MATCH_RECOGNIZE (…)` behind a table: ISO 9075-5 row pattern recognition. */
export function matchRecognize(
  cursor: Cursor,
  source: TableReference,
  startIndex: number,
): MatchRecognize {
  cursor.expect('match_recognize');
  const open = cursor.index;
  cursor.expect('(');
  cursor.enter();
  const partitionBy = cursor.acceptWords('partition', 'by')
    ? cursor.list(() => cursor.grammar.expression(cursor))
    : [];
  const orderBy = cursor.acceptOrderBy() ? cursor.list(() => sortItem(cursor)) : [];
  const measures = cursor.accept('measures') ? cursor.list(selectItem) : [];
  const rowsPerMatch = rowsClause(cursor);
  const afterMatch = afterMatchClause(cursor);
  cursor.expect('pattern');
  const pattern = patternInParentheses(cursor);
  const subsets = cursor.accept('subset') ? cursor.list(subset) : [];
  const define = cursor.accept('define') ? cursor.list(definition) : [];
  cursor.leave();
  cursor.expectClose(')', open);
  const alias = tableAlias(cursor);
  return {
    kind: 'matchRecognize',
    source,
    partitionBy,
    orderBy,
    measures,
    rowsPerMatch,
    afterMatch,
    pattern,
    subsets,
    define,
    alias,
    span: cursor.span(startIndex),
  };
}

function rowsClause(cursor: Cursor): MatchRecognize['rowsPerMatch'] {
  if (cursor.acceptWords('one', 'row', 'per', 'match')) return 'one';
  if (!cursor.acceptWords('all', 'rows', 'per', 'match')) return 'one';
  if (cursor.acceptWords('show', 'empty', 'match')) return 'allShowEmpty';
  if (cursor.acceptWords('omit', 'empty', 'match')) return 'allOmitEmpty';
  return cursor.acceptWords('with', 'unmatched', 'rows') ? 'allWithUnmatched' : 'all';
}

function afterMatchClause(cursor: Cursor): AfterMatch {
  const startIndex = cursor.index;
  if (!cursor.acceptWords('after', 'match'))
    return { kind: 'skipPastLastRow', span: cursor.span(startIndex) };
  cursor.expect('skip');
  if (cursor.acceptWords('past', 'last', 'row'))
    return { kind: 'skipPastLastRow', span: cursor.span(startIndex) };
  cursor.expect('to');
  if (cursor.acceptWords('next', 'row'))
    return { kind: 'skipToNextRow', span: cursor.span(startIndex) };
  const isFirst = cursor.at('first') && cursor.isName(1);
  if (isFirst) cursor.skip();
  else if (cursor.at('last') && cursor.isName(1)) cursor.skip();
  const variable = cursor.name('a pattern variable');
  const kind = isFirst ? 'skipToFirst' : 'skipToLast';
  return { kind, variable, span: cursor.span(startIndex) };
}

// --- Patterns ------------------------------------------------------------------------------------

function patternInParentheses(cursor: Cursor): RowPattern {
  const open = cursor.index;
  cursor.expect('(');
  cursor.enter();
  const pattern = alternation(cursor);
  cursor.leave();
  cursor.expectClose(')', open);
  return pattern;
}

function alternation(cursor: Cursor): RowPattern {
  const startIndex = cursor.index;
  const alternatives = [sequence(cursor)];
  while (cursor.accept('|')) alternatives.push(sequence(cursor));
  if (alternatives.length === 1) return alternatives[0]!;
  return { kind: 'patternAlternation', alternatives, span: cursor.span(startIndex) };
}

function sequence(cursor: Cursor): RowPattern {
  const startIndex = cursor.index;
  const parts: RowPattern[] = [];
  const isEnd = (): boolean =>
    cursor.at('|') || cursor.at(')') || cursor.at(',') || atExcludeEnd(cursor);
  while (!isEnd()) parts.push(factor(cursor));
  if (parts.length === 1) return parts[0]!;
  return { kind: 'patternSequence', parts, span: cursor.span(startIndex) };
}

function atExcludeEnd(cursor: Cursor): boolean {
  return cursor.tag === '-' && cursor.tagAhead(1) === '}';
}

/** A variable or group with its quantifier: `*`, `+`, `?`, `{2}`, `{2,}`, `{,3}`, then `?`. */
function factor(cursor: Cursor): RowPattern {
  const startIndex = cursor.index;
  const pattern = patternTerm(cursor);
  const bounds = quantifier(cursor);
  if (bounds === null) return pattern;
  const reluctant = cursor.accept('?');
  const span = cursor.span(startIndex);
  return { kind: 'patternRepeat', pattern, ...bounds, reluctant, span };
}

function patternTerm(cursor: Cursor): RowPattern {
  const startIndex = cursor.index;
  if (cursor.at('(')) return patternInParentheses(cursor);
  if (cursor.accept('^')) return { kind: 'patternStart', span: cursor.span(startIndex) };
  if (cursor.accept('$')) return { kind: 'patternEnd', span: cursor.span(startIndex) };
  if (cursor.tag === '{' && cursor.tagAhead(1) === '-') {
    cursor.skip(2);
    cursor.enter();
    const pattern = alternation(cursor);
    cursor.leave();
    cursor.expect('-');
    cursor.expectClose('}', startIndex);
    return { kind: 'patternExclude', pattern, span: cursor.span(startIndex) };
  }
  if (cursor.tag === 'permute' && cursor.tagAhead(1) === '(') {
    cursor.skip();
    cursor.enter();
    const parts = cursor.parenthesized(alternation);
    cursor.leave();
    return { kind: 'patternPermute', parts, span: cursor.span(startIndex) };
  }
  const name = cursor.name('a pattern variable');
  return { kind: 'patternVariable', name, span: name.span };
}

function quantifier(cursor: Cursor): { min: number; max: number | null } | null {
  if (cursor.accept('*')) return { min: 0, max: null };
  if (cursor.accept('+')) return { min: 1, max: null };
  if (cursor.accept('?')) return { min: 0, max: 1 };
  if (cursor.tag !== '{' || cursor.tagAhead(1) === '-') return null;
  const open = cursor.index;
  cursor.skip();
  const min = cursor.at(',') ? 0 : cursor.wholeNumber('a number of repetitions');
  let max: number | null = min;
  if (cursor.accept(','))
    max = cursor.at('}') ? null : cursor.wholeNumber('a number of repetitions');
  cursor.expectClose('}', open);
  return { min, max };
}

function subset(cursor: Cursor): PatternSubset {
  const startIndex = cursor.index;
  const name = cursor.name('a pattern variable');
  cursor.expect('=');
  const variables = cursor.parenthesized(() => cursor.name('a pattern variable'));
  return { kind: 'patternSubset', name, variables, span: cursor.span(startIndex) };
}

function definition(cursor: Cursor): PatternDefinition {
  const startIndex = cursor.index;
  const name = cursor.name('a pattern variable');
  cursor.expect('as');
  const condition = cursor.grammar.expression(cursor);
  return { kind: 'patternDefinition', name, condition, span: cursor.span(startIndex) };
}
