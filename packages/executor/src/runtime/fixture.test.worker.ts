import { testFunctions, testSources } from './fixture.test.support.ts';
import { type QueryThreadHandler, startWorker } from './worker.ts';

export const queryThread: QueryThreadHandler = startWorker({
  functions: testFunctions,
  sources: testSources,
});
