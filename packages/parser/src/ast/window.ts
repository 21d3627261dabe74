import type { Span } from '@windrow/core';
import type { Expression } from './expression.ts';
import type { Identifier } from './name.ts';

/** One key of an ORDER BY. `USING >` arrives as `desc`; null where nothing was written. */
export interface SortItem {
  readonly kind: 'sortItem';
  readonly expression: Expression;
  readonly direction: 'asc' | 'desc' | null;
  readonly nulls: 'first' | 'last' | null;
  readonly fill: SortFill | null;
  readonly span: Span;
}

/** `WITH FILL [FROM a] [TO b] [STEP s]` of a sort key. */
export interface SortFill {
  readonly kind: 'sortFill';
  readonly from: Expression | null;
  readonly to: Expression | null;
  readonly step: Expression | null;
  readonly span: Span;
}

/** `OVER w`. */
export interface WindowName {
  readonly kind: 'windowName';
  readonly name: Identifier;
  readonly span: Span;
}

/** `OVER ([base] [PARTITION BY …] [ORDER BY …] [frame])`, and the body of a WINDOW clause. */
export interface WindowSpecification {
  readonly kind: 'windowSpecification';
  readonly base: Identifier | null;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortItem[];
  readonly frame: WindowFrame | null;
  readonly span: Span;
}

/** A frame with both bounds: `ROWS 3 PRECEDING` arrives with the end `CURRENT ROW`. */
export interface WindowFrame {
  readonly kind: 'windowFrame';
  readonly unit: 'rows' | 'range' | 'groups';
  readonly start: FrameBound;
  readonly end: FrameBound;
  readonly exclude: 'noOthers' | 'currentRow' | 'group' | 'ties';
  readonly span: Span;
}

/** One bound of a frame. Bounds that are wrong by syntax alone never leave the parser. */
export type FrameBound =
  | { readonly kind: 'unboundedPreceding'; readonly span: Span }
  | { readonly kind: 'preceding'; readonly offset: Expression; readonly span: Span }
  | { readonly kind: 'currentRow'; readonly span: Span }
  | { readonly kind: 'following'; readonly offset: Expression; readonly span: Span }
  | { readonly kind: 'unboundedFollowing'; readonly span: Span };
