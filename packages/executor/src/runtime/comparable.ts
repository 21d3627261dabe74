import { isNested, type Vector } from '@windrow/core';
import { orderedBytes } from '@windrow/kernels';
import { flatten, type VectorContext } from '../expression/flatten.ts';

/**
 * A dense key column as kernels compare, order and hash it: a nested one as blobs that are equal, and
 * ordered, as its values are; any other as it is. The result lies in the batch arena.
 */
export function comparableVector(context: VectorContext, vector: Vector, length: number): Vector {
  if (!isNested(vector.type)) return vector;
  return orderedBytes(context.batchArena, flatten(context, vector, 0, length));
}
