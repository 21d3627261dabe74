import type { SharedMemory, TableFunction } from '@windrow/core';
import { ArrowTable } from '../arrow/table.ts';
import type { CsvOptions } from '../csv/options.ts';
import { CsvTable } from '../csv/table.ts';
import type { JsonOptions } from '../json/options.ts';
import { JsonTable } from '../json/table.ts';
import { ParquetTable } from '../parquet/table.ts';
import type { CallArguments } from './arguments.ts';
import { defineTableFunction, PATH_PARAMETERS, pathOptions } from './define.ts';

/** Reads Parquet files. */
export const readParquet: TableFunction = defineTableFunction({
  name: 'read_parquet',
  aliases: ['parquet_scan'],
  doc: {
    summary: 'The rows of Parquet files: a path, a pattern, a directory, or a list of these.',
    examples: [],
    source: 'Apache Parquet format 2.11; DuckDB read_parquet',
  },
  parameters: [...PATH_PARAMETERS, 'file_row_number'],
  open: (args) =>
    ParquetTable.open(args.paths(), {
      ...pathOptions(args),
      fileRowNumber: args.boolean('file_row_number'),
    }),
});

export const CSV_PARAMETERS: readonly string[] = [
  'delim',
  'sep',
  'header',
  'quote',
  'escape',
  'comment',
  'nullstr',
  'columns',
  'names',
  'types',
  'dtypes',
  'all_varchar',
  'auto_detect',
  'sample_size',
  'skip',
  'dateformat',
  'timestampformat',
  'decimal_separator',
  'ignore_errors',
  'null_padding',
  'max_line_size',
  'compression',
  'encoding',
  'allow_quoted_nulls',
];

/** Reads delimiter-separated files. */
export const readCsv = (memory: SharedMemory): TableFunction =>
  defineTableFunction({
    name: 'read_csv',
    aliases: ['read_csv_auto'],
    doc: {
      summary:
        'The rows of delimiter-separated files; what the parameters do not say is found out from the beginning of the file.',
      examples: [],
      source: 'RFC 4180; DuckDB read_csv',
    },
    parameters: [...PATH_PARAMETERS, ...CSV_PARAMETERS],
    open: (args) => CsvTable.open(args.paths(), csvOptions(args), memory),
  });

/** The parameters of read_csv. */
export function csvOptions(args: CallArguments): CsvOptions {
  const guess = args.boolean('auto_detect') ?? true;
  const separator = args.text('decimal_separator');
  return {
    ...pathOptions(args),
    delimiter: args.character('delim') ?? args.character('sep') ?? (guess ? undefined : ','),
    quote: args.character('quote') ?? (guess ? undefined : '"'),
    escape: args.character('escape') ?? (guess ? undefined : '"'),
    comment: args.character('comment') ?? (guess ? undefined : ''),
    header: args.boolean('header') ?? (guess ? undefined : false),
    nullTexts: args.texts('nullstr'),
    quotedNulls: args.boolean('allow_quoted_nulls'),
    columns: args.columns('columns'),
    names: args.texts('names'),
    types: args.types('types') ?? args.types('dtypes'),
    allVarchar: args.boolean('all_varchar') ?? !guess,
    skipLines: args.integer('skip'),
    sampleRows: args.integer('sample_size'),
    dateFormat: args.format('dateformat'),
    timestampFormat: args.format('timestampformat'),
    decimalSeparator:
      separator === undefined ? undefined : args.oneOf('decimal_separator', ['.', ',']),
    ignoreErrors: args.boolean('ignore_errors'),
    nullPadding: args.boolean('null_padding'),
    maxLineBytes: args.integer('max_line_size'),
    compression: compression(args),
    encoding: args.oneOf('encoding', ['utf-8', 'utf-16', 'latin-1']),
  };
}

function compression(args: CallArguments): 'none' | 'gzip' | undefined {
  const name = args.oneOf('compression', ['auto', 'none', 'gzip']);
  return name === 'auto' ? undefined : name;
}

/** Reads JSON files. */
export const readJson = (memory: SharedMemory): TableFunction =>
  defineTableFunction({
    name: 'read_json',
    aliases: ['read_json_auto', 'read_ndjson', 'read_ndjson_auto'],
    doc: {
      summary:
        'The objects of JSON files as rows: one a line, elements of an array, or one behind the other.',
      examples: [],
      source: 'RFC 8259; DuckDB read_json',
    },
    parameters: [...PATH_PARAMETERS, ...JSON_PARAMETERS],
    open: (args) => JsonTable.open(args.paths(), jsonOptions(args), memory),
  });

/** Reads JSON files without looking into the objects. */
export const readJsonObjects = (memory: SharedMemory): TableFunction =>
  defineTableFunction({
    name: 'read_json_objects',
    aliases: ['read_ndjson_objects'],
    doc: {
      summary: 'The values of JSON files, each as it is, in the column `json`.',
      examples: [],
      source: 'RFC 8259; DuckDB read_json_objects',
    },
    parameters: [...PATH_PARAMETERS, ...JSON_PARAMETERS],
    open: (args) => JsonTable.open(args.paths(), { ...jsonOptions(args), records: false }, memory),
  });

const JSON_PARAMETERS = [
  'format',
  'columns',
  'records',
  'sample_size',
  'ignore_errors',
  'dateformat',
  'timestampformat',
  'maximum_object_size',
  'compression',
];

/** The parameters of read_json. */
export function jsonOptions(args: CallArguments): JsonOptions {
  const format = args.oneOf('format', ['auto', 'array', 'newline_delimited', 'unstructured']);
  const records = args.oneOf('records', ['auto', 'true', 'false']);
  return {
    ...pathOptions(args),
    layout: format === 'auto' ? undefined : format,
    columns: args.columns('columns'),
    records: records === undefined || records === 'auto' ? undefined : records === 'true',
    sampleRows: args.integer('sample_size'),
    ignoreErrors: args.boolean('ignore_errors'),
    dateFormat: args.format('dateformat'),
    timestampFormat: args.format('timestampformat'),
    maxObjectBytes: args.integer('maximum_object_size'),
    compression: compression(args),
  };
}

/** Reads Arrow IPC files and streams. */
export const readArrow: TableFunction = defineTableFunction({
  name: 'read_arrow',
  aliases: ['arrow_scan'],
  doc: {
    summary: 'The rows of Arrow IPC files or streams.',
    examples: [],
    source: 'Apache Arrow columnar format 1.5, serialization and IPC',
  },
  parameters: PATH_PARAMETERS,
  open: (args) => ArrowTable.open(args.paths(), pathOptions(args)),
});
