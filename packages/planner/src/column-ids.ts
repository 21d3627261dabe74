import type { ColumnId } from '@windrow/core';
import type { LogicalPlan } from './logical.ts';
import { definedColumns, visitPlan } from './plan-tree.ts';

/** Hands out numbers that no column (or common table expression) of a plan has yet. */
export class ColumnIds {
  #last: number;

  constructor(last = 0) {
    this.#last = last;
  }

  /** Starts after the highest id of a plan. */
  static after(plan: LogicalPlan): ColumnIds {
    let last = 0;
    visitPlan(plan, (node) => {
      if (node.kind === 'withCte' || node.kind === 'recursiveCte')
        last = Math.max(last, node.cteId);
      for (const column of definedColumns(node)) last = Math.max(last, column.id);
    });
    return new ColumnIds(last);
  }

  next(): ColumnId {
    this.#last += 1;
    return this.#last;
  }
}
