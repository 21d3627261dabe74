import type { Address } from '@windrow/core';

/**
 * Records as text, from columns of texts: {@link RECORD_COLUMN_BYTES} each, laid out as drawn in
 * assembly/record-text.ts. The result is the end of what was written, as int32.
 */
export interface RecordTextKernels {
  /** Delimited records. Room: twice the bytes of the values and three a value. */
  csvWrite(
    columns: Address,
    columnCount: number,
    from: number,
    count: number,
    delimiter: number,
    quote: number,
    escapeByte: number,
    nullText: bigint,
    out: Address,
  ): Address;
  /** JSON objects. Room: six times the bytes of the values, four a value, and what is around them. */
  jsonWrite(
    columns: Address,
    columnCount: number,
    from: number,
    count: number,
    suffix: bigint,
    separator: bigint,
    out: Address,
  ): Address;
}

export const RECORD_COLUMN_BYTES = 24;

/** Words of a column, and its kinds: as it is; quoted where need be, or a JSON string; always quoted. */
export const RECORD_COLUMN = { refs: 0, validity: 1, kind: 2, prefix: 4 } as const;
export const RECORD_KINDS = { plain: 0, text: 1, quoted: 2 } as const;
