import type { Expression } from '../ast/expression.ts';
import type { LikeOperator, TruthTest } from '../ast/operator.ts';
import type { Tag } from '../lexer/token.ts';
import type { Cursor } from './cursor.ts';
import type { Infix } from './infix.ts';
import { likeWord } from './like-word.ts';
import { parenthesisContent } from './operand.ts';
import { Precedence } from './precedence.ts';

/** BETWEEN, IN, LIKE and its like, with or without NOT in front. */
export const patternOperator: Infix = {
  precedence: Precedence.pattern,
  parse: (cursor, left, startIndex) => {
    const negated = cursor.accept('not');
    if (cursor.accept('between')) return between(cursor, left, startIndex, negated);
    if (cursor.accept('in')) return membership(cursor, left, startIndex, negated);
    const operator = likeWord(cursor);
    return like(cursor, left, startIndex, operator, negated);
  },
};

function between(
  cursor: Cursor,
  left: Expression,
  startIndex: number,
  negated: boolean,
): Expression {
  const symmetric = cursor.accept('symmetric');
  if (!symmetric) cursor.accept('asymmetric');
  const low = cursor.grammar.expression(cursor, Precedence.pattern);
  cursor.expect('and');
  const high = cursor.grammar.expression(cursor, Precedence.pattern);
  const span = cursor.span(startIndex);
  return { kind: 'between', operand: left, low, high, negated, symmetric, span };
}

function membership(
  cursor: Cursor,
  left: Expression,
  startIndex: number,
  negated: boolean,
): Expression {
  if (!cursor.at('(')) {
    const collection = cursor.grammar.expression(cursor, Precedence.pattern);
    const span = cursor.span(startIndex);
    return { kind: 'inCollection', operand: left, collection, negated, span };
  }
  const content = parenthesisContent(cursor);
  const span = cursor.span(startIndex);
  if (!Array.isArray(content))
    return { kind: 'inSubquery', operand: left, query: content, negated, span };
  return { kind: 'inList', operand: left, items: content, negated, span };
}

function like(
  cursor: Cursor,
  left: Expression,
  startIndex: number,
  operator: LikeOperator,
  negated: boolean,
): Expression {
  const word = cursor.tag;
  const isQuantified =
    (word === 'any' || word === 'all' || word === 'some') && cursor.tagAhead(1) === '(';
  let patterns: [Expression, ...Expression[]];
  if (isQuantified) {
    cursor.skip();
    const open = cursor.index;
    const content = parenthesisContent(cursor);
    patterns = Array.isArray(content)
      ? content
      : [{ kind: 'scalarSubquery', query: content, span: cursor.span(open) }];
  } else patterns = [cursor.grammar.expression(cursor, Precedence.pattern)];
  const escapeWith = cursor.accept('escape')
    ? cursor.grammar.expression(cursor, Precedence.pattern)
    : null;
  const quantifier = isQuantified ? (word === 'all' ? 'all' : 'any') : null;
  const span = cursor.span(startIndex);
  return {
    kind: 'like',
    operator,
    operand: left,
    patterns,
    quantifier,
    escape: escapeWith,
    negated,
    span,
  };
}

/** PostgreSQL's symbols for LIKE, at the level of other symbols. */
export function likeSymbol(operator: LikeOperator, negated: boolean): Infix {
  return {
    precedence: Precedence.other,
    parse: (cursor, left, startIndex) => {
      cursor.skip();
      const pattern = cursor.grammar.expression(cursor, Precedence.other);
      return {
        kind: 'like',
        operator,
        operand: left,
        patterns: [pattern],
        quantifier: null,
        escape: null,
        negated,
        span: cursor.span(startIndex),
      };
    },
  };
}

// --- IS ------

const TESTS: ReadonlyMap<Tag, TruthTest['test']> = new Map<Tag, TruthTest['test']>([
  ['null', 'null'],
  ['true', 'true'],
  ['false', 'false'],
  ['unknown', 'unknown'],
  ['nan', 'nan'],
]);

export const isOperator: Infix = {
  precedence: Precedence.is,
  parse: (cursor, left, startIndex) => {
    cursor.skip();
    const negated = cursor.accept('not');
    if (cursor.accept('distinct')) {
      cursor.expect('from');
      const right = cursor.grammar.expression(cursor, Precedence.is);
      return { kind: 'distinctFrom', left, right, negated, span: cursor.span(startIndex) };
    }
    const word = cursor.expectAny(TESTS, 'NULL, TRUE, FALSE, UNKNOWN, NAN or DISTINCT FROM');
    const test = TESTS.get(word)!;
    return { kind: 'truthTest', operand: left, test, negated, span: cursor.span(startIndex) };
  },
};

/** ISNULL, NOTNULL, and NOT NULL behind an expression. */
export function nullTest(wordCount: number, negated: boolean): Infix {
  return {
    precedence: Precedence.is,
    parse: (cursor, left, startIndex) => {
      cursor.skip(wordCount);
      const span = cursor.span(startIndex);
      return { kind: 'truthTest', operand: left, test: 'null', negated, span };
    },
  };
}

export const NOT_NULL: Infix = nullTest(2, true);
