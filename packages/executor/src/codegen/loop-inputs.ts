import { type Address, type SqlType, unreachable, type Vector } from '@windrow/core';
import { dictionaryValidity, selectDictionary, type VectorContext } from '../expression/flatten.ts';
import type { InputAccess } from './input-code.ts';

/** A vector as a loop finds it: a column of the batch under its selection, or dense. */
export interface LoopInput {
  readonly vector: Vector;
  readonly selected: boolean;
}

/** Addresses of an input, and how the loop is to read it. */
export interface InputSource {
  readonly type: SqlType;
  readonly encoding: InputAccess['encoding'];
  readonly selected: boolean;
  readonly values: Address;
  /** Bitmap over the rows as the loop counts them; 0: no NULLs. */
  readonly validity: Address;
  readonly indices: Address;
  /** A constant that is NULL. */
  readonly isNull: boolean;
  /** Rows that the bitmap has to cover. */
  readonly rows: number;
}

/** Where the values of a vector lie for a loop over `length` rows of a batch. */
export function inputSource(
  context: VectorContext,
  { vector, selected }: LoopInput,
  selection: Address,
  length: number,
): InputSource {
  const { type } = vector;
  const none = { type, selected, validity: 0, indices: 0, isNull: false, rows: vector.length };
  switch (vector.kind) {
    case 'flat':
      return { ...none, encoding: vector.kind, values: vector.values, validity: vector.validity };
    case 'constant': {
      const { values, isNull } = vector;
      return { ...none, encoding: vector.kind, selected: false, values, isNull };
    }
    case 'dictionary': {
      const isNullable = vector.validity !== 0 || vector.dictionary.validity !== 0;
      // Validity through a dictionary is combined beforehand, and for no more rows than needed.
      const dense =
        selected && isNullable ? selectDictionary(context, vector, selection, length) : vector;
      return {
        ...none,
        encoding: vector.kind,
        selected: selected && !isNullable,
        values: dense.dictionary.values,
        indices: dense.indices,
        validity: isNullable ? dictionaryValidity(context, dense) : 0,
        rows: dense.length,
      };
    }
    default:
      return unreachable(vector);
  }
}
