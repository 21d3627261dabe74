import {
  type AggregateFunction,
  type Expr,
  isNested,
  type Literal,
  type LiteralValue,
  type Span,
  SqlError,
} from '@windrow/core';
import type { CallExpression, ColumnReference } from '@windrow/parser';
import { printExpr } from '../explain/print-expr.ts';
import { columnRef, exprKey } from '../expr/structure.ts';
import type { AggregateCall, SortKey } from '../logical.ts';
import { bindArguments } from './arguments.ts';
import { asCondition, type Binder, callScalar, newColumn, sourceText } from './binder.ts';
import { bindError, groupingError } from './errors.ts';
import { type ChosenOverload, chooseOverload, tryOverloads } from './overload.ts';
import {
  type AggregateSink,
  type ExpressionScope,
  lookupColumn,
  type NameScope,
  sameName,
} from './scope.ts';
import { bindSortItems } from './sort.ts';
import { visitSyntax } from './syntax.ts';

/** A call of an aggregate, with OVER or without, after overload resolution. */
export interface BoundAggregate {
  readonly function: string;
  readonly chosen: ChosenOverload;
  readonly distinct: boolean;
  readonly filter: Expr | undefined;
  readonly orderBy: readonly SortKey[];
}

/** An aggregate in a grouped query: its value becomes a column of the aggregation. */
export function bindAggregate(
  binder: Binder,
  node: CallExpression,
  definition: AggregateFunction,
  scope: ExpressionScope,
): Expr {
  const owner = owningScope(node, scope);
  if (owner !== undefined) return bindAggregate(binder, node, definition, owner);
  const sink = scope.aggregates;
  if (sink === undefined) throw misplaced(node, scope);
  const inner: ExpressionScope = {
    ...scope,
    clause: INSIDE,
    joins: sink.joins,
    aggregates: undefined,
    windows: undefined,
    unnests: undefined,
  };
  const bound = bindAggregateCall(binder, node, definition, inner);
  return { ...columnRef(shareCall(binder, sink, definition, bound, node.span)), span: node.span };
}

const INSIDE = 'an aggregate function';

/**
 * An aggregate whose arguments read columns of enclosing queries only belongs to the innermost of these
 * (ISO/IEC 9075-2 §6.9), provided that it may stand where the subquery does.
 */
function owningScope(node: CallExpression, scope: ExpressionScope): ExpressionScope | undefined {
  const paths = columnPaths([node.arguments, node.filter, node.orderBy, node.withinGroup]);
  const isOwn = (path: ColumnPath): boolean =>
    reaches(scope.names, path) ||
    scope.aliases?.names.some((name) => sameName(name, path[0].name)) === true;
  if (paths.length === 0 || paths.some(isOwn)) return undefined;
  for (let level = scope.names.outer; level !== undefined; level = level.outer) {
    const here = level;
    if (!paths.some((path) => reaches(here, path))) continue;
    return level.place?.aggregates === undefined ? undefined : level.place;
  }
  return undefined;
}

type ColumnPath = ColumnReference['path'];

function reaches(level: NameScope, path: ColumnPath): boolean {
  try {
    return lookupColumn(level, path) !== undefined;
  } catch {
    // An ambiguous name is a column of this level all the same.
    return true;
  }
}

/** The column names of an expression, without those inside its subqueries. */
function columnPaths(tree: unknown): readonly ColumnPath[] {
  const paths: ColumnPath[] = [];
  visitSyntax(tree, (node) => {
    if (node.kind === 'columnReference') paths.push(node.path);
    return node.kind !== 'query';
  });
  return paths;
}

function misplaced(node: CallExpression, scope: ExpressionScope): SqlError {
  if (scope.clause === INSIDE) {
    return groupingError(
      'aggregate functions cannot be nested',
      node.span,
      'Compute the inner one in a subquery.',
    );
  }
  const hint = scope.clause === 'WHERE' ? 'Filter groups with HAVING.' : undefined;
  return groupingError(`aggregate functions are not allowed in ${scope.clause}`, node.span, hint);
}

/** The column of an equal call that is there already, else of a new one. */
function shareCall(
  binder: Binder,
  sink: AggregateSink,
  definition: AggregateFunction,
  bound: BoundAggregate,
  span: Span,
): AggregateCall['output'] {
  const { chosen, distinct, filter, orderBy } = bound;
  const inputs = [...chosen.args, ...(filter === undefined ? [] : [filter])];
  const key = inputs.some((expr) => binder.traits.isVolatile(expr))
    ? `volatile ${sink.calls.size}`
    : JSON.stringify([
        bound.function,
        chosen.overload,
        chosen.args.map(exprKey),
        distinct,
        filter === undefined ? null : exprKey(filter),
        orderBy.map((k) => [exprKey(k.expr), k.descending, k.nullsFirst]),
      ]);
  const known = sink.calls.get(key);
  if (known !== undefined) return known.output;
  const shown = `${bound.function}(${chosen.args.map((arg) => printExpr(arg)).join(', ')})`;
  const name = sourceText(binder, span) ?? shown;
  const nullable = definition.emptyValue === undefined || definition.emptyValue === null;
  const output = newColumn(binder, name, chosen.returns, nullable);
  sink.calls.set(key, {
    output,
    function: bound.function,
    overload: chosen.overload,
    args: chosen.args,
    distinct,
    filter,
    orderBy,
    span,
  });
  return output;
}

