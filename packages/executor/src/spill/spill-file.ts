import { closeSync, openSync, readSync, writevSync } from 'node:fs';
import {
  type Address,
  type Arena,
  assert,
  BLOCK_ALIGNMENT_BYTES,
  bitmapBytes,
  copyReferenced,
  type FlatVector,
  fileError,
  isNested,
  isReference,
  isValidAt,
  moveReferences,
  referencedBytes,
  type SharedMemory,
  type SqlType,
  widthBytes,
} from '@windrow/core';
import { COPY_SLACK_BYTES, kernels } from '@windrow/kernels';
import type { RowChunk } from '../runtime/row-store.ts';

/*
 * Rows in temporary files. A chunk lies there as one piece, which is read back as it is:
 *
 *   header   for each column u32 × 3: has it a validity bitmap? │ first address and size of its heap
 *   column   values │ validity, where there is one │ heap: the bytes behind references
 *
 * Every part begins at a multiple of 64 bytes. References in the file are the addresses that the heap had
 * while it was written; a reader moves them to where it has read the heap.
 */

export const TEMPORARY_FILE_HINT =
  'SET temp_directory to a directory with room, or raise memoryLimit.';

const PART_BYTES = 64;
const HEADER_WORDS = 3;

/** More rows are written as several chunks, so that reading one needs little memory. */
export const SPILLED_CHUNK_ROWS = 16384;

/** Rows in a temporary file, as plain data that any thread can read them by. */
export interface SpilledChunk {
  readonly length: number;
  /** As that of a {@link RowChunk}. */
  readonly morsel: number;
  readonly types: readonly SqlType[];
  /** Path of the file. */
  readonly file: string;
  /** Where the chunk begins in the file, and its size. */
  readonly offset: number;
  readonly bytes: number;
}

/** The bytes behind a column's references in one piece, and the column with references to it. */
interface Heap {
  readonly column: FlatVector;
  readonly address: Address;
  readonly bytes: number;
}

const padded = (bytes: number): number => Math.ceil(bytes / PART_BYTES) * PART_BYTES;

const headerBytes = (columns: number): number => padded(Math.max(1, columns) * HEADER_WORDS * 4);

/** A temporary file that one thread writes; all its rows have columns of the same types. */
export class SpillFile {
  readonly path: string;
  readonly #memory: SharedMemory;
  /** Emptied after each chunk. */
  readonly #scratch: Arena;
  readonly #descriptor: number;
  #bytes = 0;
  #types: readonly SqlType[] | undefined;

  /** @throws SqlError `io` when the file cannot be made. */
  constructor(scratch: Arena, path: string) {
    this.path = path;
    this.#memory = scratch.memory;
    this.#scratch = scratch;
    this.#descriptor = withFile(path, 'create', () => openSync(path, 'wx', 0o600));
  }

