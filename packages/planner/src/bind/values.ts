import { columnsOf, type Expr, SqlError } from '@windrow/core';
import type { Expression, Values } from '@windrow/parser';
import type { LogicalPlan, OutputColumn } from '../logical.ts';
import { attach } from './attach.ts';
import { type Binder, newColumn } from './binder.ts';
import { unify } from './convert.ts';
import {
  constantScope,
  EMPTY_NAMES,
  type ExpressionScope,
  type QueryScope,
  type Relation,
} from './scope.ts';
import { ONE_ROW } from './table-function.ts';

/** VALUES: one column each, named col0, col1, …; every column has the common type of its values. */
export function bindValues(binder: Binder, node: Values, scope: QueryScope): Relation {
  const names = scope.outer ?? EMPTY_NAMES;
  const rows = node.rows.map((row) => {
    const inner: ExpressionScope = { ...constantScope('VALUES', scope.ctes), names };
    return { exprs: row.map((item) => binder.expression(item, inner)), joins: inner.joins };
  });
  return valuesOf(binder, node, rows);
}

interface Row {
  readonly exprs: readonly Expr[];
  readonly joins: ExpressionScope['joins'];
}

function valuesOf(binder: Binder, node: Values, rows: readonly Row[]): Relation {
  const width = node.rows[0]?.length ?? 0;
  const uneven = node.rows.find((row) => row.length !== width);
  if (uneven !== undefined) {
    const [first] = uneven;
    throw new SqlError('syntax', `VALUES has rows of ${width} and of ${uneven.length} values`, {
      span: spanOf(first, uneven.at(-1) ?? first),
      hint: 'Give every row the same number of values.',
    });
  }
  const columns = Array.from({ length: width }, (_, i) => {
    const cells = rows.flatMap(({ exprs }) => exprs[i] ?? []);
    return unify(cells, 'result', binder.dialect, `column ${i + 1} of VALUES`);
  });
  const unified = rows.map((row, r) => ({
    joins: row.joins,
    exprs: columns.map((cells, i) => cells[r] ?? row.exprs[i] ?? cells[0]) as readonly Expr[],
  }));
  const output = columns.map((cells, i): OutputColumn => {
    const nullable = cells.some((cell) => binder.traits.isNullable(cell));
    return newColumn(binder, `col${i}`, cells[0]?.type ?? { kind: 'null' }, nullable);
  });
  return { plan: planOf(binder, unified, output), columns: output };
}

const spanOf = (first: Expression, last: Expression) => ({
  start: first.span.start,
  end: last.span.end,
});

/** Constant rows are one node; rows that read columns or subqueries are projections put together. */
function planOf(
  binder: Binder,
  rows: readonly Row[],
  output: readonly OutputColumn[],
): LogicalPlan {
  const areConstant = rows.every(
    ({ exprs, joins }) => joins.length === 0 && exprs.every((expr) => columnsOf(expr).size === 0),
  );
  if (areConstant) return { kind: 'values', output, rows: rows.map((row) => row.exprs) };
  const inputs = rows.map(({ exprs, joins }, r): LogicalPlan => {
    const isOnly = rows.length === 1;
    return {
      kind: 'project',
      input: attach(ONE_ROW, joins),
      expressions: exprs.map((expr, i) => {
        const column = output[i] ?? newColumn(binder, `col${i}`, expr.type, true);
        const own = isOnly && r === 0 ? column : newColumn(binder, column.name, column.type, true);
        return { output: own, expr };
      }),
    };
  });
  const [only] = inputs;
  return inputs.length === 1 && only !== undefined
    ? only
    : { kind: 'setOperation', operator: 'union', all: true, inputs, output };
}
