import { SharedMemory } from '@windrow/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { kernels } from './module.ts';

const kernel = kernels(SharedMemory.create());
const LIMIT = 1n << 127n;

/** Magnitudes of every size, not only huge ones, and the corners. */
const int128 = fc.oneof(
  fc
    .tuple(fc.bigInt({ min: -LIMIT, max: LIMIT - 1n }), fc.integer({ min: 0, max: 127 }))
    .map(([value, shift]) => value >> BigInt(shift)),
  fc.constantFrom(0n, 1n, -1n, LIMIT - 1n, -LIMIT, 1n << 64n, -(1n << 64n), (1n << 64n) - 1n),
);

const words = (value: bigint): [bigint, bigint] => [
  BigInt.asIntN(64, value),
  BigInt.asIntN(64, value >> 64n),
];

/** The result that a call left, or undefined after an overflow. */
function resultOf(low: bigint): bigint | undefined {
  if (kernel.int128Overflow() !== 0) return undefined;
  return (kernel.int128High() << 64n) | BigInt.asUintN(64, low);
}

const inRange = (value: bigint): bigint | undefined =>
  value >= -LIMIT && value < LIMIT ? value : undefined;

it('multiplies, or says that the product does not fit', () => {
  fc.assert(
    fc.property(int128, int128, (x, y) => {
      const product = resultOf(kernel.int128Multiply(...words(x), ...words(y)));
      expect(product).toBe(inRange(x * y));
    }),
    { numRuns: 2000 },
  );
});

it('divides toward zero, with the remainder of that division', () => {
  fc.assert(
    fc.property(int128, int128, (x, y) => {
      const quotient = resultOf(kernel.int128Divide(...words(x), ...words(y)));
      expect(quotient).toBe(y === 0n ? 0n : inRange(x / y));
      const remainder = resultOf(kernel.int128Remainder(...words(x), ...words(y)));
      expect(remainder).toBe(y === 0n ? 0n : x % y);
    }),
    { numRuns: 2000 },
  );
});

it('divides to the nearest, halves away from zero', () => {
  const divisor = fc.oneof(
    fc.integer({ min: 0, max: 38 }).map((n) => 10n ** BigInt(n)),
    int128.map((value) => (value > 0n ? value : 1n - value)).filter((value) => value < LIMIT),
  );
  fc.assert(
    fc.property(int128, divisor, (x, y) => {
      const magnitude = x < 0n ? -x : x;
      const rounded = (2n * magnitude + y) / (2n * y);
      const quotient = resultOf(kernel.int128DivideRound(...words(x), ...words(y)));
      expect(quotient).toBe(inRange(x < 0n ? -rounded : rounded));
    }),
    { numRuns: 2000 },
  );
});

it('converts to the nearest double', () => {
  fc.assert(
    fc.property(int128, (x) => {
      expect(kernel.int128ToDouble(...words(x))).toBe(Number(x));
    }),
    { numRuns: 2000 },
  );
});

it('converts doubles to the nearest integer, halves to even', () => {
  const doubles = fc.oneof(
    fc.double(),
    fc.double({ min: -1e6, max: 1e6 }).map((value) => Math.trunc(value) / 2),
    fc.constantFrom(0.5, 1.5, 2.5, -0.5, -1.5, 2 ** 127, -(2 ** 127), 2 ** 126, 1e38, 1.7e38),
  );
  const halfEven = (value: number): number => {
    const floor = Math.floor(value);
    const rest = value - floor;
    if (rest !== 0.5) return Math.round(value);
    return floor % 2 === 0 ? floor : floor + 1;
  };
  fc.assert(
    fc.property(doubles, (value) => {
      const result = resultOf(kernel.doubleToInt128(value));
      expect(result).toBe(Number.isFinite(value) ? inRange(BigInt(halfEven(value))) : undefined);
    }),
    { numRuns: 2000 },
  );
});
