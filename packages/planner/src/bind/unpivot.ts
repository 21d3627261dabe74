import { type Expr, INTEGER } from '@windrow/core';
import type { UnpivotClause, UnpivotItem } from '@windrow/parser';
import { columnRef, disjunction } from '../expr/structure.ts';
import type { LogicalPlan, NamedExpr } from '../logical.ts';
import { type Binder, callScalar, columnFor, newColumn } from './binder.ts';
import { unify } from './convert.ts';
import { bindError, counted } from './errors.ts';
import { integerLiteral, textLiteral } from './literal.ts';
import { constantScope, type FromRelation, type NameScope, type Relation } from './scope.ts';
import { expandItems } from './star.ts';
import { selectItem } from './syntax.ts';

/** One output row for each input row: the name it carries and its values. */
interface Branch {
  readonly name: Expr;
  readonly values: readonly Expr[];
}

/**
 * UNPIVOT as a cross join with the numbers of the items, and a CASE that picks name and values by
 * number: one pass over the input, whose rows stay together.
 */
export function bindUnpivot(binder: Binder, from: FromRelation, unpivot: UnpivotClause): Relation {
  const names: NameScope = { tables: from.tables, columns: from.columns, outer: undefined };
  const branches = unpivot.items.flatMap((item) => branchesOf(binder, item, unpivot, names));
  const number = newColumn(binder, 'item', INTEGER, false);
  const numbers: LogicalPlan = {
    kind: 'values',
    output: [number],
    rows: branches.map((_, i) => [integerLiteral(i, unpivot.span)]),
  };
  const nameExprs = unify(
    branches.map((branch) => branch.name),
    'result',
    binder.dialect,
    'names of UNPIVOT',
  );
  const pick = (exprs: readonly Expr[]): Expr => pickByNumber(binder, unpivot, number, exprs);
  const nameExpr = pick(nameExprs);
  const name: NamedExpr = {
    output: columnFor(binder, unpivot.nameColumn.name, nameExpr),
    expr: nameExpr,
  };
  const values = unpivot.valueColumns.map((column, i): NamedExpr => {
    const cells = branches.flatMap((branch) => branch.values[i] ?? []);
    const unified = unify(cells, 'compare', binder.dialect, 'values of UNPIVOT');
    const expr = pick(unified);
    return { output: columnFor(binder, column.name, expr), expr };
  });
  const used = new Set<number>();
  for (const branch of branches)
    for (const value of branch.values) if (value.kind === 'column') used.add(value.id);
  const kept = from.columns
    .filter((column) => !used.has(column.id))
    .map((column) => {
      const { id, name: label, type, nullable } = column;
      const output = { id, name: label, type, nullable };
      return { output, expr: columnRef(output) };
    });
  const joined: LogicalPlan = {
    kind: 'join',
    joinKind: 'inner',
    left: from.plan,
    right: numbers,
    condition: { kind: 'literal', value: true, type: { kind: 'boolean' } },
    mark: undefined,
  };
  const expressions = [...kept, name, ...values];
  const plan: LogicalPlan = { kind: 'project', input: joined, expressions };
  const columns = expressions.map((entry) => entry.output);
  if (unpivot.includeNulls) return { plan, columns };
  const present = values.map(({ output }) =>
    callScalar(binder, 'is_not_null', [columnRef(output)], unpivot.span),
  );
  return { plan: { kind: 'filter', input: plan, predicate: disjunction(present) }, columns };
}

/** The rows that one item stands for: several when it selects several columns. */
function branchesOf(
  binder: Binder,
  item: UnpivotItem,
  unpivot: UnpivotClause,
  names: NameScope,
): readonly Branch[] {
  const scope = { ...constantScope('UNPIVOT'), names };
  const width = unpivot.valueColumns.length;
  const lists = item.expressions.map((expression) =>
    expandItems(binder, [selectItem(expression)], names).map((expanded) => ({
      name: expanded.name,
      expr:
        expanded.column === undefined
          ? binder.expression(expanded.node, { ...scope, columnChoice: expanded.choice })
          : columnRef(expanded.column),
    })),
  );
  const label = (parts: readonly (string | undefined)[]): Expr =>
    item.alias === null
      ? textLiteral(parts.map((part) => part ?? '').join('_'), item.span)
      : binder.expression(item.alias, constantScope('UNPIVOT'));
  const [first = []] = lists;
  if (width === 1 && lists.length === 1)
    return first.map(({ name, expr }) => ({ name: label([name]), values: [expr] }));
  const values = lists.flat();
  if (values.length !== width) {
    throw bindError(
      '42601',
      `an item of UNPIVOT has ${counted(values.length, 'column')} for ${counted(width, 'value column')}`,
      item.span,
      'Give each item one column for each value column: (a, b).',
    );
  }
  return [
    { name: label(values.map((value) => value.name)), values: values.map((value) => value.expr) },
  ];
}

function pickByNumber(
  binder: Binder,
  unpivot: UnpivotClause,
  number: Parameters<typeof columnRef>[0],
  exprs: readonly Expr[],
): Expr {
  const { span } = unpivot;
  const last = exprs.at(-1);
  if (last === undefined) throw bindError('42601', 'UNPIVOT needs a column', span);
  if (exprs.length === 1) return last;
  const operands = exprs.slice(0, -1).flatMap((expr, i) => {
    const at = integerLiteral(i, span);
    return [callScalar(binder, 'equal', [columnRef(number), at], span), expr];
  });
  return {
    kind: 'conditional',
    operator: 'case',
    operands: [...operands, last],
    type: last.type,
    span,
  };
}
