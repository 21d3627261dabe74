import type { Span } from '@windrow/core';
import type { Expression } from './expression.ts';
import type { Identifier, QualifiedName } from './name.ts';
import type { Query } from './query.ts';
import type { Option } from './table-definition.ts';
import type { AliasColumn } from './table-reference.ts';
import type { TypeName } from './type-name.ts';
import type { SortItem } from './window.ts';

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
  readonly behavior: Drop['behavior'];
  readonly span: Span;
}

/** `COMMENT ON TABLE t IS '…' | NULL`; for a column its name is the last part of `name`. */
export interface CommentOn {
  readonly kind: 'commentOn';
  readonly object: CatalogObject | 'column';
  readonly name: QualifiedName;
  readonly comment: string | null;
  readonly span: Span;
}
