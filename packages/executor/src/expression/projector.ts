import { type Batch, type Expr, SqlError, type Vector } from '@windrow/core';
import type { ExpressionContext, Layout } from './context.ts';

/** Computes a list of expressions over batches. */
export interface Projector {
  /**
   * One dense vector of `batch.length` rows per expression, in their order; empty batches give empty
   * vectors without evaluating anything. The vectors live in the batch arena or are the batch's own:
   * bare columns are passed through (with a selection: gathered, dictionaries by their indices),
   * constant expressions are constant vectors.
   * @throws SqlError `execution` with the span of the call that failed.
   */
  evaluate(batch: Batch): readonly Vector[];
}

/** Prepares expressions for evaluation on this thread. Generated code is cached by shape. */
export function createProjector(
  _context: ExpressionContext,
  _exprs: readonly Expr[],
  _layout: Layout,
): Projector {
  throw new SqlError('unsupported', 'expressions cannot be evaluated yet');
}
