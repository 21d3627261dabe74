import { Arena, SharedMemory } from '@windrow/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kernels } from './module.ts';

const memory = SharedMemory.create();
const k = kernels(memory);

const MASK = 0xffffffffffffffffn;

/** SplitMix64's finalizer, as it is published. */
function mixed(hash: bigint, level: number): bigint {
  let mix = (hash + BigInt(level + 1) * 0x9e3779b97f4a7c15n) & MASK;
  mix = ((mix ^ (mix >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
  mix = ((mix ^ (mix >> 27n)) * 0x94d049bb133111ebn) & MASK;
  return mix ^ (mix >> 31n);
}

describe('hashes that lead to partitions', () => {
  it('are mixed anew for each level', () => {
    const hashes = fc.array(fc.bigInt(0n, MASK), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(hashes, fc.nat(8), (values, level) => {
        const arena = new Arena(memory, memory.newOwner(), 65536);
        const at = arena.allocate(values.length * 8);
        memory.u64.set(values, at / 8);
        k.partitionRehash(at, values.length, level);
        const found = [...memory.u64.subarray(at / 8, at / 8 + values.length)];
        expect(found).toEqual(values.map((value) => mixed(value, level)));
        arena.release();
      }),
    );
  });

  it('lead to the partitions of given numbers, in their order', () => {
    const numbers = fc.array(fc.nat(7), { minLength: 1, maxLength: 100 });
    fc.assert(
      fc.property(numbers, (values) => {
        const arena = new Arena(memory, memory.newOwner(), 65536);
        const at = arena.allocate(values.length * 2);
        memory.u16.set(values, at / 2);
        const hashes = arena.allocate(values.length * 8);
        k.partitionByNumber(at, values.length, hashes);
        const counts = arena.allocate(8 * 4);
        const order = arena.allocate(values.length * 4);
        k.partitionRows(hashes, values.length, 3, counts, order);
        const rows = values.map((_, row) => row).sort((a, b) => values[a]! - values[b]! || a - b);
        expect([...memory.u32.subarray(order / 4, order / 4 + values.length)]).toEqual(rows);
        arena.release();
      }),
    );
  });
});
