import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Arena, assert, fileError, type OwnerId, type SharedMemory } from '@windrow/core';
import type { RowChunk } from '../runtime/row-store.ts';
import { type SpilledChunk, SpillFile, SpillReader, TEMPORARY_FILE_HINT } from './spill-file.ts';

/** How a query may use temporary files; plain data. */
export interface SpillSetup {
  /** Of this query alone; made by the first who needs it. */
  readonly directory: string;
  /** Write rows out though there is memory: for tests. */
  readonly forced: boolean;
  /** Parts of parts of rows are cut from this number of others; at the greatest, nothing is written any more. */
  readonly level: number;
}

/** Rows that were cut so many times and are still too many have equal keys. */
export const MAX_SPILL_LEVEL = 5;

/** Share of the memory limit that is left to what cannot be foreseen: batches, buffers of sources. */
const RESERVED_SHARE = 0.3;

/** What tables, entries and row ids over kept rows take, for each row. */
const ROW_OVERHEAD_BYTES = 40;

/** Rows of one thread that take less than this share of the limit are no help when written out. */
const MIN_SHARE = 1 / 128;

/** When forced, rows are written from so many on. */
const FORCED_ROWS = 1024;

const SCRATCH_BLOCK_BYTES = 262144;

/** Memory in which a query may hold rows and what belongs to them. */
export const spillableBytes = ({ limitBytes, usedBytes }: SharedMemory): number =>
  Math.max(limitBytes * (1 - RESERVED_SHARE) - usedBytes, limitBytes / 16);

/** Memory that kept rows will need together with what is built over them. */
export const neededBytes = (rows: { readonly rows: number; readonly bytes: number }): number =>
  rows.bytes + rows.rows * ROW_OVERHEAD_BYTES;

function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (thrown) {
    throw fileError('create the directory', directory, thrown, TEMPORARY_FILE_HINT);
  }
}

/** Removes a directory with its files; there need not be any. What cannot be removed now is at the next open. */
export function removeFiles(directory: string): void {
  try {
    rmSync(directory, { recursive: true, force: true });
  } catch {
    // The query has its result, or a better error.
  }
}

/** One thread's access to the temporary files of a query. */
export class Spill {
  readonly #memory: SharedMemory;
  readonly #setup: SpillSetup | undefined;
  readonly #scratch: Arena;
  readonly #reader: SpillReader;
  readonly #threads: number;
  readonly #open = new Set<SpillFile>();
  #bytes = 0;

  /** @param setup absent: nothing is ever written. */
  constructor(
    memory: SharedMemory,
    options: {
      readonly owner: OwnerId;
      readonly threads: number;
      readonly setup: SpillSetup | undefined;
    },
  ) {
    this.#memory = memory;
    this.#setup = options.setup;
    this.#threads = options.threads;
    this.#scratch = new Arena(memory, options.owner, SCRATCH_BLOCK_BYTES);
    this.#reader = new SpillReader(memory);
  }

  /** Rows are to be written out at every occasion. */
  get isForced(): boolean {
    return this.isAllowed && this.#setup?.forced === true;
  }

  get isAllowed(): boolean {
    return this.#setup !== undefined && this.#setup.level < MAX_SPILL_LEVEL;
  }

  /** Bytes that the thread has written. */
  get writtenBytes(): number {
    return this.#bytes;
  }

  /** Has an operator that keeps these rows on this thread to write them out? */
  isShort(rows: number, bytes: number): boolean {
    if (!this.isAllowed || rows === 0) return false;
    if (this.#setup?.forced === true && rows >= FORCED_ROWS) return true;
    const { limitBytes, usedBytes } = this.#memory;
    if (bytes < limitBytes * MIN_SHARE) return false;
    const overhead = rows * this.#threads * ROW_OVERHEAD_BYTES;
    return usedBytes + overhead > limitBytes * (1 - RESERVED_SHARE);
  }

  /** A new file; whoever asked for it closes it by {@link finish}. */
  create(): SpillFile {
    const { directory } = this.#setup ?? {};
    assert(directory !== undefined, 'only who may spill creates files');
    makeDirectory(directory);
    // Numbers of owners are unique among the threads.
    const file = new SpillFile(this.#scratch, join(directory, `${this.#memory.newOwner()}.rows`));
    this.#open.add(file);
    return file;
  }

  finish(file: SpillFile): void {
    this.#bytes += file.bytes;
    this.#open.delete(file);
    file.close();
    this.#scratch.release();
  }

  /** The rows of a chunk, in `arena`; vectors are not stable. @throws SqlError `io`. */
  read(chunk: SpilledChunk, arena: Arena): RowChunk {
    return this.#reader.read(chunk, arena);
  }

  /** Closes what is open. Files stay; they are the query's. */
  close(): void {
    for (const file of this.#open) file.close();
    this.#open.clear();
    this.#reader.close();
  }
}
