import type { Expr, ScalarFunction } from '@windrow/core';
import type { CallExpression, ColumnReference, Identifier } from '@windrow/parser';
import { bindAggregate } from './aggregate-call.ts';
import { bindArguments } from './arguments.ts';
import type { Binder } from './binder.ts';
import { bindError, groupingError, windowError } from './errors.ts';
import { bindLambdaCall } from './lambda.ts';
import { chooseOverload, unknownFunction } from './overload.ts';
import { type ExpressionScope, sameName } from './scope.ts';
import { SPECIAL_FORMS } from './special-forms.ts';
import { bindWindow } from './window-call.ts';

/** Prefixes that mean the built-in functions. */
const BUILT_IN_SCHEMAS: readonly string[] = ['main', 'system', 'pg_catalog', 'builtin'];

/**
 * A call by name: a special form, a window function, an aggregate or a scalar function. `x.f(y)` is
 * `f(x, y)` when x is a column.
 */
export function bindCall(binder: Binder, written: CallExpression, scope: ExpressionScope): Expr {
  const node = withoutPrefix(written);
  const identifier = functionName(node);
  const name = identifier.name.toLowerCase();
  const overElements = bindLambdaCall(binder, node, scope);
  if (overElements !== undefined) return overElements;
  const special = SPECIAL_FORMS.get(name)?.(binder, node, scope);
  if (special !== undefined) return special;
  const { functions } = binder.context;
  if (node.over !== null) return bindWindow(binder, node, scope);
  const aggregate = functions.aggregate(name);
  const scalar = functions.scalar(name);
  const asksForAggregate =
    node.distinct || node.filter !== null || node.orderBy.length > 0 || node.withinGroup.length > 0;
  if (aggregate !== undefined && (scalar === undefined || asksForAggregate))
    return bindAggregate(binder, node, aggregate, scope);
  if (scalar !== undefined) {
    if (asksForAggregate || node.nullTreatment !== null) throw notAggregate(node, scalar.name);
    return bindScalarCall(binder, node, scalar, scope);
  }
  throw otherKind(binder, node, identifier);
}

const functionName = (node: CallExpression): Identifier =>
  node.name.parts.at(-1) ?? node.name.parts[0];

/** Built-in schemas fall away, and a method's object becomes the first argument. */
function withoutPrefix(node: CallExpression): CallExpression {
  const { parts } = node.name;
  if (parts.length === 1) return node;
  const last = functionName(node);
  const name = { ...node.name, parts: [last] as const };
  const prefix = parts.slice(0, -1);
  if (prefix.length === 1 && BUILT_IN_SCHEMAS.some((s) => sameName(s, prefix[0]?.name ?? '')))
    return { ...node, name };
  const [first, ...rest] = prefix;
  if (first === undefined) return node;
  const span = { start: first.span.start, end: prefix.at(-1)?.span.end ?? first.span.end };
  const object: ColumnReference = { kind: 'columnReference', path: [first, ...rest], span };
  const argument = { kind: 'argument', name: null, value: object, span } as const;
  return { ...node, name, arguments: [argument, ...node.arguments] };
}

function bindScalarCall(
  binder: Binder,
  node: CallExpression,
  definition: ScalarFunction,
  scope: ExpressionScope,
): Expr {
  const args = bindArguments(binder, node, scope);
  const chosen = chooseOverload(binder.context, definition, args, node.span);
  return {
    kind: 'call',
    function: definition.name,
    overload: chosen.overload,
    args: chosen.args,
    type: chosen.returns,
    span: node.span,
  };
}

const notAggregate = (node: CallExpression, name: string) =>
  groupingError(
    `${name} is not an aggregate function`,
    node.span,
    'DISTINCT, FILTER, ORDER BY and IGNORE NULLS belong to aggregates and window functions.',
  );

/** The name belongs to no scalar function and no aggregate. */
function otherKind(binder: Binder, node: CallExpression, identifier: Identifier): Error {
  const { functions } = binder.context;
  const name = identifier.name.toLowerCase();
  const window = functions.window(name);
  if (window !== undefined) {
    return windowError(
      `${window.name} is a window function and needs OVER`,
      node.span,
      `Write ${window.name}(…) OVER (ORDER BY …).`,
    );
  }
  if (functions.table(name) !== undefined) {
    return bindError('42883', `${name} is a table function`, node.span, `Write FROM ${name}(…).`);
  }
  return unknownFunction(binder.context, identifier.name, identifier.span);
}
