import type {
  Catalog,
  Expr,
  FunctionRegistry,
  LiteralValue,
  SqlType,
  TableProvider,
} from '@windrow/core';
import type { Expression, Query } from '@windrow/parser';
import type { ParameterValues } from '../logical.ts';

/** What a dialect decides while names and types are bound. Functions differ by registry, not here. */
export interface BindDialect {
  readonly name: string;
  /** Where NULLs go in an ORDER BY that does not say. */
  readonly nullsFirst: { readonly ascending: boolean; readonly descending: boolean };
  /** DECIMAL without digits. */
  readonly decimal: { readonly precision: number; readonly scale: number };
  /** Does the bare name TIMESTAMP mean an instant? */
  readonly timestampIsInstant: boolean;
  /** Is typed text beside a number or a date converted, or an error? */
  readonly convertsText: boolean;
}

/** PostgreSQL-style SQL with DuckDB's semantics. */
export const DEFAULT_BIND_DIALECT: BindDialect = {
  name: 'duckdb',
  nullsFirst: { ascending: false, descending: false },
  decimal: { precision: 18, scale: 3 },
  timestampIsInstant: false,
  convertsText: false,
};

/** Spark 4's meanings, ANSI mode on. */
export const SPARK_BIND_DIALECT: BindDialect = {
  name: 'spark',
  nullsFirst: { ascending: true, descending: false },
  decimal: { precision: 10, scale: 0 },
  timestampIsInstant: true,
  convertsText: true,
};

/** What binding looks things up in. Nothing here is changed. */
export interface BindContext {
  readonly functions: FunctionRegistry;
  readonly catalog: Catalog;
  readonly parameters?: ParameterValues | undefined;
  readonly dialect?: BindDialect | undefined;
  /** The text that spans point into; unnamed result columns are called by it. */
  readonly text?: string | undefined;
  /** Value of an expression without columns; needed where a constant is more than a literal. */
  readonly evaluateConstant?: ((expr: Expr) => LiteralValue) | undefined;
  /** The query that a view's text is. @throws SqlError `syntax` */
  readonly parseQuery: (sql: string) => Query;
  /** The table behind `FROM 'path'`. @throws SqlError `io` when there is none. */
  readonly openPath: (path: string) => Promise<TableProvider>;
  /** A type that CREATE TYPE made. */
  readonly lookupType?: ((path: readonly string[]) => SqlType | undefined) | undefined;
}

/** A table that rows are written into. */
export interface WriteTarget {
  readonly name: string;
  readonly columns: readonly {
    readonly name: string;
    readonly type: SqlType;
    readonly nullable: boolean;
    /** What DEFAULT stands for; undefined: NULL. */
    readonly defaultValue: Expression | undefined;
  }[];
}
