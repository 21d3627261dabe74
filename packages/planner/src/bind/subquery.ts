import { BOOLEAN, type ColumnRef, type Expr, list, type Span, SqlError } from '@windrow/core';
import type {
  ArraySubquery,
  ComparisonOperator,
  ExistsSubquery,
  Expression,
  InCollection,
  InSubquery,
  QuantifiedList,
  QuantifiedSubquery,
  Query,
  ScalarSubquery,
} from '@windrow/parser';
import { columnRef, conjunction, literal } from '../expr/structure.ts';
import type { AggregateCall, LogicalPlan } from '../logical.ts';
import { isAtMostOneRow } from '../properties.ts';
import { type Binder, callScalar, newColumn } from './binder.ts';
import { counted, typeError, unsupported } from './errors.ts';
import { compare, negate } from './operators.ts';
import { chooseOverload } from './overload.ts';
import type { ExpressionScope, PendingJoin, Relation } from './scope.ts';

/** Binds a query inside an expression; names that it does not know itself mean the outer columns. */
const bindInner = (binder: Binder, query: Query, scope: ExpressionScope): Relation =>
  binder.query(query, { outer: { ...scope.names, place: scope }, ctes: scope.ctes });

const columnCountError = (count: number, wanted: number, span: Span): SqlError =>
  new SqlError(
    'syntax',
    `the subquery gives ${counted(count, 'column')} where ${wanted === 1 ? 'one is' : `${wanted} are`} wanted`,
    { span },
  );

function onlyColumn(relation: Relation, span: Span): Relation['columns'][number] {
  const [column] = relation.columns;
  if (column === undefined || relation.columns.length > 1)
    throw columnCountError(relation.columns.length, 1, span);
  return column;
}

/** `(SELECT …)` as a value: its one row's one column, NULL without a row. */
export function bindScalarSubquery(
  binder: Binder,
  node: ScalarSubquery,
  scope: ExpressionScope,
): Expr {
  const relation = bindInner(binder, node.query, scope);
  const column = onlyColumn(relation, node.span);
  scope.joins.push({
    plan: relation.plan,
    // A plain outer join does what `single` would have to check.
    joinKind: isAtMostOneRow(relation.plan) ? 'left' : 'single',
    condition: literal(true),
    mark: undefined,
  });
  return { ...columnRef(column), nullable: true, span: node.span };
}

/** Adds a column that says whether a row of the subquery satisfies the condition. */
function markJoin(
  binder: Binder,
  scope: ExpressionScope,
  join: { readonly plan: LogicalPlan; readonly condition: Expr; readonly nullable: boolean },
  span: Span,
): ColumnRef {
  const mark = newColumn(binder, 'mark', BOOLEAN, join.nullable);
  scope.joins.push({ plan: join.plan, joinKind: 'mark', condition: join.condition, mark });
  return { ...columnRef(mark), span };
}

export function bindExists(binder: Binder, node: ExistsSubquery, scope: ExpressionScope): Expr {
  const { plan } = bindInner(binder, node.query, scope);
  return markJoin(binder, scope, { plan, condition: literal(true), nullable: false }, node.span);
}

/** The condition of `operand operator (query)`, rows field by field. */
function bindMembership(
  binder: Binder,
  operand: Expression,
  query: Query,
  operator: ComparisonOperator,
  scope: ExpressionScope,
): { readonly plan: LogicalPlan; readonly condition: Expr } {
  const operands = operand.kind === 'row' ? operand.items : [operand];
  const values = operands.map((item) => binder.expression(item, scope));
  const { plan, columns } = bindInner(binder, query, scope);
  if (columns.length !== values.length)
    throw columnCountError(columns.length, values.length, query.span);
  if (values.length > 1 && operator !== '=') {
    throw unsupported(
      `a row before ${operator} ANY`,
      operand.span,
      'Compare its fields one by one in EXISTS (SELECT …).',
    );
  }
  const conditions = values.map((value, i) => {
    const column = columns[i];
    if (column === undefined) throw columnCountError(columns.length, values.length, query.span);
    const span = operands[i]?.span ?? operand.span;
    return compare(binder, operator, value, columnRef(column), span);
  });
  return { plan, condition: conjunction(conditions) };
}

export function bindInSubquery(binder: Binder, node: InSubquery, scope: ExpressionScope): Expr {
  const join = bindMembership(binder, node.operand, node.query, '=', scope);
  const nullable = binder.traits.isNullable(join.condition);
  const mark = markJoin(binder, scope, { ...join, nullable }, node.span);
  return node.negated ? negate(binder, mark, node.span) : mark;
}

const COMPLEMENTS: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  '=': '<>',
  '<>': '=',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
};

/** `x op ALL (q)` is `NOT (x complement ANY (q))`, in three-valued logic too. */
export function bindQuantifiedSubquery(
  binder: Binder,
  node: QuantifiedSubquery,
  scope: ExpressionScope,
): Expr {
  const isAll = node.quantifier === 'all';
  const operator = isAll ? COMPLEMENTS[node.operator] : node.operator;
  const join = bindMembership(binder, node.operand, node.query, operator, scope);
  const nullable = binder.traits.isNullable(join.condition);
  const mark = markJoin(binder, scope, { ...join, nullable }, node.span);
  return isAll ? negate(binder, mark, node.span) : mark;
}

