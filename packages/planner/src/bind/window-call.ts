import { type Expr, type Span, SqlError, type WindowFunction } from '@windrow/core';
import type { CallExpression, WindowSpecification } from '@windrow/parser';
import { columnRef, exprKey } from '../expr/structure.ts';
import type { Frame, FrameBound, SortKey, WindowCall } from '../logical.ts';
import { bindAggregateCall } from './aggregate-call.ts';
import { bindArguments, nameOfCall } from './arguments.ts';
import { type Binder, newColumn } from './binder.ts';
import { bindError, groupingError, unsupported, windowError } from './errors.ts';
import { chooseOverload, unknownFunction } from './overload.ts';
import type { ExpressionScope, NamedWindows, WindowEntry } from './scope.ts';
import { bindSortItems } from './sort.ts';
import { bindFrame } from './window-frame.ts';

const INSIDE = 'a window function';

/** A call with OVER: its value becomes a column of a window node. */
export function bindWindow(binder: Binder, node: CallExpression, scope: ExpressionScope): Expr {
  const sink = scope.windows;
  if (sink === undefined) {
    throw scope.clause === INSIDE
      ? windowError(
          'window functions cannot be nested',
          node.span,
          'Compute the inner one in a subquery.',
        )
      : windowError(
          `window functions are not allowed in ${scope.clause}`,
          node.span,
          scope.clause === 'WHERE' || scope.clause === 'HAVING'
            ? 'Filter their values with QUALIFY.'
            : undefined,
        );
  }
  const inner: ExpressionScope = {
    ...scope,
    clause: INSIDE,
    windows: undefined,
    unnests: undefined,
  };
  const specification = resolveWindow(node, scope.namedWindows);
  const partitionBy = specification.partitionBy.map((expr) => binder.expression(expr, inner));
  const keys = bindSortItems(binder, specification.orderBy, inner);
  const { frame, orderBy } = bindFrame(binder, specification.frame, keys, inner);
  const call = bindWindowFunction(binder, node, inner, frame, specification);
  const entry: WindowEntry = { partitionBy, orderBy, call };
  const key = entryKey(binder, entry, sink.entries.size);
  const known = sink.entries.get(key);
  if (known === undefined) sink.entries.set(key, entry);
  return { ...columnRef((known ?? entry).call.output), span: node.span };
}

/** The specification behind OVER, with its base window's parts taken over. */
function resolveWindow(
  node: CallExpression,
  windows: NamedWindows | undefined,
): WindowSpecification {
  const { over } = node;
  if (over === null) throw windowError(`${nameOfCall(node)} needs OVER`, node.span);
  if (over.kind === 'windowName') return namedWindow(windows, over.name.name, over.name.span);
  return inheritWindow(over, windows);
}

function namedWindow(
  windows: NamedWindows | undefined,
  name: string,
  span: Span,
): WindowSpecification {
  const found = windows?.get(name.toLowerCase());
  if (found !== undefined) return found;
  const known = [...(windows?.keys() ?? [])];
  throw bindError(
    '42704',
    `window "${name}" does not exist`,
    span,
    known.length === 0
      ? `Define it: WINDOW ${name} AS (…).`
      : `The query has the windows ${known.join(', ')}.`,
  );
}

/** `(base …)`: what base leaves open may be added, nothing may be replaced. */
export function inheritWindow(
  specification: WindowSpecification,
  windows: NamedWindows | undefined,
): WindowSpecification {
  if (specification.base === null) return specification;
  const { name, span } = specification.base;
  const base = namedWindow(windows, name, span);
  if (base.frame !== null) {
    throw windowError(
      `window "${name}" has a frame and cannot be extended`,
      span,
      `Write OVER ${name} without parentheses.`,
    );
  }
  const [firstKey] = specification.partitionBy;
  if (firstKey !== undefined)
    throw windowError(`PARTITION BY of window "${name}" cannot be replaced`, firstKey.span);
  const [firstOrder] = specification.orderBy;
  if (firstOrder !== undefined && base.orderBy.length > 0)
    throw windowError(`ORDER BY of window "${name}" cannot be replaced`, firstOrder.span);
  return {
    ...specification,
    base: null,
    partitionBy: base.partitionBy,
    orderBy: base.orderBy.length > 0 ? base.orderBy : specification.orderBy,
  };
}

