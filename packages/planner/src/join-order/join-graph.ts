import { type ColumnId, type ColumnRef, columnsOf, type Expr } from '@windrow/core';
import { comparisonOf } from '../expr/comparison.ts';
import { conjunctsOf } from '../expr/structure.ts';
import type { Join, JoinKind, LogicalPlan, OutputColumn } from '../logical.ts';
import { outputOf } from '../plan-tree.ts';
import type { RuleContext } from '../rules/rule.ts';
import {
  bit,
  countOf,
  indexOf,
  isSubsetOf,
  MAX_RELATIONS,
  overlaps,
  type RelationSet,
} from './bits.ts';
import {
  type ConflictOperator,
  type Eligibility,
  eligibilityOf,
  type OrderedKind,
} from './conflicts.ts';
import type { Hyperedge } from './dphyp.ts';

/** A predicate of an inner join, or the whole condition of another one. */
export interface JoinEdge {
  readonly kind: OrderedKind;
  readonly condition: readonly Expr[];
  readonly eligibility: Eligibility;
  /** Relations that must have come together before it can be applied. */
  readonly needs: RelationSet;
  readonly mark: OutputColumn | undefined;
}

/** Columns that inner joins equate, directly or through each other. */
export interface EqualityClass {
  readonly members: readonly { readonly relation: number; readonly column: ColumnRef }[];
  /** The equalities as they were written. */
  readonly written: readonly Expr[];
}

/** Joins that may be reordered, taken apart. */
export interface JoinGraph {
  readonly relations: readonly LogicalPlan[];
  readonly edges: readonly JoinEdge[];
  readonly classes: readonly EqualityClass[];
  /** Cross products as they were written. */
  readonly crosses: readonly Hyperedge[];
  /** Conditions about one relation that can fail: they are tested above all joins. */
  readonly lifted: readonly Expr[];
}

const ORDERED: ReadonlySet<JoinKind> = new Set<JoinKind>([
  'inner',
  'left',
  'full',
  'semi',
  'anti',
  'mark',
]);

const isOrdered = (kind: JoinKind): kind is OrderedKind => ORDERED.has(kind);

/** What a part of the tree contributes. */
interface Part {
  readonly relations: RelationSet;
  readonly operators: readonly ConflictOperator[];
}

/** Takes the joins from a node down apart, up to what cannot be reordered with them. */
export function extractJoinGraph(root: LogicalPlan, context: RuleContext): JoinGraph {
  return new Extraction(context).run(root);
}

class Extraction {
  readonly #context: RuleContext;
  readonly #relations: LogicalPlan[] = [];
  readonly #relationOf = new Map<ColumnId, RelationSet>();
  readonly #edges: JoinEdge[] = [];
  readonly #crosses: Hyperedge[] = [];
  readonly #lifted: Expr[] = [];

  constructor(context: RuleContext) {
    this.#context = context;
  }

  run(root: LogicalPlan): JoinGraph {
    this.#visit(root, true, MAX_RELATIONS);
    const { edges, classes } = equalityClasses(this.#edges, (column) =>
      this.#relationOf.get(column.id),
    );
    return {
      relations: this.#relations,
      edges,
      classes,
      crosses: this.#crosses,
      lifted: this.#lifted,
    };
  }

  /**
   * @param liftable conditions here may as well be tested above the root.
   * @param room relations that this part may have; a part that would have more is one relation.
   */
  #visit(plan: LogicalPlan, liftable: boolean, room: number): Part {
    if (plan.kind === 'filter' && liftable && room >= 2 && this.#isLiftedFilter(plan)) {
      this.#lifted.push(...conjunctsOf(plan.predicate));
      return this.#visit(plan.input, true, room);
    }
    if (plan.kind !== 'join' || !isOrdered(plan.joinKind) || room < 2) return this.#relation(plan);
    const conjuncts = conjunctsOf(plan.condition);
    const fixed = conjuncts.filter((conjunct) => this.#staysPut(plan, conjunct));
    const { traits } = this.#context;
    const isBound = fixed.length > 0 && !(liftable && plan.joinKind === 'inner');
    if (isBound || conjuncts.some((conjunct) => traits.isVolatile(conjunct))) {
      return this.#relation(plan);
    }
    this.#lifted.push(...fixed);
    const keepsLeft = liftable && plan.joinKind !== 'full';
    const left = this.#visit(plan.left, keepsLeft, room - 1);
    const taken = countOf(left.relations);
    const right = this.#visit(plan.right, liftable && plan.joinKind === 'inner', room - taken);
    const moving = conjuncts.filter((conjunct) => !fixed.includes(conjunct));
    return this.#operator(plan, plan.joinKind, moving, left, right);
  }

  #relation(plan: LogicalPlan): Part {
    const set = bit(this.#relations.length);
    this.#relations.push(plan);
    for (const { id } of outputOf(plan)) this.#relationOf.set(id, set);
    return { relations: set, operators: [] };
  }

