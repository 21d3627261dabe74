import * as zlib from 'node:zlib';
import type { Arena } from '@windrow/core';
import { kernels, SNAPPY_TABLE_BYTES } from '@windrow/kernels';
import type { ParquetCompression } from '../../sinks/file-options.ts';
import type { ByteRange } from '../decompress.ts';
import type { Codec } from '../footer.ts';

/** Node has Zstandard from 22.15 on. */
const zstdCompressSync = (zlib as { readonly zstdCompressSync?: (bytes: Uint8Array) => Uint8Array })
  .zstdCompressSync;

/** The codec of the format for a compression that {@link compress} can do. */
export const CODEC_OF: Readonly<Partial<Record<ParquetCompression, Codec>>> = {
  uncompressed: 'UNCOMPRESSED',
  snappy: 'SNAPPY',
  gzip: 'GZIP',
  brotli: 'BROTLI',
  ...(zstdCompressSync !== undefined && { zstd: 'ZSTD' }),
};

/** Larger windows gain little on pages, and take many times as long. */
const BROTLI_OPTIONS = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 5 } };

/** The bytes compressed, in memory of their own. */
export function compress(codec: Codec, { start, end }: ByteRange, arena: Arena): Uint8Array {
  const { u8 } = arena.memory;
  const plain = (): Uint8Array => u8.slice(start, end);
  switch (codec) {
    case 'SNAPPY': {
      const out = arena.allocate(48 + Math.ceil(((end - start) * 7) / 6));
      const table = arena.allocate(SNAPPY_TABLE_BYTES);
      const stop = kernels(arena.memory).snappyCompress(start, end, out, table) >>> 0;
      return u8.slice(out, stop);
    }
    case 'GZIP':
      return zlib.gzipSync(plain());
    case 'BROTLI':
      return zlib.brotliCompressSync(plain(), BROTLI_OPTIONS);
    case 'ZSTD':
      return zstdCompressSync?.(plain()) ?? plain();
    default:
      return plain();
  }
}
