import { isSubsetOf, overlaps, type RelationSet } from './bits.ts';

/** Join kinds that take part in reordering. */
export type OrderedKind = 'inner' | 'semi' | 'anti' | 'left' | 'full' | 'mark';

/** An operator of the original join tree, as conflict detection sees it. */
export interface ConflictOperator {
  readonly kind: OrderedKind;
  /** All relations below its left and right input. */
  readonly left: RelationSet;
  readonly right: RelationSet;
  /** Relations that its predicate reads. */
  readonly read: RelationSet;
  /** Relations whose NULLs the predicate never accepts. */
  readonly rejectsNullsOf: RelationSet;
}

/** When a set holds any of `when`, it must hold all of `also`. */
export interface ConflictRule {
  readonly when: RelationSet;
  readonly also: RelationSet;
}

/** What has to be in the two inputs before an operator may be applied. */
export interface Eligibility {
  /** Relations of the original left and right side that must be in the new one. */
  readonly left: RelationSet;
  readonly right: RelationSet;
  readonly rules: readonly ConflictRule[];
}

/*
 * Which pairs of operators may change places: Moerkotte, Fender and Eich, "On the Correct and Complete
 * Enumeration of the Core Search Space", SIGMOD 2013, tables 2 and 3. A mark join adds a computed value to
 * each left row, which makes it the paper's nestjoin.
 */

/** (e1 a e2) b e3 = e1 a (e2 b e3) */
function isAssociative(a: ConflictOperator, b: ConflictOperator): boolean {
  if (a.kind === 'inner') return b.kind !== 'full';
  const middle = a.right & b.left;
  if (b.kind === 'left' && (a.kind === 'left' || a.kind === 'full')) {
    return rejects(b, middle);
  }
  return a.kind === 'full' && b.kind === 'full' && rejects(a, middle) && rejects(b, middle);
}

/** (e1 a e2) b e3 = (e1 b e3) a e2 */
function isLeftAsscom(a: ConflictOperator, b: ConflictOperator): boolean {
  const shared = a.left;
  if (a.kind === 'full') {
    if (b.kind === 'left') return rejects(b, shared);
    return b.kind === 'full' && rejects(a, shared) && rejects(b, shared);
  }
  return b.kind !== 'full' || (a.kind === 'left' && rejects(a, shared));
}

/** e1 a (e2 b e3) = e2 b (e1 a e3) */
function isRightAsscom(a: ConflictOperator, b: ConflictOperator): boolean {
  if (a.kind === 'inner') return b.kind === 'inner';
  const shared = b.right;
  return a.kind === 'full' && b.kind === 'full' && rejects(a, shared) && rejects(b, shared);
}

const rejects = (operator: ConflictOperator, side: RelationSet): boolean =>
  overlaps(operator.rejectsNullsOf, side);

/**
 * The eligibility of an operator, given all operators below its two inputs (approach CD-C of the paper,
 * section 5.4).
 */
export function eligibilityOf(
  operator: ConflictOperator,
  belowLeft: readonly ConflictOperator[],
  belowRight: readonly ConflictOperator[],
): Eligibility {
  const rules: ConflictRule[] = [];
  const need = (when: RelationSet, side: RelationSet, read: RelationSet): void => {
    const narrowed = side & read;
    rules.push({ when, also: narrowed === 0 ? side : narrowed });
  };
  for (const below of belowLeft) {
    if (!isAssociative(below, operator)) need(below.right, below.left, below.read);
    if (!isLeftAsscom(below, operator)) need(below.left, below.right, below.read);
  }
  for (const below of belowRight) {
    if (!isAssociative(operator, below)) need(below.left, below.right, below.read);
    if (!isRightAsscom(operator, below)) need(below.right, below.left, below.read);
  }
  const total = closure(initial(operator), rules);
  return {
    left: total & operator.left,
    right: total & operator.right,
    // Rules that the sides above already guarantee need no test.
    rules: rules.filter((rule) => !isSubsetOf(rule.also, total)),
  };
}

/** A predicate that does not read one of its sides holds on to all of that side. */
function initial(operator: ConflictOperator): RelationSet {
  const { read, left, right } = operator;
  return read | (overlaps(read, left) ? 0 : left) | (overlaps(read, right) ? 0 : right);
}

function closure(set: RelationSet, rules: readonly ConflictRule[]): RelationSet {
  let total = set;
  for (let before = -1; before !== total; ) {
    before = total;
    for (const rule of rules) if (overlaps(rule.when, total)) total |= rule.also;
  }
  return total;
}

/** May the operator join these two sets, the first as its left input? */
export const isApplicable = (
  eligibility: Eligibility,
  left: RelationSet,
  right: RelationSet,
): boolean =>
  isSubsetOf(eligibility.left, left) &&
  isSubsetOf(eligibility.right, right) &&
  eligibility.rules.every(
    (rule) => !overlaps(rule.when, left | right) || isSubsetOf(rule.also, left | right),
  );
