import type { ColumnRef, Expr, Span } from '@windrow/core';
import type { CallExpression, Columns, Identifier, WindowSpecification } from '@windrow/parser';
import type {
  AggregateCall,
  JoinKind,
  LogicalPlan,
  OutputColumn,
  SortKey,
  WindowCall,
} from '../logical.ts';
import { ambiguousColumn, unknownColumn } from './errors.ts';

/** A column that an unqualified name and `*` reach; `table` is what `EXCLUDE (t.a)` calls its table. */
export interface VisibleColumn extends OutputColumn {
  readonly table: string | undefined;
}

/** A table of FROM: `path` ends with the name that qualifies its columns. */
export interface ScopeTable {
  readonly path: readonly string[];
  readonly columns: readonly OutputColumn[];
}

/** What the names in an expression may mean, level by level; `outer` is the enclosing query. */
export interface NameScope {
  readonly tables: readonly ScopeTable[];
  readonly columns: readonly VisibleColumn[];
  readonly outer: NameScope | undefined;
  /** Seen from a subquery: where in this level the subquery stands. */
  readonly place?: ExpressionScope;
}

/** A common table expression as names find it. */
export interface CteEntry {
  readonly name: string;
  readonly cteId: number;
  readonly columns: readonly OutputColumn[];
}

/** The common table expressions in sight, innermost first. */
export interface CteScope {
  readonly entry: CteEntry;
  readonly next: CteScope | undefined;
}

/** Where a query stands: what it may refer to outside itself. */
export interface QueryScope {
  readonly outer: NameScope | undefined;
  readonly ctes: CteScope | undefined;
}

/** A plan and its columns as named by the user, in order; ids may repeat. */
export interface Relation {
  readonly plan: LogicalPlan;
  readonly columns: readonly OutputColumn[];
}

/** What stands in FROM: a plan and the names it brings. */
export interface FromRelation {
  readonly plan: LogicalPlan;
  readonly tables: readonly ScopeTable[];
  readonly columns: readonly VisibleColumn[];
}

/** A subquery of an expression: a join that is still to be put above the plan that feeds the expression. */
export interface PendingJoin {
  readonly plan: LogicalPlan;
  readonly joinKind: Extract<JoinKind, 'left' | 'single' | 'mark' | 'semi' | 'anti'>;
  readonly condition: Expr;
  readonly mark: OutputColumn | undefined;
}

/** Receives the aggregates of a query, and what their arguments need below the aggregation. */
export interface AggregateSink {
  readonly calls: Map<string, AggregateCall>;
  readonly joins: PendingJoin[];
  /** Calls of grouping(), resolved once the keys are known. */
  readonly groupings: { readonly call: CallExpression; readonly output: OutputColumn }[];
}

/** A window function with the window it runs over. */
export interface WindowEntry {
  readonly partitionBy: readonly Expr[];
  readonly orderBy: readonly SortKey[];
  readonly call: WindowCall;
}

/** Receives the window functions of a query. */
export interface WindowSink {
  readonly entries: Map<string, WindowEntry>;
}

/** Receives the lists that `unnest` in a SELECT list repeats rows by. */
export interface UnnestSink {
  readonly lists: { readonly output: OutputColumn; readonly expr: Expr }[];
}

/** The SELECT list's aliases. `first`: they win over columns (ORDER BY). */
export interface AliasScope {
  readonly first: boolean;
  /** The aliased expression bound for `scope`, or undefined for an unknown name. */
  resolve(name: string, scope: ExpressionScope): Expr | undefined;
  readonly names: readonly string[];
}

/**
 * Where an expression stands: what names mean there, and what receives its subqueries, aggregates and
 * window functions. A missing sink means that the thing is not allowed in the clause.
 */
export interface ExpressionScope {
  readonly names: NameScope;
  readonly ctes: CteScope | undefined;
  /** The clause as messages call it: `WHERE`, `GROUP BY`, `an aggregate function`. */
  readonly clause: string;
  readonly joins: PendingJoin[];
  readonly aggregates: AggregateSink | undefined;
  readonly windows: WindowSink | undefined;
  readonly unnests: UnnestSink | undefined;
  readonly aliases: AliasScope | undefined;
  /** Named windows of the WINDOW clause. */
  readonly namedWindows: NamedWindows | undefined;
  /** The column that a COLUMNS(…) stands for in this repetition of its expression. */
  readonly columnChoice: ReadonlyMap<Columns, ColumnRef> | undefined;
}

