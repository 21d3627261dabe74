import { type Expr, typeName } from '@windrow/core';
import type { SortItem } from '@windrow/parser';
import type { SortKey } from '../logical.ts';
import type { Binder } from './binder.ts';
import { bindCollated, collate } from './collate.ts';
import { bindError, unsupported } from './errors.ts';
import type { ExpressionScope } from './scope.ts';

/** A sort key over a bound expression; what was not written follows the dialect. */
export function sortKeyOf(
  binder: Binder,
  expr: Expr,
  order: Pick<SortItem, 'direction' | 'nulls' | 'span'>,
): SortKey {
  if (expr.type.kind === 'map') {
    throw bindError(
      '42883',
      `values of type ${typeName(expr.type)} have no order`,
      order.span,
      'Order by map_keys(m) or by a single entry.',
    );
  }
  const descending = order.direction === 'desc';
  const { ascending, descending: whenDescending } = binder.dialect.nullsFirst;
  const byDialect = descending ? whenDescending : ascending;
  const nullsFirst = order.nulls === null ? byDialect : order.nulls === 'first';
  return { expr, descending, nullsFirst };
}

/** WITH FILL needs an operator of its own. */
export function rejectFill(item: SortItem): void {
  if (item.fill !== null) {
    throw unsupported(
      'WITH FILL',
      item.fill.span,
      'Join with generate_series(first, last, step) to add the missing keys.',
    );
  }
}

/** Keys of an ORDER BY inside a call or a window: expressions only, no positions and no aliases. */
export const bindSortItems = (
  binder: Binder,
  items: readonly SortItem[],
  scope: ExpressionScope,
): readonly SortKey[] =>
  items.map((item) => {
    rejectFill(item);
    const { expr, collation } = bindCollated(binder, item.expression, scope);
    return sortKeyOf(binder, collate(binder, expr, collation), item);
  });
