import { workerData } from 'node:worker_threads';
import {
  type FunctionRegistry,
  SharedMemory,
  type SourceRegistry,
  toSqlError,
} from '@windrow/core';
import type { WorkerData, WorkerMessage, WorkerReply, WorkerTask } from './pool.ts';
import { QueryThread } from './query-thread.ts';
import { createTimeSlice } from './thread-handle.ts';

/** What the worker entry injects: the same names as on the main thread. */
export interface WorkerOptions {
  readonly functions: FunctionRegistry;
  readonly sources: SourceRegistry;
}

/**
 * Makes the calling worker thread serve queries. The worker entry exports the result by the name that
 * the pool calls.
 *
 * @example
 * ```ts
 * export const queryThread: QueryThreadHandler = startWorker({ functions, sources });
 * ```
 */
export function startWorker(options: WorkerOptions): QueryThreadHandler {
  const memory = SharedMemory.attach((workerData as WorkerData).memory);
  const environment = { memory, ...options };
  let initialized: Promise<void> | undefined;
  let queries = 0;

  return async ({ port, setup }) => {
    // A query has the worker for itself, between yields for others when there are any.
    const thread = new QueryThread(
      environment,
      setup,
      createTimeSlice(() => queries > 1),
    );
    const serve = async (
      message: Exclude<WorkerMessage, { kind: 'end' }>,
    ): Promise<WorkerReply> => {
      try {
        initialized ??= options.sources.initialize();
        await initialized;
      } catch (thrown) {
        initialized = undefined;
        return failed(thrown);
      }
      const reply = await thread.handle(message);
      return reply.kind === 'done' ? reply : { kind: 'failed', error: reply.error.toData() };
    };

    queries += 1;
    try {
      await new Promise<void>((resolve) => {
        port.on('close', resolve);
        port.on('message', (message: WorkerMessage) => {
          if (message.kind === 'end') resolve();
          else
            serve(message)
              .then((reply) => port.postMessage(reply))
              .catch((thrown) => port.postMessage(failed(thrown)));
        });
      });
    } finally {
      queries -= 1;
      thread.abort();
      port.close();
    }
  };
}

const failed = (thrown: unknown): WorkerReply => ({
  kind: 'failed',
  error: toSqlError(thrown).toData(),
});

/** What the pool calls in a worker, once a query. */
export type QueryThreadHandler = (task: WorkerTask) => Promise<void>;
