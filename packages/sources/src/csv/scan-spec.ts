import type { LiteralValue, SqlType } from '@windrow/core';
import type { InputDescription } from '../input/byte-input.ts';
import type { CsvDialect } from './options.ts';

/** Name of the scan source that reads delimiter-separated files. */
export const CSV_SOURCE = 'csv';

/** One column of a scan as a file has it: a field, or a constant. */
export type CsvCell =
  | { readonly kind: 'field'; readonly field: number }
  | { readonly kind: 'constant'; readonly value: LiteralValue };

/** A file of a scan; plain data. */
export interface CsvFile {
  readonly input: InputDescription;
  readonly dialect: CsvDialect;
  readonly fieldCount: number;
  /** In the order of the scan's columns. */
  readonly cells: readonly CsvCell[];
  readonly dataStart: number;
  readonly lineEnd: number;
  /** The file is cut every so many bytes from `dataStart` on; pieces begin at the next line. */
  readonly pieceBytes: number;
  readonly pieceCount: number;
  /** What is known of quotes across pieces; shared by all threads, one i32 a piece. */
  readonly quoteStates: SharedArrayBuffer;
}

/** A column of a scan. */
export interface CsvColumn {
  readonly name: string;
  readonly type: SqlType;
  /** strptime format of dates or timestamps. */
  readonly format: string | undefined;
}

/** What a CSV scan tells its readers; a partition is a piece of a file. */
export interface CsvScan {
  readonly columns: readonly CsvColumn[];
  readonly files: readonly CsvFile[];
  readonly pieces: readonly { readonly file: number; readonly piece: number }[];
  readonly nullTexts: readonly string[];
  readonly quotedNulls: boolean;
  readonly decimalSeparator: '.' | ',';
  readonly nullPadding: boolean;
  readonly ignoreErrors: boolean;
  readonly maxLineBytes: number;
}
