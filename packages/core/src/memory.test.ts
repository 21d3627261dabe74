import { describe, expect, it } from 'vitest';
import { Arena, PAGE_BYTES, SharedMemory } from './memory.ts';

describe('Arena', () => {
  it('drops what came after a mark, in standard and large blocks', () => {
    const memory = SharedMemory.create();
    const arena = new Arena(memory, memory.newOwner(), PAGE_BYTES);
    arena.allocate(100);
    const mark = arena.mark();
    const usedBytes = memory.usedBytes;
    const first = arena.allocate(PAGE_BYTES / 2);
    arena.allocate(PAGE_BYTES / 2);
    arena.allocate(10 * PAGE_BYTES);
    arena.rewind(mark);
    // The second standard block is kept for reuse, the large one is not.
    expect(memory.usedBytes).toBe(usedBytes + PAGE_BYTES);
    expect(arena.reservedBytes).toBe(memory.usedBytes);
    expect(arena.allocate(PAGE_BYTES / 2)).toBe(first);
  });

  it('rewinds to a mark taken before the first allocation', () => {
    const memory = SharedMemory.create();
    const arena = new Arena(memory, memory.newOwner());
    const mark = arena.mark();
    const first = arena.allocate(8);
    arena.rewind(mark);
    expect(arena.allocate(8)).toBe(first);
  });

  it('gives everything back', () => {
    const memory = SharedMemory.create();
    const arena = new Arena(memory, memory.newOwner());
    arena.allocate(8);
    arena.allocate(8_000_000);
    arena.release();
    expect(memory.usedBytes).toBe(0);
    expect(arena.reservedBytes).toBe(0);
  });
});
