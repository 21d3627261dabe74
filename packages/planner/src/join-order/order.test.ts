import { INTEGER } from '@windrow/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ColumnIds } from '../column-ids.ts';
import { printExpr } from '../explain/print-expr.ts';
import { createExprTraits } from '../expr/traits.ts';
import type { LogicalPlan } from '../logical.ts';
import { pushDownFilters } from '../rules/push-down-filters.ts';
import type { RuleContext } from '../rules/rule.ts';
import { strengthenOuterJoins } from '../rules/strengthen-outer-joins.ts';
import { createStatistics } from '../statistics/statistics.ts';
import { bind } from '../testing/bind.ts';
import { planContext } from '../testing/plan.ts';
import { table, testCatalog } from '../testing/tables.ts';
import { bit, type RelationSet, relationsOf, subsetsOf } from './bits.ts';
import { extractJoinGraph, hyperedgesOf, type JoinGraph } from './join-graph.ts';
import { JoinPlanner, type SetPlan } from './join-planner.ts';
import { orderJoinGraph } from './order.ts';

/** Six tables of given sizes whose columns have a tenth as many values. */
const catalogOf = (sizes: readonly number[]) =>
  testCatalog(
    Object.fromEntries(
      sizes.map((rowCount, i) => [
        `t${i}`,
        table(
          { x: INTEGER, y: INTEGER },
          {
            rowCount,
            columns: [{ distinctCount: rowCount }, { distinctCount: Math.ceil(rowCount / 10) }],
          },
        ),
      ]),
    ),
  );

/** The joins of a query taken apart, after conditions have moved to where they belong. */
async function graphOf(
  sql: string,
  sizes: readonly number[],
): Promise<{ graph: JoinGraph; context: RuleContext }> {
  const { functions, evaluateConstant } = planContext();
  const bound = await bind(sql, { catalog: catalogOf(sizes), functions });
  const contextFor = (plan: LogicalPlan): RuleContext => ({
    functions,
    evaluateConstant,
    traits: createExprTraits(functions),
    ids: ColumnIds.after(plan),
    statistics: createStatistics(plan),
    required: new Set(bound.columns.map((column) => column.id)),
  });
  let { plan } = bound;
  for (const rule of [strengthenOuterJoins, pushDownFilters]) {
    plan = rule.apply(plan, contextFor(plan));
  }
  while (plan.kind !== 'join') {
    if (!('input' in plan)) throw new Error('the query has joins');
    plan = plan.input;
  }
  const context = contextFor(plan);
  return { graph: extractJoinGraph(plan, context), context };
}

/** The cheapest plan of all trees that can be made of pairs of sets. */
function cheapestTree(graph: JoinGraph, context: RuleContext): SetPlan | undefined {
  const planner = new JoinPlanner(graph, context);
  const best = new Map<RelationSet, SetPlan>();
  for (const i of graph.relations.keys()) best.set(bit(i), planner.relation(i));
  const all = 2 ** graph.relations.length - 1;
  for (const set of subsetsOf(all)) {
    for (const part of subsetsOf(set)) {
      const [a, b] = [best.get(part), best.get(set & ~part)];
      if (part === set || a === undefined || b === undefined) continue;
      const plan = planner.join(a, b);
      const known = best.get(set)?.cost ?? Number.POSITIVE_INFINITY;
      if (plan !== undefined && plan.cost < known) best.set(set, plan);
    }
  }
  return best.get(all);
}

const sizes = fc.array(fc.constantFrom(5, 100, 2_000, 40_000, 1_000_000), {
  minLength: 6,
  maxLength: 6,
});

/** A tree of joins over t0 … t(n-1), each joined to some table before it. */
const query = fc
  .array(fc.tuple(fc.nat(100), fc.constantFrom('x', 'y'), fc.constantFrom('x', 'y')), {
    minLength: 2,
    maxLength: 5,
  })
  .map((steps) =>
    steps.reduce(
      (from, [to, a, b], i) => `${from} join t${i + 1} on t${to % (i + 1)}.${a} = t${i + 1}.${b}`,
      'select * from t0',
    ),
  );

test('finds the cheapest of all join trees', async () => {
  await fc.assert(
    fc.asyncProperty(query, sizes, async (sql, rowCounts) => {
      const { graph, context } = await graphOf(sql, rowCounts);
      const found = orderJoinGraph(graph, context);
      const cheapest = cheapestTree(graph, context);
      expect(found?.cost).toBeCloseTo(cheapest?.cost ?? Number.NaN, 6);
    }),
    { numRuns: 150 },
  );
});

/** The tree in brackets, by relation number. */
const shape = (plan: SetPlan | undefined): string => {
  if (plan?.join === undefined) return [...relationsOf(plan?.set ?? 0)].join();
  return `(${shape(plan.join.left)} ${plan.join.kind} ${shape(plan.join.right)})`;
};

test('connects what two tables have in common without a written predicate', async () => {
  const sql = 'select * from t0 join t1 on t0.x = t1.x join t2 on t1.x = t2.x';
  const { graph, context } = await graphOf(sql, [5, 100, 5, 1, 1, 1]);
  expect(hyperedgesOf(graph)).toContainEqual({ left: bit(0), right: bit(2) });
  const planner = new JoinPlanner(graph, context);
  const plan = planner.join(planner.relation(0), planner.relation(2));
  expect(plan?.join?.condition.map((expr) => printExpr(expr))).toEqual(['x = x']);
});

test('keeps an outer join away from the inner joins that its condition reads', async () => {
  const sql = 'select * from t0 left join (t1 join t2 on t1.x = t2.x) on t0.x = t1.y';
  const { graph, context } = await graphOf(sql, [5, 1_000_000, 1_000_000, 1, 1, 1]);
  expect(shape(orderJoinGraph(graph, context))).toBe('(0 left (1 inner 2))');
});

test('lets an inner join pass an outer one on its kept side', async () => {
  const sql = 'select * from t0 left join t1 on t0.x = t1.x join t2 on t0.y = t2.x';
  const { graph, context } = await graphOf(sql, [1_000_000, 1_000_000, 5, 1, 1, 1]);
  expect(shape(orderJoinGraph(graph, context))).toBe('((0 inner 2) left 1)');
});

test('multiplies what nothing connects, last', async () => {
  const sql = 'select * from t0, t1, t2 where t0.x = t2.x';
  const { graph, context } = await graphOf(sql, [100, 100, 5, 1, 1, 1]);
  expect(shape(orderJoinGraph(graph, context))).toBe('(1 inner (0 inner 2))');
});

test('joins more tables than can be enumerated, greedily', async () => {
  const names = Array.from({ length: 14 }, (_, i) => `t${i}`);
  const on = names.flatMap((a, i) => names.slice(i + 1).map((b) => `${a}.x = ${b}.y`));
  const sql = `select * from ${names.join(', ')} where ${on.join(' and ')}`;
  const { graph, context } = await graphOf(
    sql,
    names.map((_, i) => 10 ** (i % 4) * 10),
  );
  const found = orderJoinGraph(graph, context);
  expect(found?.set).toBe(2 ** 14 - 1);
});
