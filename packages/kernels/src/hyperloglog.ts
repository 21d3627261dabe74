import type { Address, SharedMemory } from '@windrow/core';
import { kernels } from './module.ts';

/** HyperLogLog sketches of 4096 one-byte registers, zeroed at the start; hashes are u64, well mixed. */
export interface HyperLogLogKernels {
  /** Adds the hashes of the valid rows. */
  hyperLogLogAdd(registers: Address, hashes: Address, validity: Address, count: number): void;
  /** Adds each valid row's hash to the sketch whose address `sketches` (u32) gives for the row. */
  hyperLogLogAddEach(sketches: Address, hashes: Address, validity: Address, count: number): void;
  hyperLogLogMerge(into: Address, from: Address): void;
  /** Counts of the register values 0 … 53 (u32 each). */
  hyperLogLogHistogram(registers: Address, counts: Address): void;
}

/** Size of a sketch; its relative standard error is 1.04 / √4096 = 1.6 %. */
export const HYPERLOGLOG_BYTES = 4096;

/** Bits of a hash beside the register's index. */
const VALUE_BITS = 52;

/**
 * Estimated number of distinct hashes in a sketch. `counts` has room for 54 u32.
 *
 * Source: Ertl (2017), "New cardinality estimation algorithms for HyperLogLog sketches", algorithm 6:
 * unbiased over the whole range, without the switch to linear counting and its tables.
 */
export function hyperLogLogEstimate(
  memory: SharedMemory,
  registers: Address,
  counts: Address,
): number {
  kernels(memory).hyperLogLogHistogram(registers, counts);
  const count = (value: number): number => memory.u32[(counts >>> 2) + value] ?? 0;
  const m = HYPERLOGLOG_BYTES;
  let z = m * tau(1 - count(VALUE_BITS + 1) / m);
  for (let value = VALUE_BITS; value >= 1; value--) z = 0.5 * (z + count(value));
  z += m * sigma(count(0) / m);
  return (m * m) / (2 * Math.LN2 * z);
}

/** σ(x) = x + Σ x^(2^k) 2^(k−1), infinite at 1: a sketch of zeros estimates 0. */
function sigma(x: number): number {
  if (x === 1) return Number.POSITIVE_INFINITY;
  let [power, factor, sum] = [x, 1, x];
  for (let before = -1; before !== sum; ) {
    before = sum;
    power *= power;
    sum += power * factor;
    factor *= 2;
  }
  return sum;
}

/** τ(x) = (1 − x − Σ (1 − x^(2^−k))² 2^−k) / 3. */
function tau(x: number): number {
  if (x === 0 || x === 1) return 0;
  let [root, factor, sum] = [x, 1, 1 - x];
  for (let before = -1; before !== sum; ) {
    before = sum;
    root = Math.sqrt(root);
    factor *= 0.5;
    sum -= (1 - root) ** 2 * factor;
  }
  return sum / 3;
}
