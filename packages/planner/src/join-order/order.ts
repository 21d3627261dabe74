import type { RuleContext } from '../rules/rule.ts';
import { bit, countOf, type RelationSet } from './bits.ts';
import { enumeratePairs, type Hyperedge } from './dphyp.ts';
import { componentsOf, hyperedgesOf, type JoinGraph } from './join-graph.ts';
import { JoinPlanner, type SetPlan } from './join-planner.ts';

/**
 * Pairs of sets that are looked at before the search gives up being exhaustive: chains and stars of 12
 * relations stay far below, a clique of 9 reaches it. Some 20 ms.
 */
const MAX_PAIRS = 10_000;

/**
 * The cheapest join tree: exhaustive by dynamic programming over the hypergraph of predicates where that
 * is affordable, greedy beyond; undefined when neither finds one (then the joins stay as written).
 */
export function orderJoinGraph(graph: JoinGraph, context: RuleContext): SetPlan | undefined {
  const planner = new JoinPlanner(graph, context);
  const edges = hyperedgesOf(graph);
  const apart = crossingsBetween(componentsOf(graph.relations.length, edges));
  planner.allowCrossings(apart);
  const found = exhaustive(graph, planner, [...edges, ...apart]);
  if (found !== 'tooMany' && found !== undefined) return found;
  if (found === undefined && graph.crosses.length > 0) {
    // Some predicate needs a cross product that was written out.
    const crossings = [...apart, ...graph.crosses];
    planner.allowCrossings(crossings);
    const second = exhaustive(graph, planner, [...edges, ...crossings]);
    if (second !== 'tooMany' && second !== undefined) return second;
  }
  return greedy(graph, planner);
}

/** Components without any predicate between them are multiplied whole. */
function crossingsBetween(components: readonly RelationSet[]): readonly Hyperedge[] {
  return components.flatMap((left, i) => components.slice(i + 1).map((right) => ({ left, right })));
}

function exhaustive(
  graph: JoinGraph,
  planner: JoinPlanner,
  edges: readonly Hyperedge[],
): SetPlan | undefined | 'tooMany' {
  const count = graph.relations.length;
  const plans = new Map<RelationSet, SetPlan>();
  for (let index = 0; index < count; index++) plans.set(bit(index), planner.relation(index));
  let pairs = 0;
  const finished = enumeratePairs(count, edges, {
    isPlanned: (set) => plans.has(set),
    visit: (a, b) => {
      pairs += 1;
      const [left, right] = [plans.get(a), plans.get(b)];
      const plan =
        left === undefined || right === undefined ? undefined : planner.join(left, right);
      if (plan !== undefined && plan.cost < (plans.get(a | b)?.cost ?? Number.POSITIVE_INFINITY)) {
        plans.set(a | b, plan);
      }
      return pairs < MAX_PAIRS;
    },
  });
  return finished ? plans.get(2 ** count - 1) : 'tooMany';
}

/**
 * Joins the pair with the fewest rows until one plan is left.
 *
 * Source: Fegaras, "A New Heuristic for Optimizing Large Queries", DEXA 1998 (GOO).
 */
function greedy(graph: JoinGraph, planner: JoinPlanner): SetPlan | undefined {
  let plans = graph.relations.map((_, index) => planner.relation(index));
  while (plans.length > 1) {
    let best: SetPlan | undefined;
    plans.forEach((a, i) => {
      for (const b of plans.slice(i + 1)) {
        const plan = planner.join(a, b);
        if (plan !== undefined && (best === undefined || isBetter(plan, best))) best = plan;
      }
    });
    const chosen = best;
    if (chosen === undefined) return undefined;
    plans = [...plans.filter((plan) => (plan.set & chosen.set) === 0), chosen];
  }
  return plans[0];
}

const isBetter = (a: SetPlan, b: SetPlan): boolean =>
  a.rows !== b.rows ? a.rows < b.rows : a.cost < b.cost || countOf(a.set) < countOf(b.set);
