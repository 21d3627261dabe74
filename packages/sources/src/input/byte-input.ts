import { assert } from '@windrow/core';
import { RandomAccessFile } from './random-access-file.ts';

/** Bytes to read by ranges: of a file, or of memory that all threads share. */
export interface ByteInput {
  /** The file's path, for messages, also where the bytes lie in memory. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Fills `target` from `offset` on; the range lies within the input. */
  readInto(target: Uint8Array, offset: number): void;
  close(): void;
}

/** Where an input's bytes are; plain data that crosses threads. */
export type InputDescription =
  | { readonly kind: 'file'; readonly path: string; readonly sizeBytes: number }
  | { readonly kind: 'bytes'; readonly path: string; readonly bytes: SharedArrayBuffer };

/** Opens an input on this thread. */
export function openInput(description: InputDescription): ByteInput {
  if (description.kind === 'file') return RandomAccessFile.open(description.path);
  const { path, bytes } = description;
  const source = new Uint8Array(bytes);
  return {
    path,
    sizeBytes: source.length,
    readInto: (target, offset) => {
      assert(offset + target.length <= source.length, 'a range lies within its input');
      target.set(source.subarray(offset, offset + target.length));
    },
    close: () => undefined,
  };
}

/** Bytes of an input. */
export const inputBytes = (description: InputDescription): number =>
  description.kind === 'file' ? description.sizeBytes : description.bytes.byteLength;
