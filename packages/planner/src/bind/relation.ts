import { assert, type Expr, type SqlType } from '@windrow/core';
import { columnRef } from '../expr/structure.ts';
import type { LogicalPlan, NamedExpr, OutputColumn } from '../logical.ts';
import { outputOf } from '../plan-tree.ts';
import { type Binder, newColumn } from './binder.ts';
import { castTo } from './convert.ts';
import type { Relation } from './scope.ts';

/** A relation whose plan hands up exactly its columns, in order, each with an id of its own. */
export function positional(binder: Binder, relation: Relation): Relation {
  const { plan, columns } = relation;
  const output = outputOf(plan);
  const isExact =
    output.length === columns.length &&
    columns.every((column, i) => column.id === output[i]?.id) &&
    new Set(columns.map((column) => column.id)).size === columns.length;
  return isExact ? relation : convertColumns(binder, relation, columns);
}

/** The relation's columns under the names and types of `wanted`, in that order and nothing else. */
export function convertColumns(
  binder: Binder,
  relation: Relation,
  wanted: readonly { readonly name: string; readonly type: SqlType }[],
): Relation {
  const used = new Set<number>();
  const expressions = wanted.map(({ name, type }, i): NamedExpr => {
    const column = relation.columns[i];
    assert(column !== undefined, 'there is a column for each wanted one');
    const expr: Expr = castTo(columnRef(column), type);
    const keepsId = expr.kind === 'column' && !used.has(expr.id);
    if (keepsId) used.add(expr.id);
    const output: OutputColumn = keepsId
      ? { id: expr.id, name, type, nullable: column.nullable }
      : newColumn(binder, name, type, binder.traits.isNullable(expr));
    return { output, expr };
  });
  const plan: LogicalPlan = { kind: 'project', input: relation.plan, expressions };
  return { plan, columns: expressions.map((entry) => entry.output) };
}
