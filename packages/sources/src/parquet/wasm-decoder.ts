import { createRequire } from 'node:module';
import type { ArrowColumn } from '../arrow/arrow-column.ts';
import { columnsFromFfi } from '../arrow/ffi.ts';
import type { ColumnChunk, SchemaElement } from './footer.ts';
import { chunkStart } from './footer.ts';
import { footerBytes } from './write/footer-bytes.ts';

type ParquetWasm = typeof import('parquet-wasm');

let library: ParquetWasm | undefined;

/** parquet-wasm, loaded when it is first needed: its module is large, and few threads need it. */
export function parquetWasm(): ParquetWasm {
  library ??= createRequire(import.meta.url)('parquet-wasm') as ParquetWasm;
  return library;
}

/** A column chunk to decode, with room for its bytes. */
export interface EncodedChunk {
  readonly element: SchemaElement;
  readonly chunk: ColumnChunk;
}

/**
 * A Parquet file of one row group that holds just these chunks: their bytes as they are, between the
 * magic number and a footer for them alone. `readBytes` fills a view with a chunk's bytes.
 */
export function spliceFile(
  chunks: readonly EncodedChunk[],
  rowCount: number,
  readBytes: (chunk: ColumnChunk, target: Uint8Array) => void,
): Uint8Array {
  let offset = 4;
  const moved = chunks.map(({ element, chunk }) => {
    const by = offset - chunkStart(chunk);
    offset += chunk.compressedBytes;
    const { dictionaryPageOffset, dataPageOffset } = chunk;
    const hasDictionary = dictionaryPageOffset !== undefined && dictionaryPageOffset > 0;
    return {
      ...chunk,
      path: [element.name],
      dataPageOffset: dataPageOffset + by,
      dictionaryPageOffset: hasDictionary ? dictionaryPageOffset + by : undefined,
      statistics: undefined,
    };
  });
  const root: SchemaElement = { ...ROOT, childCount: chunks.length };
  const footer = footerBytes({
    version: 2,
    schema: [root, ...chunks.map(({ element }) => element)],
    rowCount,
    rowGroups: [{ rowCount, totalBytes: offset - 4, columns: moved }],
    keyValues: [],
    createdBy: undefined,
  });
  const file = new Uint8Array(offset + footer.length);
  file.set(footer.subarray(footer.length - 4));
  let at = 4;
  for (const { chunk } of chunks) {
    readBytes(chunk, file.subarray(at, at + chunk.compressedBytes));
    at += chunk.compressedBytes;
  }
  file.set(footer, at);
  return file;
}

const ROOT: SchemaElement = {
  name: 'schema',
  type: undefined,
  typeLength: undefined,
  repetition: 'REQUIRED',
  childCount: 0,
  converted: undefined,
  scale: undefined,
  precision: undefined,
  fieldId: undefined,
  logical: undefined,
};

/**
 * Decodes a spliced file and hands its columns to `use`, as views of the decoder's own memory that are
 * valid during the call.
 */
export function decodeColumns(
  file: Uint8Array,
  rowCount: number,
  use: (columns: readonly ArrowColumn[]) => void,
): void {
  const { readParquet, wasmMemory } = parquetWasm();
  const stream = readParquet(file, { batchSize: Math.max(1, rowCount) }).intoFFI();
  try {
    const memory = (wasmMemory() as WebAssembly.Memory).buffer as ArrayBuffer;
    use(columnsFromFfi(memory, stream.arrayAddr(0), stream.schemaAddr()));
  } finally {
    stream.drop();
  }
}
