import type { CommonTableExpression, Query, QueryBody, Values, With } from '../ast/query.ts';
import type { Tag } from '../lexer/token.ts';
import type { Cursor } from './cursor.ts';
import { pipeOperators } from './pipe.ts';
import { pivotStatement, unpivotStatement } from './pivot.ts';
import { distributionClause, limitClauses, NO_LIMITS, orderByClause } from './query-clauses.ts';
import { select, selectAll } from './select.ts';
import {
  intersectOperator,
  isSameOperator,
  type SetOperator,
  unionOperator,
} from './set-operator.ts';
import { describe, show, summarize } from './show.ts';

/** A query with everything that belongs to it, from WITH to LIMIT and pipe operators. */
export function query(cursor: Cursor): Query {
  const startIndex = cursor.index;
  cursor.enter();
  const list = cursor.at('with') ? withClause(cursor) : null;
  const result = queryAfterWith(cursor, list, startIndex);
  cursor.leave();
  return result;
}

/** A query whose WITH has been parsed already. */
export function queryAfterWith(cursor: Cursor, list: With | null, startIndex: number): Query {
  const body = setExpression(cursor, null, cursor.index);
  return queryTail(cursor, list, body, startIndex);
}

/** The rest of a query that begins with one in parentheses, already parsed. */
export function queryFrom(cursor: Cursor, first: Query, startIndex: number): Query {
  cursor.enter();
  const body = setExpression(cursor, first, startIndex);
  const result = queryTail(cursor, null, body, startIndex);
  cursor.leave();
  return result;
}

// --- Bodies --------------------------------------------------------------------------------------

/** One operand of a set operation. */
export function queryTerm(cursor: Cursor): QueryBody {
  const startIndex = cursor.index;
  switch (cursor.tag) {
    case '(': {
      cursor.skip();
      cursor.enter();
      const inner = query(cursor);
      cursor.leave();
      cursor.expectClose(')', startIndex);
      return inner;
    }
    case 'values':
      return values(cursor);
    case 'table': {
      cursor.skip();
      const name = cursor.qualifiedName('a table');
      const table = {
        kind: 'tableName',
        name,
        version: null,
        alias: null,
        sample: null,
        span: name.span,
      } as const;
      return selectAll(cursor, table, startIndex);
    }
    case 'pivot':
      return selectAll(cursor, pivotStatement(cursor), startIndex);
    case 'unpivot':
      return selectAll(cursor, unpivotStatement(cursor), startIndex);
    case 'describe':
    case 'desc':
      return describe(cursor);
    case 'show':
      return show(cursor);
    case 'summarize':
      return summarize(cursor);
    default:
      if (cursor.at('select') || cursor.at('from')) return select(cursor);
      cursor.wantAny(TERM_WORDS);
      return cursor.fail('a query');
  }
}

const TERM_WORDS: ReadonlyMap<Tag, null> = new Map(
  (['select', 'from', 'values', 'table', 'with', 'pivot', 'unpivot', '('] as const).map((tag) => [
    tag,
    null,
  ]),
);

function values(cursor: Cursor): Values {
  const startIndex = cursor.index;
  cursor.expect('values');
  const rows = cursor.listWithTrailingComma(() =>
    cursor.parenthesizedWithTrailingComma(() => cursor.grammar.expression(cursor)),
  );
  return { kind: 'values', rows, span: cursor.span(startIndex) };
}

/** Terms with UNION and EXCEPT between, from the left; INTERSECT binds tighter. */
function setExpression(cursor: Cursor, first: Query | null, startIndex: number): QueryBody {
  const head = intersections(cursor, first ?? queryTerm(cursor), startIndex);
  return setChain(cursor, head, startIndex, unionOperator, () => {
    const index = cursor.index;
    return intersections(cursor, queryTerm(cursor), index);
  });
}

function intersections(cursor: Cursor, first: QueryBody, startIndex: number): QueryBody {
  return setChain(cursor, first, startIndex, intersectOperator, () => queryTerm(cursor));
}

