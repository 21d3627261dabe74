import type { FunctionRegistry, SessionValues, SharedMemory, SourceRegistry } from '@windrow/core';
import type { PhysicalPlan } from '@windrow/planner';
import { hasManyRows } from './runtime/parallel.ts';
import { WorkerPool } from './runtime/pool.ts';
import type { QueryOptions, QuerySpill } from './runtime/query.ts';
import type { ThreadEnvironment } from './runtime/query-thread.ts';
import type { ResultBatch } from './runtime/result.ts';
import { type Progress, RunningQuery } from './runtime/running-query.ts';
import type { ExecutionStats } from './runtime/stats.ts';

/** What an executor is made of. */
export interface ExecutorOptions {
  readonly memory: SharedMemory;
  /** Worker threads, started with the first query that needs them. */
  readonly threads: number;
  readonly functions: FunctionRegistry;
  readonly sources: SourceRegistry;
  /** The worker entry, which exports what `startWorker` returns under the name `queryThread`. */
  readonly workerUrl: URL;
  /** Most rows of a batch. */
  readonly batchRows?: number | undefined;
  /** Queries that read or make fewer rows at every node run on the main thread. */
  readonly minParallelRows?: number | undefined;
}

export interface ExecuteOptions {
  readonly session: SessionValues;
  /** Instead of the executor's own. */
  readonly batchRows?: number | undefined;
  /** Instead of the executor's own. */
  readonly minParallelRows?: number | undefined;
  /** Where rows go that do not fit into memory; absent: nowhere. */
  readonly spill?: QuerySpill | undefined;
  /** When it fires, whoever waits for a batch gets a `cancelled` error at once. */
  readonly signal?: AbortSignal | undefined;
  /** Called about ten times a second while the query runs. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** A query that can be run. */
export interface Execution {
  /**
   * The rows, in order, to be iterated once. Nothing runs before the first batch is asked for, and not
   * much further than the batch asked for. Leaving the loop ends the query. A batch is valid until the
   * next one is asked for.
   * @throws SqlError from the iteration: what the query raised, `cancelled`, `resource`.
   */
  readonly batches: AsyncIterable<ResultBatch>;
  /** What was done; settles once the query has ended, in whatever way, and never rejects. */
  readonly stats: Promise<ExecutionStats>;
}

export interface Executor {
  execute(plan: PhysicalPlan, options: ExecuteOptions): Execution;
  /** Cancels what runs, waits for it, and stops the workers. */
  close(): Promise<void>;
}

/** Most rows of a batch. A multiple of 64, so that slices of validity bitmaps start at whole words. */
export const DEFAULT_BATCH_ROWS = 32_768;

/** Below it, starting a round on workers costs more than they save. */
const DEFAULT_MIN_PARALLEL_ROWS = 50_000;

/** Runs physical plans over one shared memory. */
export function createExecutor(options: ExecutorOptions): Executor {
  const { memory, threads, functions, sources, workerUrl: entry } = options;
  const batchRows = options.batchRows ?? DEFAULT_BATCH_ROWS;
  const minParallelRows = options.minParallelRows ?? DEFAULT_MIN_PARALLEL_ROWS;
  const environment: ThreadEnvironment = { memory, functions, sources };
  const workers = new WorkerPool(memory, { threads, entry });
  const running = new Set<RunningQuery>();
  let initialized: Promise<void> | undefined;

  async function initializeSources(): Promise<void> {
    initialized ??= sources.initialize();
    try {
      await initialized;
    } catch (thrown) {
      initialized = undefined;
      throw thrown;
    }
  }

  function execute(plan: PhysicalPlan, options: ExecuteOptions): Execution {
    const { session, signal, onProgress } = options;
    let ended: (stats: ExecutionStats) => void;
    const stats = new Promise<ExecutionStats>((resolve) => {
      ended = resolve;
    });
    const query: RunningQuery = new RunningQuery(plan, {
      signal,
      onProgress,
      prepare: async (): Promise<QueryOptions> => {
        await initializeSources();
        const minRows = options.minParallelRows ?? minParallelRows;
        return {
          environment,
          pool: hasManyRows(plan, minRows) ? workers : undefined,
          session,
          batchRows: options.batchRows ?? batchRows,
          minParallelRows: minRows,
          spill: options.spill,
        };
      },
      onStart: () => running.add(query),
      onEnd: (result) => {
        running.delete(query);
        ended(result);
      },
    });
    return { batches: query, stats };
  }

  async function close(): Promise<void> {
    await Promise.all([...running].map((query) => query.return().catch(() => undefined)));
    await workers.close();
  }

  return { execute, close };
}
