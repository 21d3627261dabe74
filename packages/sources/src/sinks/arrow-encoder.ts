import type { Chunk, Schema, SharedMemory } from '@windrow/core';
import { assert } from '@windrow/core';
import type { RecordBatchFileWriter } from 'apache-arrow';
import { arrowLibrary } from '../arrow/library.ts';
import { ArrowExporter } from '../arrow/to-arrow.ts';
import type { Encoder, EncoderContext } from './encoder.ts';

/** Writes an Arrow IPC file, one record batch a chunk. */
export class ArrowEncoder implements Encoder {
  readonly bufferedBytes = 0;
  readonly #schema: Schema;
  readonly #memory: SharedMemory;
  readonly #exporter: ArrowExporter;
  readonly #writer: RecordBatchFileWriter;

  constructor({ schema, output, memory }: EncoderContext) {
    const arrow = arrowLibrary();
    this.#schema = schema;
    this.#memory = memory;
    this.#exporter = new ArrowExporter(arrow);
    this.#writer = new arrow.RecordBatchFileWriter();
    // The queue would keep all that is written; the file takes it instead, at once.
    const queue = new arrow.AsyncByteQueue<Uint8Array>();
    queue.write = (bytes) => output.write(bytesOf(bytes));
    this.#writer.reset(queue, this.#exporter.schema(schema));
  }

  write(chunk: Chunk): void {
    if (chunk.length === 0) return;
    this.#writer.write(this.#exporter.recordBatch(this.#memory, chunk, this.#schema));
  }

  flush(): void {
    // Batches are written when they come.
  }

  finish(): void {
    this.#writer.finish();
  }

  release(): void {
    // All memory is the garbage collector's.
  }
}

/** The writer hands out typed arrays of any kind. */
function bytesOf(value: unknown): Uint8Array {
  assert(ArrayBuffer.isView(value), 'apache-arrow writes typed arrays');
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}
