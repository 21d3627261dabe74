import { type ColumnId, columnsOf, unreachable } from '@windrow/core';
import type {
  Aggregate,
  Join,
  LogicalPlan,
  OutputColumn,
  Scan,
  SetOperation,
  Values,
  WithCte,
} from '../logical.ts';
import {
  columnsReadBy,
  exactOutput,
  mapInputs,
  outputIds,
  outputOf,
  transformPlan,
  withInputs,
} from '../plan-tree.ts';
import { joinMultiplicity } from '../properties.ts';
import type { Rule } from './rule.ts';

type Required = ReadonlySet<ColumnId>;

/**
 * Drops every column that nobody reads, down to the scans, and with them the aggregates, windows and
 * projections that computed them, and outer joins that neither add nor remove rows.
 */
export const pruneColumns: Rule = {
  name: 'prune-columns',
  isRequired: false,
  apply: (plan, context) => new Pruning().prune(plan, context.required),
};

class Pruning {
  /** Positions that the readers of each common table expression want. */
  readonly #wanted = new Map<number, Set<number>>();

  prune(plan: LogicalPlan, required: Required): LogicalPlan {
    switch (plan.kind) {
      case 'scan':
        return pruneScan(plan, required);
      case 'values':
        return pruneValues(plan, required);
      case 'filter':
      case 'sort':
      case 'limit':
      case 'unnest':
        return this.#input(plan, required);
      case 'distinct':
        return this.#input(plan, plan.on === undefined ? outputIds(plan) : required);
      case 'project': {
        const expressions = plan.expressions.filter((entry) => required.has(entry.output.id));
        const passes = expressions.every(
          (e) => e.expr.kind === 'column' && e.expr.id === e.output.id,
        );
        const read = new Set<ColumnId>();
        for (const entry of expressions) columnsOf(entry.expr, read);
        const input = this.prune(plan.input, read);
        if (passes) return input;
        return expressions.length === plan.expressions.length
          ? withInputs(plan, [input])
          : { ...plan, input, expressions };
      }
      case 'aggregate':
        return this.#aggregate(plan, required);
      case 'window': {
        const functions = plan.functions.filter((call) => required.has(call.output.id));
        if (functions.length === 0) return this.prune(plan.input, required);
        return this.#input(
          functions.length === plan.functions.length ? plan : { ...plan, functions },
          required,
        );
      }
      case 'join':
        return this.#join(plan, required);
      case 'dependentJoin':
        return plan;
      case 'setOperation':
        return this.#setOperation(plan, required);
      case 'withCte':
        return this.#withCte(plan, required);
      case 'cteScan': {
        const wanted = this.#wanted.get(plan.cteId);
        plan.output.forEach((column, i) => {
          if (required.has(column.id)) wanted?.add(i);
        });
        return plan;
      }
      case 'recursiveCte':
        // Rows are compared with earlier ones and handed to the next round whole.
        return mapInputs(plan, (input) => this.prune(input, outputIds(input)));
      default:
        return unreachable(plan);
    }
  }

  /** A node that passes its input on: what it reads itself is required too. */
  #input(plan: LogicalPlan, required: Required): LogicalPlan {
    const needed = new Set([...required, ...columnsReadBy(plan)]);
    return mapInputs(plan, (input) => this.prune(input, needed));
  }

  #aggregate(plan: Aggregate, required: Required): LogicalPlan {
    const aggregates = plan.aggregates.filter((call) => required.has(call.output.id));
    const isOneRow = plan.keys.length === 0 && plan.groupingSets === undefined;
    if (isOneRow && aggregates.length === 0) return { kind: 'values', output: [], rows: [[]] };
    const isWhole = aggregates.length === plan.aggregates.length;
    const next: Aggregate = isWhole ? plan : { ...plan, aggregates };
    return withInputs(next, [this.prune(plan.input, columnsReadBy(next))]);
  }

  #join(plan: Join, required: Required): LogicalPlan {
    const right = outputIds(plan.right);
    const readsRight = [...required].some((id) => right.has(id));
    const isIdle =
      (plan.joinKind === 'mark' && plan.mark !== undefined && !required.has(plan.mark.id)) ||
      (plan.joinKind === 'left' && !readsRight && joinMultiplicity(plan).rightPerLeft === 'one');
    if (isIdle) return this.prune(plan.left, required);
    return this.#input(plan, required);
  }

  #setOperation(plan: SetOperation, required: Required): LogicalPlan {
    const isUnionAll = plan.operator === 'union' && plan.all;
    const kept = plan.output.flatMap((column, i) =>
      !isUnionAll || required.has(column.id) ? [i] : [],
    );
    const pick = (columns: readonly OutputColumn[]): readonly OutputColumn[] =>
      kept.flatMap((i) => columns[i] ?? []);
    const inputs = plan.inputs.map((input) => {
      const columns = pick(outputOf(input));
      return exactOutput(this.prune(input, new Set(columns.map((column) => column.id))), columns);
    });
    const next = kept.length === plan.output.length ? plan : { ...plan, output: pick(plan.output) };
    return withInputs(next, inputs);
  }

  /** First the readers, which say what they want; then the definition and the readers' positions. */
  #withCte(plan: WithCte, required: Required): LogicalPlan {
    const wanted = new Set<number>();
    this.#wanted.set(plan.cteId, wanted);
    const body = this.prune(plan.body, required);
    const columns = outputOf(plan.definition).filter((_, i) => wanted.has(i));
    const ids = new Set(columns.map((column) => column.id));
    const definition = exactOutput(this.prune(plan.definition, ids), columns);
    if (wanted.size === outputOf(plan.definition).length) {
      return withInputs(plan, [definition, body]);
    }
    const readers = transformPlan(body, (node) =>
      node.kind === 'cteScan' && node.cteId === plan.cteId
        ? { ...node, output: node.output.filter((_, i) => wanted.has(i)) }
        : node,
    );
    return { ...plan, definition, body: readers };
  }
}

function pruneScan(plan: Scan, required: Required): LogicalPlan {
  const kept = plan.output.flatMap((column, i) => (required.has(column.id) ? [i] : []));
  if (kept.length === plan.output.length) return plan;
  return {
    ...plan,
    ordinals: kept.flatMap((i) => plan.ordinals[i] ?? []),
    output: kept.flatMap((i) => plan.output[i] ?? []),
  };
}

function pruneValues(plan: Values, required: Required): LogicalPlan {
  const kept = plan.output.flatMap((column, i) => (required.has(column.id) ? [i] : []));
  if (kept.length === plan.output.length) return plan;
  return {
    ...plan,
    output: kept.flatMap((i) => plan.output[i] ?? []),
    rows: plan.rows.map((row) => kept.flatMap((i) => row[i] ?? [])),
  };
}
