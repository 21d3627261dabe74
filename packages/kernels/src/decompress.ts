import type { Address } from '@windrow/core';

/**
 * Decompression of untrusted bytes into exactly `outEnd - out` bytes: 1, or 0 when the input is malformed
 * or has another size.
 */
export interface DecompressKernels {
  /** A raw snappy block. */
  snappyDecompress(at: Address, end: Address, out: Address, outEnd: Address): number;
  /** A raw LZ4 block. */
  lz4Decompress(at: Address, end: Address, out: Address, outEnd: Address): number;
  /** Zstandard frames without dictionary; `scratch` has {@link zstdScratchBytes} bytes. */
  zstdDecompress(
    at: Address,
    end: Address,
    out: Address,
    outEnd: Address,
    scratch: Address,
  ): number;
  zstdScratchBytes(): number;
}
