import type { SetOperation } from '../ast/query.ts';
import type { Cursor } from './cursor.ts';
import { atMinus } from './query-start.ts';

/** A set operation without its operands. */
export type SetOperator = Pick<SetOperation, 'operator' | 'all' | 'byName'>;

/** Moves over UNION, EXCEPT or MINUS with what may follow it. */
export function unionOperator(cursor: Cursor): SetOperator | null {
  if (cursor.accept('union')) return quantified(cursor, 'union');
  if (cursor.accept('except')) return quantified(cursor, 'except');
  if (!atMinus(cursor)) return null;
  cursor.skip();
  return quantified(cursor, 'except');
}

/** Moves over INTERSECT with what may follow it. */
export function intersectOperator(cursor: Cursor): SetOperator | null {
  return cursor.accept('intersect') ? quantified(cursor, 'intersect') : null;
}

function quantified(cursor: Cursor, operator: SetOperation['operator']): SetOperator {
  const all = cursor.accept('all');
  if (!all) cursor.accept('distinct');
  return { operator, all, byName: cursor.acceptWords('by', 'name') };
}

/** May operands of the two stand in one node? */
export function isSameOperator(a: SetOperator, b: SetOperator): boolean {
  return a.operator === b.operator && a.all === b.all && a.byName === b.byName;
}
