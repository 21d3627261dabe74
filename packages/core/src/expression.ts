import type { Span } from './error.ts';
import type { LiteralValue } from './schema.ts';
import type { SqlType } from './types.ts';

/** Identity of a column within one plan; never reused, so that columns need no names to be told apart. */
export type ColumnId = number;

/**
 * A bound scalar expression. SQL operators are calls; {@link Conditional} is the only lazy form.
 * Expressions never hold plans: subqueries have become joins before an expression is built.
 */
export type Expr = Literal | ColumnRef | Call | Cast | Conditional;

/** `type` decides how `value` is read: days for date, unscaled bigint for decimal, and so on. */
export interface Literal {
  readonly kind: 'literal';
  readonly value: LiteralValue;
  readonly type: SqlType;
  readonly span?: Span | undefined;
}

export interface ColumnRef {
  readonly kind: 'column';
  readonly id: ColumnId;
  readonly type: SqlType;
  /** For messages and EXPLAIN only. */
  readonly name: string;
  readonly nullable: boolean;
  readonly span?: Span | undefined;
}

/** A call of one overload of a scalar function; arguments have exactly the overload's types. */
export interface Call {
  readonly kind: 'call';
  /** Canonical name in the registry. */
  readonly function: string;
  /** Index into the function's overloads. */
  readonly overload: number;
  readonly args: readonly Expr[];
  readonly type: SqlType;
  readonly span?: Span | undefined;
}

export interface Cast {
  readonly kind: 'cast';
  readonly input: Expr;
  readonly type: SqlType;
  /** TRY_CAST: NULL instead of an error. */
  readonly try: boolean;
  readonly span?: Span | undefined;
}

/**
 * The lazy forms. `and`/`or` are n-ary with three-valued logic; `coalesce` gives the first non-NULL;
 * `case` has operands [when1, then1, when2, then2, …, else] (odd length, the else always present).
 * All branches have the node's type.
 */
export interface Conditional {
  readonly kind: 'conditional';
  readonly operator: 'and' | 'or' | 'case' | 'coalesce';
  readonly operands: readonly Expr[];
  readonly type: SqlType;
  readonly span?: Span | undefined;
}

/** The direct sub-expressions, in order. */
export function children(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'literal':
    case 'column':
      return [];
    case 'call':
      return expr.args;
    case 'cast':
      return [expr.input];
    case 'conditional':
      return expr.operands;
  }
}

/** The same node over other children; `next` has the shape of {@link children}. */
export function withChildren(expr: Expr, next: readonly Expr[]): Expr {
  switch (expr.kind) {
    case 'literal':
    case 'column':
      return expr;
    case 'call':
      return { ...expr, args: next };
    case 'cast':
      return { ...expr, input: next[0] ?? expr.input };
    case 'conditional':
      return { ...expr, operands: next };
  }
}

/** Bottom-up rewrite; `f` returns the node it was given to keep it, and unchanged subtrees are shared. */
export function transformExpr(expr: Expr, f: (node: Expr) => Expr): Expr {
  const before = children(expr);
  let changed = false;
  const after = before.map((child) => {
    const next = transformExpr(child, f);
    if (next !== child) changed = true;
    return next;
  });
  return f(changed ? withChildren(expr, after) : expr);
}

/** Visits every node, parents first; return false to leave a subtree out. */
export function visitExpr(expr: Expr, f: (node: Expr) => boolean | undefined): void {
  if (f(expr) === false) return;
  for (const child of children(expr)) visitExpr(child, f);
}

/** Ids of all columns that the expression reads. */
export function columnsOf(expr: Expr, into: Set<ColumnId> = new Set()): Set<ColumnId> {
  visitExpr(expr, (node) => {
    if (node.kind === 'column') into.add(node.id);
    return true;
  });
  return into;
}
