import type { Address, FlatVector, SharedMemory, SqlType } from '@windrow/core';
import { Arena, PAGE_BYTES } from '@windrow/core';
import type { DenseRows } from '../dense-rows.ts';
import { DictionaryBuilder } from '../dictionary-builder.ts';
import { DICTIONARY_SAMPLE_ROWS } from '../dictionary-encoding.ts';
import { SharedPages } from './shared-pages.ts';

/** More distinct values than this are not worth a dictionary. */
const MAX_ENTRIES = 65536;

/**
 * The one dictionary of a text column, shared by all its partitions, so that equal codes mean equal
 * values across the table. It stops taking values when there are too many distinct ones; partitions
 * encoded before keep their codes.
 */
export class TextDictionary {
  readonly pages: SharedPages;
  readonly #builder: DictionaryBuilder;
  readonly #type: SqlType;
  #encodedRows = 0;
  #closed = false;

  constructor(memory: SharedMemory, type: SqlType) {
    this.pages = new SharedPages(memory);
    this.#type = type;
    const arena = new Arena(memory, this.pages.owner, PAGE_BYTES);
    this.#builder = new DictionaryBuilder(arena, {
      capacity: 256,
      limit: MAX_ENTRIES,
      copies: true,
    });
  }

  /** Does it still take values? */
  get isOpen(): boolean {
    return !this.#closed;
  }

  get entryCount(): number {
    return this.#builder.entryCount;
  }

  /** Address of the entries' references as of now. */
  get entries(): Address {
    return this.#builder.entries;
  }

  /** The entries as a vector, for dictionary vectors; at least one entry long. */
  vector(): FlatVector {
    const { entries, entryCount } = this.#builder;
    return {
      kind: 'flat',
      type: this.#type,
      length: Math.max(1, entryCount),
      values: entries,
      validity: 0,
      stable: true,
    };
  }

  close(): void {
    this.#closed = true;
  }

  /**
   * Stores the codes (u32) of the rows at `out`. Returns false, and closes the dictionary, when the
   * column turns out to have too many distinct values; then `out` is not complete.
   */
  encode({ values: refs, validity }: DenseRows, count: number, out: Address): boolean {
    let from = 0;
    while (!this.#closed && from < count) {
      const to = Math.min(count, from === 0 ? DICTIONARY_SAMPLE_ROWS : count);
      const complete = this.#builder.encode({ refs, validity, from, count: to }, out);
      this.#encodedRows += to - from;
      const sampled = this.#encodedRows >= DICTIONARY_SAMPLE_ROWS;
      if (!complete || (sampled && this.entryCount > this.#encodedRows / 2)) this.close();
      from = to;
    }
    return !this.#closed;
  }

  /**
   * Takes the entries of another dictionary, which stands for `rows` rows, and stores the codes that they
   * have here. Returns false, and closes the dictionary, when there is no room for them.
   */
  takeEntries(
    other: { readonly entries: Address; readonly entryCount: number; readonly rows: number },
    out: Address,
  ): boolean {
    if (this.#closed) return false;
    this.#encodedRows += other.rows;
    const rows = { refs: other.entries, validity: 0, count: other.entryCount };
    if (!this.#builder.encode(rows, out)) this.close();
    return !this.#closed;
  }
}
