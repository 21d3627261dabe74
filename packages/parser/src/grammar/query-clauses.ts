import type { Expression } from '../ast/expression.ts';
import type { Distribution, Interpolation, Limit, LimitBy, OrderBy, Query } from '../ast/query.ts';
import type { SortItem } from '../ast/window.ts';
import type { Cursor } from './cursor.ts';
import { nullPlacement, sortDirection, sortItem } from './window.ts';

/** What follows ORDER BY in a query. */
export function orderByClause(cursor: Cursor): OrderBy {
  const startIndex = cursor.index;
  const next = cursor.tagAhead(1);
  if (cursor.tag === 'all' && next !== '(') {
    cursor.skip();
    const direction = sortDirection(cursor);
    const nulls = nullPlacement(cursor);
    return { kind: 'orderByAll', direction, nulls, span: cursor.span(startIndex) };
  }
  const items = cursor.listWithTrailingComma((): SortItem => sortItem(cursor, true));
  const interpolate = cursor.accept('interpolate') ? cursor.parenthesized(interpolation) : [];
  return { kind: 'orderByItems', items, interpolate, span: cursor.span(startIndex) };
}

function interpolation(cursor: Cursor): Interpolation {
  const startIndex = cursor.index;
  const column = cursor.name('a column name', 'column');
  const expression = cursor.accept('as') ? cursor.grammar.expression(cursor) : null;
  return { kind: 'interpolation', column, expression, span: cursor.span(startIndex) };
}

/** Spark's DISTRIBUTE BY, SORT BY and CLUSTER BY. */
export function distributionClause(cursor: Cursor): Distribution | null {
  const startIndex = cursor.index;
  const expressions = (): readonly Expression[] =>
    cursor.list(() => cursor.grammar.expression(cursor));
  const clusterBy = cursor.acceptWords('cluster', 'by') ? expressions() : [];
  const distributeBy = cursor.acceptWords('distribute', 'by') ? expressions() : [];
  const sortBy = cursor.acceptWords('sort', 'by') ? cursor.list(() => sortItem(cursor)) : [];
  if (cursor.index === startIndex) return null;
  const span = cursor.span(startIndex);
  return { kind: 'distribution', distributeBy, sortBy, clusterBy, span };
}

type Limits = Pick<Query, 'limitBy' | 'limit' | 'offset'>;

/** What {@link limitClauses} returns when there are none. */
export const NO_LIMITS: Limits = { limitBy: null, limit: null, offset: null };

/** LIMIT, OFFSET and FETCH in any order, each once. */
export function limitClauses(cursor: Cursor): Limits {
  let found = NO_LIMITS;
  for (;;) {
    const startIndex = cursor.index;
    if (found.limit === null && cursor.accept('limit'))
      found = withLimit(cursor, startIndex, found);
    else if (found.limit === null && cursor.accept('fetch'))
      found = { ...found, limit: fetchClause(cursor, startIndex) };
    else if (found.offset === null && cursor.accept('offset'))
      found = { ...found, offset: offsetRows(cursor) };
    else return found;
  }
}

/** LIMIT, which turns out to be `LIMIT n [OFFSET m] BY keys` only behind its numbers. */
function withLimit(cursor: Cursor, startIndex: number, found: Limits): Limits {
  const limit = limitClause(cursor, startIndex);
  const { count, percent } = limit;
  const offset = found.offset === null && cursor.accept('offset') ? offsetRows(cursor) : null;
  const mayBeBy = found.limitBy === null && count !== null && !percent;
  if (!mayBeBy || !cursor.accept('by')) return { ...found, limit, offset: found.offset ?? offset };
  const keys = cursor.list(() => cursor.grammar.expression(cursor));
  const limitBy: LimitBy = { kind: 'limitBy', count, offset, keys, span: cursor.span(startIndex) };
  return { ...found, limitBy };
}

function limitClause(cursor: Cursor, startIndex: number): Limit {
  if (cursor.accept('all')) {
    const span = cursor.span(startIndex);
    return { kind: 'limit', count: null, percent: false, withTies: false, span };
  }
  const count = cursor.grammar.expression(cursor);
  const percent = cursor.accept('%') || cursor.accept('percent');
  if (cursor.at(',')) cursor.fail('the end of LIMIT', 'Write LIMIT count OFFSET start.');
  return { kind: 'limit', count, percent, withTies: false, span: cursor.span(startIndex) };
}

function offsetRows(cursor: Cursor): Expression {
  const offset = cursor.grammar.expression(cursor);
  if (!cursor.accept('rows')) cursor.accept('row');
  return offset;
}

/** `FETCH FIRST 3 ROWS ONLY | WITH TIES`. */
function fetchClause(cursor: Cursor, startIndex: number): Limit {
  if (!cursor.accept('first')) cursor.expect('next');
  const isCounted = cursor.tag !== 'row' && cursor.tag !== 'rows';
  const one = { kind: 'numberLiteral', text: '1', form: 'integer', suffix: null } as const;
  const count: Expression = isCounted
    ? cursor.grammar.expression(cursor)
    : { ...one, span: cursor.span(startIndex) };
  const percent = cursor.accept('%') || cursor.accept('percent');
  if (!cursor.accept('rows')) cursor.expect('row');
  const withTies = cursor.acceptWords('with', 'ties');
  if (!withTies) cursor.expect('only');
  return { kind: 'limit', count, percent, withTies, span: cursor.span(startIndex) };
}
