import { type QueryThreadHandler, startWorker } from '@windrow/executor';
import { createRegistry } from '@windrow/functions';
import { createSourceRegistry } from '@windrow/sources';

/** Entry of a worker thread: the same functions and sources as on the main thread. */
export const queryThread: QueryThreadHandler = startWorker({
  functions: createRegistry(),
  sources: createSourceRegistry(),
});
