import type { Address, DictionaryVector, FlatVector, SqlType, Vector } from '@windrow/core';
import { Arena, assert, PAGE_BYTES } from '@windrow/core';
import { kernels } from '@windrow/kernels';
import { gatherOf } from '../dense-rows.ts';
import { PARTITION_ROWS, type StoredColumn, type StoredPartition } from './partition.ts';
import type { MemoryWrite, WrittenColumn } from './sink.ts';
import type { TableColumn } from './table-column.ts';

/** A partition that threads wrote, taken whole, or a range of its rows, to be copied. */
export interface Piece {
  readonly write: MemoryWrite;
  readonly stored: StoredPartition;
  readonly from: number;
  readonly rowCount: number;
  /** The partition as it is, because its rows follow each other in the table too. */
  readonly whole: boolean;
}

/** Smaller partitions are copied together. */
const MIN_WHOLE_ROWS = PARTITION_ROWS / 4;

/** All rows that threads wrote, in the order of their morsels, in pieces as large as that order allows. */
export function piecesInOrder(writes: readonly MemoryWrite[]): Piece[] {
  const ranges = writes.flatMap((write) =>
    write.partitions.flatMap(({ stored, ranges }) => {
      let from = 0;
      return ranges.map(({ morsel, rowCount }) => {
        const range = { write, stored, morsel, from, rowCount };
        from += rowCount;
        return range;
      });
    }),
  );
  // Sorting is stable: ranges of one morsel stay in the order in which their thread wrote them.
  ranges.sort((a, b) => a.morsel - b.morsel || a.write.thread - b.write.thread);
  const pieces: Omit<Piece, 'whole'>[] = [];
  for (const { write, stored, from, rowCount } of ranges) {
    const last = pieces.at(-1);
    if (last?.stored === stored && last.from + last.rowCount === from) {
      pieces[pieces.length - 1] = { ...last, rowCount: last.rowCount + rowCount };
    } else {
      pieces.push({ write, stored, from, rowCount });
    }
  }
  return pieces.map((piece) => ({
    ...piece,
    whole: piece.rowCount === piece.stored.rowCount && piece.rowCount >= MIN_WHOLE_ROWS,
  }));
}

/** A thread's codes in terms of the table's dictionary: a u32 an entry; undefined: spell them out. */
export type CodeTranslation = Address | undefined;

/** Takes the dictionaries and sketches of a thread into the table's columns. */
export function takeColumns(
  columns: readonly TableColumn[],
  written: readonly WrittenColumn[],
  rows: number,
  scratch: Arena,
): CodeTranslation[] {
  return columns.map((column, ordinal) => {
    const from = written[ordinal];
    assert(from !== undefined, 'threads write the columns of the table');
    column.counter?.merge(from.registers);
    const { dictionary } = column;
    if (dictionary === undefined || from.dictionary === undefined) return undefined;
    const { entries, entryCount, open } = from.dictionary;
    const wasOpen = dictionary.isOpen;
    if (!open) dictionary.close();
    const codes = scratch.allocate(entryCount * 4);
    if (dictionary.takeEntries({ entries, entryCount, rows }, codes)) return codes;
    if (wasOpen) column.countEntries(scratch);
    column.counter?.add({ values: entries, validity: 0 }, entryCount, scratch);
    return undefined;
  });
}

/** The column with its codes in terms of the table's dictionary, or as values where that is closed. */
export function translateColumn(
  stored: StoredColumn,
  written: WrittenColumn | undefined,
  translation: CodeTranslation,
  { owner, rowCount }: StoredPartition,
  memory: Arena['memory'],
): StoredColumn {
  if (stored.kind === 'values') return stored;
  const exports = kernels(memory);
  if (translation !== undefined) {
    gatherOf(exports, 4)(translation, stored.data, rowCount, stored.data);
    return stored;
  }
  assert(written?.dictionary !== undefined, 'codes have a dictionary');
  const refs = new Arena(memory, owner, PAGE_BYTES).allocate(rowCount * 8);
  gatherOf(exports, 8)(written.dictionary.entries, stored.data, rowCount, refs);
  return { ...stored, kind: 'values', data: refs };
}

/** The columns of a partition in a thread's own terms, for copying. */
export function writtenVectors({ stored, write }: Piece, types: readonly SqlType[]): Vector[] {
  return stored.columns.map((column, ordinal): Vector => {
    const type = types[ordinal] as SqlType;
    const { data, validity } = column;
    const { rowCount: length } = stored;
    const flat = { kind: 'flat', type, length, values: data, validity, stable: true } as const;
    const dictionary = write.columns[ordinal]?.dictionary;
    if (column.kind === 'values') return flat;
    assert(dictionary !== undefined, 'codes have a dictionary');
    const entries: FlatVector = {
      ...flat,
      length: Math.max(1, dictionary.entryCount),
      values: dictionary.entries,
      validity: 0,
    };
    return {
      kind: 'dictionary',
      type,
      length,
      indices: data,
      validity,
      dictionary: entries,
      stable: true,
    } satisfies DictionaryVector;
  });
}
