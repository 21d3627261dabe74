import { type ColumnId, type Expr, transformExpr, unreachable } from '@windrow/core';
import type { ColumnIds } from './column-ids.ts';
import type { AggregateCall, LogicalPlan, NamedExpr, OutputColumn, WindowCall } from './logical.ts';
import { definedColumns, inputsOf, mapExpressions, visitPlan, withInputs } from './plan-tree.ts';

/** A copy of a plan, and what its columns are called now. */
export interface PlanCopy {
  readonly plan: LogicalPlan;
  readonly renamed: ReadonlyMap<ColumnId, ColumnId>;
}

/**
 * The same plan with new ids for all columns and common table expressions that it defines, so that both
 * can stand in one plan. Columns of enclosing queries keep their ids.
 */
export function copyPlan(plan: LogicalPlan, ids: ColumnIds): PlanCopy {
  const renamed = new Map<ColumnId, ColumnId>();
  const ctes = new Map<number, number>();
  visitPlan(plan, (node) => {
    for (const column of definedColumns(node)) {
      if (!renamed.has(column.id)) renamed.set(column.id, ids.next());
    }
    if (node.kind === 'withCte' || node.kind === 'recursiveCte') ctes.set(node.cteId, ids.next());
    return true;
  });
  return { plan: copyNode(plan, renamed, ctes), renamed };
}

function copyNode(
  plan: LogicalPlan,
  renamed: ReadonlyMap<ColumnId, ColumnId>,
  ctes: ReadonlyMap<number, number>,
): LogicalPlan {
  const inputs = inputsOf(plan).map((input) => copyNode(input, renamed, ctes));
  const idOf = (id: ColumnId): ColumnId => renamed.get(id) ?? id;
  const column = (c: OutputColumn): OutputColumn => ({ ...c, id: idOf(c.id) });
  const expression = (expr: Expr): Expr =>
    transformExpr(expr, (node) =>
      node.kind === 'column' && renamed.has(node.id) ? { ...node, id: idOf(node.id) } : node,
    );
  const copied = renameOutputs(mapExpressions(withInputs(plan, inputs), expression), column, idOf);
  const isCte =
    copied.kind === 'withCte' || copied.kind === 'cteScan' || copied.kind === 'recursiveCte';
  return isCte ? { ...copied, cteId: ctes.get(copied.cteId) ?? copied.cteId } : copied;
}

function renameOutputs(
  plan: LogicalPlan,
  column: (c: OutputColumn) => OutputColumn,
  idOf: (id: ColumnId) => ColumnId,
): LogicalPlan {
  const optional = (c: OutputColumn | undefined): OutputColumn | undefined =>
    c === undefined ? undefined : column(c);
  const named = (e: NamedExpr): NamedExpr => ({ ...e, output: column(e.output) });
  const call = <T extends AggregateCall | WindowCall>(c: T): T => ({
    ...c,
    output: column(c.output),
  });
  switch (plan.kind) {
    case 'scan':
    case 'values':
    case 'cteScan':
    case 'setOperation':
    case 'recursiveCte':
      return { ...plan, output: plan.output.map(column) };
    case 'filter':
    case 'sort':
    case 'limit':
    case 'distinct':
    case 'withCte':
      return plan;
    case 'project':
      return { ...plan, expressions: plan.expressions.map(named) };
    case 'aggregate':
      return {
        ...plan,
        keys: plan.keys.map(named),
        aggregates: plan.aggregates.map(call),
        groupingId: optional(plan.groupingId),
      };
    case 'window':
      return { ...plan, functions: plan.functions.map(call) };
    case 'join':
      return { ...plan, mark: optional(plan.mark) };
    case 'dependentJoin':
      return { ...plan, mark: optional(plan.mark), outer: plan.outer.map(idOf) };
    case 'unnest':
      return { ...plan, lists: plan.lists.map(named), ordinality: optional(plan.ordinality) };
    default:
      return unreachable(plan);
  }
}
