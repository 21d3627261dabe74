import { type Expr, typesEqual } from '@windrow/core';
import { copyPlan } from '../copy-plan.ts';
import { aggregateCost, aggregateStrategy, hashJoinCost, materializeCost } from '../cost.ts';
import { makeCall } from '../expr/make-call.ts';
import { columnRef, conjunction } from '../expr/structure.ts';
import type { Aggregate, Join, LogicalPlan, OutputColumn } from '../logical.ts';
import { expressionsOf, outputIds, outputOf, transformPlan, visitPlan } from '../plan-tree.ts';
import { type EquiPair, splitCondition } from '../statistics/join-estimate.ts';
import { distinctCombinations } from '../statistics/selectivity.ts';
import { createStatistics } from '../statistics/statistics.ts';
import { orderJoins } from './order-joins.ts';
import type { Rule, RuleContext } from './rule.ts';

/**
 * An aggregate of which a join needs few groups computes only those: the rows below it are first reduced,
 * by a semi join, to the keys that the other side of the join has. That side is computed once and kept.
 *
 * This is what makes `(SELECT avg(x) FROM t WHERE t.k = outer.k)` cheap for few outer rows, after it has
 * become a join with an aggregate over all of `t`.
 * Source: the magic sets of Seshadri et al., "Cost-Based Optimization for Magic", SIGMOD 1996.
 */
export const reduceAggregates: Rule = {
  name: 'reduce-aggregates',
  isRequired: false,
  apply: (plan, context) =>
    transformPlan(plan, (node) => (node.kind === 'join' ? reduce(node, context) : node)),
};

/** An aggregate below one side of a join, and the keys that the join equates. */
interface Target {
  readonly join: Join;
  readonly side: 'left' | 'right';
  readonly aggregate: Aggregate;
  /** Columns of the other side, and the aggregate's key expressions that equal them. */
  readonly keys: readonly { readonly other: OutputColumn; readonly key: Expr }[];
}

function reduce(join: Join, context: RuleContext): LogicalPlan {
  const sides: ('left' | 'right')[] =
    join.joinKind === 'inner'
      ? ['left', 'right']
      : join.joinKind === 'left' || join.joinKind === 'semi'
        ? ['right']
        : [];
  for (const side of sides) {
    const target = targetOf(join, side);
    if (target !== undefined && pays(target, context)) return rewrite(target, context);
  }
  return join;
}

function targetOf(join: Join, side: 'left' | 'right'): Target | undefined {
  const aggregate = aggregateBelow(join[side]);
  if (aggregate === undefined || aggregate.groupingSets !== undefined) return undefined;
  const { equalities } = splitCondition(
    join.condition,
    outputIds(join.left),
    outputIds(join.right),
  );
  const keys = equalities.flatMap((pair) => keyOf(pair, side, aggregate) ?? []);
  return keys.length === 0 ? undefined : { join, side, aggregate, keys };
}

/** The aggregate under filters and projections; what they pass on keeps its id. */
function aggregateBelow(plan: LogicalPlan): Aggregate | undefined {
  if (plan.kind === 'aggregate') return plan;
  return plan.kind === 'filter' || plan.kind === 'project' ? aggregateBelow(plan.input) : undefined;
}

function keyOf(
  pair: EquiPair,
  side: 'left' | 'right',
  aggregate: Aggregate,
): Target['keys'][number] | undefined {
  const [own, other] = side === 'left' ? [pair.left, pair.right] : [pair.right, pair.left];
  if (pair.nullSafe || own.kind !== 'column' || other.kind !== 'column') return undefined;
  const key = aggregate.keys.find((entry) => entry.output.id === own.id);
  return key === undefined || !typesEqual(key.expr.type, other.type)
    ? undefined
    : { other, key: key.expr };
}

const otherSide = (target: Target): LogicalPlan =>
  target.side === 'left' ? target.join.right : target.join.left;

/** Rows below the aggregate from which it is worth a thought. */
const MIN_ROWS = 10_000;

/** Is aggregating fewer rows worth keeping the other side and looking each row up? */
function pays(target: Target, context: RuleContext): boolean {
  const { aggregate, keys } = target;
  const other = otherSide(target);
  const below = context.statistics.estimate(aggregate.input);
  if (below.rows < MIN_ROWS || isVolatile(other, context)) return false;
  const reducer = context.statistics.estimate(other);
  const wanted = distinctCombinations(
    keys.map(({ other: column }) => columnRef(column)),
    reducer,
  );
  const present = distinctCombinations(
    keys.map(({ key }) => key),
    below,
  );
  const share = Math.min(1, wanted / present);
  const { rows: groups } = context.statistics.estimate(aggregate);
  const cost = (part: number): number =>
    aggregateCost({
      strategy: aggregateStrategy(aggregate.keys.length, groups * part),
      rows: below.rows * part,
      groups: groups * part,
      keys: aggregate.keys.map((key) => key.expr),
      arguments: aggregate.aggregates.flatMap((call) => call.args),
      aggregates: aggregate.aggregates.length,
    });
  const bytes = [...reducer.columns.values()].reduce((sum, column) => sum + column.bytes, 0);
  const lookUp = hashJoinCost({
    buildRows: wanted,
    buildRowBytes: 8 * keys.length,
    probeRows: below.rows,
    probeRowBytes: 8,
    outputRows: below.rows * share,
  });
  return cost(1) > cost(share) + lookUp + materializeCost(reducer.rows, bytes);
}

function isVolatile(plan: LogicalPlan, context: RuleContext): boolean {
  let found = false;
  visitPlan(plan, (node) => {
    found ||= expressionsOf(node).some((expr) => context.traits.isVolatile(expr));
    return !found;
  });
  return found;
}

function rewrite(target: Target, context: RuleContext): LogicalPlan {
  const { join, side, aggregate, keys } = target;
  const other = otherSide(target);
  const cteId = context.ids.next();
  const name = 'reducer';
  const output = outputOf(other);
  const again = output.map((column) => ({ ...column, id: context.ids.next() }));
  const equalities = keys.map(({ other: column, key }) => {
    const at = output.findIndex((candidate) => candidate.id === column.id);
    return makeCall(context.functions, 'equal', [key, columnRef(again[at] ?? column)]);
  });
  const reduced: Join = {
    kind: 'join',
    joinKind: 'semi',
    left: aggregate.input,
    right: { kind: 'cteScan', cteId, name, output: again },
    condition: conjunction(equalities),
    mark: undefined,
  };
  const reader: LogicalPlan = { kind: 'cteScan', cteId, name, output };
  const withCte = (input: LogicalPlan): LogicalPlan => {
    const own = replace(join[side], aggregate, { ...aggregate, input });
    const body: Join =
      side === 'left'
        ? { ...join, left: own, right: reader }
        : { ...join, left: reader, right: own };
    const definition = copyPlan(other, context.ids).plan;
    return { kind: 'withCte', cteId, name, definition, body };
  };
  // The semi join may reduce more the further down it goes.
  const statistics = createStatistics(withCte(reduced));
  return withCte(orderJoins.apply(reduced, { ...context, statistics }));
}

const replace = (plan: LogicalPlan, from: LogicalPlan, to: LogicalPlan): LogicalPlan =>
  transformPlan(plan, (node) => (node === from ? to : node));
