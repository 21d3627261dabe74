import type { Chunk, Schema, SharedMemory } from '@windrow/core';
import { arrowLibrary } from '../arrow/library.ts';
import { ArrowExporter } from '../arrow/to-arrow.ts';
import type { ParquetCompression } from '../sinks/file-options.ts';
import { type ColumnChunk, chunkStart, type ParquetFooter, readFooter } from './footer.ts';
import { parquetWasm } from './wasm-decoder.ts';

/** Names of parquet-wasm's codecs. */
const CODECS = {
  uncompressed: 'UNCOMPRESSED',
  snappy: 'SNAPPY',
  gzip: 'GZIP',
  brotli: 'BROTLI',
  zstd: 'ZSTD',
  lz4_raw: 'LZ4_RAW',
} as const satisfies Record<ParquetCompression, string>;

/** A row group as it lies in a file of its own: its pages, and a footer whose offsets count from them. */
export interface EncodedRowGroup {
  readonly bytes: Uint8Array;
  readonly columns: readonly ColumnChunk[];
  readonly footer: ParquetFooter;
}

/**
 * Encodes rows as one row group. parquet-wasm writes whole files, so the group is taken out of a file of
 * its own; the offsets of its chunks are relative to its first byte.
 */
export function encodeRowGroup(
  chunks: readonly Chunk[],
  schema: Schema,
  compression: ParquetCompression,
  memory: SharedMemory,
): EncodedRowGroup {
  const arrow = arrowLibrary();
  const exporter = new ArrowExporter(arrow);
  const batches = chunks.map((chunk) => exporter.recordBatch(memory, chunk, schema));
  const table = new arrow.Table(exporter.schema(schema), batches);
  const stream = arrow.tableToIPC(table, 'stream');
  const file = writeFile(stream, compression, table.numRows);
  const footer = readFooter({
    path: 'a row group in memory',
    sizeBytes: file.length,
    read: (offset, count) => file.subarray(offset, offset + count),
  });
  const columns = footer.rowGroups[0]?.columns ?? [];
  const start = Math.min(...columns.map(chunkStart));
  const end = Math.max(...columns.map((chunk) => chunkStart(chunk) + chunk.compressedBytes));
  return {
    bytes: columns.length === 0 ? new Uint8Array() : file.subarray(start, end),
    columns: columns.map((chunk) => moveChunk(chunk, -start)),
    footer,
  };
}

function writeFile(stream: Uint8Array, compression: ParquetCompression, rows: number): Uint8Array {
  const { Compression, Table, writeParquet, WriterPropertiesBuilder, EnabledStatistics } =
    parquetWasm();
  const properties = new WriterPropertiesBuilder()
    .setCompression(Compression[CODECS[compression]])
    .setStatisticsEnabled(EnabledStatistics.Chunk)
    .setMaxRowGroupSize(Math.max(1, rows))
    .build();
  return writeParquet(Table.fromIPCStream(stream), properties);
}

/** The same chunk, `by` bytes further on. */
export function moveChunk(chunk: ColumnChunk, by: number): ColumnChunk {
  const { dictionaryPageOffset, dataPageOffset } = chunk;
  return {
    ...chunk,
    dataPageOffset: dataPageOffset + by,
    dictionaryPageOffset:
      dictionaryPageOffset === undefined ? undefined : dictionaryPageOffset + by,
  };
}
