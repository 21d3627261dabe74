import type { SharedMemory } from '@windrow/core';
import { Arena } from '@windrow/core';
import { kernels } from '@windrow/kernels';
import type { ByteInput } from '../input/byte-input.ts';

const BLOCK_BYTES = 4194304;

/**
 * Where a file of an array, or of records over any number of lines, can be cut: starts of elements about
 * `pieceBytes` apart, the first of them `dataStart`. Reads the file once.
 */
export function elementStarts(
  input: ByteInput,
  layout: { readonly dataStart: number; readonly pieceBytes: number; readonly inArray: boolean },
  memory: SharedMemory,
): number[] {
  const arena = new Arena(memory, memory.newOwner());
  try {
    const { dataStart, pieceBytes, inArray } = layout;
    const block = arena.allocate(BLOCK_BYTES);
    const state = arena.allocateZeroed(8);
    const maxStarts = Math.ceil(BLOCK_BYTES / pieceBytes) + 1;
    const out = arena.allocate(maxStarts * 4);
    // Reading begins inside the array's bracket.
    memory.u32[state >>> 2] = inArray ? 1 : 0;
    const starts: number[] = [];
    for (let from = dataStart; from < input.sizeBytes; from += BLOCK_BYTES) {
      const bytes = Math.min(BLOCK_BYTES, input.sizeBytes - from);
      input.readInto(memory.u8.subarray(block, block + bytes), from);
      const found = kernels(memory).jsonElementStarts(
        block,
        block + bytes,
        state,
        inArray ? 1 : 0,
        pieceBytes,
        out,
        maxStarts,
      );
      for (const at of memory.u32.subarray(out >>> 2, (out >>> 2) + found)) {
        const start = from + (at - block);
        if (start - (starts.at(-1) ?? dataStart - pieceBytes) >= pieceBytes) starts.push(start);
      }
    }
    if (starts.length === 0) return dataStart < input.sizeBytes ? [dataStart] : [];
    return [dataStart, ...starts.slice(1)];
  } finally {
    arena.release();
  }
}
