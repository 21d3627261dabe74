import {
  bit,
  indexOf,
  isSubsetOf,
  lowest,
  overlaps,
  type RelationSet,
  subsetsOf,
  upTo,
} from './bits.ts';

/** A join predicate connects two disjoint sets of relations; each side may hold several (a hyperedge). */
export interface Hyperedge {
  readonly left: RelationSet;
  readonly right: RelationSet;
}

/** Told of each pair of connected sets that an edge connects, once, after both sets' own pairs. */
export interface PairVisitor {
  /** Has a plan been found for the set? */
  isPlanned(set: RelationSet): boolean;
  /** Returns false to stop the enumeration. */
  visit(a: RelationSet, b: RelationSet): boolean;
}

/**
 * Enumerates the connected-subgraph, connected-complement pairs of a hypergraph in an order that suits
 * dynamic programming, without looking at pairs that are not connected.
 *
 * Source: Moerkotte and Neumann, "Dynamic Programming Strikes Back", SIGMOD 2008, section 3. The names of
 * the functions are the paper's. Returns false when the visitor stopped it.
 */
export function enumeratePairs(
  relationCount: number,
  edges: readonly Hyperedge[],
  visitor: PairVisitor,
): boolean {
  const neighbours = new Neighbours(relationCount, edges);
  let running = true;

  const emit = (a: RelationSet, b: RelationSet): void => {
    if (running && neighbours.areConnected(a, b)) running = visitor.visit(a, b);
  };

  const enumerateCsgRec = (set: RelationSet, excluded: RelationSet): void => {
    const near = neighbours.of(set, excluded);
    for (const more of subsetsOf(near)) {
      if (running && visitor.isPlanned(set | more)) emitCsg(set | more);
    }
    for (const more of subsetsOf(near)) {
      if (running) enumerateCsgRec(set | more, excluded | near);
    }
  };

  const emitCsg = (set: RelationSet): void => {
    const excluded = set | upTo(lowest(set));
    const near = neighbours.of(set, excluded);
    // Descending, so that each complement is grown from its lowest relation only.
    for (let rest = near; running && rest !== 0; ) {
      const single = bit(indexOf(rest));
      rest &= ~single;
      emit(set, single);
      enumerateCmpRec(set, single, excluded | (upTo(single) & near));
    }
  };

  const enumerateCmpRec = (a: RelationSet, b: RelationSet, excluded: RelationSet): void => {
    const near = neighbours.of(b, excluded);
    for (const more of subsetsOf(near)) {
      if (running && visitor.isPlanned(b | more)) emit(a, b | more);
    }
    for (const more of subsetsOf(near)) {
      if (running) enumerateCmpRec(a, b | more, excluded | near);
    }
  };

  for (let index = relationCount - 1; running && index >= 0; index--) {
    emitCsg(bit(index));
    enumerateCsgRec(bit(index), upTo(bit(index)));
  }
  return running;
}

/** Adjacency of a hypergraph. */
class Neighbours {
  readonly #simple: RelationSet[];
  readonly #complex: readonly Hyperedge[];

  constructor(relationCount: number, edges: readonly Hyperedge[]) {
    this.#simple = new Array<RelationSet>(relationCount).fill(0);
    const complex: Hyperedge[] = [];
    for (const { left, right } of edges) {
      if (left === lowest(left) && right === lowest(right)) {
        this.#simple[indexOf(left)] = (this.#simple[indexOf(left)] ?? 0) | right;
        this.#simple[indexOf(right)] = (this.#simple[indexOf(right)] ?? 0) | left;
      } else {
        complex.push({ left, right }, { left: right, right: left });
      }
    }
    this.#complex = complex;
  }

  /** Relations next to a set; of a hyperedge's far side only the lowest, which stands for all of it. */
  of(set: RelationSet, excluded: RelationSet): RelationSet {
    const forbidden = set | excluded;
    let near = 0;
    for (let rest = set; rest !== 0; rest &= rest - 1) {
      near |= this.#simple[indexOf(lowest(rest))] ?? 0;
    }
    near &= ~forbidden;
    for (const { left, right } of this.#complex) {
      if (isSubsetOf(left, set) && !overlaps(right, forbidden) && !overlaps(right, near)) {
        near |= lowest(right);
      }
    }
    return near;
  }

  areConnected(a: RelationSet, b: RelationSet): boolean {
    for (let rest = a; rest !== 0; rest &= rest - 1) {
      if (overlaps(this.#simple[indexOf(lowest(rest))] ?? 0, b)) return true;
    }
    return this.#complex.some(({ left, right }) => isSubsetOf(left, a) && isSubsetOf(right, b));
  }
}
