import { type ConstantVector, type FlatVector, isValidAt, widthBytes } from '@windrow/core';
import type { TaskContext } from '../../operator.ts';

/** Row `row` of a column as a constant of `length` rows; it shares the column's memory. */
export function constantRow(
  { memory }: Pick<TaskContext, 'memory'>,
  vector: FlatVector,
  row: number,
  length: number,
): ConstantVector {
  const { type, stable } = vector;
  const values = vector.values + row * widthBytes(type);
  const isNull = !isValidAt(memory, vector.validity, row);
  return { kind: 'constant', type, length, values, isNull, stable };
}
