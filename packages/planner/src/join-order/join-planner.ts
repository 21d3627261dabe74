import { type ColumnId, type ColumnRef, columnsOf, type Expr } from '@windrow/core';
import { hashJoinCost, type JoinShape, nestedLoopCost } from '../cost.ts';
import { makeCall } from '../expr/make-call.ts';
import { conjunction } from '../expr/structure.ts';
import { outputOf } from '../plan-tree.ts';
import type { RuleContext } from '../rules/rule.ts';
import { bytesOf, type ColumnEstimate, type PlanEstimate } from '../statistics/column-estimate.ts';
import { equiPairOf, estimateJoinRows, splitCondition } from '../statistics/join-estimate.ts';
import { selectivity } from '../statistics/selectivity.ts';
import { bit, isSubsetOf, overlaps, type RelationSet, relationsOf } from './bits.ts';
import { isApplicable, type OrderedKind } from './conflicts.ts';
import type { Hyperedge } from './dphyp.ts';
import { crosses, type EqualityClass, type JoinEdge, type JoinGraph } from './join-graph.ts';

/** The best plan found for a set of relations. */
export interface SetPlan {
  readonly set: RelationSet;
  readonly rows: number;
  readonly rowBytes: number;
  readonly cost: number;
  /** Undefined for a single relation. */
  readonly join: SetJoin | undefined;
}

export interface SetJoin {
  readonly kind: OrderedKind;
  readonly left: SetPlan;
  readonly right: SetPlan;
  readonly condition: readonly Expr[];
  readonly edge: JoinEdge | undefined;
}

/** Decides what joining two sets means, how many rows it gives and what it costs. */
export class JoinPlanner {
  readonly #graph: JoinGraph;
  readonly #context: RuleContext;
  readonly #estimates: readonly PlanEstimate[];
  readonly #columns: ReadonlyMap<ColumnId, ColumnEstimate>;
  readonly #shares = new Map<JoinEdge, number>();
  readonly #rows = new Map<RelationSet, number>();
  #crossings: readonly Hyperedge[] = [];

  constructor(graph: JoinGraph, context: RuleContext) {
    this.#graph = graph;
    this.#context = context;
    this.#estimates = graph.relations.map((relation) => context.statistics.estimate(relation));
    this.#columns = new Map(this.#estimates.flatMap((estimate) => [...estimate.columns]));
  }

  /** Pairs of sets between which a cross product is allowed. */
  allowCrossings(crossings: readonly Hyperedge[]): void {
    this.#crossings = crossings;
  }

  relation(index: number): SetPlan {
    const estimate = this.#estimates[index];
    const relation = this.#graph.relations[index];
    let rowBytes = 0;
    for (const { id, type } of relation === undefined ? [] : outputOf(relation)) {
      rowBytes += this.#columns.get(id)?.bytes ?? bytesOf(type, undefined);
    }
    return { set: bit(index), rows: estimate?.rows ?? 0, rowBytes, cost: 0, join: undefined };
  }

