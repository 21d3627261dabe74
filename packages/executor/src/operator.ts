import type {
  Arena,
  Batch,
  FunctionRegistry,
  SessionValues,
  SharedMemory,
  SourceRegistry,
  SqlErrorData,
} from '@windrow/core';

/*
 * How a physical plan runs.
 *
 * lower.ts cuts the plan into pipelines: a source, streaming operators, a sink. A pipeline is described by
 * plain data (PipelineSpec) and runs once on every thread: each thread instantiates it, claims morsels of
 * the source through an atomic counter and pushes batches through the operators into its own sink. A sink
 * returns a plain description of what it collected; the coordinator (main thread) combines the
 * descriptions, may run further parallel task rounds over them (merge hash partitions, sort runs, …), and
 * builds the source of the next pipeline from the result.
 *
 * Memory: `taskArena` lives as long as the query, `batchArena` until the source's next batch. All pages
 * belong to the query's owner and are given back when the query ends, however it ends.
 */

/** What a thread's part of a query works with. */
export interface TaskContext {
  readonly memory: SharedMemory;
  /** Lives until the query ends; one per thread and query. */
  readonly taskArena: Arena;
  /** Reset by the pipeline driver before each source batch. */
  readonly batchArena: Arena;
  readonly functions: FunctionRegistry;
  readonly sources: SourceRegistry;
  readonly session: SessionValues;
  /** Rows a source puts into a batch. */
  readonly batchRows: number;
  /** This thread's number, `0 ≤ thread < threads`. */
  readonly thread: number;
  readonly threads: number;
  /** @throws SqlError `cancelled` once the query has been cancelled. Call it at least once a morsel. */
  checkCancelled(): void;
}

/** Takes a batch; it is valid during the call only. */
export type Push = (batch: Batch) => void;

/** Position of a batch in its pipeline's source, for order-preserving sinks. */
export interface MorselPosition {
  readonly morsel: number;
}

/** Produces the batches of numbered morsels, one thread's instance. */
export interface Source {
  /** Pushes the morsel's rows, in order. */
  run(morsel: number, push: Push): void;
  close?(): void;
}

/** A streaming operator, one thread's instance. It may push zero, one or many batches per input. */
export interface StreamOperator {
  push(batch: Batch, next: Push): void;
  /** End of this thread's input. */
  finish?(next: Push): void;
}

/** The end of a pipeline, one thread's instance. */
export interface PipelineSink {
  push(batch: Batch, position: MorselPosition): void;
  /** End of this thread's input; the result is plain data for the coordinator. */
  finish(): unknown;
  /** May end the pipeline early (LIMIT reached): asked after each morsel. */
  isDone?(): boolean;
}

/** A failure on a worker, as plain data. */
export interface TaskFailure {
  readonly error: SqlErrorData;
}
