import type { Address, Arena } from '@windrow/core';
import { kernels } from '@windrow/kernels';
import type { ByteInput } from '../input/byte-input.ts';

/** How a text is cut: every `pieceBytes` from `start` on; a piece begins at the next line. */
export interface PieceLayout {
  readonly start: number;
  readonly pieceBytes: number;
  /** The byte that ends lines. */
  readonly lineEnd: number;
}

/** A piece of text in memory, with bytes behind it. Addresses; `offset` is where `base` lies in the input. */
export interface LoadedPiece {
  readonly base: Address;
  readonly offset: number;
  /** The first line of the piece, and the first line of the next; equal when no line begins in it. */
  readonly start: Address;
  readonly limit: Address;
  /** End of the loaded bytes; 64 writable bytes follow. */
  readonly end: Address;
  /** Does the input go on behind `end`? */
  readonly moreFollows: boolean;
}

/** Room behind the text that scanners may overwrite. */
export const SENTINEL_BYTES = 64;

/** Bytes loaded behind a piece at first: its last line nearly always ends there. */
export const FIRST_MARGIN_BYTES = 65536;

/**
 * Loads piece `index` with at least `marginBytes` behind it, as far as the input has them, and more until
 * the piece's last line ends.
 */
export function loadPiece(
  input: ByteInput,
  layout: PieceLayout,
  { index, marginBytes }: { readonly index: number; readonly marginBytes: number },
  arena: Arena,
): LoadedPiece {
  const { findByte } = kernels(arena.memory);
  const from = layout.start + index * layout.pieceBytes;
  const to = Math.min(input.sizeBytes, from + layout.pieceBytes);
  // A line begins at the very cut when the byte before it ends one.
  const offset = index === 0 ? from : from - 1;
  for (let margin = marginBytes; ; margin *= 4) {
    const mark = arena.mark();
    const bytes = Math.min(input.sizeBytes, to + margin) - offset;
    const base = arena.allocate(bytes + SENTINEL_BYTES);
    input.readInto(arena.memory.u8.subarray(base, base + bytes), offset);
    const end = base + bytes;
    const moreFollows = offset + bytes < input.sizeBytes;
    const cut = base + (to - offset);
    const start = index === 0 ? base : (findByte(base, cut - 1, layout.lineEnd) >>> 0) + 1;
    const piece = { base, offset, start, end, moreFollows };
    if (start >= cut && index > 0) return { ...piece, start: cut, limit: cut };
    if (to === input.sizeBytes) return { ...piece, limit: end };
    const lineEnd = findByte(cut - 1, end, layout.lineEnd) >>> 0;
    if (lineEnd < end || !moreFollows) return { ...piece, limit: Math.min(end, lineEnd + 1) };
    arena.rewind(mark);
  }
}