  /** The join of two disjoint sets, or undefined when no predicate allows it as a whole. */
  join(a: SetPlan, b: SetPlan): SetPlan | undefined {
    const edges = this.#graph.edges.filter((edge) => crosses(edge.needs, a.set, b.set));
    const classes = this.#graph.classes.flatMap((found) => {
      const crossing = crossingOf(found, a.set, b.set);
      return crossing === undefined ? [] : [crossing];
    });
    const [outer] = edges.filter((edge) => edge.kind !== 'inner');
    if (outer !== undefined) {
      // What else becomes decidable here would have to be tested above, and belongs elsewhere.
      return edges.length === 1 && classes.length === 0 ? this.#outerJoin(outer, a, b) : undefined;
    }
    const isAllowed = edges.every(
      ({ eligibility }) =>
        isApplicable(eligibility, a.set, b.set) ||
        isApplicable(eligibility, b.set, a.set) ||
        eligibility.rules.every((rule) => respects(rule, a.set | b.set)),
    );
    if (!isAllowed) return undefined;
    const isJoined = edges.length + classes.length > 0;
    if (!isJoined && !this.#crossings.some((edge) => connects(edge, a.set, b.set)))
      return undefined;
    return this.#innerJoin(edges, classes, a, b);
  }

  #innerJoin(
    edges: readonly JoinEdge[],
    classes: readonly Crossing[],
    a: SetPlan,
    b: SetPlan,
  ): SetPlan {
    const set = a.set | b.set;
    const condition = [
      ...classes.map((crossing) => this.#equality(crossing)),
      ...edges.flatMap((edge) => edge.condition),
    ];
    let rows = this.#rows.get(set);
    if (rows === undefined) {
      const shares = edges.map((edge) => this.#shareOf(edge));
      rows = shares.reduce((n, share) => n * share, a.rows * b.rows * this.#classShare(classes));
      this.#rows.set(set, rows);
    }
    const isHashed = classes.length > 0 || edges.some((edge) => this.#isEquality(edge, a, b));
    // The larger side left: it will be the one that probes, if sizes are as estimated.
    const [left, right] = a.rows >= b.rows ? [a, b] : [b, a];
    const cost = this.#cheapest(left, right, rows, isHashed, condition, true);
    const rowBytes = a.rowBytes + b.rowBytes;
    const join: SetJoin = { kind: 'inner', left, right, condition, edge: undefined };
    return { set, rows, rowBytes, cost, join };
  }

  #outerJoin(edge: JoinEdge, a: SetPlan, b: SetPlan): SetPlan | undefined {
    const { eligibility, condition, kind } = edge;
    const forward = isApplicable(eligibility, a.set, b.set);
    if (!forward && !isApplicable(eligibility, b.set, a.set)) return undefined;
    const [left, right] = forward ? [a, b] : [b, a];
    const set = a.set | b.set;
    const split = splitCondition(
      conjunction(condition),
      this.#idsOf(left.set),
      this.#idsOf(right.set),
    );
    let rows = this.#rows.get(set);
    if (rows === undefined) {
      rows = estimateJoinRows(kind, split, this.#estimateOf(left), this.#estimateOf(right));
      this.#rows.set(set, rows);
    }
    const isHashed = split.equalities.length > 0;
    const cost = this.#cheapest(left, right, rows, isHashed, condition, kind !== 'mark');
    const hidesRight = kind === 'semi' || kind === 'anti' || kind === 'mark';
    const rowBytes = left.rowBytes + (hidesRight ? 0 : right.rowBytes);
    return { set, rows, rowBytes, cost, join: { kind, left, right, condition, edge } };
  }

  #cheapest(
    left: SetPlan,
    right: SetPlan,
    rows: number,
    isHashed: boolean,
    condition: readonly Expr[],
    buildsEither: boolean,
  ): number {
    const shape = (probe: SetPlan, build: SetPlan): JoinShape => ({
      buildRows: build.rows,
      buildRowBytes: build.rowBytes,
      probeRows: probe.rows,
      probeRowBytes: probe.rowBytes,
      outputRows: rows,
    });
    const predicate = condition.length === 0 ? undefined : conjunction(condition);
    const cost = (probe: SetPlan, build: SetPlan): number =>
      isHashed ? hashJoinCost(shape(probe, build)) : nestedLoopCost(shape(probe, build), predicate);
    const own = cost(left, right);
    const cheaper = buildsEither ? Math.min(own, cost(right, left)) : own;
    return left.cost + right.cost + cheaper;
  }

  /** One equality for the class between the two sets: a written one if there is one. */
  #equality({ found, left, right }: Crossing): Expr {
    const ends = (expr: Expr): boolean => {
      const ids = columnsOf(expr);
      return left.some(({ id }) => ids.has(id)) && right.some(({ id }) => ids.has(id));
    };
    const written = found.written.find(ends);
    const [a, b] = [left[0], right[0]];
    if (written !== undefined || a === undefined || b === undefined) {
      return written ?? conjunction([]);
    }
    return makeCall(this.#context.functions, 'equal', [a, b]);
  }

  /** Each class divides the product by the larger of its two domains; see `equiSelectivity`. */
  #classShare(classes: readonly Crossing[]): number {
    let share = 1;
    for (const { left, right } of classes) {
      share /= Math.max(1, this.#domain(left), this.#domain(right));
      for (const side of [left, right]) {
        const [only] = side;
        const nulls = only === undefined ? 0 : (this.#columns.get(only.id)?.nullFraction ?? 0);
        if (side.length === 1) share *= 1 - nulls;
      }
    }
    if (classes.length < 2) return share;
    return Math.max(share, 1 / this.#compoundKeyRows(classes));
  }

  /** Several classes between the same two relations are a compound key of the smaller one. */
  #compoundKeyRows(classes: readonly Crossing[]): number {
    let rows = Number.POSITIVE_INFINITY;
    const count = this.#graph.relations.length;
    for (let a = 0; a < count; a++) {
      for (let b = 0; b < count; b++) {
        const shared = classes.filter(
          (crossing) => crossing.leftRelations.includes(a) && crossing.rightRelations.includes(b),
        );
        const [one, other] = [this.#estimates[a], this.#estimates[b]];
        if (shared.length < 2 || one === undefined || other === undefined) continue;
        rows = Math.min(rows, one.baseRows, other.baseRows);
      }
    }
    return Math.max(1, rows);
  }

  #domain(columns: readonly ColumnRef[]): number {
    return columns.reduce(
      (least, { id }) => Math.min(least, this.#columns.get(id)?.domain ?? least),
      Number.POSITIVE_INFINITY,
    );
  }

  #shareOf(edge: JoinEdge): number {
    let share = this.#shares.get(edge);
    if (share === undefined) {
      const many = { rows: 1e12, baseRows: 1e12, columns: this.#columns };
      share = selectivity(conjunction(edge.condition), many);
      this.#shares.set(edge, share);
    }
    return share;
  }

  #isEquality(edge: JoinEdge, a: SetPlan, b: SetPlan): boolean {
    const [left, right] = [this.#idsOf(a.set), this.#idsOf(b.set)];
    return edge.condition.some((conjunct) => equiPairOf(conjunct, left, right) !== undefined);
  }

  #idsOf(set: RelationSet): ReadonlySet<ColumnId> {
    const ids = new Set<ColumnId>();
    for (const index of relationsOf(set)) {
      const relation = this.#graph.relations[index];
      for (const { id } of relation === undefined ? [] : outputOf(relation)) ids.add(id);
    }
    return ids;
  }

  /** What is believed of the columns once the set is joined. */
  #estimateOf(plan: SetPlan): PlanEstimate {
    const columns = new Map<ColumnId, ColumnEstimate>();
    let baseRows = 0;
    for (const index of relationsOf(plan.set)) {
      const estimate = this.#estimates[index];
      baseRows = Math.max(baseRows, estimate?.baseRows ?? 0);
      for (const [id, column] of estimate?.columns ?? []) {
        columns.set(id, { ...column, distinct: Math.min(column.distinct, Math.max(1, plan.rows)) });
      }
    }
    return { rows: plan.rows, baseRows, columns };
  }
}

/** A class with columns on both sides. */
interface Crossing {
  readonly found: EqualityClass;
  readonly left: readonly ColumnRef[];
  readonly right: readonly ColumnRef[];
  readonly leftRelations: readonly number[];
  readonly rightRelations: readonly number[];
}

function crossingOf(found: EqualityClass, a: RelationSet, b: RelationSet): Crossing | undefined {
  const inA = found.members.filter((member) => overlaps(bit(member.relation), a));
  const inB = found.members.filter((member) => overlaps(bit(member.relation), b));
  if (inA.length === 0 || inB.length === 0) return undefined;
  return {
    found,
    left: inA.map((member) => member.column),
    right: inB.map((member) => member.column),
    leftRelations: inA.map((member) => member.relation),
    rightRelations: inB.map((member) => member.relation),
  };
}

const respects = (
  rule: { readonly when: RelationSet; readonly also: RelationSet },
  set: RelationSet,
): boolean => !overlaps(rule.when, set) || isSubsetOf(rule.also, set);

const connects = (edge: Hyperedge, a: RelationSet, b: RelationSet): boolean =>
  (isSubsetOf(edge.left, a) && isSubsetOf(edge.right, b)) ||
  (isSubsetOf(edge.left, b) && isSubsetOf(edge.right, a));
