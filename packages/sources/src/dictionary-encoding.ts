import type { Address, Arena, DictionaryVector, FlatVector, Vector } from '@windrow/core';
import { kernels } from '@windrow/kernels';

/** Rows looked at before it is decided whether a dictionary is worth it. */
const SAMPLE_ROWS = 2048;
const MAX_ENTRIES = 32768;

/** Words of a dictionary under construction; see assembly/dictionary.ts. */
const RECORD_BYTES = 32;

/**
 * The same column over a dictionary of its distinct values where that pays: text with few distinct
 * values for its rows. Otherwise the column as it is. Everything new is allocated in `arena`.
 */
export function encodeDictionary(vector: FlatVector, arena: Arena): Vector {
  if (vector.type.kind !== 'varchar' || vector.length < SAMPLE_ROWS) return vector;
  const mark = arena.mark();
  const record = allocateRecord(arena, Math.min(MAX_ENTRIES, vector.length >>> 2));
  const indices = arena.allocate(vector.length * 4);
  const { u32 } = arena.memory;
  const encode = (from: number, to: number): boolean =>
    kernels(arena.memory).dictionaryEncode(
      record,
      vector.values,
      vector.validity,
      from,
      to,
      indices,
    ) === to;
  const entriesOf = (): number => u32[record >>> 2] ?? 0;
  const worthwhile =
    encode(0, SAMPLE_ROWS) && entriesOf() <= SAMPLE_ROWS / 2 && encode(SAMPLE_ROWS, vector.length);
  if (!worthwhile) {
    arena.rewind(mark);
    return vector;
  }
  return dictionaryVector(vector, indices, {
    entries: u32[(record >>> 2) + 4] ?? 0,
    count: entriesOf(),
  });
}

function dictionaryVector(
  { type, length, validity, stable }: FlatVector,
  indices: Address,
  { entries, count }: { readonly entries: Address; readonly count: number },
): DictionaryVector {
  // A column of NULLs alone has no entries, but its indices must point at one.
  const dictionary: FlatVector = {
    kind: 'flat',
    type,
    length: Math.max(1, count),
    values: entries,
    validity: 0,
    stable,
  };
  return { kind: 'dictionary', type, length, indices, validity, dictionary, stable };
}

function allocateRecord(arena: Arena, maxEntries: number): Address {
  const slots = 2 ** Math.ceil(Math.log2(maxEntries * 2));
  const record = arena.allocate(RECORD_BYTES);
  const entries = arena.allocate(maxEntries * 8);
  const words = [
    0,
    maxEntries,
    slots - 1,
    arena.allocateZeroed(slots * 4),
    entries,
    arena.allocate(maxEntries * 4),
    0,
    0,
  ];
  arena.memory.u32.set(words, record >>> 2);
  arena.memory.u8.fill(0, entries, entries + 8);
  return record;
}
