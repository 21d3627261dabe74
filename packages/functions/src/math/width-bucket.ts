import { BIGINT, DOUBLE, type ScalarFunction } from '@windrow/core';
import { example, scalar, signature } from '../define.ts';
import { invalidArgument } from '../errors.ts';
import { jsOverload } from '../vector/overload.ts';
import { FLOAT64, INT64, rowwise } from '../vector/rows.ts';

/** Buckets count from 1; bounds in falling order count downwards. */
function widthBucket(value: number, low: number, high: number, count: bigint): bigint {
  if (count < 1n) throw invalidArgument(`width_bucket needs at least one bucket, not ${count}`);
  if (!(Number.isFinite(low) && Number.isFinite(high)) || low === high) {
    throw invalidArgument('the bounds of width_bucket have to be finite and different');
  }
  if (Number.isNaN(value)) throw invalidArgument('width_bucket has no bucket for NaN');
  const isBelow = low < high ? value < low : value > low;
  if (isBelow) return 0n;
  const isAbove = low < high ? value >= high : value <= high;
  if (isAbove) return count + 1n;
  // Rounding may carry a value just below the bound over it.
  const bucket = BigInt(Math.floor(((value - low) / (high - low)) * Number(count)));
  return (bucket < count ? bucket : count - 1n) + 1n;
}

/** Histogram buckets of equal width. */
export const widthBucketFunction: ScalarFunction = scalar({
  name: 'width_bucket',
  category: 'math',
  doc: {
    summary:
      'Number of the bucket, of k equal ones between two bounds: 0 below them, k + 1 at or above the second.',
    examples: [
      example('width_bucket(5.35, 0.024, 10.06, 5)', '3'),
      example('width_bucket(10, 0, 10, 5)', '6'),
      example('width_bucket(1, 10, 0, 5)', '5'),
    ],
    source: 'ISO/IEC 9075-2 §6.30 (width_bucket); PostgreSQL',
  },
  overloads: [
    jsOverload(
      signature([DOUBLE, DOUBLE, DOUBLE, BIGINT], BIGINT),
      rowwise([FLOAT64, FLOAT64, FLOAT64, INT64], INT64, widthBucket),
      { raises: true },
    ),
  ],
});
