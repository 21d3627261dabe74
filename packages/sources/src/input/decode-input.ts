import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { constants, gunzip } from 'node:zlib';
import { fileError, SqlError } from '@windrow/core';
import { damagedFile } from '../errors.ts';
import type { InputDescription } from './byte-input.ts';

/** How the bytes of a text file have to be turned into UTF-8. */
export interface InputEncoding {
  readonly compression: 'none' | 'gzip';
  readonly encoding: 'utf-8' | 'utf-16' | 'latin-1';
}

/** The compression that a path's ending says. */
export const compressionOf = (path: string): InputEncoding['compression'] =>
  /\.gz(ip)?$/i.test(path) ? 'gzip' : 'none';

/** Larger texts do not fit a buffer; they have to be uncompressed files. */
const MAX_DECODED_BYTES = 2 ** 31 - 1;

/**
 * The input of a text file. Plain UTF-8 is read from the file by ranges; what has to be decompressed or
 * transcoded is decoded whole, once, into memory that the threads share.
 * @throws SqlError `io` when the file cannot be decoded, `resource` when it is too large.
 */
export async function textInput(
  file: { readonly path: string; readonly sizeBytes: number },
  { compression, encoding }: InputEncoding,
): Promise<InputDescription> {
  const { path, sizeBytes } = file;
  if (compression === 'none' && encoding === 'utf-8') return { kind: 'file', path, sizeBytes };
  let bytes: Uint8Array = await readFile(path).catch((thrown: unknown) => {
    throw fileError('read', path, thrown);
  });
  if (compression === 'gzip') bytes = await decompress(bytes, path);
  if (encoding !== 'utf-8') {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    bytes = Buffer.from(text.toString(encoding === 'latin-1' ? 'latin1' : 'utf16le'), 'utf8');
  }
  const shared = new SharedArrayBuffer(bytes.length);
  new Uint8Array(shared).set(bytes);
  return { kind: 'bytes', path, bytes: shared };
}

async function decompress(bytes: Uint8Array, path: string): Promise<Uint8Array> {
  try {
    return await promisify(gunzip)(bytes, {
      maxOutputLength: MAX_DECODED_BYTES,
      finishFlush: constants.Z_FINISH,
    });
  } catch (thrown) {
    const code = (thrown as { readonly code?: unknown }).code;
    if (code === 'ERR_BUFFER_TOO_LARGE') {
      throw new SqlError('resource', `"${path}" has more than 2 GiB when decompressed`, {
        hint: 'Decompress the file first; plain files are read piece by piece.',
      });
    }
    const problem = thrown instanceof Error ? thrown.message : String(thrown);
    throw damagedFile(path, 'gzip', problem, { cause: thrown });
  }
}
