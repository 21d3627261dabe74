import {
  type Address,
  Arena,
  type ArenaMark,
  assert,
  type FunctionRegistry,
  type OwnerId,
  type SessionValues,
  type SharedMemory,
  type SourceRegistry,
  type SqlError,
  toSqlError,
  unreachable,
} from '@windrow/core';
import { openTask, type TaskSpec } from '../lower.ts';
import type { TaskContext } from '../operator.ts';
import { Spill, type SpillSetup } from '../spill/spill.ts';
import { Control } from './control.ts';
import { Pipeline, type TimeSlice } from './pipeline.ts';
import { type NodeProfile, Profiler } from './profile.ts';
import type { PipelineSpec } from './stream.ts';

/** What a thread is told when it joins a query; plain data. */
export interface ThreadSetup {
  readonly owner: OwnerId;
  readonly control: Address;
  readonly session: SessionValues;
  readonly batchRows: number;
  readonly thread: number;
  readonly threads: number;
  /** Absent: rows have to fit into memory. */
  readonly spill: SpillSetup | undefined;
}

/** What every thread of a process has, whatever the query. */
export interface ThreadEnvironment {
  readonly memory: SharedMemory;
  readonly functions: FunctionRegistry;
  readonly sources: SourceRegistry;
}

/**
 * An order to a thread of a query; plain data. A pipeline's spec comes with its first round only.
 * After the round with `finish` the pipeline is gone.
 */
export type ThreadCommand =
  | {
      readonly kind: 'pipeline';
      readonly id: number;
      readonly spec: PipelineSpec | undefined;
      readonly morselEnd: number;
      readonly finish: boolean;
      /** Also ask for the sink's result in rounds that do not finish the pipeline. */
      readonly collect: boolean;
    }
  | { readonly kind: 'tasks'; readonly task: TaskSpec; readonly count: number }
  /** Of the task arena: `rewind` goes back to the last mark, which stays; `unmark` drops it. */
  | { readonly kind: 'memory'; readonly action: 'mark' | 'rewind' | 'unmark' };

/** `result` of a task round is a list of [task number, result]. */
export type ThreadReply =
  | { readonly kind: 'done'; readonly result: unknown; readonly profile: readonly NodeProfile[] }
  | { readonly kind: 'failed'; readonly error: SqlError };

/** Size of an arena's standard blocks: a query of few rows should not reserve megabytes a thread. */
const ARENA_BLOCK_BYTES = 262144;

/** Memory for batches that a thread keeps from pipeline to pipeline. */
const MAX_IDLE_BYTES = ARENA_BLOCK_BYTES;

/** A thread's part of one query: its arenas and the pipelines it has open. */
export class QueryThread {
  readonly #context: TaskContext;
  readonly #control: Control;
  readonly #profiler: Profiler;
  readonly #spill: Spill;
  readonly #slice: TimeSlice;
  readonly #pipelines = new Map<number, Pipeline>();
  readonly #marks: ArenaMark[] = [];

  constructor(environment: ThreadEnvironment, setup: ThreadSetup, slice: TimeSlice) {
    const { memory, functions, sources } = environment;
    const control = new Control(memory, setup.control);
    const taskArena = new Arena(memory, setup.owner, ARENA_BLOCK_BYTES);
    this.#control = control;
    this.#slice = slice;
    const { owner, threads } = setup;
    this.#spill = new Spill(memory, { owner, threads, setup: setup.spill });
    this.#profiler = new Profiler(taskArena, this.#spill);
    this.#context = {
      memory,
      functions,
      sources,
      taskArena,
      batchArena: new Arena(memory, setup.owner, ARENA_BLOCK_BYTES),
      spill: this.#spill,
      session: setup.session,
      batchRows: setup.batchRows,
      thread: setup.thread,
      threads: setup.threads,
      checkCancelled: () => control.check(),
    };
  }

  /** Runs a command to its end. Never rejects: a failure is a reply, and stops the other threads. */
  async handle(command: ThreadCommand): Promise<ThreadReply> {
    try {
      const result = await this.#run(command);
      return { kind: 'done', result, profile: this.#profiler.take() };
    } catch (thrown) {
      this.#control.stop();
      this.abort();
      return { kind: 'failed', error: toSqlError(thrown) };
    }
  }

  /** Drops what is open: sinks give up what they wrote. */
  abort(): void {
    for (const pipeline of this.#pipelines.values()) {
      pipeline.abort();
      pipeline.close();
    }
    this.#pipelines.clear();
    this.#spill.close();
  }

  async #run(command: ThreadCommand): Promise<unknown> {
    switch (command.kind) {
      case 'pipeline':
        return this.#runPipeline(command);
      case 'tasks':
        return this.#runTasks(command.task, command.count);
      case 'memory':
        return this.#windMemory(command.action);
      default:
        return unreachable(command);
    }
  }

  async #runPipeline(command: ThreadCommand & { readonly kind: 'pipeline' }): Promise<unknown> {
    const { id, spec, morselEnd, finish, collect } = command;
    let pipeline = this.#pipelines.get(id);
    if (pipeline === undefined) {
      assert(spec !== undefined, 'the first round of a pipeline brings its spec');
      pipeline = new Pipeline(spec, this.#context, this.#profiler);
      this.#pipelines.set(id, pipeline);
    }
    await pipeline.run(this.#control, morselEnd, this.#slice);
    this.#context.checkCancelled();
    const result = finish || collect ? pipeline.finish() : undefined;
    if (finish) {
      pipeline.close();
      this.#pipelines.delete(id);
      this.#shrink();
    }
    return result;
  }

  /** What the batches of a scan took, a sort may need. */
  #shrink(): void {
    const { batchArena } = this.#context;
    if (this.#pipelines.size === 0 && batchArena.reservedBytes > MAX_IDLE_BYTES)
      batchArena.release();
  }

  #windMemory(action: 'mark' | 'rewind' | 'unmark'): void {
    const { taskArena } = this.#context;
    const mark = this.#marks.at(-1);
    if (action === 'mark') this.#marks.push(taskArena.mark());
    else if (action === 'unmark') this.#marks.pop();
    else if (mark !== undefined) taskArena.rewind(mark);
  }

  async #runTasks(task: TaskSpec, count: number): Promise<(readonly [number, unknown])[]> {
    const runner = openTask(task, this.#context);
    const slot = this.#profiler.slot(task.nodeId);
    const results: (readonly [number, unknown])[] = [];
    for (let number = this.#control.claim(); number < count; number = this.#control.claim()) {
      this.#context.checkCancelled();
      const previous = this.#profiler.enter(slot);
      results.push([number, runner.run(number)]);
      this.#profiler.enter(previous);
      this.#context.batchArena.reset();
      if (this.#slice.expired()) await this.#slice.pause();
    }
    runner.close?.();
    this.#shrink();
    return results;
  }
}
