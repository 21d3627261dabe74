import type { Chunk, Schema, SharedMemory } from '@windrow/core';
import { arrowLibrary } from '../../arrow/library.ts';
import { ArrowExporter } from '../../arrow/to-arrow.ts';
import type { ParquetCompression } from '../../sinks/file-options.ts';
import { type ColumnChunk, chunkStart, readFooter, type SchemaElement } from '../footer.ts';
import { parquetWasm } from '../wasm-decoder.ts';

/** Names of parquet-wasm's codecs. */
const CODECS = {
  uncompressed: 'UNCOMPRESSED',
  snappy: 'SNAPPY',
  gzip: 'GZIP',
  brotli: 'BROTLI',
  zstd: 'ZSTD',
  lz4_raw: 'LZ4_RAW',
} as const satisfies Record<ParquetCompression, string>;

/** The chunks of one top-level column, of which a nested one has several; offsets count from `bytes`. */
export interface LibraryColumn {
  readonly elements: readonly SchemaElement[];
  readonly chunks: readonly ColumnChunk[];
  readonly bytes: Uint8Array;
}

/**
 * Encodes columns of a row group by parquet-wasm: nested ones, and codecs that are not ours. It writes
 * whole files, so the columns are taken out of a file of their own.
 */
export function encodeByLibrary(
  rows: readonly Chunk[],
  schema: Schema,
  compression: ParquetCompression,
  memory: SharedMemory,
): LibraryColumn[] {
  const arrow = arrowLibrary();
  const exporter = new ArrowExporter(arrow);
  const batches = rows.map((chunk) => exporter.recordBatch(memory, chunk, schema));
  const table = new arrow.Table(exporter.schema(schema), batches);
  const file = writeFile(arrow.tableToIPC(table, 'stream'), compression, table.numRows);
  const footer = readFooter({
    path: 'a row group in memory',
    sizeBytes: file.length,
    read: (offset, count) => file.subarray(offset, offset + count),
  });
  const chunks = footer.rowGroups[0]?.columns ?? [];
  let leaf = 0;
  return subtrees(footer.schema).map((elements) => {
    const leaves = elements.filter((element) => element.type !== undefined).length;
    const own = chunks.slice(leaf, leaf + leaves);
    leaf += leaves;
    return { elements, ...cutOut(file, own) };
  });
}

/** The elements of each top-level column. */
function subtrees(schema: readonly SchemaElement[]): SchemaElement[][] {
  const trees: SchemaElement[][] = [];
  let open = 0;
  for (const element of schema.slice(1)) {
    if (open === 0) trees.push([]);
    trees.at(-1)?.push(element);
    open += element.childCount - (open === 0 ? 0 : 1);
  }
  return trees;
}

function cutOut(file: Uint8Array, chunks: readonly ColumnChunk[]) {
  if (chunks.length === 0) return { chunks, bytes: new Uint8Array() };
  const start = Math.min(...chunks.map(chunkStart));
  const end = Math.max(...chunks.map((chunk) => chunkStart(chunk) + chunk.compressedBytes));
  return {
    chunks: chunks.map((chunk) => moveChunk(chunk, -start)),
    bytes: file.subarray(start, end),
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
