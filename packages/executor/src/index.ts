export {
  createExecutor,
  DEFAULT_BATCH_ROWS,
  type ExecuteOptions,
  type Execution,
  type Executor,
  type ExecutorOptions,
} from './executor.ts';
export { type ConstantContext, evaluateConstant } from './expression/constant.ts';
export type { ResultBatch } from './runtime/result.ts';
export type { Progress } from './runtime/running-query.ts';
export type { ExecutionStats, NodeStats } from './runtime/stats.ts';
export { type QueryThreadHandler, startWorker, type WorkerOptions } from './runtime/worker.ts';
export { TemporaryFiles } from './spill/temporary-files.ts';
