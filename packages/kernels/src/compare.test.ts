import { Arena, SharedMemory } from '@windrow/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { kernels } from './module.ts';

const memory = SharedMemory.create();
const arena = new Arena(memory, memory.newOwner());
const kernel = kernels(memory);

function reference(bytes: Uint8Array): bigint {
  // An odd address and a stray byte behind the value: neither may matter.
  const address = arena.allocate(bytes.length + 2) + 1;
  memory.u8.set(bytes, address);
  memory.u8[address + bytes.length] = (address * 7) & 0xff;
  return (BigInt(bytes.length) << 32n) | BigInt(address);
}

it('orders and equates bytes as Buffer.compare does', () => {
  const bytes = fc.uint8Array({ maxLength: 40 });
  const pair = fc.oneof(
    fc.tuple(bytes, bytes),
    fc
      .tuple(bytes, bytes, bytes)
      .map(([head, a, b]): [Uint8Array, Uint8Array] => [
        Buffer.concat([head, a]),
        Buffer.concat([head, b.subarray(0, 2)]),
      ]),
    bytes.map((same): [Uint8Array, Uint8Array] => [same, same.slice()]),
  );
  fc.assert(
    fc.property(pair, ([a, b]) => {
      arena.reset();
      const [x, y] = [reference(a), reference(b)];
      expect(Math.sign(kernel.compareBytes(x, y))).toBe(Buffer.compare(a, b));
      expect(kernel.equalBytes(x, y)).toBe(Buffer.compare(a, b) === 0 ? 1 : 0);
    }),
    { numRuns: 3000 },
  );
});
