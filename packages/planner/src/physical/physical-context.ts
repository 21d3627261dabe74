import type { ColumnId, Expr } from '@windrow/core';
import { columnsOf } from '@windrow/core';
import type { LogicalPlan, OutputColumn } from '../logical.ts';
import type { PhysicalPlan } from '../physical.ts';
import type { PlanningContext } from '../plan-context.ts';
import { bytesOf, type PlanEstimate } from '../statistics/column-estimate.ts';

/** Columns that somebody above reads. */
export type Required = ReadonlySet<ColumnId>;

/** The planner of inputs, handed down so that each node's file need not know all others. */
export interface PhysicalContext extends PlanningContext {
  /**
   * A physical plan that hands up at least the required columns of `plan`, in any order, possibly more.
   */
  create(plan: LogicalPlan, required: Required): PhysicalPlan;
  /** A physical plan that hands up exactly `columns` of `plan`, in this order. */
  createOrdered(plan: LogicalPlan, columns: readonly OutputColumn[]): PhysicalPlan;
}

/** Number of a node before the finished plan is numbered. */
const UNNUMBERED = -1;

/** What every node carries; `ownCost` comes on top of the inputs'. */
export interface NodeFields {
  readonly nodeId: number;
  readonly output: readonly OutputColumn[];
  readonly estimatedRows: number;
  readonly cost: number;
}

export const nodeFields = (
  output: readonly OutputColumn[],
  rows: number,
  ownCost: number,
  inputs: readonly PhysicalPlan[],
): NodeFields => ({
  nodeId: UNNUMBERED,
  output,
  estimatedRows: Math.max(0, Math.round(rows)),
  cost: inputs.reduce((sum, input) => sum + input.cost, ownCost),
});

/** The ids plus all columns that the expressions read. */
export function requiring(required: Iterable<ColumnId>, exprs: readonly Expr[]): Set<ColumnId> {
  const all = new Set(required);
  for (const expr of exprs) columnsOf(expr, all);
  return all;
}

/** Mean bytes of a row of these columns. */
export function rowBytes(columns: readonly OutputColumn[], estimate: PlanEstimate): number {
  let bytes = 0;
  for (const { id, type } of columns) {
    bytes += estimate.columns.get(id)?.bytes ?? bytesOf(type, undefined);
  }
  return bytes;
}
