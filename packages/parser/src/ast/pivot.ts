import type { Span } from '@windrow/core';
import type { Expression } from './expression.ts';
import type { Identifier, QualifiedName } from './name.ts';
import type { Query } from './query.ts';
import type { SelectItem } from './select.ts';
import type { TableAlias, TableReference } from './table-reference.ts';
import type { SortItem } from './window.ts';

/** `source PIVOT (…)`, and the statement `PIVOT source ON … USING …`. */
export interface PivotTable {
  readonly kind: 'pivotTable';
  readonly source: TableReference;
  readonly pivot: PivotClause;
  readonly alias: TableAlias | null;
  readonly span: Span;
}

/** What to pivot. `groupBy` is null where none was written: every column not named elsewhere. */
export interface PivotClause {
  readonly kind: 'pivotClause';
  readonly aggregates: readonly SelectItem[];
  readonly keys: readonly [PivotKey, ...PivotKey[]];
  readonly groupBy: readonly Expression[] | null;
  readonly span: Span;
}

/** One `k IN (…)`. `(a, b) IN ((1, 2), …)` has a `RowExpression` as expression. */
export interface PivotKey {
  readonly kind: 'pivotKey';
  readonly expression: Expression;
  readonly values: PivotValues;
  readonly span: Span;
}

/** Where the values of a {@link PivotKey} come from. */
export type PivotValues =
  | { readonly kind: 'pivotList'; readonly items: readonly SelectItem[]; readonly span: Span }
  /** `IN ANY`, or no IN at all: the values found, sorted. */
  | {
      readonly kind: 'pivotAny';
      readonly orderBy: readonly SortItem[];
      readonly span: Span;
    }
  | { readonly kind: 'pivotQuery'; readonly query: Query; readonly span: Span }
  /** `IN name` without parentheses: an enum type, whose values are taken. */
  | { readonly kind: 'pivotEnum'; readonly name: QualifiedName; readonly span: Span };

/** `source UNPIVOT (…)`, and the statement `UNPIVOT source ON … INTO NAME … VALUE …`. */
export interface UnpivotTable {
  readonly kind: 'unpivotTable';
  readonly source: TableReference;
  readonly unpivot: UnpivotClause;
  readonly alias: TableAlias | null;
  readonly span: Span;
}

/** What to unpivot: one output row for each item, its expressions in the value columns. */
export interface UnpivotClause {
  readonly kind: 'unpivotClause';
  readonly includeNulls: boolean;
  readonly nameColumn: Identifier;
  readonly valueColumns: readonly [Identifier, ...Identifier[]];
  readonly items: readonly [UnpivotItem, ...UnpivotItem[]];
  readonly span: Span;
}

/** `a [AS 'x']` or `(a, b) [AS 'x']`; an expression may be a `Columns` or a `Star`. */
export interface UnpivotItem {
  readonly kind: 'unpivotItem';
  readonly expressions: readonly [Expression, ...Expression[]];
  readonly alias: Expression | null;
  readonly span: Span;
}
