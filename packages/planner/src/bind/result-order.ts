import {
  BIGINT,
  DOUBLE,
  type Expr,
  type LiteralValue,
  SqlError,
  type SqlType,
} from '@windrow/core';
import type { Expression, Limit, OrderBy, Query, QueryBody } from '@windrow/parser';
import { columnRef } from '../expr/structure.ts';
import type { LogicalPlan, SortKey } from '../logical.ts';
import { attach } from './attach.ts';
import type { Binder } from './binder.ts';
import { bindCollated, collate } from './collate.ts';
import { implicitly } from './convert.ts';
import { bindError, unsupported } from './errors.ts';
import { positionOf } from './group-by.ts';
import {
  constantScope,
  type ExpressionScope,
  type QueryScope,
  type Relation,
  sameName,
  visibleColumns,
} from './scope.ts';
import { rejectFill, sortKeyOf } from './sort.ts';

/** ORDER BY over the columns that a set operation, VALUES or a nested query gives out. */
export function bindOutputOrder(
  binder: Binder,
  body: Pick<QueryBody, 'kind'>,
  relation: Relation,
  orderBy: OrderBy,
  scope: QueryScope,
): { readonly plan: LogicalPlan; readonly keys: readonly SortKey[] } {
  const { columns } = relation;
  if (orderBy.kind === 'orderByAll') {
    const keys = columns.map((column) => sortKeyOf(binder, columnRef(column), orderBy));
    return { plan: relation.plan, keys };
  }
  const inner: ExpressionScope = {
    ...constantScope('ORDER BY', scope.ctes),
    names: { tables: [], columns: visibleColumns(undefined, columns), outer: scope.outer },
  };
  const keys = orderBy.items.map((item) => {
    rejectFill(item);
    const position = positionOf(item.expression, columns.length);
    const column = position === undefined ? undefined : columns[position];
    if (column !== undefined) return sortKeyOf(binder, columnRef(column), item);
    if (body.kind === 'setOperation') rejectExpression(item.expression, relation);
    const { expr, collation } = bindCollated(binder, item.expression, inner);
    return sortKeyOf(binder, collate(binder, expr, collation), item);
  });
  return { plan: attach(relation.plan, inner.joins), keys };
}

/** 42P10: above a set operation there are only its columns. */
function rejectExpression(node: Expression, relation: Relation): void {
  if (node.kind === 'columnReference' && node.path.length === 1) {
    const [{ name }] = node.path;
    if (relation.columns.some((column) => sameName(column.name, name))) return;
  }
  throw bindError(
    '42P10',
    'after a set operation, ORDER BY must name columns of the result',
    node.span,
    `They are ${relation.columns.map((column) => column.name).join(', ')}.`,
  );
}

/** LIMIT, OFFSET and FETCH over a plan; `sortKeys` are those of the Sort on top of it. */
export function limited(
  binder: Binder,
  input: LogicalPlan,
  sortKeys: readonly SortKey[],
  clauses: Pick<Query, 'limit' | 'offset'>,
): LogicalPlan {
  const { limit, offset } = clauses;
  const skipped =
    offset === null ? 0 : countOf(binder, offset, { what: 'OFFSET', sqlState: '2201X' });
  const count = limit === null ? undefined : limitOf(binder, limit);
  if (count === undefined && skipped === 0) return input;
  const withTies = limit?.withTies === true;
  if (withTies && sortKeys.length === 0) {
    throw bindError(
      '42P10',
      'WITH TIES needs ORDER BY',
      limit.span,
      'Say what makes two rows tie.',
    );
  }
  return {
    kind: 'limit',
    input,
    limit: count,
    offset: skipped,
    percent: limit?.percent === true,
    withTies: withTies ? sortKeys : undefined,
  };
}

function limitOf(binder: Binder, limit: Limit): number | undefined {
  if (limit.count === null) return undefined;
  if (!limit.percent) return countOf(binder, limit.count, { what: 'LIMIT', sqlState: '2201W' });
  const value = constantOf(binder, limit.count, DOUBLE, 'LIMIT');
  if (value === null) return undefined;
  const percent = Number(value);
  if (percent >= 0 && percent <= 100) return percent;
  throw new SqlError('execution', `LIMIT ${percent}% is not between 0 and 100`, {
    span: limit.count.span,
    sqlState: '2201W',
  });
}

/** A number of rows; NULL means all of them, or none to skip. */
function countOf(
  binder: Binder,
  node: Expression,
  options: { readonly what: 'LIMIT'; readonly sqlState: string },
): number | undefined;
function countOf(
  binder: Binder,
  node: Expression,
  options: { readonly what: 'OFFSET'; readonly sqlState: string },
): number;
function countOf(
  binder: Binder,
  node: Expression,
  options: { readonly what: 'LIMIT' | 'OFFSET'; readonly sqlState: string },
): number | undefined {
  const { what, sqlState } = options;
  const value = constantOf(binder, node, BIGINT, what);
  if (value === null) return what === 'LIMIT' ? undefined : 0;
  const count = Number(value);
  if (count >= 0) return count;
  throw new SqlError('execution', `${what} must not be negative, it is ${count}`, {
    span: node.span,
    sqlState,
  });
}

function constantOf(binder: Binder, node: Expression, type: SqlType, what: string): LiteralValue {
  const scope = constantScope(what);
  const bound: Expr = binder.expression(node, scope);
  const expr = implicitly(bound, type, { what, span: node.span, dialect: binder.dialect });
  const isConstant = scope.joins.length === 0 && !binder.traits.isVolatile(expr);
  const { evaluateConstant } = binder.context;
  if (expr.kind === 'literal') return expr.value;
  if (isConstant && evaluateConstant !== undefined) return evaluateConstant(expr);
  throw unsupported(
    `${what} that is not a constant`,
    node.span,
    'Use a number, a parameter, or filter by row_number().',
  );
}
