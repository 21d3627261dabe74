import type { Address } from '@windrow/core';
import { kernels } from '@windrow/kernels';
import type { TaskContext } from '../../operator.ts';
import type { ProbedBatch } from './match-finder.ts';

/** Sets the byte in `unknown` of rows whose membership is NULL unless they have a match. */
export type MarkUnknown = (probed: ProbedBatch, unknown: Address) => void;

/**
 * What IN asks beside matches, of a join with one key and build rows: a NULL among these makes the answer
 * unknown for every row without a match, a NULL of its own for that row.
 */
export function createMarkUnknown(
  { memory }: Pick<TaskContext, 'memory'>,
  buildHasNull: boolean,
): MarkUnknown {
  return ({ batch: { length }, keys }, unknown) => {
    if (buildHasNull) memory.fill(1, unknown, length);
    else kernels(memory).joinMarkNulls(keys[0]!.validity, length, unknown);
  };
}
