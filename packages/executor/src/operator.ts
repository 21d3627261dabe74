import type {
  Arena,
  Batch,
  FunctionRegistry,
  SessionValues,
  SharedMemory,
  SourceRegistry,
} from '@windrow/core';
import type { Spill } from './spill/spill.ts';

/*
 * How a physical plan runs.
 *
 * `lower.ts` turns plan nodes into streams: what is left to run of a pipeline, as plain data (a source and
 * streaming operators). A node that needs all of its input first (a breaker) runs the stream below it into
 * a sink and returns a stream over what the sink collected. So the true sizes are known when the next
 * pipeline is built.
 *
 * A pipeline runs on several threads at once: each thread instantiates it from its plain data, claims
 * morsels of the source through an atomic counter, pushes their batches through the operators into its
 * own sink, and hands back what the sink's `finish` returns, plain data again. Between pipelines the
 * coordinator (main thread) may run parallel task rounds over such results (merge hash partitions, sort
 * runs, …): numbered tasks, claimed the same way.
 *
 * Memory: `taskArena` lives as long as the query, `batchArena` until the source's next batch. All pages
 * belong to the query's owner and are given back when the query ends, however it ends.
 */

/** What a thread's part of a query works with. */
export interface TaskContext {
  readonly memory: SharedMemory;
  /** Lives until the query ends; one per thread and query. */
  readonly taskArena: Arena;
  /** Reset by the driver after each source batch has run through its pipeline, and after each task. */
  readonly batchArena: Arena;
  readonly functions: FunctionRegistry;
  readonly sources: SourceRegistry;
  /** The query's temporary files. */
  readonly spill: Spill;
  readonly session: SessionValues;
  /** Most rows that a source puts into a batch. */
  readonly batchRows: number;
  /** This thread's number, `0 ≤ thread < threads`. */
  readonly thread: number;
  readonly threads: number;
  /**
   * The driver calls it before each batch and each task; an operator calls it inside loops that may
   * take longer than some 10 ms.
   * @throws SqlError `cancelled` once the query has been cancelled or has failed on another thread.
   */
  checkCancelled(): void;
}

/** Takes a batch; it is valid during the call only. */
export type Push = (batch: Batch) => void;

/** Position of a batch in its pipeline's source, for order-preserving sinks. */
export interface MorselPosition {
  /** Ascending in the order of rows; a thread sees its morsels in ascending order. */
  readonly morsel: number;
}

/** Produces the batches of numbered morsels, one thread's instance. */
export interface Source {
  /**
   * The morsel's rows in order, at most `batchRows` a batch. A batch and all that was allocated in
   * `batchArena` for it are valid until the next one is asked for. The caller may stop early.
   */
  batches(morsel: number): Iterable<Batch>;
  close?(): void;
}

/**
 * A streaming operator, one thread's instance. It may push zero, one or many batches per input, and
 * resets of `batchArena` are not its business; one that makes many outputs of one input rewinds the
 * arena between them (`Arena.mark`).
 */
export interface StreamOperator {
  push(batch: Batch, next: Push): void;
  close?(): void;
}

/**
 * How a sink ends a pipeline early: `nextMorsel` leaves out the rest of the morsel, `nothing` ends the
 * pipeline on all threads (LIMIT reached).
 */
export type Wanted = 'rows' | 'nextMorsel' | 'nothing';

/** The end of a pipeline, one thread's instance. */
export interface PipelineSink<Result = unknown> {
  push(batch: Batch, position: MorselPosition): void;
  /** All rows of the morsel have been pushed. */
  endMorsel?(position: MorselPosition): void;
  /** End of this thread's input; the result is plain data for the coordinator. */
  finish(): Result;
  /** What it still wants, asked after each source batch and each morsel; without it, all rows. */
  wants?(): Wanted;
  /** In place of `finish` when the query failed or was cancelled. */
  abort?(): void;
}

/** Runs numbered tasks of one round, one thread's instance. */
export interface TaskRunner<Result = unknown> {
  /** The result is plain data; results reach the coordinator in the order of task numbers. */
  run(task: number): Result;
  /** After the thread's last task of the round. */
  close?(): void;
}

/**
 * Mark of a sink's or task's plain data: what its instance hands back. It exists for the compiler only;
 * no value ever has the member.
 */
export interface Returns<Result> {
  readonly returns?: Result;
}

/** What {@link Returns} says. */
export type ResultOf<Spec> = Spec extends Returns<infer Result> ? Result : never;