/** Arguments, DISTINCT, FILTER, ORDER BY and WITHIN GROUP of an aggregate; `scope` is the arguments'. */
export function bindAggregateCall(
  binder: Binder,
  node: CallExpression,
  named: AggregateFunction,
  scope: ExpressionScope,
): BoundAggregate {
  const countsRows = isCountOfRows(node, named);
  const definition = countsRows
    ? (binder.context.functions.aggregate('count_star') ?? named)
    : named;
  const args = countsRows ? [] : bindArguments(binder, node, scope);
  const ordered = bindSortItems(binder, node.orderBy, scope);
  const within = bindSortItems(binder, node.withinGroup, scope);
  const { chosen, orderBy } =
    within.length > 0
      ? bindWithinGroup(binder, node, definition, args, within)
      : { chosen: chooseOverload(binder.context, definition, args, node.span), orderBy: ordered };
  const distinct = node.distinct && definition.ignoresDistinct !== true;
  if (node.distinct) checkDistinctOrder(orderBy, chosen.args, node.span);
  const filter =
    node.filter === null
      ? undefined
      : asCondition(
          binder,
          binder.expression(node.filter, scope),
          'the condition of FILTER',
          node.filter.span,
        );
  return {
    function: definition.name,
    chosen,
    distinct,
    filter: ignoreNulls(binder, node, definition, chosen, filter),
    orderBy: definition.ordered ? orderBy : [],
  };
}

/** `count(*)` and `count()`. */
function isCountOfRows(node: CallExpression, definition: AggregateFunction): boolean {
  const [first] = node.arguments;
  const isStar = first !== undefined && node.arguments.length === 1 && first.value.kind === 'star';
  const star = isStar && first.value.kind === 'star' ? first.value : undefined;
  const isPlainStar =
    star !== undefined && star.of === null && star.exclude.length === 0 && star.like === null;
  return definition.name === 'count' && (isPlainStar || node.arguments.length === 0);
}

/** IGNORE NULLS of an aggregate that sees NULLs leaves those rows out. */
function ignoreNulls(
  binder: Binder,
  node: CallExpression,
  definition: AggregateFunction,
  chosen: ChosenOverload,
  filter: Expr | undefined,
): Expr | undefined {
  if (node.nullTreatment === null) return filter;
  if (definition.nulls !== 'handles' && !definition.ordered) {
    throw new SqlError('syntax', `${definition.name} has no IGNORE NULLS or RESPECT NULLS`, {
      span: node.span,
      hint: 'It never sees NULLs.',
    });
  }
  const [value] = chosen.args;
  if (node.nullTreatment === 'respect' || value === undefined) return filter;
  const present = callScalar(binder, 'is_not_null', [value], node.span);
  if (filter === undefined) return present;
  return {
    kind: 'conditional',
    operator: 'and',
    operands: [filter, present],
    type: present.type,
    span: node.span,
  };
}

function checkDistinctOrder(orderBy: readonly SortKey[], args: readonly Expr[], span: Span): void {
  const keys = new Set(args.map(exprKey));
  if (orderBy.some((key) => !keys.has(exprKey(key.expr)))) {
    throw bindError(
      '42P10',
      'ORDER BY of an aggregate with DISTINCT must name its argument',
      span,
      'Duplicates have no other value to be ordered by.',
    );
  }
}

/**
 * `f(p) WITHIN GROUP (ORDER BY x)`. Where the arguments are complete without it (`listagg(x, ',')`) it
 * only orders the rows; else x is the first argument, and DESC turns fractions round.
 */
function bindWithinGroup(
  binder: Binder,
  node: CallExpression,
  definition: AggregateFunction,
  args: readonly Expr[],
  within: readonly SortKey[],
): { readonly chosen: ChosenOverload; readonly orderBy: readonly SortKey[] } {
  const [key] = within;
  const complete =
    args.length > 0 && definition.ordered
      ? tryOverloads(binder.context, definition, args, node.span)
      : undefined;
  if (complete !== undefined || key === undefined) {
    const chosen = complete ?? chooseOverload(binder.context, definition, args, node.span);
    return { chosen, orderBy: within };
  }
  if (within.length > 1) {
    throw bindError(
      '42883',
      `${definition.name} takes one key in WITHIN GROUP`,
      node.span,
      'Order by a single expression.',
    );
  }
  const fractions = key.descending ? args.map(reversed) : args;
  const chosen = chooseOverload(binder.context, definition, [key.expr, ...fractions], node.span);
  return { chosen, orderBy: within };
}

/** The fraction p counted from the other end; functions.md §7 writes that as −p, which 0 has not. */
function reversed(arg: Expr): Expr {
  if (arg.kind !== 'literal' || isNested(arg.type)) return arg;
  const value = negatedFraction(arg);
  return value === undefined ? arg : { ...arg, value };
}

function negatedFraction(literal: Literal): LiteralValue | undefined {
  const { value, type } = literal;
  if (value === 0 || value === 0n) return type.kind === 'decimal' ? 10n ** BigInt(type.scale) : 1;
  if (typeof value === 'number' || typeof value === 'bigint') return -value;
  return undefined;
}
