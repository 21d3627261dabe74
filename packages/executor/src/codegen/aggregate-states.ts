import {
  type Address,
  type Arena,
  type Batch,
  type Expr,
  SqlError,
  type Vector,
} from '@windrow/core';
import type { AggregateCall } from '@windrow/planner';
import type { ExpressionContext, Layout } from '../expression/context.ts';

/**
 * The states of a list of aggregates side by side, `stateBytes` (a multiple of 8) per group. A state
 * starts as zero bytes; its address is 8-byte aligned.
 */
export interface AggregateStates {
  readonly stateBytes: number;
  /** States hold references; see {@link persistReferences}. */
  readonly hasReferences: boolean;
  /** All rows of the batch that satisfy the predicate go into one state. */
  updateSingle(batch: Batch, state: Address): void;
  /** Row `i` of the batch, counted after its selection, goes into `states[i]`, a u32 address. */
  update(batch: Batch, states: Address): void;
  /** `into[i]` takes `from[i]` in, u32 addresses; `from` is unchanged and may be dropped. */
  merge(into: Address, from: Address, count: number): void;
  /** One dense vector of `count` rows per aggregate, in the batch arena. */
  finish(states: Address, count: number): readonly Vector[];
  /**
   * Copies the bytes that references of these states point to, unless they lie in `arena` already or
   * outlive the query anyway. To be called with the states touched (duplicates allowed) before the
   * batch's memory is reused, always with the same arena.
   */
  persistReferences(states: Address, count: number, arena: Arena): void;
}

export interface AggregateOptions {
  /** Rows for which it is not true are left out; `updateSingle` only. Fused into the loop where possible. */
  readonly predicate?: Expr | undefined;
}

/**
 * Prepares aggregates of the `state` kind for this thread. DISTINCT and ORDER BY inside the call are
 * the operator's business. Equal states over equal arguments and filters are kept once.
 */
export function createAggregateStates(
  _context: ExpressionContext,
  _aggregates: readonly AggregateCall[],
  _layout: Layout,
  _options: AggregateOptions = {},
): AggregateStates {
  throw new SqlError('unsupported', 'aggregates cannot be evaluated yet');
}