function bindWindowFunction(
  binder: Binder,
  node: CallExpression,
  scope: ExpressionScope,
  frame: Frame,
  specification: WindowSpecification,
): WindowCall {
  const name = nameOfCall(node);
  const { functions } = binder.context;
  const window = functions.window(name);
  if (window !== undefined) return bindPureWindow(binder, node, window, scope, frame);
  const aggregate = functions.aggregate(name);
  if (aggregate === undefined) {
    if (functions.scalar(name) !== undefined) {
      throw groupingError(
        `${name} is neither a window function nor an aggregate`,
        specification.span,
        'Leave OVER out.',
      );
    }
    throw unknownFunction(binder.context, name, node.span);
  }
  const bound = bindAggregateCall(binder, node, aggregate, scope);
  const nullable = aggregate.emptyValue === undefined || aggregate.emptyValue === null;
  return {
    output: newColumn(binder, name, bound.chosen.returns, nullable),
    aggregate: true,
    function: bound.function,
    overload: bound.chosen.overload,
    args: bound.chosen.args,
    distinct: bound.distinct,
    filter: bound.filter,
    orderBy: bound.orderBy,
    ignoreNulls: false,
    frame,
    span: node.span,
  };
}

/** A function that exists with OVER only. */
function bindPureWindow(
  binder: Binder,
  node: CallExpression,
  definition: WindowFunction,
  scope: ExpressionScope,
  frame: Frame,
): WindowCall {
  const { name } = definition;
  if (node.distinct || node.filter !== null || node.withinGroup.length > 0) {
    throw groupingError(
      `${name} takes no DISTINCT, FILTER or WITHIN GROUP`,
      node.span,
      'Only aggregates do.',
    );
  }
  if (node.fromLast) throw unsupported('FROM LAST', node.span, 'Reverse the ORDER BY of OVER.');
  if (node.nullTreatment !== null && !definition.supportsIgnoreNulls) {
    throw new SqlError('syntax', `${name} has no IGNORE NULLS or RESPECT NULLS`, {
      span: node.span,
      hint: 'Only lag, lead, first_value, last_value and nth_value have.',
    });
  }
  const args = bindArguments(binder, node, scope);
  const chosen = chooseOverload(binder.context, definition, args, node.span);
  const orderBy = bindSortItems(binder, node.orderBy, scope);
  return {
    output: newColumn(binder, name, chosen.returns, true),
    aggregate: false,
    function: name,
    overload: chosen.overload,
    args: chosen.args,
    distinct: false,
    filter: undefined,
    orderBy,
    ignoreNulls: node.nullTreatment === 'ignore',
    frame,
    span: node.span,
  };
}

const sortKeyText = (key: SortKey): unknown => [exprKey(key.expr), key.descending, key.nullsFirst];

const boundText = (bound: FrameBound): unknown =>
  'offset' in bound ? [bound.kind, exprKey(bound.offset)] : bound.kind;

/** Equal for calls that compute the same column. Volatile ones never share. */
function entryKey(binder: Binder, entry: WindowEntry, count: number): string {
  const { call } = entry;
  const inputs = call.filter === undefined ? call.args : [...call.args, call.filter];
  if (inputs.some((expr) => binder.traits.isVolatile(expr))) return `volatile ${count}`;
  const { frame } = call;
  return JSON.stringify([
    call.function,
    call.overload,
    call.args.map(exprKey),
    call.distinct,
    call.filter === undefined ? null : exprKey(call.filter),
    call.orderBy.map(sortKeyText),
    call.ignoreNulls,
    [frame.unit, boundText(frame.start), boundText(frame.end), frame.exclude],
    entry.partitionBy.map(exprKey),
    entry.orderBy.map(sortKeyText),
  ]);
}
