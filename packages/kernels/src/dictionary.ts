import type { Address } from '@windrow/core';

/** Dictionary encoding of references; the record's layout is drawn in assembly/dictionary.ts. */
export interface DictionaryKernels {
  /**
   * Stores the entry numbers (u32) of rows `from` … `count`, adding unknown values; NULL rows get 0.
   * Returns the first row not encoded: `count`, unless entries or room for bytes ran out.
   */
  dictionaryEncode(
    dictionary: Address,
    refs: Address,
    validity: Address,
    from: number,
    count: number,
    out: Address,
  ): number;
}
