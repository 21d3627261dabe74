import * as zlib from 'node:zlib';
import type { Address, Arena } from '@windrow/core';
import { kernels } from '@windrow/kernels';
import type { Codec } from './footer.ts';

/** Bytes in memory. */
export interface ByteRange {
  readonly start: Address;
  readonly end: Address;
}

/** Codecs that {@link decompress} knows. */
export const KNOWN_CODECS: readonly Codec[] = [
  'UNCOMPRESSED',
  'SNAPPY',
  'GZIP',
  'BROTLI',
  'ZSTD',
  'LZ4_RAW',
];

/** Decompresses a page to exactly `bytes` bytes; undefined when it is malformed. */
export function decompress(
  codec: Codec,
  page: ByteRange,
  bytes: number,
  arena: Arena,
): ByteRange | undefined {
  if (codec === 'UNCOMPRESSED') return page.end - page.start === bytes ? page : undefined;
  const exports = kernels(arena.memory);
  const start = arena.allocate(bytes);
  const end = start + bytes;
  const range = { start, end };
  const accepted = (result: number): ByteRange | undefined => (result === 1 ? range : undefined);
  switch (codec) {
    case 'SNAPPY':
      return accepted(exports.snappyDecompress(page.start, page.end, start, end));
    case 'LZ4_RAW':
      return accepted(exports.lz4Decompress(page.start, page.end, start, end));
    case 'ZSTD': {
      const scratch = arena.allocate(exports.zstdScratchBytes());
      return accepted(exports.zstdDecompress(page.start, page.end, start, end, scratch));
    }
    case 'GZIP':
    case 'BROTLI': {
      const unpack = codec === 'GZIP' ? zlib.unzipSync : zlib.brotliDecompressSync;
      const text = arena.memory.u8.slice(page.start, page.end);
      try {
        const result = unpack(text, { maxOutputLength: Math.max(1, bytes) });
        if (result.length !== bytes) return undefined;
        arena.memory.u8.set(result, start);
        return range;
      } catch {
        return undefined;
      }
    }
    default:
      return undefined;
  }
}
