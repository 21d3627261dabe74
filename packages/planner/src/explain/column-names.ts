import { type ColumnId, quoteIdentifier } from '@windrow/core';
import type { ColumnNames } from './print-expr.ts';

/**
 * Names for the columns of a plan, given in the order in which they come into being: of columns that
 * share a name, all but the first carry a number. A column that is not among them is an outer query's.
 */
export function numberNames(
  columns: Iterable<{ readonly id: ColumnId; readonly name: string }>,
): ColumnNames {
  const byId = new Map<ColumnId, string>();
  const uses = new Map<string, number>();
  for (const { id, name } of columns) {
    if (byId.has(id)) continue;
    const count = (uses.get(name) ?? 0) + 1;
    uses.set(name, count);
    byId.set(id, count === 1 ? quoteIdentifier(name) : `${quoteIdentifier(name)}#${count}`);
  }
  return ({ id, name }) => byId.get(id) ?? `outer ${quoteIdentifier(name)}`;
}
