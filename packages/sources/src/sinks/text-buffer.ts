import { gzipSync } from 'node:zlib';
import type { ByteOutput } from './output-file.ts';

/** Text is written, and compressed, in blocks of about this size. */
const BLOCK_BYTES = 1048576;

/** Collects text for a file, and compresses it: each block is a gzip member of its own, as gzip allows. */
export class TextBuffer {
  readonly #output: ByteOutput;
  readonly #gzip: boolean;
  #parts: Uint8Array[] = [];
  #bytes = 0;

  constructor(output: ByteOutput, options: { readonly gzip: boolean }) {
    this.#output = output;
    this.#gzip = options.gzip;
  }

  get bufferedBytes(): number {
    return this.#bytes;
  }

  /** Copies the bytes. */
  add(bytes: Uint8Array): void {
    this.#parts.push(bytes.slice());
    this.#bytes += bytes.length;
    if (this.#bytes >= BLOCK_BYTES) this.flush();
  }

  flush(): void {
    if (this.#bytes === 0) return;
    const block = Buffer.concat(this.#parts);
    this.#output.write(this.#gzip ? gzipSync(block) : block);
    this.#parts = [];
    this.#bytes = 0;
  }
}
