import type { Chunk, Schema } from '@windrow/core';
import { Arena, SqlError } from '@windrow/core';
import type { RowGroup, SchemaElement } from '../parquet/footer.ts';
import { footerBytes } from '../parquet/write/footer-bytes.ts';
import { moveChunk } from '../parquet/write/library-row-group.ts';
import { encodeRowGroup } from '../parquet/write/row-group.ts';
import { rootElement } from '../parquet/write/schema-elements.ts';
import type { Encoder, EncoderContext } from './encoder.ts';
import type { ParquetFileOptions } from './file-options.ts';
import type { ByteOutput } from './output-file.ts';
import { RowBuffer } from './row-buffer.ts';

const MAGIC = new TextEncoder().encode('PAR1');
const CREATED_BY = 'windrow';

/** Writes a Parquet file row group by row group: memory holds one of them. */
export class ParquetEncoder implements Encoder {
  readonly #options: ParquetFileOptions;
  readonly #schema: Schema;
  readonly #output: ByteOutput;
  readonly #buffer: RowBuffer;
  readonly #arena: Arena;
  readonly #rowGroups: RowGroup[] = [];
  #elements: readonly SchemaElement[] | undefined;

  constructor(options: ParquetFileOptions, { schema, output, memory }: EncoderContext) {
    for (const { name, type } of schema.fields) {
      if (type.kind !== 'interval') continue;
      throw new SqlError(
        'unsupported',
        `column "${name}" of type INTERVAL cannot be written to Parquet`,
        {
          hint: 'Cast it to VARCHAR.',
        },
      );
    }
    this.#options = options;
    this.#schema = schema;
    this.#output = output;
    this.#buffer = new RowBuffer(memory, schema);
    this.#arena = new Arena(memory, memory.newOwner());
    output.write(MAGIC);
  }

  get bufferedBytes(): number {
    return this.#buffer.bytes;
  }

  write(chunk: Chunk): void {
    for (let from = 0; from < chunk.length; ) {
      const room = this.#options.rowGroupRows - this.#buffer.rowCount;
      const count = Math.min(room, chunk.length - from);
      this.#buffer.add(chunk, from, count);
      from += count;
      if (this.#buffer.rowCount === this.#options.rowGroupRows) this.flush();
    }
  }

  flush(): void {
    if (this.#buffer.rowCount > 0) this.#writeRowGroup(this.#buffer.chunks());
    this.#buffer.clear();
  }

  finish(): void {
    this.flush();
    // A file without rows has its schema from a row group of none.
    const elements = this.#elements ?? this.#encode([]).elements;
    const rowCount = this.#rowGroups.reduce((rows, group) => rows + group.rowCount, 0);
    const footer = {
      version: 1,
      schema: [rootElement(this.#schema.fields.length), ...elements],
      rowCount,
      rowGroups: this.#rowGroups,
      keyValues: [],
      createdBy: CREATED_BY,
    };
    this.#output.write(footerBytes(footer));
  }

  release(): void {
    this.#buffer.release();
    this.#arena.release();
  }

  #writeRowGroup(chunks: readonly Chunk[]): void {
    const { bytes, columns, elements } = this.#encode(chunks);
    const offset = this.#output.sizeBytes;
    for (const part of bytes) this.#output.write(part);
    this.#elements ??= elements;
    this.#rowGroups.push({
      rowCount: chunks.reduce((rows, chunk) => rows + chunk.length, 0),
      totalBytes: columns.reduce((sum, chunk) => sum + chunk.uncompressedBytes, 0),
      columns: columns.map((chunk) => moveChunk(chunk, offset)),
    });
  }

  #encode(chunks: readonly Chunk[]) {
    const encoded = encodeRowGroup(chunks, this.#schema, this.#options.compression, this.#arena);
    this.#arena.reset();
    return encoded;
  }
}
