import type { Arena, ConstantVector, LiteralValue, SqlType } from '@windrow/core';
import { writeVector } from '@windrow/core';

/** A vector that holds one literal for all rows, allocated in `arena`. */
export function constantVector(
  value: LiteralValue,
  type: SqlType,
  length: number,
  arena: Arena,
): ConstantVector {
  const { values } = writeVector(arena, type, [value]);
  return { kind: 'constant', type, length, values, isNull: value === null, stable: false };
}
