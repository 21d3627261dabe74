import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { fileError } from '@windrow/core';
import { damagedFile } from '../errors.ts';

/** An open file that is read by byte ranges, synchronously. */
export class RandomAccessFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly #descriptor: number;
  #closed = false;

  private constructor(path: string, descriptor: number, sizeBytes: number) {
    this.path = path;
    this.sizeBytes = sizeBytes;
    this.#descriptor = descriptor;
  }

  /** @throws SqlError `io`, 58P01 when the file does not exist. */
  static open(path: string): RandomAccessFile {
    try {
      const descriptor = openSync(path, 'r');
      return new RandomAccessFile(path, descriptor, fstatSync(descriptor).size);
    } catch (thrown) {
      throw fileError('open', path, thrown);
    }
  }

  /** `count` bytes from `offset` on, in a buffer of their own. */
  read(offset: number, count: number): Uint8Array {
    const bytes = new Uint8Array(count);
    this.readInto(bytes, offset);
    return bytes;
  }

  /**
   * Fills `target` from `offset` on. A target in shared memory is allowed.
   * @throws SqlError `io` when the file ends before the target is full.
   */
  readInto(target: Uint8Array, offset: number): void {
    let done = 0;
    while (done < target.length) {
      const count = this.#readSome(target, done, offset + done);
      if (count === 0) {
        throw damagedFile(this.path, 'data', `it ends at ${offset + done}, bytes are missing`);
      }
      done += count;
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#descriptor);
  }

  #readSome(target: Uint8Array, at: number, position: number): number {
    try {
      return readSync(this.#descriptor, target, at, target.length - at, position);
    } catch (thrown) {
      throw fileError('read', this.path, thrown);
    }
  }
}
