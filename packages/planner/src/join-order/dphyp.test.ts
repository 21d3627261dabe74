import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bit, isSubsetOf, overlaps, type RelationSet, subsetsOf } from './bits.ts';
import { enumeratePairs, type Hyperedge } from './dphyp.ts';

/** All pairs by definition: both sides can be built, are disjoint, and an edge connects them. */
function pairsByDefinition(count: number, edges: readonly Hyperedge[]): Set<string> {
  const all = 2 ** count - 1;
  const built = new Set<RelationSet>(Array.from({ length: count }, (_, i) => bit(i)));
  const connects = (a: RelationSet, b: RelationSet): boolean =>
    edges.some(
      ({ left, right }) =>
        (isSubsetOf(left, a) && isSubsetOf(right, b)) ||
        (isSubsetOf(left, b) && isSubsetOf(right, a)),
    );
  const pairs = new Set<string>();
  // Subsets come before their supersets, so that what a set is made of is known when it is its turn.
  for (const set of subsetsOf(all)) {
    for (const part of subsetsOf(set)) {
      const rest = set & ~part;
      if (rest === 0 || part > rest || !built.has(part) || !built.has(rest)) continue;
      if (!connects(part, rest)) continue;
      built.add(set);
      pairs.add(`${part}-${rest}`);
    }
  }
  return pairs;
}

/** The pairs that the enumeration visits, failing when one comes twice or before its parts. */
function pairsVisited(count: number, edges: readonly Hyperedge[]): Set<string> {
  const built = new Set<RelationSet>(Array.from({ length: count }, (_, i) => bit(i)));
  const pairs = new Set<string>();
  const finished = enumeratePairs(count, edges, {
    isPlanned: (set) => built.has(set),
    visit: (a, b) => {
      const pair = `${Math.min(a, b)}-${Math.max(a, b)}`;
      expect(overlaps(a, b)).toBe(false);
      expect(built.has(a) && built.has(b)).toBe(true);
      expect(pairs.has(pair)).toBe(false);
      pairs.add(pair);
      built.add(a | b);
      return true;
    },
  });
  expect(finished).toBe(true);
  return pairs;
}

const simpleEdges = (count: number): fc.Arbitrary<readonly Hyperedge[]> =>
  fc.array(
    fc
      .tuple(fc.nat(count - 1), fc.nat(count - 1))
      .filter(([a, b]) => a !== b)
      .map(([a, b]): Hyperedge => ({ left: bit(a), right: bit(b) })),
    { minLength: 1, maxLength: 2 * count },
  );

const hyperedges = (count: number): fc.Arbitrary<readonly Hyperedge[]> =>
  fc.array(
    fc
      .tuple(
        fc.integer({ min: 1, max: 2 ** count - 1 }),
        fc.integer({ min: 1, max: 2 ** count - 1 }),
      )
      .map(([left, right]): Hyperedge => ({ left, right: right & ~left }))
      .filter(({ right }) => right !== 0),
    { maxLength: 4 },
  );

const graph = fc
  .integer({ min: 2, max: 7 })
  .chain((count) => fc.tuple(fc.constant(count), simpleEdges(count), hyperedges(count)));

test('visits each pair of a graph once, as the definition has it', () => {
  fc.assert(
    fc.property(graph, ([count, edges]) => {
      expect(pairsVisited(count, edges)).toEqual(pairsByDefinition(count, edges));
    }),
    { numRuns: 500 },
  );
});

test('visits each pair of a hypergraph once, as the definition has it', () => {
  fc.assert(
    fc.property(graph, ([count, simple, complex]) => {
      const edges = [...simple, ...complex];
      expect(pairsVisited(count, edges)).toEqual(pairsByDefinition(count, edges));
    }),
    { numRuns: 500 },
  );
});

test('a chain of n relations has (n³ - n) / 6 pairs, a star (n - 1) 2ⁿ⁻²', () => {
  const chain = (n: number): Hyperedge[] =>
    Array.from({ length: n - 1 }, (_, i) => ({ left: bit(i), right: bit(i + 1) }));
  const star = (n: number): Hyperedge[] =>
    Array.from({ length: n - 1 }, (_, i) => ({ left: bit(0), right: bit(i + 1) }));
  for (const n of [2, 5, 10]) {
    expect(pairsVisited(n, chain(n)).size).toBe((n ** 3 - n) / 6);
    expect(pairsVisited(n, star(n)).size).toBe((n - 1) * 2 ** (n - 2));
  }
});

test('stops when it is told to', () => {
  let visits = 0;
  const edges = [
    { left: bit(0), right: bit(1) },
    { left: bit(1), right: bit(2) },
  ];
  const finished = enumeratePairs(3, edges, {
    isPlanned: () => true,
    visit: () => {
      visits += 1;
      return false;
    },
  });
  expect(finished).toBe(false);
  expect(visits).toBe(1);
});
