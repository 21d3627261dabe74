import type { ByteInput } from '../input/byte-input.ts';

const BLOCK_BYTES = 1048576;
const LF = 10;
const CR = 13;

/** The number, from 1, of the line that the byte at `offset` is in. CR LF, LF and CR end lines. */
export function lineNumberAt(input: ByteInput, offset: number): number {
  let line = 1;
  let previous = 0;
  const block = new Uint8Array(Math.min(BLOCK_BYTES, Math.max(1, offset)));
  for (let from = 0; from < offset; from += block.length) {
    const part = block.subarray(0, Math.min(block.length, offset - from));
    input.readInto(part, from);
    for (const byte of part) {
      if (byte === CR || (byte === LF && previous !== CR)) line += 1;
      previous = byte;
    }
  }
  return line;
}

/** At most 60 characters of a value, for messages. */
export function excerpt(text: string): string {
  const shown = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  return JSON.stringify(shown);
}
