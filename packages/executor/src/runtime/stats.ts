import type { WriteReport } from '@windrow/core';
import type { NodeProfile } from './profile.ts';

/** What a plan node did, over all threads. */
export interface NodeStats {
  readonly nodeId: number;
  /** Rows handed up. */
  readonly rows: number;
  /** Own time, summed over the threads. */
  readonly ms: number;
  /** Memory taken and kept until the query's end. */
  readonly memoryBytes: number;
  /** Bytes written to temporary files. */
  readonly spilledBytes: number;
  /** Threads that took part. */
  readonly threads: number;
}

/** What a query did; figures up to its end, however it ended. */
export interface ExecutionStats {
  /** By ascending nodeId; nodes that never ran are missing. */
  readonly nodes: readonly NodeStats[];
  readonly elapsedMs: number;
  /** Memory held at the end of the query, before it was freed. */
  readonly memoryBytes: number;
  readonly writes: readonly WriteReport[];
}

/** Adds up what the threads report. */
export class StatsCollector {
  readonly #nodes = new Map<
    number,
    { rows: number; ms: number; bytes: number; spilled: number; mask: number }
  >();
  readonly #writes: WriteReport[] = [];
  readonly #startedMs = performance.now();
  #memoryBytes = 0;

  add(thread: number, profiles: readonly NodeProfile[]): void {
    for (const { nodeId, rows, ms, memoryBytes, spilledBytes } of profiles) {
      const node = this.#nodes.get(nodeId) ?? { rows: 0, ms: 0, bytes: 0, spilled: 0, mask: 0 };
      node.rows += rows;
      node.ms += ms;
      node.bytes += memoryBytes;
      node.spilled += spilledBytes;
      node.mask |= 1 << (thread & 31);
      this.#nodes.set(nodeId, node);
    }
  }

  /** Rows that left a node outside of any pipeline. */
  addRows(nodeId: number, rows: number): void {
    this.add(0, [{ nodeId, rows, ms: 0, memoryBytes: 0, spilledBytes: 0 }]);
  }

  addWrite(report: WriteReport): void {
    this.#writes.push(report);
  }

  noteMemory(bytes: number): void {
    this.#memoryBytes = Math.max(this.#memoryBytes, bytes);
  }

  result(): ExecutionStats {
    const nodes = [...this.#nodes].map(([nodeId, { rows, ms, bytes, spilled, mask }]) => ({
      nodeId,
      rows,
      ms,
      memoryBytes: bytes,
      spilledBytes: spilled,
      threads: mask.toString(2).replaceAll('0', '').length,
    }));
    return {
      nodes: nodes.sort((a, b) => a.nodeId - b.nodeId),
      elapsedMs: performance.now() - this.#startedMs,
      memoryBytes: this.#memoryBytes,
      writes: this.#writes,
    };
  }
}
