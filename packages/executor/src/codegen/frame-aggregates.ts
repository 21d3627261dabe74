import { type Address, type Arena, type FlatVector, SqlError, type SqlType } from '@windrow/core';
import type { ExpressionContext } from '../expression/context.ts';

/** An aggregate over window frames; arguments are named by their position among the input vectors. */
export interface FrameAggregateCall {
  readonly function: string;
  readonly overload: number;
  readonly args: readonly number[];
  readonly returns: SqlType;
  /** Position of a BOOLEAN input; rows where it is not true are not seen. */
  readonly filter?: number | undefined;
}

/** Frames of all rows: u32 arrays of row numbers, `starts[i] ≤ ends[i]`, half-open. */
export interface FrameBounds {
  readonly starts: Address;
  readonly ends: Address;
}

export interface FrameInput {
  readonly rows: number;
  /** Flat vectors of `rows` rows, in frame order. */
  readonly inputs: readonly FlatVector[];
  /**
   * The frame of row `i` is the concatenation of its parts, in order: one part without EXCLUDE, two or
   * three with it. Parts of a row do not overlap.
   */
  readonly frames: readonly FrameBounds[];
}

/** Aggregates over the frames of rows. */
export interface FrameAggregates {
  /** One vector of `rows` values per call, in `arena`. Cost: O(rows · log rows), O(rows) where frames only move forward and the states can run or slide. */
  evaluate(input: FrameInput, arena: Arena): readonly FlatVector[];
}

/**
 * Prepares aggregates of the `state` kind over frames. Calls over the same frames belong together: equal
 * states are computed once.
 */
export function createFrameAggregates(
  _context: ExpressionContext,
  _calls: readonly FrameAggregateCall[],
  _inputTypes: readonly SqlType[],
): FrameAggregates {
  throw new SqlError('unsupported', 'aggregates cannot be evaluated yet');
}
