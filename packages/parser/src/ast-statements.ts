/**
 * Statements other than queries and row changes (those are in `ast.ts`, with the conventions that
 * hold here too).
 */
import type { Span } from '@windrow/core';
import type {
  AliasColumn,
  CallExpression,
  Delete,
  DescribeStatement,
  Expression,
  Identifier,
  Insert,
  Merge,
  PartitionValue,
  QualifiedName,
  Query,
  ShowStatement,
  SortItem,
  SummarizeStatement,
  TypeName,
  Update,
} from './ast.ts';

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

// --- CREATE --------------------------------------------------------------------------------------

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

/** `CREATE VIEW v [(columns)] AS query`. */
export interface CreateView {
  readonly kind: 'createView';
  readonly name: QualifiedName;
  readonly orReplace: boolean;
  readonly temporary: boolean;
  readonly ifNotExists: boolean;
  readonly recursive: boolean;
  readonly materialized: boolean;
  readonly columns: readonly Identifier[];
  readonly comment: string | null;
  readonly query: Query;
  readonly span: Span;
}

/** `CREATE SCHEMA s`, `CREATE DATABASE s`. */
export interface CreateSchema {
  readonly kind: 'createSchema';
  readonly name: QualifiedName;
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  readonly location: string | null;
  readonly comment: string | null;
  readonly span: Span;
}

/** `CREATE SEQUENCE s …`; null where nothing was written. */
export interface CreateSequence {
  readonly kind: 'createSequence';
  readonly name: QualifiedName;
  readonly orReplace: boolean;
  readonly temporary: boolean;
  readonly ifNotExists: boolean;
  readonly increment: Expression | null;
  readonly minValue: Expression | null;
  readonly maxValue: Expression | null;
  readonly start: Expression | null;
  readonly cycle: boolean | null;
  readonly span: Span;
}

/** `CREATE TYPE t AS ENUM (…) | STRUCT (…) | other`; ENUM values may come from a query. */
export interface CreateType {
  readonly kind: 'createType';
  readonly name: QualifiedName;
  readonly orReplace: boolean;
  readonly temporary: boolean;
  readonly ifNotExists: boolean;
  readonly definition: TypeName | Query;
  readonly span: Span;
}

/** `CREATE [UNIQUE] INDEX i ON t (keys)`. */
export interface CreateIndex {
  readonly kind: 'createIndex';
  readonly name: QualifiedName | null;
  readonly unique: boolean;
  readonly ifNotExists: boolean;
  readonly table: QualifiedName;
  readonly method: Identifier | null;
  readonly keys: readonly [SortItem, ...SortItem[]];
  readonly options: readonly Option[];
  readonly span: Span;
}

/** `CREATE MACRO f(a, b := 1) AS e`, with overloads, and SQL `CREATE FUNCTION … RETURN e`. */
export interface CreateMacro {
  readonly kind: 'createMacro';
  readonly name: QualifiedName;
  readonly orReplace: boolean;
  readonly temporary: boolean;
  readonly ifNotExists: boolean;
  readonly overloads: readonly [MacroOverload, ...MacroOverload[]];
  readonly span: Span;
}

/** One parameter list and body of a macro: an expression, or a query of a table macro. */
export interface MacroOverload {
  readonly kind: 'macroOverload';
  readonly parameters: readonly MacroParameter[];
  /** The declared result type of CREATE FUNCTION. */
  readonly returns: TypeName | null;
  /** The declared columns of `RETURNS TABLE (…)`. */
  readonly returnsTable: readonly AliasColumn[];
  readonly body: Expression | Query;
  readonly span: Span;
}

/** `a`, `a INTEGER`, `a := 1`. */
export interface MacroParameter {
  readonly kind: 'macroParameter';
  readonly name: Identifier;
  readonly type: TypeName | null;
  readonly defaultValue: Expression | null;
  readonly span: Span;
}

// --- DROP, ALTER, COMMENT ------------------------------------------------------------------------

/** Kinds of catalog entries that DROP, ALTER and COMMENT ON name. */
export type CatalogObject =
  | 'table'
  | 'view'
  | 'materializedView'
  | 'schema'
  | 'sequence'
  | 'type'
  | 'index'
  | 'macro'
  | 'tableMacro'
  | 'function';