/** A window specification with its inheritance worked out, still syntax. */
export type NamedWindows = ReadonlyMap<string, WindowSpecification>;

/** The scope of an expression that sees no columns, aggregates or aliases. */
export const constantScope = (clause: string, ctes?: CteScope): ExpressionScope => ({
  names: EMPTY_NAMES,
  ctes,
  clause,
  joins: [],
  aggregates: undefined,
  windows: undefined,
  unnests: undefined,
  aliases: undefined,
  namedWindows: undefined,
  columnChoice: undefined,
});

export const EMPTY_NAMES: NameScope = { tables: [], columns: [], outer: undefined };

/** The names that a FROM clause brings, in front of those outside. */
export const namesOf = (from: FromRelation, outer: NameScope | undefined): NameScope => ({
  tables: from.tables,
  columns: from.columns,
  outer,
});

export const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Finds a common table expression by name. */
export function lookupCte(scope: CteScope | undefined, name: string): CteEntry | undefined {
  for (let at = scope; at !== undefined; at = at.next) {
    if (sameName(at.entry.name, name)) return at.entry;
  }
  return undefined;
}

const indexes = new WeakMap<
  readonly OutputColumn[],
  ReadonlyMap<string, readonly OutputColumn[]>
>();

/** The columns of a list by name; lists never change, so the index is kept with them. */
function columnsNamed(columns: readonly OutputColumn[], name: string): readonly OutputColumn[] {
  let index = indexes.get(columns);
  if (index === undefined) {
    const built = new Map<string, OutputColumn[]>();
    for (const column of columns) {
      const key = column.name.toLowerCase();
      const same = built.get(key);
      if (same === undefined) built.set(key, [column]);
      else if (!same.some((other) => other.id === column.id)) same.push(column);
    }
    index = built;
    indexes.set(columns, index);
  }
  return index.get(name.toLowerCase()) ?? [];
}

/** A column found by a path, and the struct fields that the rest of the path names. */
export interface FoundColumn {
  readonly column: OutputColumn;
  readonly fields: readonly Identifier[];
  /** The last name of the path that belongs to the column. */
  readonly span: Span;
}

/** The tables of one level that a chain of names may mean. */
export const tablesNamed = (names: NameScope, path: readonly Identifier[]): readonly ScopeTable[] =>
  names.tables.filter((table) => {
    const offset = table.path.length - path.length;
    return (
      offset >= 0 && path.every((part, i) => sameName(part.name, table.path[offset + i] ?? ''))
    );
  });

/**
 * Looks a path up in one level: first as a table's column, then as a column's field.
 *
 * @throws SqlError `bind` 42702 when several columns answer.
 */
export function lookupColumn(
  names: NameScope,
  path: readonly Identifier[],
): FoundColumn | undefined {
  for (let length = path.length - 1; length >= 1; length--) {
    const name = path[length];
    if (name === undefined) continue;
    const found = tablesNamed(names, path.slice(0, length)).flatMap((table) =>
      columnsNamed(table.columns, name.name),
    );
    const [column] = found;
    if (column !== undefined) {
      if (found.length > 1) throw ambiguousColumn(names, name);
      return { column, fields: path.slice(length + 1), span: name.span };
    }
  }
  const [first] = path;
  if (first === undefined) return undefined;
  const [column, other] = columnsNamed(names.columns, first.name);
  if (column === undefined) return undefined;
  if (other !== undefined) throw ambiguousColumn(names, first);
  return { column, fields: path.slice(1), span: first.span };
}

/**
 * Looks a path up level by level, the innermost first.
 *
 * @throws SqlError `bind` 42703 or 42P01 naming what is near.
 */
export function resolveColumn(
  names: NameScope,
  path: readonly Identifier[],
  aliases: readonly string[],
): FoundColumn {
  for (let level: NameScope | undefined = names; level !== undefined; level = level.outer) {
    const found = lookupColumn(level, path);
    if (found !== undefined) return found;
  }
  throw unknownColumn(names, path, aliases);
}

/** A table's columns as `*` shows them. */
export const visibleColumns = (
  table: string | undefined,
  columns: readonly OutputColumn[],
): readonly VisibleColumn[] => columns.map((column) => ({ ...column, table }));
