import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileError } from '@windrow/core';

/** Takes the bytes of a file, in order. The bytes are used during the call only. */
export interface ByteOutput {
  readonly sizeBytes: number;
  write(bytes: Uint8Array): void;
}

/**
 * A file that is written under a temporary name beside its final one, which it gets when it is complete:
 * a writer that is killed leaves nothing half-written under a name that readers look at.
 */
export class OutputFile implements ByteOutput {
  readonly path: string;
  readonly #temporaryPath: string;
  #descriptor: number | undefined;
  #sizeBytes = 0;
  #committed = false;

  /** @throws SqlError `io` when the directory or the file cannot be made. */
  constructor(path: string) {
    this.path = path;
    const unique = randomBytes(6).toString('hex');
    this.#temporaryPath = join(dirname(path), `.${basename(path)}.${unique}.tmp`);
    this.#run('create', () => {
      mkdirSync(dirname(path), { recursive: true });
      this.#descriptor = openSync(this.#temporaryPath, 'wx');
    });
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  write(bytes: Uint8Array): void {
    this.#run('write', () => {
      this.#descriptor ??= openSync(this.#temporaryPath, 'a');
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(this.#descriptor, bytes, done, bytes.length - done);
      }
    });
    this.#sizeBytes += bytes.length;
  }

  /** Closes the descriptor for now; the next write opens the file again. */
  park(): void {
    if (this.#descriptor === undefined) return;
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  /** Gives the file its final name, in place of a file that may have it. */
  commit(): void {
    this.park();
    this.#run('create', () => renameSync(this.#temporaryPath, this.path));
    this.#committed = true;
  }

  /** Removes the file, also when it has its final name already. */
  discard(): void {
    this.park();
    rmSync(this.#committed ? this.path : this.#temporaryPath, { force: true });
  }

  #run(action: string, operation: () => void): void {
    try {
      operation();
    } catch (thrown) {
      throw fileError(action, this.path, thrown);
    }
  }
}
