import type { ColumnId } from '@windrow/core';
import type { LogicalPlan } from './logical.ts';
import { columnsReadBy, definedColumns, inputsOf } from './plan-tree.ts';

interface Columns {
  readonly read: ReadonlySet<ColumnId>;
  readonly defined: ReadonlySet<ColumnId>;
}

const known = new WeakMap<LogicalPlan, Columns>();

function columnsIn(plan: LogicalPlan): Columns {
  let columns = known.get(plan);
  if (columns === undefined) {
    const read = columnsReadBy(plan);
    const defined = new Set(definedColumns(plan).map((column) => column.id));
    for (const input of inputsOf(plan)) {
      const below = columnsIn(input);
      for (const id of below.read) read.add(id);
      for (const id of below.defined) defined.add(id);
    }
    columns = { read, defined };
    known.set(plan, columns);
  }
  return columns;
}

const free = new WeakMap<LogicalPlan, ReadonlySet<ColumnId>>();

/**
 * Columns that a plan reads but does not produce: those of an enclosing query. As ids are never reused,
 * reading minus producing is all there is to it. Remembered per node.
 */
export function freeColumns(plan: LogicalPlan): ReadonlySet<ColumnId> {
  let ids = free.get(plan);
  if (ids === undefined) {
    const { read, defined } = columnsIn(plan);
    ids = new Set([...read].filter((id) => !defined.has(id)));
    free.set(plan, ids);
  }
  return ids;
}