  /** A filter of conditions that can fail; others have sunk as far as they can, and reduce rows there. */
  #isLiftedFilter(plan: LogicalPlan & { kind: 'filter' }): boolean {
    const { traits } = this.#context;
    return (
      plan.input.kind === 'join' &&
      conjunctsOf(plan.predicate).every((c) => traits.mayRaise(c) && !traits.isVolatile(c))
    );
  }

  /** A condition of an inner join over less than both its sides. */
  #staysPut(join: Join, conjunct: Expr): boolean {
    if (join.joinKind !== 'inner') return false;
    const ids = columnsOf(conjunct);
    const reads = (side: LogicalPlan): boolean => outputOf(side).some((c) => ids.has(c.id));
    return !reads(join.left) || !reads(join.right);
  }

  #relationsRead(exprs: readonly Expr[]): RelationSet {
    let read = 0;
    for (const expr of exprs) {
      for (const id of columnsOf(expr)) read |= this.#relationOf.get(id) ?? 0;
    }
    return read;
  }

  #operator(
    plan: Join,
    kind: OrderedKind,
    conjuncts: readonly Expr[],
    left: Part,
    right: Part,
  ): Part {
    // Each predicate of an inner join is an operator of its own, as it could be applied by itself.
    const groups = kind === 'inner' ? conjuncts.map((conjunct) => [conjunct]) : [conjuncts];
    if (groups.length === 0) groups.push([]);
    const operators = groups.map((condition): ConflictOperator => {
      const read = this.#relationsRead(condition);
      return {
        kind,
        left: left.relations,
        right: right.relations,
        read,
        rejectsNullsOf: this.#rejected(condition, read),
      };
    });
    operators.forEach((operator, i) => {
      const condition = groups[i] ?? [];
      if (kind === 'inner' && condition.length === 0) {
        this.#crosses.push({ left: left.relations, right: right.relations });
        return;
      }
      const eligibility = eligibilityOf(operator, left.operators, right.operators);
      const needs = eligibility.left | eligibility.right;
      this.#edges.push({ kind, condition, eligibility, needs, mark: plan.mark });
    });
    if (plan.mark !== undefined)
      this.#relationOf.set(plan.mark.id, left.relations | right.relations);
    return {
      relations: left.relations | right.relations,
      operators: [...left.operators, ...right.operators, ...operators],
    };
  }

  #rejected(condition: readonly Expr[], read: RelationSet): RelationSet {
    let rejected = 0;
    this.#relations.forEach((relation, index) => {
      if (!overlaps(read, bit(index))) return;
      const ids = new Set(outputOf(relation).map((column) => column.id));
      const rejects = condition.some((conjunct) =>
        this.#context.traits.rejectsNulls(conjunct, ids),
      );
      if (rejects) rejected |= bit(index);
    });
    return rejected;
  }
}

type Member = EqualityClass['members'][number];

/** The members of an equality that may join a class: plain columns of two relations, bound by nothing. */
function plainEquality(
  edge: JoinEdge,
  relationOf: (column: ColumnRef) => RelationSet | undefined,
): readonly Member[] | undefined {
  const [conjunct] = edge.condition;
  const comparison = conjunct === undefined ? undefined : comparisonOf(conjunct);
  if (edge.kind !== 'inner' || comparison?.operator !== '=') return undefined;
  if (edge.eligibility.rules.length > 0 || countOf(edge.needs) !== 2) return undefined;
  const members: Member[] = [];
  for (const column of [comparison.left, comparison.right]) {
    if (column.kind !== 'column') return undefined;
    const relation = relationOf(column);
    if (relation === undefined || countOf(relation) !== 1) return undefined;
    members.push({ relation: indexOf(relation), column });
  }
  return members;
}

/**
 * Gathers plain equalities in classes. A class has one column a relation at most; an equality that would
 * bring a second one stays an edge, as it also says something about that relation alone.
 */
function equalityClasses(
  edges: readonly JoinEdge[],
  relationOf: (column: ColumnRef) => RelationSet | undefined,
): { readonly edges: readonly JoinEdge[]; readonly classes: readonly EqualityClass[] } {
  let classes: EqualityClass[] = [];
  const others: JoinEdge[] = [];
  for (const edge of edges) {
    const pair = plainEquality(edge, relationOf);
    const ids = new Set(pair?.map((member) => member.column.id));
    const touched = classes.filter((known) => known.members.some((m) => ids.has(m.column.id)));
    const members = new Map<ColumnId, Member>();
    for (const member of [...touched.flatMap((known) => known.members), ...(pair ?? [])]) {
      members.set(member.column.id, member);
    }
    const relations = new Set([...members.values()].map((member) => member.relation));
    if (pair === undefined || relations.size < members.size) {
      others.push(edge);
      continue;
    }
    const written = [...touched.flatMap((known) => known.written), ...edge.condition];
    const merged: EqualityClass = { members: [...members.values()], written };
    classes = [...classes.filter((known) => !touched.includes(known)), merged];
  }
  return { edges: others, classes };
}

/** Newly decided by bringing two sets together: decidable in the union, in neither part before. */
export const crosses = (needs: RelationSet, a: RelationSet, b: RelationSet): boolean =>
  isSubsetOf(needs, a | b) && !isSubsetOf(needs, a) && !isSubsetOf(needs, b);

/** The hyperedges along which plans are enumerated. */
export function hyperedgesOf(graph: JoinGraph): readonly Hyperedge[] {
  const edges: Hyperedge[] = [];
  for (const { eligibility } of graph.edges) {
    const { left, right } = eligibility;
    if (left !== 0 && right !== 0) edges.push({ left, right });
  }
  for (const { members } of graph.classes) {
    members.forEach((a, i) => {
      for (const b of members.slice(i + 1)) {
        if (a.relation !== b.relation)
          edges.push({ left: bit(a.relation), right: bit(b.relation) });
      }
    });
  }
  return edges;
}

/** Sets of relations between which no predicate says anything. */
export function componentsOf(count: number, edges: readonly Hyperedge[]): readonly RelationSet[] {
  let components = Array.from({ length: count }, (_, index) => bit(index));
  for (const { left, right } of edges) {
    const touched = components.filter((component) => overlaps(component, left | right));
    const merged = touched.reduce((all, component) => all | component, 0);
    components = [...components.filter((component) => !overlaps(component, merged)), merged];
  }
  return components;
}