/** What a conjunct needs joined, and what then has to be true of the rows. */
export interface SubqueryFilter {
  readonly join: PendingJoin;
  readonly predicate: Expr;
}

/**
 * A conjunct of WHERE, HAVING or QUALIFY that is nothing but a subquery test: a semi or anti join where
 * that is the same. NOT IN is three-valued, so that it needs a mark unless neither side can be NULL.
 * Undefined for all other conjuncts.
 */
export function bindSubqueryFilter(
  binder: Binder,
  node: Expression,
  negated: boolean,
  scope: ExpressionScope,
): SubqueryFilter | undefined {
  if (node.kind === 'unary' && node.operator === 'not')
    return bindSubqueryFilter(binder, node.operand, !negated, scope);
  const filter = (
    joinKind: 'semi' | 'anti',
    { plan, condition }: Pick<PendingJoin, 'plan' | 'condition'>,
  ): SubqueryFilter => ({
    join: { plan, joinKind, condition, mark: undefined },
    predicate: literal(true),
  });
  if (node.kind === 'exists') {
    const { plan } = bindInner(binder, node.query, scope);
    return filter(negated ? 'anti' : 'semi', { plan, condition: literal(true) });
  }
  if (node.kind === 'quantifiedSubquery') {
    if (negated || node.quantifier === 'all') return undefined;
    return filter('semi', bindMembership(binder, node.operand, node.query, node.operator, scope));
  }
  if (node.kind !== 'inSubquery') return undefined;
  const member = bindMembership(binder, node.operand, node.query, '=', scope);
  if (node.negated === negated) return filter('semi', member);
  if (!binder.traits.isNullable(member.condition)) return filter('anti', member);
  const mark = newColumn(binder, 'mark', BOOLEAN, true);
  return {
    join: { ...member, joinKind: 'mark', mark },
    predicate: negate(binder, { ...columnRef(mark), span: node.span }, node.span),
  };
}

/** `ARRAY (SELECT …)`: the column's values in query order, an empty list without rows. */
export function bindArraySubquery(
  binder: Binder,
  node: ArraySubquery,
  scope: ExpressionScope,
): Expr {
  const relation = bindInner(binder, node.query, scope);
  const column = onlyColumn(relation, node.span);
  const definition = binder.context.functions.aggregate('array_agg');
  if (definition === undefined)
    throw unsupported('ARRAY (SELECT …)', node.span, 'The function array_agg is missing.');
  const { overload, args, returns } = chooseOverload(
    binder.context,
    definition,
    [columnRef(column)],
    node.span,
  );
  const output = newColumn(binder, 'array', returns, true);
  const call: AggregateCall = {
    output,
    function: definition.name,
    overload,
    args,
    distinct: false,
    filter: undefined,
    orderBy: [],
    span: node.span,
  };
  scope.joins.push({
    plan: {
      kind: 'aggregate',
      input: relation.plan,
      keys: [],
      aggregates: [call],
      groupingSets: undefined,
      groupingId: undefined,
    },
    joinKind: 'left',
    condition: literal(true),
    mark: undefined,
  });
  const empty: Expr = { kind: 'literal', value: [], type: list(column.type), span: node.span };
  return {
    kind: 'conditional',
    operator: 'coalesce',
    operands: [columnRef(output), empty],
    type: returns,
    span: node.span,
  };
}

/** `x IN list`: membership in a list or in a map's keys. */
export function bindInCollection(binder: Binder, node: InCollection, scope: ExpressionScope): Expr {
  const value = binder.expression(node.operand, scope);
  const collection = binder.expression(node.collection, scope);
  const { kind } = collection.type;
  const name = kind === 'map' ? 'map_contains_key' : 'list_contains';
  if (kind !== 'list' && kind !== 'array' && kind !== 'map') {
    throw typeError(
      'IN without parentheses needs a list or a map',
      node.collection.span,
      'Write x IN (a, b) for single values.',
    );
  }
  const found = callScalar(binder, name, [collection, value], node.span);
  return node.negated ? negate(binder, found, node.span) : found;
}

/** `x = ANY (list)`; other comparisons unfold where the list is written out. */
export function bindQuantifiedList(
  binder: Binder,
  node: QuantifiedList,
  scope: ExpressionScope,
): Expr {
  const { operator, quantifier, span } = node;
  if (node.list.kind === 'list') {
    const value = binder.expression(node.operand, scope);
    const matches = node.list.items.map((item) =>
      compare(binder, operator, value, binder.expression(item, scope), item.span),
    );
    if (quantifier === 'all') return conjunction(matches);
    const [first] = matches;
    if (first === undefined) return literal(false);
    return matches.length === 1
      ? first
      : { kind: 'conditional', operator: 'or', operands: matches, type: BOOLEAN, span };
  }
  if ((operator === '=' && quantifier === 'any') || (operator === '<>' && quantifier === 'all')) {
    const value = binder.expression(node.operand, scope);
    const items = binder.expression(node.list, scope);
    const found = callScalar(binder, 'list_contains', [items, value], span);
    return operator === '=' ? found : negate(binder, found, span);
  }
  throw unsupported(
    `${operator} ${quantifier.toUpperCase()} over a list`,
    span,
    `Unnest the list: x ${operator} ${quantifier.toUpperCase()} (SELECT unnest(list)).`,
  );
}
