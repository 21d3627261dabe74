import type { Span } from '@windrow/core';
import type { Expression } from './expression.ts';
import type { Identifier, QualifiedName } from './name.ts';
import type { Query } from './query.ts';
import type { PartitionValue } from './row-change.ts';
import type { ColumnDefinition, Option, TableConstraint } from './table-definition.ts';
import type { TypeName } from './type-name.ts';

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
