import type { Span } from '@windrow/core';
import type { Alter } from './alter.ts';
import type {
  CommentOn,
  CreateIndex,
  CreateMacro,
  CreateSchema,
  CreateSequence,
  CreateType,
  CreateView,
  Drop,
  Truncate,
} from './definition.ts';
import type { CallExpression, Expression } from './expression.ts';
import type { DescribeStatement, ShowStatement, SummarizeStatement } from './inspection.ts';
import type { Identifier, QualifiedName } from './name.ts';
import type { Query } from './query.ts';
import type { Delete, Insert, Merge, Update } from './row-change.ts';
import type {
  BeginTransaction,
  Commit,
  Deallocate,
  DeclareVariable,
  Execute,
  ExecuteImmediate,
  Pragma,
  Prepare,
  ReleaseSavepoint,
  ResetStatement,
  Rollback,
  Savepoint,
  SetStatement,
  SetVariable,
  Use,
} from './session.ts';
import type { CreateTable, CreateTableAs, Option } from './table-definition.ts';

/** One statement of a script. */
export type Statement =
  | Query
  | Insert
  | Update
  | Delete
  | Merge
  | CreateTable
  | CreateTableAs
  | CreateView
  | CreateSchema
  | CreateSequence
  | CreateType
  | CreateIndex
  | CreateMacro
  | Drop
  | Truncate
  | Alter
  | CommentOn
  | CopyTo
  | CopyFrom
  | ExportDatabase
  | ImportDatabase
  | Explain
  | DescribeStatement
  | SummarizeStatement
  | ShowStatement
  | SetStatement
  | ResetStatement
  | SetVariable
  | DeclareVariable
  | Pragma
  | Use
  | Prepare
  | Execute
  | ExecuteImmediate
  | Deallocate
  | BeginTransaction
  | Commit
  | Rollback
  | Savepoint
  | ReleaseSavepoint
  | Attach
  | Detach
  | Analyze
  | CacheTable
  | UncacheTable
  | ClearCache
  | Checkpoint
  | Vacuum
  | Refresh
  | KillQuery
  | CallStatement
  | UnsupportedStatement;

/** `COPY t [(columns)] | (query) TO target (options)`. */
export interface CopyTo {
  readonly kind: 'copyTo';
  readonly source: CopyTable | Query;
  readonly target: Expression;
  readonly options: readonly Option[];
  readonly span: Span;
}

/** `COPY t [(columns)] FROM source (options)`. */
export interface CopyFrom {
  readonly kind: 'copyFrom';
  readonly table: CopyTable;
  readonly source: Expression;
  readonly options: readonly Option[];
  readonly span: Span;
}

/** The table of a COPY, with the columns to take if not all. */
export interface CopyTable {
  readonly kind: 'copyTable';
  readonly name: QualifiedName;
  readonly columns: readonly Identifier[];
  readonly span: Span;
}

/** `EXPORT DATABASE 'dir' (options)`. */
export interface ExportDatabase {
  readonly kind: 'exportDatabase';
  readonly directory: string;
  readonly options: readonly Option[];
  readonly span: Span;
}

/** `IMPORT DATABASE 'dir'`. */
export interface ImportDatabase {
  readonly kind: 'importDatabase';
  readonly directory: string;
  readonly span: Span;
}

/** `EXPLAIN [ANALYZE] [VERBOSE] [(FORMAT json)] statement`, `EXPLAIN LOGICAL statement`. */
export interface Explain {
  readonly kind: 'explain';
  readonly statement: Statement;
  readonly analyze: boolean;
  readonly verbose: boolean;
  readonly logical: boolean;
  readonly format: 'text' | 'json';
  readonly span: Span;
}

/** `ATTACH [DATABASE] [IF NOT EXISTS] 'path' [AS a] [(options)]`. */
export interface Attach {
  readonly kind: 'attach';
  readonly path: string;
  readonly alias: Identifier | null;
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  readonly options: readonly Option[];
  readonly span: Span;
}

/** `DETACH [DATABASE] [IF EXISTS] a`. */
export interface Detach {
  readonly kind: 'detach';
  readonly name: Identifier;
  readonly ifExists: boolean;
  readonly span: Span;
}

/** `ANALYZE [t [(columns)]]`, Spark's `ANALYZE TABLE t COMPUTE STATISTICS [FOR COLUMNS …]`. */
export interface Analyze {
  readonly kind: 'analyze';
  readonly table: QualifiedName | null;
  readonly columns: readonly Identifier[];
  readonly span: Span;
}

/** `CACHE [LAZY] TABLE t [OPTIONS (…)] [[AS] query]`. */
export interface CacheTable {
  readonly kind: 'cacheTable';
  readonly name: QualifiedName;
  readonly lazy: boolean;
  readonly options: readonly Option[];
  readonly query: Query | null;
  readonly span: Span;
}

/** `UNCACHE TABLE [IF EXISTS] t`. */
export interface UncacheTable {
  readonly kind: 'uncacheTable';
  readonly name: QualifiedName;
  readonly ifExists: boolean;
  readonly span: Span;
}

/** `CLEAR CACHE`. */
export interface ClearCache {
  readonly kind: 'clearCache';
  readonly span: Span;
}

/** `[FORCE] CHECKPOINT [a]`. */
export interface Checkpoint {
  readonly kind: 'checkpoint';
  readonly force: boolean;
  readonly name: Identifier | null;
  readonly span: Span;
}

/** `VACUUM [ANALYZE] [t [(columns)]]`. */
export interface Vacuum {
  readonly kind: 'vacuum';
  readonly analyze: boolean;
  readonly table: QualifiedName | null;
  readonly columns: readonly Identifier[];
  readonly span: Span;
}

/** `REFRESH MATERIALIZED VIEW v`, Spark's `REFRESH TABLE t`. */
export interface Refresh {
  readonly kind: 'refresh';
  readonly object: 'materializedView' | 'table';
  readonly name: QualifiedName;
  readonly span: Span;
}

/** `KILL QUERY id`. */
export interface KillQuery {
  readonly kind: 'killQuery';
  readonly id: Expression;
  readonly span: Span;
}

/** `CALL f(…)`. */
export interface CallStatement {
  readonly kind: 'callStatement';
  readonly call: CallExpression;
  readonly span: Span;
}

/**
 * A statement that is recognised by its first words but has no meaning here: `GRANT`, `REVOKE`,
 * `CREATE USER`, `INSTALL`, … The rest of it is not looked at; the binder raises `unsupported`.
 */
export interface UnsupportedStatement {
  readonly kind: 'unsupported';
  /** The words, upper case: `CREATE USER`. */
  readonly construct: string;
  readonly hint: string | null;
  readonly span: Span;
}
