import { type ColumnId, columnsOf, type Expr } from '@windrow/core';
import type { OrderBy, Select } from '@windrow/parser';
import { columnRef, exprKey, intersects } from '../expr/structure.ts';
import { freeColumns } from '../free-columns.ts';
import type { LogicalPlan, NamedExpr, OutputColumn, SortKey, WindowNode } from '../logical.ts';
import { mapWindowCall, outputIds } from '../plan-tree.ts';
import { applyFilter, attach, type BoundFilter } from './attach.ts';
import { type Binder, columnFor, nameOf } from './binder.ts';
import { ErrorCollector } from './error-collector.ts';
import { bindError, unsupported } from './errors.ts';
import { createRegroup, NO_REGROUP, type Regroup } from './regroup.ts';
import type { FromRelation, PendingJoin, QueryScope, Relation, WindowEntry } from './scope.ts';
import { type BoundClauses, bindClauses, type OrderTarget } from './select-clauses.ts';
import { sortKeyOf } from './sort.ts';

/** A bound SELECT, sorted; `sortKeys` are those of the Sort on top. */
export interface BoundSelect extends Relation {
  readonly sortKeys: readonly SortKey[];
}

/** A SELECT over its bound FROM, with the ORDER BY of the query around it. */
export function bindSelect(
  binder: Binder,
  select: Select,
  from: FromRelation,
  scope: QueryScope,
  orderBy: OrderBy | null,
): BoundSelect {
  rejectUnsupported(select);
  const clauses = bindClauses(binder, select, from, scope, orderBy);
  const below = buildInput(binder, clauses);
  return project(binder, clauses, below.plan, below.regroup);
}

function rejectUnsupported(select: Select): void {
  if (select.sample !== null) {
    throw unsupported(
      'USING SAMPLE',
      select.sample.span,
      'Filter with random() < 0.1, or ORDER BY random() LIMIT n.',
    );
  }
  if (select.transform !== null) {
    throw unsupported(
      'SELECT TRANSFORM',
      select.transform.span,
      'Register a user function and call it.',
    );
  }
}

/** Everything below the SELECT list, in the order of evaluation: WHERE, groups, HAVING, windows, QUALIFY. */
function buildInput(
  binder: Binder,
  clauses: BoundClauses,
): { readonly plan: LogicalPlan; readonly regroup: Regroup } {
  const names = aliasesOfColumns(clauses);
  let plan = clauses.from.plan;
  if (clauses.where !== undefined) plan = applyFilter(plan, clauses.where);
  let regroup = NO_REGROUP;
  if (clauses.isAggregated) {
    const { grouping, aggregates } = clauses;
    plan = attach(plan, [...clauses.keyJoins, ...aggregates.joins]);
    regroup = createRegroup(binder, grouping, aggregates, outputIds(plan), clauses.keyScope);
    plan = {
      kind: 'aggregate',
      input: plan,
      keys: grouping.keys.map((key) => renamed(key, names)),
      aggregates: [...aggregates.calls.values()].map((call) => renamed(call, names)),
      groupingSets: grouping.sets,
      groupingId: regroup.groupingId,
    };
  }
  const errors = new ErrorCollector();
  for (const { expr } of clauses.items) errors.attempt(() => regroup.expression(expr));
  const having = errors.attempt(() => regroupFilter(clauses.having, regroup));
  const joins = errors.attempt(() => clauses.joins.map((join) => regroup.join(join))) ?? [];
  const entries =
    errors.attempt(() =>
      [...clauses.windows.entries.values()].map((entry) => regroupWindow(entry, regroup, names)),
    ) ?? [];
  const qualify = errors.attempt(() => regroupFilter(clauses.qualify, regroup));
  const lists =
    errors.attempt(() =>
      clauses.unnests.lists.map(({ output, expr }) => ({ output, expr: regroup.expression(expr) })),
    ) ?? [];
  errors.throwFirst();

  if (having !== undefined) plan = applyFilter(plan, having);
  const windowIds = new Set(entries.map((entry) => entry.call.output.id));
  const unnestIds = new Set(lists.map((entry) => entry.output.id));
  const afterUnnest = joins.filter((join) => reads(join, unnestIds));
  const afterWindows = joins.filter((join) => !reads(join, unnestIds) && reads(join, windowIds));
  const first = joins.filter((join) => !reads(join, unnestIds) && !reads(join, windowIds));
  plan = addWindows(attach(plan, first), entries);
  plan = attach(plan, afterWindows);
  if (qualify !== undefined) plan = applyFilter(plan, qualify);
  if (lists.length > 0)
    plan = { kind: 'unnest', input: plan, lists, ordinality: undefined, outer: false };
  return { plan: attach(plan, afterUnnest), regroup };
}

/** Names that the SELECT list gives to keys, aggregates and window functions: EXPLAIN shows them. */
function aliasesOfColumns(clauses: BoundClauses): ReadonlyMap<ColumnId, string> {
  const names = new Map<ColumnId, string>();
  for (const { item, expr } of clauses.items) {
    if (item.alias !== undefined && expr.kind === 'column' && !names.has(expr.id))
      names.set(expr.id, item.alias);
  }
  return names;
}

