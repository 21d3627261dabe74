import type { Span } from '@windrow/core';
import type { Expression } from './expression.ts';
import type { Identifier, QualifiedName } from './name.ts';
import type { Statement } from './statement.ts';
import type { TypeName } from './type-name.ts';

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
