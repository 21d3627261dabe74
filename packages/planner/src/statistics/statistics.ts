import { type ColumnId, type Expr, type SqlType, unreachable } from '@windrow/core';
import { columnRef } from '../expr/structure.ts';
import type { Aggregate, LogicalPlan, OutputColumn, Scan, SetOperation } from '../logical.ts';
import { outputOf, visitPlan } from '../plan-tree.ts';
import {
  type ColumnEstimate,
  columnFromStatistics,
  type PlanEstimate,
  unknownColumn,
  withRows,
} from './column-estimate.ts';
import { estimateJoin } from './join-estimate.ts';
import { applyPredicate, distinctCombinations, estimateExpr } from './selectivity.ts';

/** Elements of a list nobody has looked into. */
const UNKNOWN_LIST_LENGTH = 4;

/** Rounds of a recursion, in rows of its start. */
const RECURSION_FACTOR = 10;

/** Estimates of plans, remembered per node. */
export interface Statistics {
  estimate(plan: LogicalPlan): PlanEstimate;
}

/**
 * Estimates for a plan and everything that is made of its parts. Common table expressions are looked up
 * by number, so a plan with other definitions needs statistics of its own.
 */
export function createStatistics(root: LogicalPlan): Statistics {
  const definitions = new Map<number, LogicalPlan>();
  visitPlan(root, (node) => {
    if (node.kind === 'withCte') definitions.set(node.cteId, node.definition);
    if (node.kind === 'recursiveCte') definitions.set(node.cteId, node.base);
    return true;
  });
  const known = new WeakMap<LogicalPlan, PlanEstimate>();

  const estimate = (plan: LogicalPlan): PlanEstimate => {
    let found = known.get(plan);
    if (found === undefined) {
      found = atLeastZero(compute(plan));
      known.set(plan, found);
    }
    return found;
  };

  const compute = (plan: LogicalPlan): PlanEstimate => {
    switch (plan.kind) {
      case 'scan':
        return estimateScan(plan);
      case 'values':
        return estimateValues(plan.output, plan.rows);
      case 'filter':
        return applyPredicate(plan.predicate, estimate(plan.input));
      case 'project': {
        const input = estimate(plan.input);
        const columns = new Map(
          plan.expressions.map(({ output, expr }) => [output.id, estimateExpr(expr, input)]),
        );
        return { ...input, columns };
      }
      case 'aggregate':
        return estimateAggregate(plan, estimate(plan.input));
      case 'window':
        return addUnknown(
          estimate(plan.input),
          plan.functions.map((call) => call.output),
        );
      case 'sort':
        return estimate(plan.input);
      case 'limit': {
        const input = estimate(plan.input);
        const rest = Math.max(0, input.rows - plan.offset);
        const share = plan.percent ? (rest * (plan.limit ?? 100)) / 100 : (plan.limit ?? rest);
        return withRows(input, Math.min(rest, share));
      }
      case 'distinct': {
        const input = estimate(plan.input);
        const on = plan.on ?? outputOf(plan.input).map(columnRef);
        return withRows(input, distinctCombinations(on, input));
      }
      case 'join':
        return estimateJoin(plan, estimate(plan.left), estimate(plan.right));
      case 'dependentJoin':
        return addUnknown(estimate(plan.left), outputOf(plan));
      case 'setOperation':
        return estimateSetOperation(
          plan,
          plan.inputs.map((input) => renamed(input, plan.output)),
        );
      case 'unnest': {
        const input = estimate(plan.input);
        const rows = input.rows * UNKNOWN_LIST_LENGTH;
        const added = [...plan.lists.map((entry) => entry.output)];
        if (plan.ordinality !== undefined) added.push(plan.ordinality);
        return addUnknown({ ...input, rows, baseRows: rows }, added);
      }
      case 'withCte':
        return estimate(plan.body);
      case 'cteScan': {
        const definition = definitions.get(plan.cteId);
        return definition === undefined
          ? addUnknown({ rows: 1000, baseRows: 1000, columns: new Map() }, plan.output)
          : asTable(renamed(definition, plan.output));
      }
      case 'recursiveCte': {
        const base = renamed(plan.base, plan.output);
        const rows = base.rows * RECURSION_FACTOR;
        return addUnknown({ rows, baseRows: rows, columns: new Map() }, plan.output);
      }
      default:
        return unreachable(plan);
    }
  };

  /** The estimate of an input whose columns go by other ids above, position by position. */
  const renamed = (input: LogicalPlan, output: readonly OutputColumn[]): PlanEstimate => {
    const inner = estimate(input);
    const columns = new Map<ColumnId, ColumnEstimate>();
    for (const [i, column] of outputOf(input).entries()) {
      const above = output[i];
      if (above === undefined) continue;
      columns.set(above.id, inner.columns.get(column.id) ?? unknownColumn(above.type, inner.rows));
    }
    return { ...inner, columns };
  };

  return { estimate };
}

const atLeastZero = (estimate: PlanEstimate): PlanEstimate =>
  estimate.rows >= 0 ? estimate : { ...estimate, rows: 0 };

function estimateScan(scan: Scan): PlanEstimate {
  const statistics = scan.provider.statistics();
  const rows = statistics.rowCount;
  const columns = new Map<ColumnId, ColumnEstimate>();
  for (const [i, output] of scan.output.entries()) {
    const ordinal = scan.ordinals[i];
    const column = ordinal === undefined ? undefined : statistics.columns[ordinal];
    columns.set(output.id, columnFromStatistics(column, output.type, rows));
  }
  return { rows, baseRows: rows, columns };
}

