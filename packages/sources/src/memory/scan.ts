import type { Chunk, FlatVector, SqlType, Vector } from '@windrow/core';
import { assert } from '@windrow/core';
import type { StoredColumn, StoredPartition } from './partition.ts';

/**
 * What a memory scan tells its readers. It is copied to every thread for every scan, so that where values
 * lie is words, not objects: cloning a vector a column and partition took longer than reading some columns.
 */
export interface MemoryScan {
  readonly columns: readonly ScanColumn[];
  /** Of each partition its number of rows, then of each column the three words of {@link wordsOf}. */
  readonly words: Uint32Array;
}

/** A column of a scan; codes are of `dictionary`. */
export interface ScanColumn {
  readonly type: SqlType;
  readonly dictionary: FlatVector | undefined;
}

const COLUMN_WORDS = 3;

/** Describes partitions; `ordinals` are the scan's columns among the stored ones. */
export function describeScan(
  partitions: readonly StoredPartition[],
  columns: readonly ScanColumn[],
  ordinals: readonly number[],
): MemoryScan {
  const width = 1 + columns.length * COLUMN_WORDS;
  const words = new Uint32Array(partitions.length * width);
  partitions.forEach((partition, number) => {
    words[number * width] = partition.rowCount;
    ordinals.forEach((ordinal, column) => {
      const stored = partition.columns[ordinal];
      assert(stored !== undefined, `column ${ordinal} is one of the table's`);
      words.set(wordsOf(stored), number * width + 1 + column * COLUMN_WORDS);
    });
  });
  return { columns, words };
}

/** The addresses of values or codes and of their validity, and whether they are codes. */
const wordsOf = ({ kind, data, validity }: StoredColumn): readonly number[] => [
  data,
  validity,
  kind === 'codes' ? 1 : 0,
];

/** The rows of a partition, where they lie. */
export function partitionOf({ columns, words }: MemoryScan, partition: number): Chunk {
  const width = 1 + columns.length * COLUMN_WORDS;
  const length = words[partition * width];
  assert(length !== undefined, `partition ${partition} is one of the scan's`);
  return {
    length,
    columns: columns.map(({ type, dictionary }, column): Vector => {
      const at = partition * width + 1 + column * COLUMN_WORDS;
      const [data = 0, validity = 0, isCodes] = words.subarray(at, at + COLUMN_WORDS);
      if (isCodes === 0) {
        return { kind: 'flat', type, length, values: data, validity, stable: true };
      }
      assert(dictionary !== undefined, 'codes have a dictionary');
      return {
        kind: 'dictionary',
        type,
        length,
        indices: data,
        validity,
        dictionary,
        stable: true,
      };
    }),
  };
}
