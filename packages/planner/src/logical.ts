import type {
  ColumnId,
  Expr,
  LiteralValue,
  Schema,
  Span,
  SqlType,
  TableProvider,
} from '@windrow/core';

/** A column that a node hands up. */
export interface OutputColumn {
  readonly id: ColumnId;
  readonly name: string;
  readonly type: SqlType;
  readonly nullable: boolean;
}

/** An expression with the id its value gets. */
export interface NamedExpr {
  readonly output: OutputColumn;
  readonly expr: Expr;
}

export interface SortKey {
  readonly expr: Expr;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** One aggregate: `args` have the overload's types; `orderBy` and `distinct` are the call's own. */
export interface AggregateCall {
  readonly output: OutputColumn;
  readonly function: string;
  readonly overload: number;
  readonly args: readonly Expr[];
  readonly distinct: boolean;
  readonly filter: Expr | undefined;
  readonly orderBy: readonly SortKey[];
  readonly span?: Span | undefined;
}

export type FrameUnit = 'rows' | 'range' | 'groups';

/** `offset` is an expression over the input; for RANGE already cast so that key ± offset has the key's type. */
export type FrameBound =
  | { readonly kind: 'unboundedPreceding' | 'currentRow' | 'unboundedFollowing' }
  | { readonly kind: 'preceding' | 'following'; readonly offset: Expr };

export interface Frame {
  readonly unit: FrameUnit;
  readonly start: FrameBound;
  readonly end: FrameBound;
  readonly exclude: 'noOthers' | 'currentRow' | 'group' | 'ties';
}

/** One function over a window: a window function or an aggregate (`aggregate` says which registry). */
export interface WindowCall {
  readonly output: OutputColumn;
  readonly aggregate: boolean;
  readonly function: string;
  readonly overload: number;
  readonly args: readonly Expr[];
  readonly distinct: boolean;
  readonly filter: Expr | undefined;
  /** ORDER BY inside the call's parentheses. */
  readonly orderBy: readonly SortKey[];
  readonly ignoreNulls: boolean;
  readonly frame: Frame;
  readonly span?: Span | undefined;
}

export type JoinKind = 'inner' | 'left' | 'right' | 'full' | 'semi' | 'anti' | 'mark' | 'single';

export type LogicalPlan =
  | Scan
  | Values
  | Filter
  | Project
  | Aggregate
  | WindowNode
  | Sort
  | Limit
  | Distinct
  | Join
  | DependentJoin
  | SetOperation
  | Unnest
  | WithCte
  | CteScan
  | RecursiveCte;

/** Reads a provider's columns; `ordinals[i]` of the provider's schema becomes `output[i]`. */
export interface Scan {
  readonly kind: 'scan';
  readonly table: string;
  readonly provider: TableProvider;
  readonly ordinals: readonly number[];
  readonly output: readonly OutputColumn[];
  readonly span?: Span | undefined;
}

/** Constant rows; `SELECT 1` reads one row without columns. */
export interface Values {
  readonly kind: 'values';
  readonly output: readonly OutputColumn[];
  readonly rows: readonly (readonly Expr[])[];
}

export interface Filter {
  readonly kind: 'filter';
  readonly input: LogicalPlan;
  readonly predicate: Expr;
}

/** Only `expressions` go up; a column passed through keeps its id (expr is a ColumnRef to the same id). */
export interface Project {
  readonly kind: 'project';
  readonly input: LogicalPlan;
  readonly expressions: readonly NamedExpr[];
}

/**
 * Without `groupingSets`: one group a distinct key. With them: one pass per set (indices into `keys`),
 * absent keys NULL; `groupingId`, where asked for, has bit 1 for an absent key, first key highest.
 */
export interface Aggregate {
  readonly kind: 'aggregate';
  readonly input: LogicalPlan;
  readonly keys: readonly NamedExpr[];
  readonly aggregates: readonly AggregateCall[];
  readonly groupingSets: readonly (readonly number[])[] | undefined;
  readonly groupingId: OutputColumn | undefined;
}

/** Adds columns: all functions of one node share partition and order. */
export interface WindowNode {
  readonly kind: 'window';
  readonly input: LogicalPlan;
  readonly partitionBy: readonly Expr[];
  readonly orderBy: readonly SortKey[];
  readonly functions: readonly WindowCall[];
}

export interface Sort {
  readonly kind: 'sort';
  readonly input: LogicalPlan;
  readonly keys: readonly SortKey[];
}

/** `limit` undefined: all. Both fold to BIGINT constants at plan time; `percent` reads limit as percent. */
export interface Limit {
  readonly kind: 'limit';
  readonly input: LogicalPlan;
  readonly limit: number | undefined;
  readonly offset: number;
  readonly percent: boolean;
  /** FETCH … WITH TIES: the keys of the Sort below. */
  readonly withTies: readonly SortKey[] | undefined;
}

/** `on` undefined: whole rows. With `on`: the first row per key in the order of `orderBy`. */
export interface Distinct {
  readonly kind: 'distinct';
  readonly input: LogicalPlan;
  readonly on: readonly Expr[] | undefined;
  readonly orderBy: readonly SortKey[];
}

/**
 * Output: left's columns then right's; semi and anti only left's; mark left's plus `mark` (BOOLEAN,
 * NULL when neither true nor certain); single is left outer, and fails 21000 on a second match.
 */
export interface Join {
  readonly kind: 'join';
  readonly joinKind: JoinKind;
  readonly left: LogicalPlan;
  readonly right: LogicalPlan;
  readonly condition: Expr;
  readonly mark: OutputColumn | undefined;
}

/**
 * A join whose right side reads columns of the left (`outer`): a correlated subquery before unnesting.
 * The rule `unnest` removes every one.
 */
export interface DependentJoin {
  readonly kind: 'dependentJoin';
  readonly joinKind: 'inner' | 'left' | 'semi' | 'anti' | 'mark' | 'single';
  readonly left: LogicalPlan;
  readonly right: LogicalPlan;
  readonly outer: readonly ColumnId[];
  readonly condition: Expr;
  readonly mark: OutputColumn | undefined;
}

/** Column i of each input becomes `output[i]`; inputs have been projected to equal types. */
export interface SetOperation {
  readonly kind: 'setOperation';
  readonly operator: 'union' | 'except' | 'intersect';
  readonly all: boolean;
  readonly inputs: readonly LogicalPlan[];
  readonly output: readonly OutputColumn[];
}

/** Repeats each input row per list element; several lists run in step, shorter ones padded with NULL. */
export interface Unnest {
  readonly kind: 'unnest';
  readonly input: LogicalPlan;
  readonly lists: readonly NamedExpr[];
  readonly ordinality: OutputColumn | undefined;
  /** Keep a row without elements, with NULLs. */
  readonly outer: boolean;
}

/** `definition` is computed once and read by every {@link CteScan} of its id inside `body`. */
export interface WithCte {
  readonly kind: 'withCte';
  readonly cteId: number;
  readonly name: string;
  readonly definition: LogicalPlan;
  readonly body: LogicalPlan;
}

/** Column i of the definition becomes `output[i]`. */
export interface CteScan {
  readonly kind: 'cteScan';
  readonly cteId: number;
  readonly name: string;
  readonly output: readonly OutputColumn[];
}

/** `step` reads the last round through a CteScan of `cteId`. */
export interface RecursiveCte {
  readonly kind: 'recursiveCte';
  readonly cteId: number;
  readonly name: string;
  readonly base: LogicalPlan;
  readonly step: LogicalPlan;
  readonly all: boolean;
  readonly output: readonly OutputColumn[];
}

/** A bound query: its plan and the columns as the user named them, in order (ids may repeat). */
export interface BoundQuery {
  readonly plan: LogicalPlan;
  readonly columns: readonly OutputColumn[];
}

/** Values for the parameters of a statement, by position (1-based text) or name. */
export type ParameterValues = ReadonlyMap<
  string,
  { readonly value: LiteralValue; readonly type: SqlType }
>;

/** The schema of a bound query's result. */
export const schemaOf = (query: BoundQuery): Schema => ({
  fields: query.columns.map(({ name, type, nullable }) => ({ name, type, nullable })),
});
