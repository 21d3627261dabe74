import { type Batch, type Expr, SqlError } from '@windrow/core';
import type { ExpressionContext, Layout } from './context.ts';

/** Keeps the rows for which a predicate is true. */
export interface Filter {
  /** The same columns under a new selection; the batch itself when every row passes. */
  select(batch: Batch): Batch;
}

/** Prepares a predicate (BOOLEAN) for this thread. */
export function createFilter(
  _context: ExpressionContext,
  _predicate: Expr,
  _layout: Layout,
): Filter {
  throw new SqlError('unsupported', 'expressions cannot be evaluated yet');
}
