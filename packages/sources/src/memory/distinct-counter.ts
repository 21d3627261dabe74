import type { Address, SharedMemory, SqlType } from '@windrow/core';
import { Arena, isNested, PAGE_BYTES, physicalType } from '@windrow/core';
import {
  HYPERLOGLOG_BYTES,
  hyperLogLogEstimate,
  kernels,
  PHYSICAL_TYPE_CODES,
} from '@windrow/kernels';
import type { DenseRows } from '../dense-rows.ts';

/** Counts of register values that the estimate needs room for. */
const HISTOGRAM_BYTES = 256;

/**
 * Estimates how many distinct values a column has, by HyperLogLog: within 2 % mostly. The sketch is kept
 * outside shared memory, so that it is freed with the table and can be copied to other threads.
 */
export class DistinctCounter {
  readonly #type: SqlType;
  #registers: Uint8Array;

  constructor(type: SqlType, registers: Uint8Array = new Uint8Array(HYPERLOGLOG_BYTES)) {
    this.#type = type;
    this.#registers = registers;
  }

  /** A copy of the sketch, plain data. */
  snapshot(): Uint8Array {
    return this.#registers.slice();
  }

  /** Counts rows of the column. NULLs do not count; nested values are not counted at all. */
  add({ values, validity }: DenseRows, count: number, scratch: Arena): void {
    if (isNested(this.#type) || count === 0) return;
    const exports = kernels(scratch.memory);
    const mark = scratch.mark();
    const hashes = scratch.allocate(count * 8);
    const code = PHYSICAL_TYPE_CODES[physicalType(this.#type)];
    exports.hashColumn(code, values, validity, count, 0, hashes);
    const registers = this.#load(scratch);
    exports.hyperLogLogAdd(registers, hashes, validity, count);
    this.#registers.set(scratch.memory.u8.subarray(registers, registers + HYPERLOGLOG_BYTES));
    scratch.rewind(mark);
  }

  /** Counts what another counter of the same column has seen. */
  merge(other: Uint8Array): void {
    this.#registers = this.#registers.map((rank, index) => Math.max(rank, other[index] ?? 0));
  }

  estimate(memory: SharedMemory): number {
    if (this.#registers.every((rank) => rank === 0)) return 0;
    const scratch = new Arena(memory, memory.newOwner(), PAGE_BYTES);
    try {
      const registers = this.#load(scratch);
      const histogram = scratch.allocate(HISTOGRAM_BYTES);
      return Math.round(hyperLogLogEstimate(memory, registers, histogram));
    } finally {
      scratch.release();
    }
  }

  #load(scratch: Arena): Address {
    const address = scratch.allocate(HYPERLOGLOG_BYTES);
    scratch.memory.u8.set(this.#registers, address);
    return address;
  }
}