function estimateValues(
  output: readonly OutputColumn[],
  rows: readonly (readonly Expr[])[],
): PlanEstimate {
  const none: PlanEstimate = { rows: rows.length, baseRows: rows.length, columns: new Map() };
  const columns = new Map<ColumnId, ColumnEstimate>();
  for (const [i, column] of output.entries()) {
    const values = rows.flatMap((row) => row[i] ?? []).map((expr) => estimateExpr(expr, none));
    const places = values.flatMap((value) => value.min ?? []);
    const nulls = values.filter((value) => value.nullFraction === 1).length;
    const distinct = Math.max(1, places.length > 0 ? new Set(places).size : values.length - nulls);
    columns.set(column.id, {
      ...unknownColumn(column.type, rows.length),
      distinct,
      domain: distinct,
      min: places.length > 0 ? places.reduce((a, b) => Math.min(a, b)) : undefined,
      max: places.length > 0 ? places.reduce((a, b) => Math.max(a, b)) : undefined,
      nullFraction: values.length > 0 ? nulls / values.length : 0,
    });
  }
  return { ...none, columns };
}

/** Kept rows are a table of their own: two readers draw from the values that are there. */
const asTable = (estimate: PlanEstimate): PlanEstimate => ({
  rows: estimate.rows,
  baseRows: estimate.rows,
  columns: new Map(
    [...estimate.columns].map(([id, column]) => [id, { ...column, domain: column.distinct }]),
  ),
});

const addUnknown = (input: PlanEstimate, added: readonly OutputColumn[]): PlanEstimate => {
  const columns = new Map(input.columns);
  for (const { id, type } of added) {
    if (!columns.has(id)) columns.set(id, resultColumn(type, input.rows));
  }
  return { ...input, columns };
};

/** A computed column: as many values as rows, when its type has that many. */
const resultColumn = (type: SqlType, rows: number): ColumnEstimate => {
  const distinct = Math.max(1, type.kind === 'boolean' ? Math.min(2, rows) : rows);
  return { ...unknownColumn(type, rows), distinct, domain: distinct };
};

function estimateAggregate(plan: Aggregate, input: PlanEstimate): PlanEstimate {
  const sets = plan.groupingSets ?? [plan.keys.map((_, i) => i)];
  let rows = 0;
  for (const set of sets) {
    const exprs = set.flatMap((i) => plan.keys[i]?.expr ?? []);
    rows += exprs.length === 0 ? 1 : distinctCombinations(exprs, input);
  }
  const columns = new Map<ColumnId, ColumnEstimate>();
  for (const key of plan.keys) {
    const column = estimateExpr(key.expr, input);
    columns.set(key.output.id, { ...column, distinct: Math.min(column.distinct, rows) });
  }
  for (const call of plan.aggregates) {
    const isCount = call.function === 'count' || call.function === 'count_star';
    if (isCount)
      columns.set(call.output.id, countColumn(call.output.type, input.rows / rows, rows));
  }
  const added = plan.aggregates.map((call) => call.output);
  if (plan.groupingId !== undefined) added.push(plan.groupingId);
  return addUnknown({ rows, baseRows: rows, columns }, added);
}

/** Counts of groups with so many rows on average: few groups have several times as many. */
function countColumn(type: SqlType, average: number, rows: number): ColumnEstimate {
  const max = Math.max(1, Math.ceil(4 * average));
  const distinct = Math.max(1, Math.min(rows, max));
  return { ...unknownColumn(type, rows), distinct, domain: distinct, min: 0, max };
}

function estimateSetOperation(plan: SetOperation, inputs: readonly PlanEstimate[]): PlanEstimate {
  const [first] = inputs;
  const counts = inputs.map((input) => input.rows);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const columns = new Map<ColumnId, ColumnEstimate>();
  for (const { id, type } of plan.output) {
    const parts = inputs.map((input) => input.columns.get(id) ?? unknownColumn(type, input.rows));
    columns.set(id, unionColumn(parts, counts, type));
  }
  const all: PlanEstimate = { rows: total, baseRows: total, columns };
  switch (plan.operator) {
    case 'union':
      return plan.all ? all : withRows(all, distinctCombinations(plan.output.map(columnRef), all));
    case 'intersect':
      return withRows(all, Math.min(...counts) / 2);
    case 'except':
      return withRows(all, (first?.rows ?? 0) / 2);
    default:
      return unreachable(plan.operator);
  }
}

function unionColumn(
  parts: readonly ColumnEstimate[],
  counts: readonly number[],
  type: SqlType,
): ColumnEstimate {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const known = parts.every((part) => part.min !== undefined && part.max !== undefined);
  const distinct = Math.max(1, ...parts.map((part) => part.distinct));
  const nulls = parts.reduce((sum, part, i) => sum + part.nullFraction * (counts[i] ?? 0), 0);
  return {
    ...unknownColumn(type, total),
    distinct,
    domain: Math.max(distinct, ...parts.map((part) => part.domain)),
    min: known ? Math.min(...parts.map((part) => part.min ?? 0)) : undefined,
    max: known ? Math.max(...parts.map((part) => part.max ?? 0)) : undefined,
    nullFraction: total > 0 ? nulls / total : 0,
    bytes: Math.max(...parts.map((part) => part.bytes)),
  };
}
