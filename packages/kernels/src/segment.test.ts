import { type Address, Arena, SharedMemory } from '@windrow/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kernels } from './module.ts';
import { PHYSICAL_TYPE_CODES } from './physical.ts';
import { segmentQuantileBytes } from './segment.ts';

const memory = SharedMemory.create();
const k = kernels(memory);

/** What a quantile lies between, by the definition; undefined of nothing. */
function between(values: readonly number[], fraction: number, discrete: boolean) {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  if (discrete) {
    const place = Math.max(1, Math.ceil(sorted.length * Math.abs(fraction)));
    const value = sorted[fraction < 0 ? sorted.length - place : place - 1]!;
    return { lower: value, upper: value, weight: 0 };
  }
  const position = (sorted.length - 1) * (fraction < 0 ? 1 + fraction : fraction);
  const lower = sorted[Math.floor(position)]!;
  const weight = position - Math.floor(position);
  return { lower, upper: weight > 0 ? sorted[Math.floor(position) + 1]! : lower, weight };
}

/** Many values that are equal, that lie close together, and far from most others. */
const valuesOf = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: -3, max: 3 }) },
      { weight: 3, arbitrary: fc.integer({ min: -1e6, max: 1e6 }).map((value) => value / 1000) },
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    ),
    { maxLength: 3000, size: 'max' },
  )
  // −0 is 0 to SQL.
  .map((values) => values.map((value) => value + 0));

const fractionOf = fc.oneof(
  fc.constantFrom(0, 0.5, 1, -1, -0.25),
  fc.double({ min: 0, max: 1, noNaN: true }),
);

describe.each([[false], [true]])('quantiles of segments, discrete %s', (discrete) => {
  it('are those of sorting each', () => {
    fc.assert(
      fc.property(
        fc.array(valuesOf, { minLength: 1, maxLength: 4 }),
        fractionOf,
        (segments, fraction) => {
          const arena = new Arena(memory, memory.newOwner());
          const starts = [0];
          for (const { length } of segments) starts.push(starts.at(-1)! + length);
          const count = segments.length;
          const startsAt = arena.allocate(starts.length * 4);
          memory.u32.set(starts, startsAt >>> 2);
          const values = arena.allocate(starts.at(-1)! * 8 + 8);
          memory.f64.set(segments.flat(), values >>> 3);
          const largest = Math.max(...segments.map(({ length }) => length));
          const room = (): Address => arena.allocateZeroed(count * 8);
          const [lower, upper, weights] = [room(), room(), room()];
          k.segmentQuantiles(
            PHYSICAL_TYPE_CODES.f64,
            values,
            startsAt,
            count,
            fraction,
            discrete ? 1 : 0,
            arena.allocate(segmentQuantileBytes(largest)),
            lower,
            upper,
            weights,
          );
          segments.forEach((each, segment) => {
            const wanted = between(each, fraction, discrete);
            if (wanted === undefined) return;
            expect({
              lower: memory.f64[(lower >>> 3) + segment]!,
              upper: memory.f64[(upper >>> 3) + segment]!,
              weight: memory.f64[(weights >>> 3) + segment]!,
            }).toEqual(wanted);
          });
          arena.release();
        },
      ),
      { numRuns: 60 },
    );
  });
});
