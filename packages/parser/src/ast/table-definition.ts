import type { Span } from '@windrow/core';
import type { Expression } from './expression.ts';
import type { Identifier, QualifiedName } from './name.ts';
import type { Query } from './query.ts';
import type { AliasColumn } from './table-reference.ts';
import type { TypeName } from './type-name.ts';
import type { SortItem } from './window.ts';

/** `CREATE TABLE t (…)`. Without elements the columns are inferred from `storage`. */
export interface CreateTable {
  readonly kind: 'createTable';
  readonly name: QualifiedName;
  readonly orReplace: boolean;
  readonly temporary: boolean;
  readonly ifNotExists: boolean;
  readonly external: boolean;
  readonly elements: readonly TableElement[];
  readonly storage: TableStorage | null;
  readonly span: Span;
}

/** `CREATE TABLE t [(a, b)] … AS query`; `WITH NO DATA` has `withData` false. */
export interface CreateTableAs {
  readonly kind: 'createTableAs';
  readonly name: QualifiedName;
  readonly orReplace: boolean;
  readonly temporary: boolean;
  readonly ifNotExists: boolean;
  readonly external: boolean;
  readonly columns: readonly Identifier[];
  readonly storage: TableStorage | null;
  readonly query: Query;
  readonly withData: boolean;
  readonly span: Span;
}

/** What stands between the parentheses of CREATE TABLE. */
export type TableElement = ColumnDefinition | TableConstraint | LikeTable;

/** `name TYPE constraints`. `type` is null for a generated column without one. */
export interface ColumnDefinition {
  readonly kind: 'columnDefinition';
  readonly name: Identifier;
  readonly type: TypeName | null;
  readonly constraints: readonly ColumnConstraint[];
  readonly span: Span;
}

/** A constraint of one column; `name` is that of `CONSTRAINT name`. */
export type ColumnConstraint = {
  readonly name: Identifier | null;
  readonly span: Span;
} & (
  | { readonly kind: 'notNull' }
  | { readonly kind: 'nullable' }
  | { readonly kind: 'columnDefault'; readonly expression: Expression }
  | { readonly kind: 'columnCheck'; readonly condition: Expression }
  | { readonly kind: 'columnPrimaryKey' }
  | { readonly kind: 'columnUnique' }
  | { readonly kind: 'columnReferences'; readonly references: ForeignKeyTarget }
  | {
      readonly kind: 'generated';
      readonly expression: Expression;
      readonly storage: 'virtual' | 'stored' | null;
    }
  | { readonly kind: 'columnCollation'; readonly collation: QualifiedName }
  | { readonly kind: 'columnComment'; readonly comment: string }
);

/** A constraint of a whole table. */
export type TableConstraint = {
  readonly name: Identifier | null;
  readonly span: Span;
} & (
  | { readonly kind: 'primaryKey'; readonly columns: readonly Identifier[] }
  | { readonly kind: 'unique'; readonly columns: readonly Identifier[] }
  | { readonly kind: 'check'; readonly condition: Expression }
  | {
      readonly kind: 'foreignKey';
      readonly columns: readonly Identifier[];
      readonly references: ForeignKeyTarget;
    }
);

/** `REFERENCES t [(columns)] [ON DELETE …] [ON UPDATE …]`. */
export interface ForeignKeyTarget {
  readonly kind: 'foreignKeyTarget';
  readonly table: QualifiedName;
  readonly columns: readonly Identifier[];
  readonly onDelete: ForeignKeyAction | null;
  readonly onUpdate: ForeignKeyAction | null;
  readonly span: Span;
}

/** What a foreign key does when its target row goes or changes. */
export type ForeignKeyAction = 'noAction' | 'restrict' | 'cascade' | 'setNull' | 'setDefault';

/** `LIKE t` as an element: the columns of another table. */
export interface LikeTable {
  readonly kind: 'likeTable';
  readonly table: QualifiedName;
  readonly span: Span;
}

/** `USING parquet LOCATION '…' PARTITIONED BY (…) CLUSTERED BY (…) OPTIONS (…) COMMENT '…'`. */
export interface TableStorage {
  readonly kind: 'tableStorage';
  /** From USING or STORED AS. */
  readonly format: Identifier | null;
  readonly location: string | null;
  /** Columns, or columns with a type where they are not in the files. */
  readonly partitionedBy: readonly AliasColumn[];
  readonly clusteredBy: readonly Identifier[];
  readonly sortedBy: readonly SortItem[];
  readonly bucketCount: number | null;
  /** OPTIONS, WITH (…) and TBLPROPERTIES. */
  readonly options: readonly Option[];
  readonly comment: string | null;
  readonly span: Span;
}

/**
 * `NAME`, `NAME value` or `NAME = value`; the name in lower case, dots kept. A bare word as value
 * (`FORMAT parquet`) is a column reference, a list a row, `*` a star.
 */
export interface Option {
  readonly kind: 'option';
  readonly name: string;
  readonly value: Expression | null;
  readonly span: Span;
}