/** One level of set operations. A run of one operator becomes one node. */
function setChain(
  cursor: Cursor,
  first: QueryBody,
  startIndex: number,
  operatorAt: (cursor: Cursor) => SetOperator | null,
  term: () => QueryBody,
): QueryBody {
  let left = first;
  let operator = operatorAt(cursor);
  while (operator !== null) {
    const run = operator;
    const operands = [left];
    do {
      operands.push(term());
      operator = operatorAt(cursor);
    } while (operator !== null && isSameOperator(operator, run));
    left = { kind: 'setOperation', ...run, operands, span: cursor.span(startIndex) };
    cursor.wrap();
  }
  return left;
}

// --- WITH ----------------------------------------------------------------------------------------

/** `WITH [RECURSIVE] …`. */
export function withClause(cursor: Cursor): With {
  const startIndex = cursor.index;
  cursor.expect('with');
  const recursive = cursor.acceptIf(cursor.isName(1), 'recursive');
  const tables = cursor.list(commonTableExpression);
  return { kind: 'with', recursive, tables, span: cursor.span(startIndex) };
}

function commonTableExpression(cursor: Cursor): CommonTableExpression {
  const startIndex = cursor.index;
  const name = cursor.name('a table name');
  const columns = cursor.optionalNames();
  const usingKey = cursor.acceptWords('using', 'key')
    ? cursor.parenthesized(() => cursor.name('a column name', 'column'))
    : [];
  cursor.expect('as');
  const materialized = materializedClause(cursor);
  const open = cursor.index;
  cursor.expect('(');
  cursor.enter();
  const statement = cteStatement(cursor);
  cursor.leave();
  cursor.expectClose(')', open);
  const span = cursor.span(startIndex);
  return { kind: 'commonTableExpression', name, columns, materialized, usingKey, statement, span };
}

/** MATERIALIZED, NOT MATERIALIZED, or nothing. */
function materializedClause(cursor: Cursor): boolean | null {
  if (cursor.accept('materialized')) return true;
  if (!cursor.accept('not')) return null;
  cursor.expect('materialized');
  return false;
}

function cteStatement(cursor: Cursor): CommonTableExpression['statement'] {
  switch (cursor.tag) {
    case 'insert':
    case 'update':
    case 'delete':
    case 'merge': {
      const statement = cursor.grammar.statement(cursor);
      const { kind } = statement;
      if (kind === 'insert' || kind === 'update' || kind === 'delete' || kind === 'merge')
        return statement;
      return cursor.fail('a query');
    }
    default:
      return query(cursor);
  }
}

// --- What follows the body -----------------------------------------------------------------------

function queryTail(cursor: Cursor, list: With | null, body: QueryBody, startIndex: number): Query {
  const distribution = distributionClause(cursor);
  const orderBy = cursor.acceptOrderBy() ? orderByClause(cursor) : null;
  const limits = limitClauses(cursor);
  const isBare = orderBy === null && distribution === null && limits === NO_LIMITS;
  if (cursor.at('|>')) {
    // What precedes the first |> is a query of its own, except for the WITH in front of all.
    const source: QueryBody = isBare
      ? body
      : {
          kind: 'query',
          with: null,
          body,
          orderBy,
          ...limits,
          distribution,
          span: { start: body.span.start, end: cursor.span(startIndex).end },
        };
    const operators = pipeOperators(cursor);
    const span = { start: source.span.start, end: cursor.span(startIndex).end };
    const piped = { kind: 'pipeQuery', source, operators, span } as const;
    return bareQuery(list, piped, cursor.span(startIndex));
  }
  // Parentheses around a whole query change nothing.
  if (list === null && isBare && body.kind === 'query') return body;
  if (isBare) return bareQuery(list, body, cursor.span(startIndex));
  const span = cursor.span(startIndex);
  return { kind: 'query', with: list, body, orderBy, ...limits, distribution, span };
}

function bareQuery(list: With | null, body: QueryBody, span: Query['span']): Query {
  return { kind: 'query', with: list, body, orderBy: null, ...NO_LIMITS, distribution: null, span };
}
