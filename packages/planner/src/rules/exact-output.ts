import { columnRef } from '../expr/structure.ts';
import type { LogicalPlan, NamedExpr, OutputColumn } from '../logical.ts';
import { outputOf } from '../plan-tree.ts';

/** The plan handing up exactly these of its columns in this order, as its reader counts positions. */
export function exactOutput(plan: LogicalPlan, columns: readonly OutputColumn[]): LogicalPlan {
  const output = outputOf(plan);
  const isExact =
    output.length === columns.length && output.every((column, i) => column.id === columns[i]?.id);
  if (isExact) return plan;
  const expressions = columns.map(
    (column): NamedExpr => ({ output: column, expr: columnRef(column) }),
  );
  return { kind: 'project', input: plan, expressions };
}
