import { unreachable } from '@windrow/core';
import type { LogicalPlan, OutputColumn } from '../logical.ts';
import { definedColumns, inputsOf } from '../plan-tree.ts';
import { numberNames } from './column-names.ts';
import { describeCall, describeKeys, describeNamed, describeWindow } from './describe-calls.ts';
import { type ColumnNames, printExpr } from './print-expr.ts';

/** Rows of a Values node that are shown. */
const SHOWN_ROWS = 5;

/**
 * A logical plan as text, one node a line, inputs indented below: EXPLAIN LOGICAL, and what tests
 * compare. Of columns that share a name, all but the first carry a number.
 */
export function printLogical(plan: LogicalPlan): string {
  const names = numberNames(columnsFromLeaves(plan));
  const lines: string[] = [];
  const print = (node: LogicalPlan, depth: number): void => {
    lines.push(`${'  '.repeat(depth)}${describe(node, names)}`);
    for (const input of inputsOf(node)) print(input, depth + 1);
  };
  print(plan, 0);
  return lines.join('\n');
}

/** Columns where they come into being, leaves first. */
function* columnsFromLeaves(plan: LogicalPlan): Generator<OutputColumn> {
  for (const input of inputsOf(plan)) yield* columnsFromLeaves(input);
  yield* definedColumns(plan);
}

function describe(plan: LogicalPlan, names: ColumnNames): string {
  const columns = (list: readonly OutputColumn[]): string => list.map(names).join(', ');
  switch (plan.kind) {
    case 'scan':
      return `Scan ${plan.table}: ${columns(plan.output)}`;
    case 'values':
      return describeValues(plan.rows, names, columns(plan.output));
    case 'filter':
      return `Filter ${printExpr(plan.predicate, names)}`;
    case 'project':
      return `Project ${plan.expressions.map((entry) => describeNamed(entry, names)).join(', ')}`;
    case 'aggregate':
      return describeAggregate(plan, names);
    case 'window': {
      const partition = plan.partitionBy.map((expr) => printExpr(expr, names)).join(', ');
      const parts = [
        'Window',
        ...(partition === '' ? [] : [`partition by ${partition}`]),
        ...(plan.orderBy.length === 0 ? [] : [`order by ${describeKeys(plan.orderBy, names)}`]),
      ];
      return `${parts.join(' ')}: ${plan.functions.map((f) => describeWindow(f, names)).join(', ')}`;
    }
    case 'sort':
      return `Sort ${describeKeys(plan.keys, names)}`;
    case 'limit': {
      const count = plan.limit === undefined ? 'all' : `${plan.limit}${plan.percent ? '%' : ''}`;
      const offset = plan.offset === 0 ? '' : ` offset ${plan.offset}`;
      return `Limit ${count}${offset}${plan.withTies === undefined ? '' : ' with ties'}`;
    }
    case 'distinct': {
      if (plan.on === undefined) return 'Distinct';
      const on = plan.on.map((expr) => printExpr(expr, names)).join(', ');
      const order =
        plan.orderBy.length === 0 ? '' : ` order by ${describeKeys(plan.orderBy, names)}`;
      return `Distinct on ${on}${order}`;
    }
    case 'join':
    case 'dependentJoin': {
      const word = plan.kind === 'join' ? 'Join' : 'DependentJoin';
      const mark = plan.mark === undefined ? '' : ` ${names(plan.mark)}`;
      return `${word} ${plan.joinKind}${mark} on ${printExpr(plan.condition, names)}`;
    }
    case 'setOperation': {
      const word = `${plan.operator[0]?.toUpperCase()}${plan.operator.slice(1)}`;
      return `${word}${plan.all ? ' all' : ''}: ${columns(plan.output)}`;
    }
    case 'unnest': {
      const lists = plan.lists.map((entry) => describeNamed(entry, names));
      if (plan.ordinality !== undefined) lists.push(`${names(plan.ordinality)} := ordinality`);
      return `Unnest${plan.outer ? ' outer' : ''} ${lists.join(', ')}`;
    }
    case 'withCte':
      return `With ${plan.name}`;
    case 'cteScan':
      return `CteScan ${plan.name}: ${columns(plan.output)}`;
    case 'recursiveCte':
      return `RecursiveCte ${plan.name}${plan.all ? ' all' : ''}: ${columns(plan.output)}`;
    default:
      return unreachable(plan);
  }
}

function describeValues(
  rows: Extract<LogicalPlan, { kind: 'values' }>['rows'],
  names: ColumnNames,
  columns: string,
): string {
  if (columns === '') return rows.length === 1 ? 'OneRow' : `Values of ${rows.length} rows`;
  const shown = rows
    .slice(0, SHOWN_ROWS)
    .map((row) => `(${row.map((expr) => printExpr(expr, names)).join(', ')})`);
  if (rows.length > SHOWN_ROWS) shown.push(`${rows.length - SHOWN_ROWS} more`);
  return `Values ${columns}: ${shown.join(', ')}`;
}

function describeAggregate(
  plan: Extract<LogicalPlan, { kind: 'aggregate' }>,
  names: ColumnNames,
): string {
  const keys = plan.keys.map((key) => describeNamed(key, names)).join(', ');
  const calls = plan.aggregates.map((call) => describeCall(call, names));
  if (plan.groupingId !== undefined) calls.push(`${names(plan.groupingId)} := grouping id`);
  const sets = plan.groupingSets?.map(
    (set) => `(${set.map((i) => names(plan.keys[i]?.output ?? { id: -1, name: '?' })).join(', ')})`,
  );
  const parts = [
    'Aggregate',
    ...(keys === '' ? [] : [`by ${keys}`]),
    ...(sets === undefined ? [] : [`sets ${sets.join(', ')}`]),
  ];
  return calls.length === 0 ? parts.join(' ') : `${parts.join(' ')}: ${calls.join(', ')}`;
}
