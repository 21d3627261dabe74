import type { Arena, FlatVector, Vector } from '@windrow/core';
import { DictionaryBuilder } from './dictionary-builder.ts';

/** Rows looked at before it is decided whether a dictionary is worth it. */
export const DICTIONARY_SAMPLE_ROWS = 2048;
const MAX_ENTRIES = 32768;

/**
 * The same column over a dictionary of its distinct values where that pays: text with few distinct
 * values for its rows. Otherwise the column as it is. Everything new is allocated in `arena`.
 */
export function encodeDictionary(vector: FlatVector, arena: Arena): Vector {
  const { type, length, values: refs, validity, stable } = vector;
  if (type.kind !== 'varchar' || length < DICTIONARY_SAMPLE_ROWS) return vector;
  const mark = arena.mark();
  const indices = arena.allocate(length * 4);
  const limit = Math.min(MAX_ENTRIES, length >>> 2);
  const builder = new DictionaryBuilder(arena, { capacity: limit, limit, copies: false });
  const worthwhile =
    builder.encode({ refs, validity, count: DICTIONARY_SAMPLE_ROWS }, indices) &&
    builder.entryCount <= DICTIONARY_SAMPLE_ROWS / 2 &&
    builder.encode({ refs, validity, from: DICTIONARY_SAMPLE_ROWS, count: length }, indices);
  if (!worthwhile) {
    arena.rewind(mark);
    return vector;
  }
  const dictionary: FlatVector = {
    kind: 'flat',
    type,
    length: Math.max(1, builder.entryCount),
    values: builder.entries,
    validity: 0,
    stable,
  };
  return { kind: 'dictionary', type, length, indices, validity, dictionary, stable };
}
