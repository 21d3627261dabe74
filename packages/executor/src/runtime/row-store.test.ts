import { Arena, INTEGER, SharedMemory, writeVector } from '@windrow/core';
import { describe, expect, it } from 'vitest';
import { inMorselOrder, RowStoreWriter } from './row-store.ts';

const memory = SharedMemory.create();

describe('RowStoreWriter', () => {
  it('gives all chunks of a morsel its number', () => {
    const arena = new Arena(memory, memory.newOwner());
    const writer = new RowStoreWriter({ memory, batchArena: arena }, arena, [INTEGER]);
    const append = (from: number, length: number): void => {
      const values = Array.from({ length }, (_, i) => from + i);
      writer.append({ length, selection: 0, columns: [writeVector(arena, INTEGER, values)] });
    };
    // More rows than the first blocks hold, so that blocks end inside morsels.
    for (let row = 0; row < 5000; row += 500) append(row, 500);
    writer.endMorsel(3);
    append(0, 700);
    writer.endMorsel(4);
    const chunks = writer.finish();
    const rowsOf = (morsel: number): number =>
      chunks
        .filter((chunk) => chunk.morsel === morsel)
        .reduce((sum, { length }) => sum + length, 0);
    expect(chunks.length).toBeGreaterThan(2);
    expect([rowsOf(3), rowsOf(4)]).toEqual([5000, 700]);
    expect(inMorselOrder([chunks])).toEqual(chunks);
    arena.release();
  });
});
