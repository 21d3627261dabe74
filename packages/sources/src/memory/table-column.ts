import type { Address, Arena, ColumnStatistics, SharedMemory, SqlType } from '@windrow/core';
import type { DenseRows } from '../dense-rows.ts';
import { type ColumnProfile, profileStatistics } from './column-profile.ts';
import { DistinctCounter } from './distinct-counter.ts';
import { TextDictionary } from './text-dictionary.ts';

/** What a table keeps of a column beside its rows: the dictionary of text, and a count of its values. */
export class TableColumn {
  readonly type: SqlType;
  readonly dictionary: TextDictionary | undefined;
  readonly counter: DistinctCounter | undefined;

  constructor(
    type: SqlType,
    dictionary: TextDictionary | undefined,
    counter: DistinctCounter | undefined,
  ) {
    this.type = type;
    this.dictionary = dictionary;
    this.counter = counter;
  }

  /** A column without values. */
  static create(memory: SharedMemory, type: SqlType): TableColumn {
    const dictionary = type.kind === 'varchar' ? new TextDictionary(memory, type) : undefined;
    return new TableColumn(type, dictionary, new DistinctCounter(type));
  }

  /** The column of a table that shares the rows so far. */
  fork(): TableColumn {
    const counter = new DistinctCounter(this.type, this.counter?.snapshot());
    return new TableColumn(this.type, this.dictionary, counter);
  }

  /** Stores the codes of rows; false when they have to be stored as values. */
  encode(rows: DenseRows, count: number, out: Address, scratch: Arena): boolean {
    const { dictionary } = this;
    if (dictionary?.isOpen !== true) return false;
    if (dictionary.encode(rows, count, out)) return true;
    this.countEntries(scratch);
    return false;
  }

  /** Counts the dictionary's entries, once it has closed: from now on values are counted one by one. */
  countEntries(scratch: Arena): void {
    if (this.dictionary === undefined) return;
    const { entries, entryCount } = this.dictionary;
    this.counter?.add({ values: entries, validity: 0 }, entryCount, scratch);
  }

  statistics(profile: ColumnProfile, memory: SharedMemory): ColumnStatistics {
    const { dictionary } = this;
    const entries = dictionary?.entryCount ?? 0;
    const counted = this.counter?.estimate(memory) ?? 0;
    const distinctCount = dictionary?.isOpen === true ? entries : Math.max(entries, counted);
    return { ...profileStatistics(profile, this.type), distinctCount };
  }
}
