import { toSqlError } from '@windrow/core';
import type { PhysicalPlan } from '@windrow/planner';
import { limitRange } from '../operators/limit.ts';
import { selectColumns } from '../operators/project.ts';
import { cancelledError } from './control.ts';
import { Query, type QueryOptions } from './query.ts';
import { type ResultBatch, resultBatches } from './result.ts';
import { type ExecutionStats, StatsCollector } from './stats.ts';

/** How far the query has come. */
export interface Progress {
  /** Morsels and tasks that threads have begun with in the running round, and that round's end. */
  readonly claimed: number;
  readonly total: number;
  /** Rounds that are through. */
  readonly rounds: number;
}

export interface RunningQueryOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Called once, when the first batch is asked for. */
  prepare(): Promise<QueryOptions>;
  onStart(): void;
  /** Called once, when nothing of the query is left. */
  onEnd(stats: ExecutionStats): void;
}

const PROGRESS_INTERVAL_MS = 100;

/**
 * A query as its caller sees it: an iterator over batches. It starts with the first `next`, and ends at
 * its last row, with `return`, with an error, or with the signal; then its memory is given back.
 */
export class RunningQuery implements AsyncIterableIterator<ResultBatch> {
  readonly #plan: PhysicalPlan;
  readonly #options: RunningQueryOptions;
  readonly #batches: AsyncGenerator<ResultBatch, void, void>;
  #query: Query | undefined;
  #isStarted = false;
  /** A signal that fires later must find nothing of the query. */
  readonly #ended = new AbortController();
  /** Rejects when the signal fires, before the threads have stopped. */
  #aborted: Promise<never> | undefined;

  constructor(plan: PhysicalPlan, options: RunningQueryOptions) {
    this.#plan = plan;
    this.#options = options;
    this.#batches = this.#run();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<ResultBatch, void>> {
    if (!this.#isStarted) {
      this.#isStarted = true;
      this.#options.onStart();
      this.#aborted = this.#listen();
    }
    const next = this.#batches.next();
    return this.#aborted === undefined ? next : Promise.race([next, this.#aborted]);
  }

  async return(): Promise<IteratorResult<ResultBatch, void>> {
    if (!this.#isStarted) {
      this.#isStarted = true;
      this.#options.onEnd(new StatsCollector().result());
    }
    this.#query?.stop();
    await this.#batches.return();
    return { done: true, value: undefined };
  }

  #listen(): Promise<never> | undefined {
    const { signal } = this.#options;
    if (signal === undefined) return undefined;
    const aborted = new Promise<never>((_, reject) => {
      const abort = (): void => {
        reject(cancelledError());
        // The threads stop at their next look; memory is freed after that, and nobody waits for it here.
        this.return().catch(() => undefined);
      };
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort, { once: true, signal: this.#ended.signal });
    });
    // Without a `next` that waits, nobody is told.
    aborted.catch(() => undefined);
    return aborted;
  }

  async *#run(): AsyncGenerator<ResultBatch, void, void> {
    const { signal, onEnd } = this.#options;
    let stats = new StatsCollector();
    let timer: NodeJS.Timeout | undefined;
    try {
      const options = await this.#options.prepare();
      if (signal?.aborted === true) throw cancelledError();
      const query = new Query(options);
      this.#query = query;
      stats = query.stats;
      timer = this.#reportProgress(query);
      const { input, range } = rootRange(this.#plan);
      const stream = selectColumns(await query.lower(input), input.output, input.nodeId);
      const { nodeId } = this.#plan;
      yield* resultBatches(query, stream, { nodeId, range, counts: input !== this.#plan });
    } catch (thrown) {
      throw toSqlError(thrown);
    } finally {
      clearInterval(timer);
      await this.#query?.close();
      this.#query = undefined;
      this.#ended.abort();
      onEnd(stats.result());
    }
  }

  #reportProgress(query: Query): NodeJS.Timeout | undefined {
    const { onProgress } = this.#options;
    if (onProgress === undefined) return undefined;
    return setInterval(() => onProgress(query.progress), PROGRESS_INTERVAL_MS).unref();
  }
}

/** A limit at the root needs no pipeline of its own: rows are counted as they are handed out. */
function rootRange(plan: PhysicalPlan): {
  readonly input: PhysicalPlan;
  readonly range: { readonly from: number; readonly to: number };
} {
  return plan.kind === 'limit' && !plan.percent
    ? { input: plan.input, range: limitRange(plan, Number.POSITIVE_INFINITY) }
    : { input: plan, range: { from: 0, to: Number.POSITIVE_INFINITY } };
}