/** `DROP TABLE [IF EXISTS] a, b [CASCADE | RESTRICT]`; also `DROP VARIABLE`. */
export interface Drop {
  readonly kind: 'drop';
  readonly object: CatalogObject | 'variable';
  readonly names: readonly [QualifiedName, ...QualifiedName[]];
  readonly ifExists: boolean;
  readonly behavior: 'cascade' | 'restrict' | null;
  readonly span: Span;
}

/** `TRUNCATE [TABLE] t`. */
export interface Truncate {
  readonly kind: 'truncate';
  readonly table: QualifiedName;
  readonly span: Span;
}

/** `ALTER TABLE | VIEW | SCHEMA | SEQUENCE … name action, …`. */
export interface Alter {
  readonly kind: 'alter';
  readonly object: 'table' | 'view' | 'schema' | 'sequence' | 'type' | 'index' | 'macro';
  readonly name: QualifiedName;
  readonly ifExists: boolean;
  readonly actions: readonly [AlterAction, ...AlterAction[]];
  readonly span: Span;
}

/** One action of an ALTER. Columns are paths, for fields of structs. */
export type AlterAction =
  | {
      readonly kind: 'addColumn';
      readonly ifNotExists: boolean;
      /** Outer fields of the new one: `ADD COLUMN s.a INTEGER` has `[s]`. */
      readonly parents: readonly Identifier[];
      readonly column: ColumnDefinition;
      readonly span: Span;
    }
  | {
      readonly kind: 'dropColumn';
      readonly ifExists: boolean;
      readonly column: QualifiedName;
      readonly behavior: 'cascade' | 'restrict' | null;
      readonly span: Span;
    }
  | {
      readonly kind: 'renameColumn';
      readonly column: QualifiedName;
      readonly to: Identifier;
      readonly span: Span;
    }
  | { readonly kind: 'renameTo'; readonly to: Identifier; readonly span: Span }
  | {
      readonly kind: 'setDefault';
      readonly column: QualifiedName;
      readonly expression: Expression;
      readonly span: Span;
    }
  | { readonly kind: 'dropDefault'; readonly column: QualifiedName; readonly span: Span }
  | { readonly kind: 'setNotNull'; readonly column: QualifiedName; readonly span: Span }
  | { readonly kind: 'dropNotNull'; readonly column: QualifiedName; readonly span: Span }
  | {
      readonly kind: 'setType';
      readonly column: QualifiedName;
      readonly type: TypeName;
      readonly using: Expression | null;
      readonly span: Span;
    }
  | {
      readonly kind: 'setColumnComment';
      readonly column: QualifiedName;
      readonly comment: string;
      readonly span: Span;
    }
  | { readonly kind: 'addConstraint'; readonly constraint: TableConstraint; readonly span: Span }
  | {
      readonly kind: 'dropConstraint';
      readonly ifExists: boolean;
      readonly name: Identifier;
      readonly behavior: 'cascade' | 'restrict' | null;
      readonly span: Span;
    }
  | {
      readonly kind: 'addPartition';
      readonly ifNotExists: boolean;
      readonly values: readonly PartitionValue[];
      readonly location: string | null;
      readonly span: Span;
    }
  | {
      readonly kind: 'dropPartition';
      readonly ifExists: boolean;
      readonly values: readonly PartitionValue[];
      readonly span: Span;
    }
  | { readonly kind: 'setOptions'; readonly options: readonly Option[]; readonly span: Span }
  | { readonly kind: 'setSchema'; readonly schema: Identifier; readonly span: Span }
  | { readonly kind: 'setQuery'; readonly query: Query; readonly span: Span };

/** `COMMENT ON TABLE t IS '…' | NULL`; for a column its name is the last part of `name`. */
export interface CommentOn {
  readonly kind: 'commentOn';
  readonly object: CatalogObject | 'column';
  readonly name: QualifiedName;
  readonly comment: string | null;
  readonly span: Span;
}

// --- COPY ----------------------------------------------------------------------------------------

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

// --- Looking and setting -------------------------------------------------------------------------

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

/** `SET [SESSION | GLOBAL | LOCAL] name = value, …`; `SET TIME ZONE z` sets `timezone`. */
export interface SetStatement {
  readonly kind: 'set';
  readonly scope: 'session' | 'global' | 'local' | null;
  readonly name: QualifiedName;
  /** A bare word is a column reference, DEFAULT a default value. */
  readonly values: readonly [Expression, ...Expression[]];
  readonly span: Span;
}