  /** Bytes written so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Appends rows, with all bytes that they refer to; at most {@link SPILLED_CHUNK_ROWS} of them.
   * @throws SqlError `io` when the disk does not take them.
   */
  write({ length, morsel, columns }: RowChunk): SpilledChunk {
    const { u8, u32 } = this.#memory;
    const mark = this.#scratch.mark();
    const header = this.#scratch.allocateZeroed(headerBytes(columns.length));
    const parts: Uint8Array[] = [];
    // Parts are rounded up: whatever lies behind them can be read.
    const add = (address: Address, bytes: number): void => {
      if (bytes > 0) parts.push(u8.subarray(address, address + padded(bytes)));
    };
    add(header, headerBytes(columns.length));
    columns.forEach((column, index) => {
      const heap = this.#gatherHeap(column);
      const { values, validity, type } = heap?.column ?? column;
      const at = (header >>> 2) + index * HEADER_WORDS;
      u32[at] = validity === 0 ? 0 : 1;
      u32[at + 1] = heap?.address ?? 0;
      u32[at + 2] = heap?.bytes ?? 0;
      add(values, length * widthBytes(type));
      if (validity !== 0) add(validity, bitmapBytes(length));
      if (heap !== undefined) add(heap.address, heap.bytes);
    });
    const offset = this.#bytes;
    withFile(this.path, 'write', () => this.#writeAll(parts));
    this.#scratch.rewind(mark);
    // One array for all chunks: it is sent to threads once.
    this.#types ??= columns.map(({ type }) => type);
    const types = this.#types;
    const bytes = this.#bytes - offset;
    return { length, morsel, types, file: this.path, offset, bytes };
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #writeAll(parts: readonly Uint8Array[]): void {
    let rest = [...parts];
    while (rest.length > 0) {
      let written = writevSync(this.#descriptor, rest, this.#bytes);
      this.#bytes += written;
      while (rest.length > 0 && written >= rest[0]!.length) {
        written -= rest[0]!.length;
        rest = rest.slice(1);
      }
      if (written > 0) rest[0] = rest[0]!.subarray(written);
    }
  }

  #gatherHeap(column: FlatVector): Heap | undefined {
    const { type, values, validity, length } = column;
    if (!isReference(type)) return undefined;
    if (isNested(type)) return this.#gatherNested(column);
    const k = kernels(this.#memory);
    const references = this.#scratch.allocate(length * 8);
    const bytes = k.referenceBytes(values, validity, length);
    const address = this.#scratch.allocate(bytes + COPY_SLACK_BYTES);
    k.copyReferences(values, validity, 0, length, references, address);
    return { column: { ...column, values: references }, address, bytes };
  }

  #gatherNested(column: FlatVector): Heap {
    const memory = this.#memory;
    const { type, length } = column;
    const references = this.#scratch.allocateZeroed(length * 8);
    const valid = validReferences(memory, column);
    const bytes = valid.reduce((sum, each) => sum + referencedBytes(memory, type, each), 0);
    const address = this.#scratch.allocate(bytes);
    let next = address;
    const region = {
      memory,
      allocate(wanted: number): Address {
        const at = next;
        next += Math.ceil(wanted / BLOCK_ALIGNMENT_BYTES) * BLOCK_ALIGNMENT_BYTES;
        return at;
      },
    };
    for (const each of valid) {
      const word = (references >>> 2) + each.row * 2;
      memory.u32[word] = copyReferenced(region, type, each);
      memory.u32[word + 1] = each.bytes;
    }
    return { column: { ...column, values: references }, address, bytes };
  }
}

interface ValidReference {
  readonly row: number;
  readonly address: Address;
  readonly bytes: number;
}

function validReferences(memory: SharedMemory, column: FlatVector): ValidReference[] {
  const { values, validity, length } = column;
  const valid: ValidReference[] = [];
  for (let row = 0; row < length; row++) {
    if (!isValidAt(memory, validity, row)) continue;
    const word = (values >>> 2) + row * 2;
    valid.push({ row, address: memory.u32[word]!, bytes: memory.u32[word + 1]! });
  }
  return valid;
}

/** Reads chunks of temporary files, on one thread. */
export class SpillReader {
  readonly #memory: SharedMemory;
  /** The file read last stays open for the next chunk. */
  #open: { readonly path: string; readonly descriptor: number } | undefined;

  constructor(memory: SharedMemory) {
    this.#memory = memory;
  }

  /**
   * The rows of a chunk, in `arena`. Vectors are not marked as stable: their bytes live as long as they do.
   * @throws SqlError `io` when the file cannot be read.
   */
  read(chunk: SpilledChunk, arena: Arena): RowChunk {
    const memory = this.#memory;
    const { length, morsel, types, bytes } = chunk;
    const base = arena.allocate(bytes);
    withFile(chunk.file, 'read', () => this.#readAll(chunk, base));
    let next = base + headerBytes(types.length);
    const take = (partBytes: number): Address => {
      const at = next;
      next += padded(partBytes);
      return at;
    };
    const columns = types.map((type, index): FlatVector => {
      const at = (base >>> 2) + index * HEADER_WORDS;
      const [hasValidity, heapAddress, heapBytes] = memory.u32.subarray(at, at + HEADER_WORDS);
      const values = take(length * widthBytes(type));
      const validity = hasValidity === 0 ? 0 : take(bitmapBytes(length));
      const column = { kind: 'flat', type, length, values, validity, stable: false } as const;
      if (isReference(type)) this.#moveHeap(column, take(heapBytes!) - heapAddress!);
      return column;
    });
    return { length, morsel, columns };
  }

  close(): void {
    if (this.#open !== undefined) closeSync(this.#open.descriptor);
    this.#open = undefined;
  }

  #moveHeap(column: FlatVector, deltaBytes: number): void {
    const memory = this.#memory;
    const { type, values, length } = column;
    kernels(memory).moveReferences(values, length, deltaBytes);
    if (!isNested(type)) return;
    for (const { address } of validReferences(memory, column)) {
      moveReferences(memory, type, address, deltaBytes);
    }
  }

  #readAll({ file, offset, bytes }: SpilledChunk, base: Address): void {
    if (this.#open?.path !== file) {
      this.close();
      this.#open = { path: file, descriptor: openSync(file, 'r') };
    }
    const { descriptor } = this.#open!;
    for (let done = 0; done < bytes; ) {
      const target = this.#memory.u8.subarray(base + done, base + bytes);
      const count = readSync(descriptor, target, 0, bytes - done, offset + done);
      assert(count > 0, 'a temporary file is as long as what was written');
      done += count;
    }
  }
}

function withFile<Result>(path: string, action: string, body: () => Result): Result {
  try {
    return body();
  } catch (thrown) {
    throw fileError(`${action} the temporary file`, path, thrown, TEMPORARY_FILE_HINT);
  }
}
