import type { SqlType } from '@windrow/core';
import type { PathOptions } from '../files/file-columns.ts';
import type { InputEncoding } from '../input/decode-input.ts';
import type { TimeFormat } from '../text/time-format.ts';

/** How records lie in a JSON file. */
export type JsonLayout =
  /** One a line. */
  | 'newline_delimited'
  /** Elements of one array. */
  | 'array'
  /** One behind the other, over any number of lines. */
  | 'unstructured';

/** How read_json is told to read; what is undefined is found out from the file. */
export interface JsonOptions extends PathOptions {
  readonly layout?: JsonLayout | undefined;
  /** Keys and types of the columns; other keys are passed over. */
  readonly columns?: readonly { readonly name: string; readonly type: SqlType }[] | undefined;
  /** Are records objects whose keys are columns? Else each is one value of the column `json`. */
  readonly records?: boolean | undefined;
  /** Rows looked at before keys and types are chosen; −1: all. */
  readonly sampleRows?: number | undefined;
  readonly ignoreErrors?: boolean | undefined;
  readonly dateFormat?: TimeFormat | undefined;
  readonly timestampFormat?: TimeFormat | undefined;
  readonly maxObjectBytes?: number | undefined;
  readonly compression?: InputEncoding['compression'] | undefined;
}

export const DEFAULT_JSON_SAMPLE_ROWS = 20480;

/** Longest record by default. */
export const DEFAULT_MAX_OBJECT_BYTES = 16777216;
