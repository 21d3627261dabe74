import type { Span } from '@windrow/core';
import type { Expression } from './expression.ts';
import type { Identifier, QualifiedName } from './name.ts';
import type { Query, With } from './query.ts';
import type { SelectItem } from './select.ts';
import type { JoinConstraint, TableReference } from './table-reference.ts';

/** `INSERT INTO …`, `INSERT OVERWRITE …`. */
export interface Insert {
  readonly kind: 'insert';
  readonly with: With | null;
  readonly table: QualifiedName;
  readonly alias: Identifier | null;
  readonly columns: readonly QualifiedName[];
  readonly byName: boolean;
  readonly overwrite: boolean;
  /** Spark's `PARTITION (c = 1, d)`. */
  readonly partition: readonly PartitionValue[];
  /** null: DEFAULT VALUES */
  readonly source: Query | null;
  /** INSERT OR REPLACE, INSERT OR IGNORE. */
  readonly orAction: 'replace' | 'ignore' | null;
  readonly onConflict: OnConflict | null;
  readonly returning: readonly SelectItem[];
  readonly span: Span;
}

/** `c = 1` or `c` of a PARTITION clause. */
export interface PartitionValue {
  readonly kind: 'partitionValue';
  readonly column: Identifier;
  readonly value: Expression | null;
  readonly span: Span;
}

/** `ON CONFLICT [(k, …) [WHERE p]] DO NOTHING | DO UPDATE SET … [WHERE p]`. */
export interface OnConflict {
  readonly kind: 'onConflict';
  readonly target: readonly Expression[];
  readonly targetWhere: Expression | null;
  /** null: DO NOTHING */
  readonly assignments: readonly Assignment[] | null;
  readonly where: Expression | null;
  readonly span: Span;
}

/** `a = e`, `s.a = e`, and `(a, b) = e` with several targets. */
export interface Assignment {
  readonly kind: 'assignment';
  readonly targets: readonly [QualifiedName, ...QualifiedName[]];
  /** Written with parentheses around the targets: the value is a row even for one target. */
  readonly row: boolean;
  readonly value: Expression;
  readonly span: Span;
}

/** `UPDATE t SET … [FROM …] [WHERE …] [RETURNING …]`. */
export interface Update {
  readonly kind: 'update';
  readonly with: With | null;
  readonly table: QualifiedName;
  readonly alias: Identifier | null;
  readonly assignments: readonly [Assignment, ...Assignment[]];
  readonly from: readonly TableReference[];
  readonly where: Expression | null;
  readonly returning: readonly SelectItem[];
  readonly span: Span;
}

/** `DELETE FROM t [USING …] [WHERE …] [RETURNING …]`. */
export interface Delete {
  readonly kind: 'delete';
  readonly with: With | null;
  readonly table: QualifiedName;
  readonly alias: Identifier | null;
  readonly using: readonly TableReference[];
  readonly where: Expression | null;
  readonly returning: readonly SelectItem[];
  readonly span: Span;
}

/** `MERGE INTO t USING s ON c WHEN …`. */
export interface Merge {
  readonly kind: 'merge';
  readonly with: With | null;
  readonly table: QualifiedName;
  readonly alias: Identifier | null;
  readonly source: TableReference;
  readonly constraint: JoinConstraint;
  readonly clauses: readonly [MergeClause, ...MergeClause[]];
  readonly returning: readonly SelectItem[];
  readonly span: Span;
}

/** One WHEN of a MERGE; the first that fits a row counts. */
export interface MergeClause {
  readonly kind: 'mergeClause';
  readonly match: 'matched' | 'notMatchedByTarget' | 'notMatchedBySource';
  readonly condition: Expression | null;
  readonly action: MergeAction;
  readonly span: Span;
}

/** What a {@link MergeClause} does. */
export type MergeAction =
  /** null: `UPDATE *`, `UPDATE SET *`: every column by name */
  | {
      readonly kind: 'mergeUpdate';
      readonly assignments: readonly Assignment[] | null;
      readonly span: Span;
    }
  /** null: `INSERT *`: every column by name */
  | {
      readonly kind: 'mergeInsert';
      readonly columns: readonly QualifiedName[];
      readonly values: readonly Expression[] | 'default' | null;
      readonly span: Span;
    }
  | { readonly kind: 'mergeDelete'; readonly span: Span }
  | { readonly kind: 'mergeDoNothing'; readonly span: Span }
  | { readonly kind: 'mergeError'; readonly message: Expression | null; readonly span: Span };
