import type { SqlType } from '@windrow/core';
import type { PathOptions } from '../files/file-columns.ts';
import type { InputEncoding } from '../input/decode-input.ts';
import type { TimeFormat } from '../text/time-format.ts';

/** How read_csv is told to read; what is undefined is found out from the file. */
export interface CsvOptions extends PathOptions {
  readonly delimiter?: string | undefined;
  /** '' for none. */
  readonly quote?: string | undefined;
  readonly escape?: string | undefined;
  readonly comment?: string | undefined;
  readonly header?: boolean | undefined;
  /** Texts that mean NULL; by default the empty text. */
  readonly nullTexts?: readonly string[] | undefined;
  /** Are quoted null texts NULL too? Default true. */
  readonly quotedNulls?: boolean | undefined;
  /** Names and types of all columns, in the order of the file. */
  readonly columns?: readonly { readonly name: string; readonly type: SqlType }[] | undefined;
  /** Names of the columns instead of those found. */
  readonly names?: readonly string[] | undefined;
  /** Types by lower-case column name, or by position. */
  readonly types?: ReadonlyMap<string, SqlType> | readonly SqlType[] | undefined;
  readonly allVarchar?: boolean | undefined;
  /** Lines at the start of each file that are not part of the table. */
  readonly skipLines?: number | undefined;
  /** Rows looked at before types are chosen; −1: all. */
  readonly sampleRows?: number | undefined;
  readonly dateFormat?: TimeFormat | undefined;
  readonly timestampFormat?: TimeFormat | undefined;
  readonly decimalSeparator?: '.' | ',' | undefined;
  /** Leaves out rows that cannot be read instead of failing. */
  readonly ignoreErrors?: boolean | undefined;
  /** Fills short rows up with NULLs. */
  readonly nullPadding?: boolean | undefined;
  readonly maxLineBytes?: number | undefined;
  readonly compression?: InputEncoding['compression'] | undefined;
  readonly encoding?: InputEncoding['encoding'] | undefined;
  /** Columns of all files together, NULL where a file lacks one; otherwise those of the first file. */
  readonly unionByName?: boolean | undefined;
}

/** Rows looked at by default before dialect and types are chosen. */
export const DEFAULT_SAMPLE_ROWS = 20480;

/** Longest record by default; what is longer is taken for a damaged file. */
export const DEFAULT_MAX_LINE_BYTES = 2097152;

/** The syntax of a file, as bytes; 0 stands for none. Plain data. */
export interface CsvDialect {
  readonly delimiter: number;
  readonly quote: number;
  readonly escape: number;
  readonly comment: number;
}
