import type { Span } from '@windrow/core';
import type { Expression } from './expression.ts';
import type { DescribeStatement, ShowStatement, SummarizeStatement } from './inspection.ts';
import type { Identifier } from './name.ts';
import type { PipeQuery } from './pipe.ts';
import type { Delete, Insert, Merge, Update } from './row-change.ts';
import type { Select } from './select.ts';
import type { SortItem } from './window.ts';

/** A query with everything that applies to its whole result. */
export interface Query {
  readonly kind: 'query';
  readonly with: With | null;
  readonly body: QueryBody;
  readonly orderBy: OrderBy | null;
  readonly limitBy: LimitBy | null;
  readonly limit: Limit | null;
  readonly offset: Expression | null;
  readonly distribution: Distribution | null;
  readonly span: Span;
}

/**
 * What a query computes. `TABLE t` and a bare `FROM t` arrive as a {@link Select} of `*`, and
 * `PIVOT t ON …` as a {@link Select} of `*` from a {@link Pivot}; a {@link Query} is a nested one in
 * parentheses, with clauses of its own.
 */
export type QueryBody =
  | Select
  | SetOperation
  | Values
  | PipeQuery
  | Query
  | DescribeStatement
  | ShowStatement
  | SummarizeStatement;

/** `WITH [RECURSIVE] …`. */
export interface With {
  readonly kind: 'with';
  readonly recursive: boolean;
  readonly tables: readonly [CommonTableExpression, ...CommonTableExpression[]];
  readonly span: Span;
}

/** One table of a WITH list. `materialized` is null where nothing was said. */
export interface CommonTableExpression {
  readonly kind: 'commonTableExpression';
  readonly name: Identifier;
  readonly columns: readonly Identifier[];
  readonly materialized: boolean | null;
  /** `USING KEY (k)` of a recursive table. */
  readonly usingKey: readonly Identifier[];
  readonly statement: Query | Insert | Update | Delete | Merge;
  readonly span: Span;
}

/** ORDER BY of a query: keys, or ALL columns from left to right. */
export type OrderBy =
  | {
      readonly kind: 'orderByItems';
      readonly items: readonly [SortItem, ...SortItem[]];
      readonly interpolate: readonly Interpolation[];
      readonly span: Span;
    }
  | {
      readonly kind: 'orderByAll';
      readonly direction: 'asc' | 'desc' | null;
      readonly nulls: 'first' | 'last' | null;
      readonly span: Span;
    };

/** `c [AS e]` of `WITH FILL … INTERPOLATE (…)`; without `e` the last value is carried. */
export interface Interpolation {
  readonly kind: 'interpolation';
  readonly column: Identifier;
  readonly expression: Expression | null;
  readonly span: Span;
}

/** LIMIT or FETCH. `count` is null for LIMIT ALL; with `percent` it is a share of the rows. */
export interface Limit {
  readonly kind: 'limit';
  readonly count: Expression | null;
  readonly percent: boolean;
  readonly withTies: boolean;
  readonly span: Span;
}

/** `LIMIT n [OFFSET m] BY e, …`: at most n rows for each key. */
export interface LimitBy {
  readonly kind: 'limitBy';
  readonly count: Expression;
  readonly offset: Expression | null;
  readonly keys: readonly [Expression, ...Expression[]];
  readonly span: Span;
}

/** Spark's DISTRIBUTE BY, SORT BY and CLUSTER BY. */
export interface Distribution {
  readonly kind: 'distribution';
  readonly distributeBy: readonly Expression[];
  readonly sortBy: readonly SortItem[];
  readonly clusterBy: readonly Expression[];
  readonly span: Span;
}

/**
 * UNION, EXCEPT or INTERSECT of two or more operands, folded from the left: `a EXCEPT b EXCEPT c` is
 * `(a EXCEPT b) EXCEPT c`. A chain of one operator is one node, so a UNION ALL of thousands is flat.
 */
export interface SetOperation {
  readonly kind: 'setOperation';
  readonly operator: 'union' | 'except' | 'intersect';
  readonly all: boolean;
  readonly byName: boolean;
  readonly operands: readonly QueryBody[];
  readonly span: Span;
}

/** `VALUES (1, 'a'), (2, 'b')`, at least one row; row lengths may differ (42601 by the binder). */
export interface Values {
  readonly kind: 'values';
  readonly rows: readonly (readonly [Expression, ...Expression[]])[];
  readonly span: Span;
}
