import type { SqlType } from '@windrow/core';
import type { Frame } from '@windrow/planner';

/*
 * A window over kept rows, as plain data: expressions have become columns of the rows, so that a thread
 * needs nothing but their numbers.
 */

/** A bound of a frame; `offset` is the column that holds it. */
export type BoundSpec =
  | { readonly kind: 'unboundedPreceding' | 'currentRow' | 'unboundedFollowing' }
  | { readonly kind: 'preceding' | 'following'; readonly offset: number };

export interface FrameSpec {
  readonly unit: Frame['unit'];
  readonly start: BoundSpec;
  readonly end: BoundSpec;
  readonly exclude: Frame['exclude'];
}

/** One function; arguments and filter are columns. */
export interface WindowCallSpec {
  readonly aggregate: boolean;
  readonly function: string;
  readonly overload: number;
  readonly args: readonly number[];
  readonly filter: number | undefined;
  readonly ignoreNulls: boolean;
  readonly frame: FrameSpec;
  readonly returns: SqlType;
}

export interface WindowSpec {
  readonly types: readonly SqlType[];
  readonly partitionBy: readonly number[];
  readonly orderBy: readonly { readonly column: number; readonly descending: boolean }[];
  readonly calls: readonly WindowCallSpec[];
}
