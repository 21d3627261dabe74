import type { LiteralValue, SqlType } from '@windrow/core';
import type { Frame } from '@windrow/planner';

/*
 * A window over kept rows, as plain data: expressions have become columns of the rows, so that a thread
 * needs nothing but their numbers.
 */

/** A kept column by its number, or one value for all rows. */
export type InputSpec =
  | { readonly kind: 'column'; readonly column: number; readonly type: SqlType }
  | { readonly kind: 'literal'; readonly value: LiteralValue; readonly type: SqlType };

export interface OrderSpec {
  readonly input: InputSpec;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** A bound of a frame. */
export type BoundSpec =
  | { readonly kind: 'unboundedPreceding' | 'currentRow' | 'unboundedFollowing' }
  | { readonly kind: 'preceding' | 'following'; readonly offset: InputSpec };

export interface FrameSpec {
  readonly unit: Frame['unit'];
  readonly start: BoundSpec;
  readonly end: BoundSpec;
  readonly exclude: Frame['exclude'];
}

/** One function. */
export interface WindowCallSpec {
  readonly aggregate: boolean;
  readonly function: string;
  readonly overload: number;
  readonly args: readonly InputSpec[];
  readonly filter: InputSpec | undefined;
  readonly ignoreNulls: boolean;
  /** Only rows with a new argument count. */
  readonly distinct: boolean;
  /** The order of the frame's rows; none: that of the window. */
  readonly orderBy: readonly OrderSpec[];
  readonly frame: FrameSpec;
  readonly returns: SqlType;
}

export interface WindowSpec {
  readonly partitionBy: readonly InputSpec[];
  readonly orderBy: readonly { readonly input: InputSpec; readonly descending: boolean }[];
  readonly calls: readonly WindowCallSpec[];
}
