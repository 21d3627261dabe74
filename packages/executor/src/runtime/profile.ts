import type { Arena } from '@windrow/core';

/** What one thread did for one plan node since the last {@link Profiler.take}. */
export interface NodeProfile {
  readonly nodeId: number;
  /** Rows handed up. */
  readonly rows: number;
  /** Own time, without that of the operators above. */
  readonly ms: number;
  /** Growth of the thread's task arena. */
  readonly memoryBytes: number;
  /** Bytes written to temporary files. */
  readonly spilledBytes: number;
}

/** Slot of the driver itself: time that belongs to no node. */
export const DRIVER_SLOT = 0;

/**
 * Splits a thread's time and memory among plan nodes: a stopwatch that always runs for exactly one slot.
 * Operators call one another from inside, so each change of hands costs two clock reads a batch.
 */
export class Profiler {
  readonly #arena: Arena;
  readonly #spill: { readonly writtenBytes: number };
  readonly #slots = new Map<number, number>();
  readonly #nodeIds: number[] = [-1];
  #rows: number[] = [0];
  #ms: number[] = [0];
  #bytes: number[] = [0];
  #spilled: number[] = [0];
  #current = DRIVER_SLOT;
  #since = performance.now();
  #reserved: number;
  #written: number;

  constructor(arena: Arena, spill: { readonly writtenBytes: number }) {
    this.#arena = arena;
    this.#spill = spill;
    this.#reserved = arena.reservedBytes;
    this.#written = spill.writtenBytes;
  }

  /** The slot of a node; the same one whenever it is asked. */
  slot(nodeId: number): number {
    let slot = this.#slots.get(nodeId);
    if (slot === undefined) {
      slot = this.#nodeIds.length;
      this.#slots.set(nodeId, slot);
      this.#nodeIds.push(nodeId);
      this.#rows.push(0);
      this.#ms.push(0);
      this.#bytes.push(0);
      this.#spilled.push(0);
    }
    return slot;
  }

  /** From now on the stopwatch runs for `slot`; returns the slot it ran for. */
  enter(slot: number): number {
    const previous = this.#current;
    const now = performance.now();
    this.#ms[previous]! += now - this.#since;
    this.#since = now;
    const reserved = this.#arena.reservedBytes;
    if (reserved !== this.#reserved) {
      this.#bytes[previous]! += reserved - this.#reserved;
      this.#reserved = reserved;
    }
    const written = this.#spill.writtenBytes;
    if (written !== this.#written) {
      this.#spilled[previous]! += written - this.#written;
      this.#written = written;
    }
    this.#current = slot;
    return previous;
  }

  countRows(slot: number, rows: number): void {
    this.#rows[slot]! += rows;
  }

  /** What was measured since the last call, nodes that did nothing left out. */
  take(): NodeProfile[] {
    this.enter(DRIVER_SLOT);
    const profiles: NodeProfile[] = [];
    for (let slot = 1; slot < this.#nodeIds.length; slot++) {
      const nodeId = this.#nodeIds[slot]!;
      const [rows, ms, memoryBytes] = [this.#rows[slot]!, this.#ms[slot]!, this.#bytes[slot]!];
      const spilledBytes = this.#spilled[slot]!;
      if (ms > 0) profiles.push({ nodeId, rows, ms, memoryBytes, spilledBytes });
      this.#rows[slot] = 0;
      this.#ms[slot] = 0;
      this.#bytes[slot] = 0;
      this.#spilled[slot] = 0;
    }
    return profiles;
  }
}
