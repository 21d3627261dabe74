import { type Expr, unreachable } from '@windrow/core';
import type { OutputColumn } from '../logical.ts';
import type { HashJoin, NestedLoopJoin, PhysicalPlan, PhysicalScan } from '../physical.ts';
import { describeCall, describeKeys, describeNamed, describeWindow } from './describe-calls.ts';
import { type ColumnNames, printExpr } from './print-expr.ts';
import { printLiteral } from './print-literal.ts';
import { printAmount, printBytes } from './print-quantity.ts';

/** Rows of a values node that are shown. */
const SHOWN_ROWS = 5;

/** What a node does: its operator and, in reading order, what it works with. */
export interface NodeDescription {
  readonly operator: string;
  readonly details: string;
}

const list = (parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part !== '').join(' ');

const exprs = (all: readonly Expr[], names: ColumnNames): string =>
  all.map((expr) => printExpr(expr, names)).join(', ');

const columns = (all: readonly OutputColumn[], names: ColumnNames): string =>
  all.map(names).join(', ');

/** The node in words, without its inputs and numbers. */
export function describePhysical(plan: PhysicalPlan, names: ColumnNames): NodeDescription {
  const node = (operator: string, ...details: readonly (string | undefined)[]) => ({
    operator,
    details: list(details),
  });
  switch (plan.kind) {
    case 'scan':
      return node('Scan', describeScan(plan, names));
    case 'values':
      return node('Values', describeRows(plan, names));
    case 'filter':
      return node('Filter', printExpr(plan.predicate, names));
    case 'project':
      return node(
        'Project',
        plan.expressions.map((entry) => describeNamed(entry, names)).join(', '),
      );
    case 'aggregate': {
      const keys = plan.keys.map((key) => describeNamed(key, names)).join(', ');
      const calls = plan.aggregates.map((call) => describeCall(call, names)).join(', ');
      const by = keys === '' ? undefined : `by ${keys}`;
      return node(`Aggregate ${plan.strategy}`, [by, calls].filter(Boolean).join(': '));
    }
    case 'expand':
      return node('Expand', `into ${plan.sets.length} grouping sets`);
    case 'window': {
      const calls = plan.functions.map((call) => describeWindow(call, names)).join(', ');
      return node('Window', describeArrangement(plan, names), calls);
    }
    case 'sort':
      return node('Sort', describeKeys(plan.keys, names));
    case 'topN': {
      const offset = plan.offset === 0 ? undefined : `after ${plan.offset}`;
      const ties = plan.withTies ? 'with ties' : undefined;
      return node('Top', String(plan.limit), offset, ties, `by ${describeKeys(plan.keys, names)}`);
    }
    case 'partitionedTopN': {
      const order = plan.keys.length === 0 ? undefined : `by ${describeKeys(plan.keys, names)}`;
      const rank = plan.rank === undefined ? undefined : `as ${names(plan.rank)}`;
      const per = `per ${exprs(plan.partitionBy, names)}`;
      return node('Top', String(plan.limit), plan.ranking, rank, per, order);
    }
    case 'limit': {
      const count = plan.limit === undefined ? 'all' : `${plan.limit}${plan.percent ? '%' : ''}`;
      return node('Limit', count, plan.offset === 0 ? undefined : `after ${plan.offset}`);
    }
    case 'hashJoin':
      return node(`Hash join ${kindOf(plan)}`, describeHashJoin(plan, names));
    case 'nestedLoopJoin': {
      const on =
        plan.condition === undefined ? undefined : `on ${printExpr(plan.condition, names)}`;
      return node(
        `Nested loop join ${kindOf(plan)}`,
        on,
        markOf(plan, names),
        `build ${plan.buildSide}`,
      );
    }
    case 'union':
      return node('Union all', columns(plan.output, names));
    case 'unnest': {
      const lists = plan.lists.map((entry) => describeNamed(entry, names)).join(', ');
      const ordinality =
        plan.ordinality === undefined ? undefined : `with ordinality ${names(plan.ordinality)}`;
      return node('Unnest', plan.outer ? 'outer' : undefined, lists, ordinality);
    }
    case 'cte':
      return node('With', plan.name);
    case 'cteScan':
      return node('Read', `${plan.name}: ${columns(plan.output, names)}`);
    case 'recursiveCte':
      return node('Recursion', plan.name, plan.all ? 'all' : undefined);
    case 'write':
      return node('Write', plan.sink.sink);
    default:
      return unreachable(plan);
  }
}

