import type { Span } from '@windrow/core';
import type { CallExpression, Expression } from './expression.ts';
import type { MatchRecognize } from './match-recognize.ts';
import type { Identifier, QualifiedName } from './name.ts';
import type { PivotTable, UnpivotTable } from './pivot.ts';
import type { Query } from './query.ts';
import type { Sample } from './select.ts';
import type { TypeName } from './type-name.ts';

/** What stands in FROM. */
export type TableReference =
  | TableName
  | TablePath
  | DerivedTable
  | TableFunction
  | Join
  | ParenthesizedTable
  | PivotTable
  | UnpivotTable
  | MatchRecognize;

/** `AS t (a, b)`, with types for functions that return records: `AS t (a INTEGER)`. */
export interface TableAlias {
  readonly kind: 'tableAlias';
  readonly name: Identifier;
  readonly columns: readonly AliasColumn[];
  readonly span: Span;
}

/** A column name in a {@link TableAlias}. */
export interface AliasColumn {
  readonly kind: 'aliasColumn';
  readonly name: Identifier;
  readonly type: TypeName | null;
  readonly span: Span;
}

/** A table, view, common table expression or bound variable by name. */
export interface TableName {
  readonly kind: 'tableName';
  readonly name: QualifiedName;
  readonly version: TableVersion | null;
  readonly alias: TableAlias | null;
  readonly sample: Sample | null;
  readonly span: Span;
}

/** `VERSION AS OF 3`, `TIMESTAMP AS OF '…'`, `AT (VERSION => 3)`. */
export interface TableVersion {
  readonly kind: 'tableVersion';
  readonly unit: 'version' | 'timestamp';
  readonly value: Expression;
  readonly span: Span;
}

/** `FROM 'data/*.parquet'`. */
export interface TablePath {
  readonly kind: 'tablePath';
  readonly path: string;
  readonly alias: TableAlias | null;
  readonly sample: Sample | null;
  readonly span: Span;
}

/** `(SELECT …) t`, `(VALUES …) t`, `VALUES … t`. */
export interface DerivedTable {
  readonly kind: 'derivedTable';
  readonly query: Query;
  readonly lateral: boolean;
  readonly alias: TableAlias | null;
  readonly sample: Sample | null;
  readonly span: Span;
}

/** `f(…) [WITH ORDINALITY]`; always sees the tables to its left. */
export interface TableFunction {
  readonly kind: 'tableFunction';
  readonly call: CallExpression;
  readonly lateral: boolean;
  readonly ordinality: boolean;
  readonly alias: TableAlias | null;
  readonly sample: Sample | null;
  readonly span: Span;
}

/** Kinds of join. `LEFT SEMI` is `semi`, `LEFT ANTI` is `anti`. */
export type JoinType =
  | 'inner'
  | 'left'
  | 'right'
  | 'full'
  | 'cross'
  | 'semi'
  | 'anti'
  | 'positional';

/**
 * `left JOIN right`. `constraint` is null for cross and positional joins, and there alone.
 * `tolerance` only with `asof`.
 */
export interface Join {
  readonly kind: 'join';
  readonly joinType: JoinType;
  readonly asof: boolean;
  readonly left: TableReference;
  readonly right: TableReference;
  readonly constraint: JoinConstraint | null;
  readonly tolerance: Expression | null;
  readonly span: Span;
}

/** How rows of a join are matched. */
export type JoinConstraint =
  | { readonly kind: 'joinOn'; readonly condition: Expression; readonly span: Span }
  | {
      readonly kind: 'joinUsing';
      readonly columns: readonly [Identifier, ...Identifier[]];
      readonly span: Span;
    }
  | { readonly kind: 'joinNatural'; readonly span: Span };

/** `(a JOIN b …) AS t`. Parentheses without alias and sample leave no node. */
export interface ParenthesizedTable {
  readonly kind: 'parenthesizedTable';
  readonly source: TableReference;
  readonly alias: TableAlias | null;
  readonly sample: Sample | null;
  readonly span: Span;
}
