import { assert, type Expr, NULL_TYPE, type SqlType, typesEqual } from '@windrow/core';
import { columnRef } from '../expr/structure.ts';
import type { LogicalPlan, NamedExpr, OutputColumn } from '../logical.ts';
import { outputOf } from '../plan-tree.ts';
import { type Binder, newColumn } from './binder.ts';
import { castTo } from './convert.ts';
import type { Relation } from './scope.ts';

/** A relation whose plan hands up exactly its columns, in order, each with an id of its own. */
export const positional = (binder: Binder, relation: Relation): Relation =>
  convertColumns(binder, relation, relation.columns);

/** Does the plan hand up exactly these columns, each once? */
function isExact(plan: LogicalPlan, columns: readonly OutputColumn[]): boolean {
  const output = outputOf(plan);
  return (
    output.length === columns.length &&
    columns.every((column, i) => column.id === output[i]?.id) &&
    new Set(columns.map((column) => column.id)).size === columns.length
  );
}

/** The relation's columns under the names and types of `wanted`, in that order and nothing else. */
export function convertColumns(
  binder: Binder,
  relation: Relation,
  wanted: readonly { readonly name: string; readonly type: SqlType }[],
): Relation {
  const isThere =
    isExact(relation.plan, relation.columns) &&
    relation.columns.every((column, i) => typesEqual(column.type, wanted[i]?.type ?? NULL_TYPE));
  if (isThere) {
    const columns = relation.columns.map((c, i) => ({ ...c, name: wanted[i]?.name ?? c.name }));
    return { plan: relation.plan, columns };
  }
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