function describeScan(plan: PhysicalScan, names: ColumnNames): string {
  const where =
    plan.conditions === undefined || plan.conditions.length === 0
      ? undefined
      : `where ${plan.conditions.map((condition) => printExpr(condition, names)).join(' and ')}`;
  const shown =
    plan.output.length === 0 ? plan.table : `${plan.table}: ${columns(plan.output, names)}`;
  return list([shown, where, describeTotals(plan)]);
}

/** `reading 1 of 4 files, 3 of 12 row groups, 1.2 MiB of 10.0 MiB`, as far as the source counts them. */
function describeTotals({ description: { totals } }: PhysicalScan): string | undefined {
  const of = (used: number, all: number, unit: string): string | undefined =>
    all === 0 ? undefined : `${printAmount(used)} of ${printAmount(all)} ${unit}`;
  const parts = [
    totals.filesTotal > 1 ? of(totals.files, totals.filesTotal, 'files') : undefined,
    of(totals.rowGroups, totals.rowGroupsTotal, 'row groups'),
    totals.bytesTotal === 0
      ? undefined
      : `${printBytes(totals.bytes)} of ${printBytes(totals.bytesTotal)}`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : `reading ${parts.join(', ')}`;
}

function describeRows(
  plan: PhysicalPlan & { readonly kind: 'values' },
  names: ColumnNames,
): string {
  if (plan.output.length === 0)
    return plan.rows.length === 1 ? 'one row' : `${plan.rows.length} rows`;
  const rows = plan.rows.slice(0, SHOWN_ROWS).map((row) => {
    const values = row.map((value, i) =>
      printLiteral(value, plan.output[i]?.type ?? { kind: 'null' }),
    );
    return `(${values.join(', ')})`;
  });
  if (plan.rows.length > SHOWN_ROWS) rows.push(`${plan.rows.length - SHOWN_ROWS} more`);
  return `${columns(plan.output, names)}: ${rows.length === 0 ? 'no rows' : rows.join(', ')}`;
}

function describeArrangement(
  plan: PhysicalPlan & { readonly kind: 'window' },
  names: ColumnNames,
): string | undefined {
  const partition =
    plan.partitionBy.length === 0 ? undefined : `partition by ${exprs(plan.partitionBy, names)}`;
  const order =
    plan.orderBy.length === 0 ? undefined : `order by ${describeKeys(plan.orderBy, names)}`;
  const sorted = plan.presorted === true ? '(sorted already)' : undefined;
  const arrangement = list([partition, order, sorted]);
  return arrangement === '' ? undefined : `${arrangement}:`;
}

/** The kind as the query has it, not as the sides make it. */
function kindOf(plan: HashJoin | NestedLoopJoin): string {
  switch (plan.joinKind) {
    case 'inner':
      return 'inner';
    case 'fullOuter':
      return 'full';
    case 'probeOuter':
      return plan.buildSide === 'right' ? 'left' : 'right';
    case 'buildOuter':
      return plan.buildSide === 'left' ? 'left' : 'right';
    case 'probeSemi':
    case 'buildSemi':
      return 'semi';
    case 'probeAnti':
    case 'buildAnti':
      return 'anti';
    case 'mark':
      return 'mark';
    case 'single':
      return 'single';
    default:
      return unreachable(plan.joinKind);
  }
}

const markOf = (plan: HashJoin | NestedLoopJoin, names: ColumnNames): string | undefined =>
  plan.mark === undefined ? undefined : `as ${names(plan.mark)}`;

function describeHashJoin(plan: HashJoin, names: ColumnNames): string {
  const keys = plan.keys.map(({ probe, build, nullSafe }) => {
    const operator = nullSafe ? 'IS NOT DISTINCT FROM' : '=';
    return `${printExpr(probe, names)} ${operator} ${printExpr(build, names)}`;
  });
  const residual =
    plan.residual === undefined ? undefined : `where ${printExpr(plan.residual, names)}`;
  const nulls = plan.nullAware ? 'null-aware' : undefined;
  const build = `build ${plan.buildSide}, ${plan.distribution}`;
  return list([`on ${keys.join(' AND ')}`, residual, markOf(plan, names), nulls, build]);
}
