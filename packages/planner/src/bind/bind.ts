import type { Expr, SqlType } from '@windrow/core';
import type { Expression, Query, TypeName } from '@windrow/parser';
import { ColumnIds } from '../column-ids.ts';
import { createExprTraits } from '../expr/traits.ts';
import type { BoundQuery, OutputColumn } from '../logical.ts';
import type { Binder } from './binder.ts';
import { type BindContext, DEFAULT_BIND_DIALECT } from './context.ts';
import { bindExpressionNode } from './expression.ts';
import { bindFrom } from './from.ts';
import { bindQueryNode } from './query.ts';
import { constantScope, type QueryScope } from './scope.ts';
import { noSources, resolveSources } from './sources.ts';
import { bindType } from './type-name.ts';

const TOP: QueryScope = { outer: undefined, ctes: undefined };

/** The parts of the binder tied together. */
function createBinder(context: BindContext): Binder {
  const binder: Binder = {
    context,
    dialect: context.dialect ?? DEFAULT_BIND_DIALECT,
    ids: new ColumnIds(),
    traits: createExprTraits(context.functions),
    sources: noSources(),
    openViews: new Set(),
    expression: (node, scope) => bindExpressionNode(binder, node, scope),
    query: (query, scope) => bindQueryNode(binder, query, scope),
    from: (select, scope) => bindFrom(binder, select, scope),
  };
  return binder;
}

/**
 * A query from syntax to a logical plan: names are columns, calls are overloads, conversions are casts,
 * subqueries are joins. Files, table functions and views are looked up first.
 *
 * @throws SqlError the first error in the order of the text.
 */
export async function bindQuery(query: Query, context: BindContext): Promise<BoundQuery> {
  const binder = createBinder(context);
  await resolveSources(binder, query);
  return binder.query(query, TOP);
}

/**
 * An expression over given columns, without subqueries, aggregates or window functions: constants
 * (no columns), CHECK and DEFAULT.
 */
export function bindExpression(
  node: Expression,
  context: BindContext,
  columns: readonly OutputColumn[] = [],
): Expr {
  const binder = createBinder(context);
  const scope = constantScope('this expression');
  return binder.expression(node, {
    ...scope,
    names: {
      tables: [],
      columns: columns.map((c) => ({ ...c, table: undefined })),
      outer: undefined,
    },
  });
}

/** The type that a type name means. @throws SqlError `bind` 42704 */
export const bindTypeName = (node: TypeName, context: BindContext): SqlType =>
  bindType(node, context);
