import type { LikeOperator } from '../ast/operator.ts';
import type { Tag } from '../lexer/token.ts';
import type { Cursor } from './cursor.ts';

/** The words of the pattern operators. */
export const LIKE_WORDS: ReadonlyMap<Tag, LikeOperator> = new Map<Tag, LikeOperator>([
  ['like', 'like'],
  ['ilike', 'ilike'],
  ['glob', 'glob'],
  ['similar', 'similar'],
  ['rlike', 'regex'],
  ['regexp', 'regex'],
]);

/** Moves over LIKE, ILIKE, GLOB, SIMILAR TO, RLIKE or REGEXP. */
export function likeWord(cursor: Cursor): LikeOperator {
  const operator = LIKE_WORDS.get(cursor.expectAny(LIKE_WORDS, 'BETWEEN, IN or LIKE'))!;
  if (operator === 'similar') cursor.expect('to');
  return operator;
}
