import type { Span } from '@windrow/core';
import type { Expression, StarRename } from './expression.ts';
import type { Identifier } from './name.ts';
import type { PivotClause, UnpivotClause } from './pivot.ts';
import type { Limit, OrderBy, QueryBody } from './query.ts';
import type { Assignment } from './row-change.ts';
import type { NamedWindow, Sample, SelectItem } from './select.ts';
import type { JoinConstraint, JoinType, TableReference } from './table-reference.ts';

/** `FROM … |> operator |> …`. */
export interface PipeQuery {
  readonly kind: 'pipeQuery';
  readonly source: QueryBody;
  readonly operators: readonly [PipeOperator, ...PipeOperator[]];
  readonly span: Span;
}

/** One step of a {@link PipeQuery}; a step sees only the columns of the step before. */
export type PipeOperator =
  | { readonly kind: 'pipeWhere'; readonly condition: Expression; readonly span: Span }
  | {
      readonly kind: 'pipeSelect';
      readonly distinct: boolean;
      readonly items: readonly SelectItem[];
      readonly windows: readonly NamedWindow[];
      readonly span: Span;
    }
  | {
      readonly kind: 'pipeAggregate';
      readonly items: readonly SelectItem[];
      readonly groupBy: readonly SelectItem[];
      readonly span: Span;
    }
  | { readonly kind: 'pipeExtend'; readonly items: readonly SelectItem[]; readonly span: Span }
  | { readonly kind: 'pipeSet'; readonly assignments: readonly Assignment[]; readonly span: Span }
  | { readonly kind: 'pipeDrop'; readonly columns: readonly Identifier[]; readonly span: Span }
  | { readonly kind: 'pipeRename'; readonly items: readonly StarRename[]; readonly span: Span }
  | { readonly kind: 'pipeAs'; readonly alias: Identifier; readonly span: Span }
  | {
      readonly kind: 'pipeJoin';
      /** What stands before the `|>` is the left side. */
      readonly joinType: JoinType;
      readonly asof: boolean;
      readonly right: TableReference;
      readonly constraint: JoinConstraint | null;
      readonly tolerance: Expression | null;
      readonly span: Span;
    }
  | { readonly kind: 'pipePivot'; readonly pivot: PivotClause; readonly span: Span }
  | { readonly kind: 'pipeUnpivot'; readonly unpivot: UnpivotClause; readonly span: Span }
  | { readonly kind: 'pipeOrderBy'; readonly orderBy: OrderBy; readonly span: Span }
  | {
      readonly kind: 'pipeLimit';
      readonly limit: Limit | null;
      readonly offset: Expression | null;
      readonly span: Span;
    }
  | { readonly kind: 'pipeSample'; readonly sample: Sample; readonly span: Span }
  | { readonly kind: 'pipeDistinct'; readonly span: Span }
  | {
      readonly kind: 'pipeSetOperation';
      readonly operator: 'union' | 'except' | 'intersect';
      readonly all: boolean;
      readonly byName: boolean;
      readonly operands: readonly [QueryBody, ...QueryBody[]];
      readonly span: Span;
    };
