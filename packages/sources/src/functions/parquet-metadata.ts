import type { Field, LiteralValue, SqlType, TableFunction } from '@windrow/core';
import { BIGINT, formatLiteral, typeName, VARCHAR } from '@windrow/core';
import { findDataFiles } from '../files/data-files.ts';
import { RandomAccessFile } from '../input/random-access-file.ts';
import { type ParquetColumn, parquetColumns } from '../parquet/columns.ts';
import { type ColumnChunk, type ParquetFooter, readFooter } from '../parquet/footer.ts';
import { chunkStatistics } from '../parquet/statistics.ts';
import { ValuesTable } from '../values/values-table.ts';
import { defineTableFunction } from './define.ts';

const columns = (specification: Readonly<Record<string, SqlType>>): Field[] =>
  Object.entries(specification).map(([name, type]) => ({ name, type, nullable: true }));

const integer = (value: number | undefined): LiteralValue =>
  value === undefined ? null : BigInt(value);

/** A table function with the rows that each file's footer gives. */
const footerFunction = (definition: {
  readonly name: string;
  readonly summary: string;
  readonly fields: readonly Field[];
  rows(footer: ParquetFooter, path: string): LiteralValue[][];
}): TableFunction => {
  const { name, summary, fields, rows } = definition;
  return defineTableFunction({
    name,
    doc: { summary, examples: [], source: `DuckDB ${name}` },
    parameters: [],
    open: (args) =>
      new ValuesTable(
        fields,
        findDataFiles(args.paths(), ['.parquet', '.parq', '.pq']).flatMap(({ path }) => {
          const file = RandomAccessFile.open(path);
          try {
            return rows(readFooter(file), path);
          } finally {
            file.close();
          }
        }),
      ),
  });
};

/** One row a column chunk. */
export const parquetMetadata: TableFunction = footerFunction({
  name: 'parquet_metadata',
  summary:
    'The column chunks of Parquet files: where they lie, how they are stored, their statistics.',
  fields: columns({
    file_name: VARCHAR,
    row_group_id: BIGINT,
    row_group_num_rows: BIGINT,
    row_group_bytes: BIGINT,
    column_id: BIGINT,
    num_values: BIGINT,
    path_in_schema: VARCHAR,
    type: VARCHAR,
    stats_min_value: VARCHAR,
    stats_max_value: VARCHAR,
    stats_null_count: BIGINT,
    stats_distinct_count: BIGINT,
    compression: VARCHAR,
    encodings: VARCHAR,
    dictionary_page_offset: BIGINT,
    data_page_offset: BIGINT,
    total_compressed_size: BIGINT,
    total_uncompressed_size: BIGINT,
  }),
  rows: (footer, path) => {
    const byLeaf = new Map(
      parquetColumns(footer, path).flatMap((column) =>
        column.leaf === undefined ? [] : [[column.leaf, column] as const],
      ),
    );
    return footer.rowGroups.flatMap((group, groupIndex) =>
      group.columns.map((chunk, leaf) => [
        path,
        integer(groupIndex),
        integer(group.rowCount),
        integer(group.totalBytes),
        integer(leaf),
        integer(chunk.valueCount),
        chunk.path.join(', '),
        chunk.type,
        ...statisticsCells(chunk, byLeaf.get(leaf)),
        chunk.codec,
        chunk.encodings.map((encoding) => ENCODINGS[encoding] ?? String(encoding)).join(', '),
        integer(chunk.dictionaryPageOffset),
        integer(chunk.dataPageOffset),
        integer(chunk.compressedBytes),
        integer(chunk.uncompressedBytes),
      ]),
    );
  },
});

const ENCODINGS: readonly (string | undefined)[] = [
  'PLAIN',
  undefined,
  'PLAIN_DICTIONARY',
  'RLE',
  'BIT_PACKED',
  'DELTA_BINARY_PACKED',
  'DELTA_LENGTH_BYTE_ARRAY',
  'DELTA_BYTE_ARRAY',
  'RLE_DICTIONARY',
  'BYTE_STREAM_SPLIT',
];

function statisticsCells(chunk: ColumnChunk, column: ParquetColumn | undefined): LiteralValue[] {
  const { nullCount, distinctCount } = chunk.statistics ?? {};
  const { min, max } = column === undefined ? {} : chunkStatistics(chunk, column);
  const text = (value: LiteralValue | undefined): LiteralValue =>
    value === undefined || column === undefined ? null : formatLiteral(value, column.type);
  return [text(min), text(max), integer(nullCount), integer(distinctCount)];
}

/** One row a node of the schema. */
export const parquetSchema: TableFunction = footerFunction({
  name: 'parquet_schema',
  summary:
    'The nodes of the schemas of Parquet files, with the type that a top-level column has in SQL.',
  fields: columns({
    file_name: VARCHAR,
    name: VARCHAR,
    type: VARCHAR,
    type_length: BIGINT,
    repetition_type: VARCHAR,
    num_children: BIGINT,
    converted_type: VARCHAR,
    scale: BIGINT,
    precision: BIGINT,
    field_id: BIGINT,
    logical_type: VARCHAR,
    column_type: VARCHAR,
  }),
  rows: (footer, path) => {
    const types = new Map(
      parquetColumns(footer, path).map((column) => [column.element, typeName(column.type)]),
    );
    return footer.schema.map((element) => [
      path,
      element.name,
      element.type ?? null,
      integer(element.typeLength),
      element.repetition,
      element.type === undefined ? integer(element.childCount) : null,
      element.converted ?? null,
      integer(element.scale),
      integer(element.precision),
      integer(element.fieldId),
      element.logical === undefined ? null : JSON.stringify(element.logical),
      types.get(element) ?? null,
    ]);
  },
});

/** One row a file. */
export const parquetFileMetadata: TableFunction = footerFunction({
  name: 'parquet_file_metadata',
  summary: 'Parquet files: their writer, rows and row groups.',
  fields: columns({
    file_name: VARCHAR,
    created_by: VARCHAR,
    num_rows: BIGINT,
    num_row_groups: BIGINT,
    format_version: BIGINT,
  }),
  rows: (footer, path) => [
    [
      path,
      footer.createdBy ?? null,
      integer(footer.rowCount),
      integer(footer.rowGroups.length),
      integer(footer.version),
    ],
  ],
});

/** One row a key. */
export const parquetKeyValues: TableFunction = footerFunction({
  name: 'parquet_kv_metadata',
  summary: 'The keys and values that the writers of Parquet files have added.',
  fields: columns({ file_name: VARCHAR, key: VARCHAR, value: VARCHAR }),
  rows: (footer, path) => footer.keyValues.map(({ key, value }) => [path, key, value ?? null]),
});
