import { BOOLEAN, type Expr, type Span, type SqlType } from '@windrow/core';
import type { Expression, Query, Select } from '@windrow/parser';
import type { ColumnIds } from '../column-ids.ts';
import { printExpr } from '../explain/print-expr.ts';
import type { ExprTraits } from '../expr/traits.ts';
import type { OutputColumn } from '../logical.ts';
import type { BindContext, BindDialect } from './context.ts';
import { implicitly } from './convert.ts';
import { chooseOverload, unknownFunction } from './overload.ts';
import type { ExpressionScope, FromRelation, QueryScope, Relation } from './scope.ts';
import type { ResolvedSources, ViewEntry } from './sources.ts';

/**
 * What the parts of the binder share. Expressions hold queries and queries hold expressions; the two
 * sides call each other through this record, so that the files stay without cycles.
 */
export interface Binder {
  readonly context: BindContext;
  readonly dialect: BindDialect;
  readonly ids: ColumnIds;
  readonly traits: ExprTraits;
  readonly sources: ResolvedSources;
  /** Views that are being bound, the innermost last; spans point into its text. */
  readonly openViews: Set<ViewEntry>;
  expression(node: Expression, scope: ExpressionScope): Expr;
  query(query: Query, scope: QueryScope): Relation;
  /** The FROM clause. */
  from(select: Select, scope: QueryScope): FromRelation;
}

/** A new column. */
export const newColumn = (
  binder: Binder,
  name: string,
  type: SqlType,
  nullable: boolean,
): OutputColumn => ({ id: binder.ids.next(), name, type, nullable });

/** A new column for the value of an expression. */
export const columnFor = (binder: Binder, name: string, expr: Expr): OutputColumn =>
  newColumn(binder, name, expr.type, binder.traits.isNullable(expr));

/** A call of a scalar function by its registered name: what an operator stands for. */
export function callScalar(binder: Binder, name: string, args: readonly Expr[], span: Span): Expr {
  const definition = binder.context.functions.scalar(name);
  if (definition === undefined) throw unknownFunction(binder.context, name, span);
  const chosen = chooseOverload(binder.context, definition, args, span);
  return {
    kind: 'call',
    function: definition.name,
    overload: chosen.overload,
    args: chosen.args,
    type: chosen.returns,
    span,
  };
}

/** The expression as a condition. @throws SqlError `type` 42804: `what` must be BOOLEAN. */
export const asCondition = (binder: Binder, expr: Expr, what: string, span: Span): Expr =>
  implicitly(expr, BOOLEAN, { what, span, dialect: binder.dialect });

/** The text an expression was written as, one blank where there was space; undefined without it. */
export function sourceText(binder: Binder, span: Span): string | undefined {
  const whole = [...binder.openViews].at(-1)?.sql ?? binder.context.text;
  const text = whole?.slice(span.start, span.end).replaceAll(/\s+/g, ' ').trim();
  return text === '' ? undefined : text;
}

/** What a result column without a name is called: its text, else its meaning. */
export const nameOf = (binder: Binder, span: Span, expr: Expr): string =>
  sourceText(binder, span) ?? (expr.kind === 'column' ? expr.name : printExpr(expr));
