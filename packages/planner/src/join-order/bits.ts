/** A set of relations: bit i is relation i. Up to {@link MAX_RELATIONS}, so that it stays a small integer. */
export type RelationSet = number;

export const MAX_RELATIONS = 30;

export const bit = (index: number): RelationSet => 1 << index;

export const isSubsetOf = (a: RelationSet, b: RelationSet): boolean => (a & ~b) === 0;

export const overlaps = (a: RelationSet, b: RelationSet): boolean => (a & b) !== 0;

/** The lowest relation of a set alone. */
export const lowest = (set: RelationSet): RelationSet => set & -set;

export const indexOf = (single: RelationSet): number => 31 - Math.clz32(single);

/** All relations up to and including the one given. */
export const upTo = (single: RelationSet): RelationSet => (single << 1) - 1;

export function countOf(set: RelationSet): number {
  let count = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}

export function* relationsOf(set: RelationSet): Generator<number> {
  for (let rest = set; rest !== 0; rest &= rest - 1) yield indexOf(lowest(rest));
}

/** The non-empty subsets of a set, smaller numbers first, so that a subset comes before its supersets. */
export function* subsetsOf(set: RelationSet): Generator<RelationSet> {
  for (let subset = lowest(set); subset !== 0; subset = (subset - set) & set) yield subset;
}
