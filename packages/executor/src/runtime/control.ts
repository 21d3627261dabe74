import type { Address, SharedMemory } from '@windrow/core';
import { SqlError } from '@windrow/core';

/*
 * The control block of a query: i32 words in shared memory, read by all of its threads.
 *   word 0  stop flag: 0 run, 1 stop
 *   word 1  next morsel or task to claim
 */
const STOP = 0;
const NEXT = 1;

export const CONTROL_BYTES = 64;

/** A query's control block, seen from one thread. */
export class Control {
  readonly #words: Int32Array;
  readonly #base: number;

  constructor(memory: SharedMemory, address: Address) {
    this.#words = memory.i32;
    this.#base = address >>> 2;
  }

  clear(): void {
    Atomics.store(this.#words, this.#base + STOP, 0);
    Atomics.store(this.#words, this.#base + NEXT, 0);
  }

  /** Asks all threads to stop at their next look. */
  stop(): void {
    Atomics.store(this.#words, this.#base + STOP, 1);
  }

  /** @throws SqlError `cancelled` after {@link stop}. */
  check(): void {
    if (Atomics.load(this.#words, this.#base + STOP) !== 0) throw cancelledError();
  }

  /** The next number nobody has claimed. */
  claim(): number {
    return Atomics.add(this.#words, this.#base + NEXT, 1);
  }

  /** Numbers claimed from now on start at `next`; only while no thread claims. */
  restart(next: number): void {
    Atomics.store(this.#words, this.#base + NEXT, next);
  }

  /** Lets later claims of the running round come out past its end. */
  exhaust(): void {
    Atomics.store(this.#words, this.#base + NEXT, 0x3fffffff);
  }

  get claimed(): number {
    return Atomics.load(this.#words, this.#base + NEXT);
  }
}

export const cancelledError = (): SqlError => new SqlError('cancelled', 'the query was cancelled');
