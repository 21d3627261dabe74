import {
  type Address,
  type Arena,
  assert,
  physicalType,
  type SharedMemory,
  unreachable,
  type Vector,
} from '@windrow/core';
import { kernels, PHYSICAL_TYPE_CODES } from '@windrow/kernels';
import { flatten } from '../expression/flatten.ts';

/** Where hashes are put. */
interface HashContext {
  readonly memory: SharedMemory;
  readonly batchArena: Arena;
}

/**
 * Hashes of rows over all columns: u64, `length` of them, in the batch arena. Columns are dense; NULL is
 * a value like any other. Nested columns have to come as their ordered bytes (comparable.ts).
 */
export function hashRows(
  context: HashContext,
  columns: readonly Vector[],
  length: number,
): Address {
  const out = context.batchArena.allocate(length * 8);
  assert(columns.length > 0, 'a hash is of at least one column');
  columns.forEach((vector, index) => {
    hashVector(context, vector, { length, combine: index === 0 ? 0 : 1, out });
  });
  return out;
}

interface HashTarget {
  readonly length: number;
  readonly combine: 0 | 1;
  readonly out: Address;
}

function hashVector(context: HashContext, vector: Vector, target: HashTarget): void {
  const k = kernels(context.memory);
  const { length, combine, out } = target;
  const type = PHYSICAL_TYPE_CODES[physicalType(vector.type)];
  switch (vector.kind) {
    case 'flat':
      k.hashColumn(type, vector.values, vector.validity, length, combine, out);
      return;
    case 'constant': {
      const none = context.batchArena.allocateZeroed(8);
      const hash = context.batchArena.allocate(8);
      const { values, isNull } = vector;
      k.hashColumn(type, isNull ? hash : values, isNull ? none : 0, 1, 0, hash);
      k.hashConstant(hash, length, combine, out);
      return;
    }
    case 'dictionary': {
      const { dictionary, indices, validity } = vector;
      if (dictionary.length > length) {
        hashVector(context, flatten(context, vector, 0, length), target);
        return;
      }
      const entries = context.batchArena.allocate(dictionary.length * 8);
      k.hashColumn(type, dictionary.values, dictionary.validity, dictionary.length, 0, entries);
      k.hashIndices(entries, indices, validity, length, combine, out);
      return;
    }
    default:
      unreachable(vector);
  }
}