/** `RESET name`, `RESET ALL` (null). */
export interface ResetStatement {
  readonly kind: 'reset';
  readonly scope: 'session' | 'global' | 'local' | null;
  readonly name: QualifiedName | null;
  readonly span: Span;
}

/** `SET VARIABLE v = e`; `RESET VARIABLE v` has no value. */
export interface SetVariable {
  readonly kind: 'setVariable';
  readonly name: Identifier;
  readonly value: Expression | null;
  readonly span: Span;
}

/** Spark's `DECLARE [OR REPLACE] [VARIABLE] v [type] [= e]`. */
export interface DeclareVariable {
  readonly kind: 'declareVariable';
  readonly name: Identifier;
  readonly orReplace: boolean;
  readonly type: TypeName | null;
  readonly defaultValue: Expression | null;
  readonly span: Span;
}

/** `PRAGMA name`, `PRAGMA name(arguments)`, `PRAGMA name = value` (one argument, `assigned`). */
export interface Pragma {
  readonly kind: 'pragma';
  readonly name: Identifier;
  readonly arguments: readonly Expression[];
  readonly assigned: boolean;
  readonly span: Span;
}

/** `USE catalog.schema`. */
export interface Use {
  readonly kind: 'use';
  readonly name: QualifiedName;
  readonly span: Span;
}

// --- Prepared statements -------------------------------------------------------------------------

/** `PREPARE p AS statement`, `PREPARE p FROM statement`. */
export interface Prepare {
  readonly kind: 'prepare';
  readonly name: Identifier;
  readonly parameterTypes: readonly TypeName[];
  readonly statement: Statement;
  readonly span: Span;
}

/** `EXECUTE p (arguments)`, `EXECUTE p USING arguments`; arguments may be named. */
export interface Execute {
  readonly kind: 'execute';
  readonly name: Identifier;
  readonly arguments: readonly ExecuteArgument[];
  readonly span: Span;
}

/** `EXECUTE IMMEDIATE text USING arguments`. */
export interface ExecuteImmediate {
  readonly kind: 'executeImmediate';
  readonly statement: Expression;
  readonly arguments: readonly ExecuteArgument[];
  readonly span: Span;
}

/** A value for a parameter: by position, or by name in `a := 1`, `a => 1` and Spark's `1 AS a`. */
export interface ExecuteArgument {
  readonly kind: 'executeArgument';
  readonly name: Identifier | null;
  readonly value: Expression;
  readonly span: Span;
}

/** `DEALLOCATE [PREPARE] p`, `DEALLOCATE ALL` (null). */
export interface Deallocate {
  readonly kind: 'deallocate';
  readonly name: Identifier | null;
  readonly span: Span;
}

// --- Transactions --------------------------------------------------------------------------------

/** `BEGIN [READ ONLY]`, `START TRANSACTION …`; null where nothing was said. */
export interface BeginTransaction {
  readonly kind: 'begin';
  readonly readOnly: boolean | null;
  readonly isolation: IsolationLevel | null;
  readonly span: Span;
}

/** The levels of the standard, and SNAPSHOT. */
export type IsolationLevel =
  | 'readUncommitted'
  | 'readCommitted'
  | 'repeatableRead'
  | 'serializable'
  | 'snapshot';

/** `COMMIT`, `END`. */
export interface Commit {
  readonly kind: 'commit';
  readonly span: Span;
}

/** `ROLLBACK`, `ABORT`, `ROLLBACK TO [SAVEPOINT] s`. */
export interface Rollback {
  readonly kind: 'rollback';
  readonly savepoint: Identifier | null;
  readonly span: Span;
}

/** `SAVEPOINT s`. */
export interface Savepoint {
  readonly kind: 'savepoint';
  readonly name: Identifier;
  readonly span: Span;
}

/** `RELEASE [SAVEPOINT] s`. */
export interface ReleaseSavepoint {
  readonly kind: 'releaseSavepoint';
  readonly name: Identifier;
  readonly span: Span;
}

// --- Databases, statistics, cache ----------------------------------------------------------------

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

