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

  it('counts what arenas below it hold', () => {
    const memory = SharedMemory.create();
    const owner = memory.newOwner();
    const parent = new Arena(memory, owner, PAGE_BYTES);
    const child = new Arena(memory, owner, PAGE_BYTES, parent);
    parent.allocate(8);
    child.allocate(8);
    child.allocate(10 * PAGE_BYTES - 64);
    expect(parent.reservedBytes).toBe(memory.usedBytes);
    child.reset();
    expect(parent.reservedBytes).toBe(2 * PAGE_BYTES);
    child.release();
    expect(parent.reservedBytes).toBe(PAGE_BYTES);
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

it('fills bytes, also beyond 2 GiB', () => {
  const memory = SharedMemory.create();
  const owner = memory.newOwner();
  const address = memory.allocatePages(2 * PAGE_BYTES, owner);
  memory.fill(0xff, address, 2 * PAGE_BYTES);
  memory.fill(7, address + 3, 5);
  expect([...memory.u8.subarray(address + 2, address + 9)]).toEqual([255, 7, 7, 7, 7, 7, 255]);
  const high = 2 ** 31 + 8;
  memory.fill(9, high, 2);
  expect([...memory.u8.subarray(high - 1, high + 3)]).toEqual([0, 9, 9, 0]);
});
