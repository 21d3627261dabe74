import type { Address, SharedMemory } from './memory.ts';

/**
 * Text in shared memory. A Buffer decodes and encodes shared bytes in place, without the copy and the
 * view per string that TextDecoder and TextEncoder would need.
 */
const buffers = new WeakMap<SharedMemory, Buffer>();

function bufferOf(memory: SharedMemory): Buffer {
  let buffer = buffers.get(memory);
  if (buffer === undefined) {
    buffer = Buffer.from(memory.memory.buffer);
    buffers.set(memory, buffer);
  }
  return buffer;
}

/** The text of `bytes` bytes of UTF-8; malformed sequences become U+FFFD. */
export const readText = (memory: SharedMemory, address: Address, bytes: number): string =>
  bytes === 0 ? '' : bufferOf(memory).toString('utf8', address, address + bytes);

/** UTF-8 size of the text; a lone surrogate counts as U+FFFD. */
export const textBytes = (text: string): number => Buffer.byteLength(text, 'utf8');

/**
 * Writes the text as UTF-8 into `bytes` bytes, as {@link textBytes} counted them. The count is passed on
 * because Buffer.write without one takes the whole rest of the memory, which overflows its int32.
 */
export function writeText(
  memory: SharedMemory,
  address: Address,
  text: string,
  bytes: number,
): void {
  if (bytes > 0) bufferOf(memory).write(text, address, bytes, 'utf8');
}
