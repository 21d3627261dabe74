import type { Span } from '@windrow/core';
import type { Identifier, QualifiedName } from './name.ts';
import type { Query } from './query.ts';
import type { TableFunction, TableName, TablePath } from './table-reference.ts';

/** What DESCRIBE, SUMMARIZE and COPY take. */
export type RelationTarget = TableName | TablePath | TableFunction | Query;

/** `DESCRIBE t | q`, `DESC`, and `DESCRIBE INPUT | OUTPUT p` for prepared statements. */
export interface DescribeStatement {
  readonly kind: 'describe';
  readonly target:
    | RelationTarget
    | { readonly kind: 'describeInput'; readonly name: Identifier; readonly span: Span }
    | { readonly kind: 'describeOutput'; readonly name: Identifier; readonly span: Span }
    | { readonly kind: 'describeFunction'; readonly name: QualifiedName; readonly span: Span };
  /** Spark's EXTENDED and FORMATTED. */
  readonly extended: boolean;
  readonly span: Span;
}

/** `SUMMARIZE t | q [STATS]`. */
export interface SummarizeStatement {
  readonly kind: 'summarize';
  readonly target: RelationTarget;
  readonly stats: boolean;
  readonly span: Span;
}

/** What a {@link ShowStatement} lists. */
export type ShowSubject =
  | 'tables'
  | 'allTables'
  | 'schemas'
  | 'catalogs'
  | 'columns'
  | 'functions'
  | 'views'
  | 'settings'
  | 'partitions'
  | 'createTable'
  | 'createView'
  | 'statistics'
  /** `SHOW name`: a setting, else a table to describe. */
  | 'name';

/**
 * `SHOW TABLES FROM s LIKE 'p%'` and its like. `name` is the schema of `FROM`/`IN`, the table of
 * COLUMNS, PARTITIONS, CREATE TABLE and statistics (`SHOW STATS FOR t`), or the name itself.
 */
export interface ShowStatement {
  readonly kind: 'show';
  readonly subject: ShowSubject;
  readonly name: QualifiedName | null;
  readonly like: string | null;
  readonly span: Span;
}
