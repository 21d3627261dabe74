import { type Address, assert, type FlatVector, type SqlType, type Vector } from '@windrow/core';
import { JOIN_KEY_BYTES, kernels } from '@windrow/kernels';
import type { TaskContext } from '../../operator.ts';
import { hashRows } from '../../runtime/hash.ts';

/** A key column of a hash join, the same type on both sides. */
export interface JoinKeyColumn {
  readonly type: SqlType;
  /** NULL equals NULL. */
  readonly nullSafe: boolean;
}

/**
 * How keys become codes. `exact`: equal codes are equal keys; `layouts` is the address of one key record
 * (see the kernels) a column. `hashed`: rows of equal codes have to be compared.
 */
export type KeyCoding =
  | { readonly kind: 'exact'; readonly layouts: Address; readonly keys: readonly JoinKeyColumn[] }
  | { readonly kind: 'hashed'; readonly keys: readonly JoinKeyColumn[] };

/** Codes of rows; in the batch arena. */
export interface RowCodes {
  /** u64 a row. */
  readonly codes: Address;
  /** A byte a row, 0 where no row can match; 0: all can. */
  readonly matchable: Address;
  /** Rows that can match. */
  readonly count: number;
}

/**
 * The codes of rows given by their key columns, dense and flat, `length` rows each. `encoded` are the same
 * columns where they come in an encoding that is cheaper to hash.
 */
export function codesOf(
  context: Pick<TaskContext, 'memory' | 'batchArena'>,
  coding: KeyCoding,
  keys: readonly FlatVector[],
  length: number,
  encoded: readonly Vector[] = keys,
): RowCodes {
  assert(keys.length > 0, 'a hash join has a key');
  const k = kernels(context.memory);
  const matchable = context.batchArena.allocate(length);
  let count = length;
  if (coding.kind === 'exact') {
    const codes = context.batchArena.allocate(length * 8);
    keys.forEach(({ values, validity }, column) => {
      const layout = coding.layouts + column * JOIN_KEY_BYTES;
      const first = column === 0 ? 1 : 0;
      count = k.joinCodes(layout, first, values, validity, length, codes, matchable);
    });
    return { codes, matchable: count === length ? 0 : matchable, count };
  }
  let first = 1;
  keys.forEach(({ validity }, column) => {
    if (validity === 0 || coding.keys[column]!.nullSafe) return;
    count = k.joinMatchable(first, validity, length, matchable);
    first = 0;
  });
  const codes = hashRows(context, encoded, length);
  return { codes, matchable: count === length ? 0 : matchable, count };
}