function renamed<T extends { readonly output: OutputColumn }>(
  entry: T,
  names: ReadonlyMap<ColumnId, string>,
): T {
  const name = names.get(entry.output.id);
  return name === undefined ? entry : { ...entry, output: { ...entry.output, name } };
}

const reads = (join: PendingJoin, ids: ReadonlySet<number>): boolean =>
  ids.size > 0 &&
  (intersects(freeColumns(join.plan), ids) || intersects(columnsOf(join.condition), ids));

const regroupFilter = (
  filter: BoundFilter | undefined,
  regroup: Regroup,
): BoundFilter | undefined =>
  filter === undefined
    ? undefined
    : {
        plain: filter.plain.map(regroup.expression),
        steps: filter.steps.map(({ joins, predicate }) => ({
          joins: joins.map(regroup.join),
          predicate: regroup.expression(predicate),
        })),
      };

const regroupWindow = (
  entry: WindowEntry,
  regroup: Regroup,
  names: ReadonlyMap<ColumnId, string>,
): WindowEntry => ({
  partitionBy: entry.partitionBy.map(regroup.expression),
  orderBy: entry.orderBy.map((key) => ({ ...key, expr: regroup.expression(key.expr) })),
  call: renamed(mapWindowCall(entry.call, regroup.expression), names),
});

/** One node for all functions with the same partition and order, in the order of their first use. */
function addWindows(input: LogicalPlan, entries: readonly WindowEntry[]): LogicalPlan {
  const groups = new Map<string, WindowEntry[]>();
  for (const entry of entries) {
    const key = JSON.stringify([
      entry.partitionBy.map(exprKey),
      entry.orderBy.map((k) => [exprKey(k.expr), k.descending, k.nullsFirst]),
    ]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  let plan = input;
  for (const group of groups.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const node: WindowNode = {
      kind: 'window',
      input: plan,
      partitionBy: first.partitionBy,
      orderBy: first.orderBy,
      functions: group.map((entry) => entry.call),
    };
    plan = node;
  }
  return plan;
}

/** The SELECT list, DISTINCT and ORDER BY. What is ordered by but not selected rides along unseen. */
function project(
  binder: Binder,
  clauses: BoundClauses,
  input: LogicalPlan,
  regroup: Regroup,
): BoundSelect {
  const expressions: NamedExpr[] = [];
  const passed = new Set<ColumnId>();
  const available = outputIds(input);
  const columns = clauses.items.map(({ item, expr: written }): OutputColumn => {
    const expr = regroup.expression(written);
    const name = item.name ?? nameOf(binder, item.node.span, written);
    if (expr.kind === 'column' && available.has(expr.id)) {
      const output = { id: expr.id, name, type: expr.type, nullable: expr.nullable };
      if (!passed.has(expr.id)) expressions.push({ output, expr });
      passed.add(expr.id);
      return output;
    }
    const output = columnFor(binder, name, expr);
    expressions.push({ output, expr });
    return output;
  });
  const outputs = new Map(expressions.map(({ output, expr }) => [exprKey(expr), output]));
  const isPlainDistinct = clauses.distinct?.length === 0;
  const targetRef = (target: OrderTarget): Expr => {
    if (target.kind === 'item') {
      const column = columns[target.index];
      if (column !== undefined) return columnRef(column);
    }
    if (target.kind !== 'expr') throw bindError('42P10', 'no such column', { start: 0, end: 0 });
    const expr = regroup.expression(target.expr);
    const known = outputs.get(exprKey(expr));
    if (known !== undefined && !binder.traits.isVolatile(expr)) return columnRef(known);
    if (isPlainDistinct) {
      throw bindError(
        '42P10',
        'with DISTINCT, ORDER BY must name columns of the SELECT list',
        target.node.span,
        'Select the expression too.',
      );
    }
    const isPassed = expr.kind === 'column' && available.has(expr.id);
    const output = isPassed
      ? { id: expr.id, name: expr.name, type: expr.type, nullable: expr.nullable }
      : columnFor(binder, nameOf(binder, target.node.span, target.expr), expr);
    outputs.set(exprKey(expr), output);
    expressions.push({ output, expr });
    return columnRef(output);
  };
  const sortKeys = clauses.orderBy.map(({ target, order }) =>
    sortKeyOf(binder, targetRef(target), order),
  );
  const on = isPlainDistinct ? undefined : clauses.distinct?.map(targetRef);
  let plan: LogicalPlan = { kind: 'project', input, expressions };
  if (clauses.distinct !== undefined)
    plan = { kind: 'distinct', input: plan, on, orderBy: on === undefined ? [] : sortKeys };
  if (sortKeys.length > 0) plan = { kind: 'sort', input: plan, keys: sortKeys };
  return { plan, columns, sortKeys };
}
