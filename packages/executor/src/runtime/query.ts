import { join } from 'node:path';
import {
  Arena,
  assert,
  type FunctionRegistry,
  type OwnerId,
  type SessionValues,
  type SharedMemory,
  type SqlError,
} from '@windrow/core';
import type { PhysicalPlan } from '@windrow/planner';
import { lower, type SinkSpec, type TaskSpec } from '../lower.ts';
import type { ResultOf } from '../operator.ts';
import { MAX_SPILL_LEVEL, removeFiles, type SpillSetup } from '../spill/spill.ts';
import { CONTROL_BYTES, Control, cancelledError } from './control.ts';
import type { WorkerPool } from './pool.ts';
import type { ThreadCommand, ThreadEnvironment, ThreadSetup } from './query-thread.ts';
import { type MemoryAction, Recursion } from './recursion.ts';
import type { Progress } from './running-query.ts';
import { StatsCollector } from './stats.ts';
import { type Branch, morselCount, type PipelineSpec, type Stream, sourceRows } from './stream.ts';
import { createMainThread, type ThreadHandle } from './thread-handle.ts';

type SinkResult<Sink extends SinkSpec> = ResultOf<Extract<SinkSpec, Pick<Sink, 'kind'>>>;
type TaskResult<Task extends TaskSpec> = ResultOf<Extract<TaskSpec, Pick<Task, 'kind'>>>;

/** What a query is started with. */
export interface QueryOptions {
  readonly environment: ThreadEnvironment;
  /** Absent: everything runs on the main thread. */
  readonly pool: WorkerPool | undefined;
  readonly session: SessionValues;
  readonly batchRows: number;
  /** Pipelines over fewer rows than this, and than {@link TINY_ROWS}, run on the main thread. */
  readonly minParallelRows: number;
  /** Where temporary files go; absent: nowhere. */
  readonly spill: QuerySpill | undefined;
}

/** The settings about temporary files. */
export interface QuerySpill {
  /** Of the database; a query makes a directory of its own in it. */
  readonly directory: string;
  readonly forced: boolean;
}

/** Sending so few rows to workers takes longer than working on them. */
const TINY_ROWS = 1024;

/** A pipeline that hands its results back round by round. */
export interface Rounds<Result> {
  /**
   * Morsels up to (not including) `morselEnd`, which ascends. `finish`, by default at the stream's end,
   * ends the pipeline and asks the sinks for their results.
   */
  next(morselEnd: number, finish?: boolean): Promise<readonly Result[]>;
  /** Morsel numbers at which a round must end, ascending; the last is the number of morsels. */
  readonly boundaries: readonly number[];
  readonly threads: number;
}

/** Nodes whose streams read kept results, as often as anybody likes, and cost much to compute. */
const REREADABLE: ReadonlySet<PhysicalPlan['kind']> = new Set(['aggregate', 'sort', 'topN']);

/** In the place of an owner whose pages have been freed; never given to anybody. */
const NO_OWNER: OwnerId = 0;

/** Coordinator memory is a few descriptors and tables. */
const COORDINATOR_BLOCK_BYTES = 65536;

/**
 * The coordinator of one query, on the main thread: lowers the plan node by node, runs pipelines and
 * task rounds on the query's threads one after the other, and gives all memory back at the end.
 */
export class Query {
  readonly memory: SharedMemory;
  readonly owner: OwnerId;
  /** The coordinator's own; lives until the query ends. */
  readonly arena: Arena;
  readonly functions: FunctionRegistry;
  readonly session: SessionValues;
  readonly batchRows: number;
  /** Threads that a parallel pipeline runs on. */
  readonly threads: number;
  readonly stats: StatsCollector;
  /** Rows kept for the common table expressions in scope, by cteId. */
  readonly ctes: Map<number, Stream> = new Map();
  /** How it uses temporary files; absent: not at all. */
  readonly spill: SpillSetup | undefined;
  /** Streams in the place of inputs of a plan, in a query over a part of their rows. */
  readonly #inputs: ReadonlyMap<PhysicalPlan, Stream>;
  readonly #isPart: boolean;
  readonly #parts = new Set<Query>();
  readonly #kept: OwnerId[] = [];
  /** Numbers of owners at the marks of the threads' memory. */
  readonly #keptMarks: number[] = [];
  readonly #options: QueryOptions;
  readonly #control: Control;
  readonly #setup: ThreadSetup;
  readonly #recursion = new Recursion((action) => this.#windMemory(action));
  #main: ThreadHandle | undefined;
  #workers: Promise<readonly ThreadHandle[]> | undefined;
  #failure: SqlError | undefined;
  #pipelines = 0;
  #progress = { total: 0, rounds: 0 };
  /** The round that runs, if any: memory may be freed only after it. */
  #running: Promise<unknown> = Promise.resolve();

  /** @param whole of which the new query is a part: it runs operators over a part of their rows. */
  constructor(
    options: QueryOptions,
    whole?: {
      readonly query: Query;
      readonly inputs: ReadonlyMap<PhysicalPlan, Stream>;
      readonly mayCut: boolean;
    },
  ) {
    const { memory, functions } = options.environment;
    this.stats = whole?.query.stats ?? new StatsCollector();
    this.#isPart = whole !== undefined;
    this.#inputs = whole?.inputs ?? new Map();
    this.#options = options;
    this.memory = memory;
    this.functions = functions;
    this.session = options.session;
    this.batchRows = options.batchRows;
    this.threads = options.pool?.threads ?? 1;
    this.owner = memory.newOwner();
    this.arena = new Arena(memory, this.owner, COORDINATOR_BLOCK_BYTES);
    const control = this.arena.allocate(CONTROL_BYTES);
    this.#control = new Control(memory, control);
    this.#control.clear();
    this.spill =
      whole === undefined ? spillOf(options, this.owner) : partOf(whole.query.spill, whole.mayCut);
    const { owner, threads, session, batchRows, spill } = this;
    this.#setup = { owner, control, session, batchRows, thread: 0, threads, spill };
  }

  /**
   * Runs `body` with a query of its own memory and the same threads, in which `inputs` stand for nodes of
   * the plan. What it leaves has to be in files: its memory is freed. `mayCut`: its rows may be cut again.
   */
  async runPart<Result>(
    inputs: ReadonlyMap<PhysicalPlan, Stream>,
    body: (part: Query) => Promise<Result>,
    options: { readonly mayCut: boolean },
  ): Promise<Result> {
    if (this.#failure !== undefined) throw this.#failure;
    const part = new Query(this.#options, { query: this, inputs, ...options });
    this.#parts.add(part);
    try {
      return await body(part);
    } finally {
      await part.close();
      this.#parts.delete(part);
    }
  }

  /** An owner of rows that may be given back by {@link freeKept} before the query ends. */
  newKeptOwner(): OwnerId {
    const owner = this.memory.newOwner();
    this.#kept.push(owner);
    return owner;
  }

  freeKept(owner: OwnerId): void {
    this.memory.freeOwner(owner);
    const index = this.#kept.indexOf(owner);
    // Its place stays, as marks count.
    if (index >= 0) this.#kept[index] = NO_OWNER;
  }

  async lower(plan: PhysicalPlan): Promise<Stream> {
    const input = this.#inputs.get(plan);
    if (input !== undefined) return input;
    return REREADABLE.has(plan.kind)
      ? this.#recursion.invariant(plan, 'stream', () => lower(plan, this))
      : lower(plan, this);
  }

  /**
   * What `compute` makes of a plan for some purpose; inside a recursion it is computed once, unless the
   * plan reads what the recursion changes. For parts of a step that are the same in every round.
   */
  invariant<Result>(
    plan: PhysicalPlan,
    purpose: string,
    compute: () => Promise<Result>,
  ): Promise<Result> {
    return this.#recursion.invariant(plan, purpose, compute);
  }

  /** Is it in the rounds of a recursive query? */
  get isRecursing(): boolean {
    return this.#recursion.isRunning;
  }

  /** From now on `cteId` changes from round to round. */
  beginRecursion(cteId: number): void {
    this.#recursion.begin(cteId);
  }

  /** The recursion begun last is through. */
  async endRecursion(): Promise<void> {
    await this.#recursion.end();
  }

  /** Gives back what the threads took for a round; nothing of it is needed any more. */
  async forgetRound(): Promise<void> {
    await this.#recursion.forgetRound();
  }

  /** What the threads took for a round stays until the query ends. */
  async keepRound(): Promise<void> {
    await this.#recursion.keepRound();
  }

  /**
   * Runs a stream into a sink on every thread; one result for each thread that took part (at least one,
   * also when there is nothing to read).
   */
  async run<Sink extends SinkSpec>(
    stream: Stream,
    sink: Sink,
    options: { readonly threads?: number } = {},
  ): Promise<SinkResult<Sink>[]> {
    const rounds = await this.start(stream, sink, { ...options, collect: false });
    let results: readonly SinkResult<Sink>[] = [];
    for (const boundary of rounds.boundaries) results = await rounds.next(boundary);
    return [...results];
  }

  /** Like {@link run}, but the caller says how far each round goes. */
  async start<Sink extends SinkSpec>(
    stream: Stream,
    sink: Sink,
    options: { readonly threads?: number; readonly collect: boolean },
  ): Promise<Rounds<SinkResult<Sink>>> {
    const spec: PipelineSpec = { branches: stream.branches, sink };
    const id = this.#pipelines++;
    const boundaries = roundBoundaries(stream.branches);
    const morsels = boundaries.at(-1)!;
    const wanted = Math.max(1, Math.min(morsels, options.threads ?? this.threads));
    const rows = sourceRows(stream.branches) ?? Number.POSITIVE_INFINITY;
    const threads = await this.#threadsFor(wanted, stream.mainThread || this.#isTiny(rows));
    let begin = 0;
    let isOpen = false;
    const next = async (
      morselEnd: number,
      finish = morselEnd === morsels,
    ): Promise<readonly SinkResult<Sink>[]> => {
      const command = {
        kind: 'pipeline' as const,
        id,
        spec: isOpen ? undefined : spec,
        morselEnd,
        finish,
        collect: options.collect,
      };
      const results = await this.#round(threads, command, begin);
      begin = morselEnd;
      isOpen = true;
      return results as SinkResult<Sink>[];
    };
    return { next, boundaries, threads: threads.length };
  }

  /**
   * Runs tasks `0 … count - 1` on all threads; results in the order of tasks.
   * `mainThread`: the task calls functions that exist there only. `rows`: how many the tasks are about.
   */
  async runTasks<Task extends TaskSpec>(
    task: Task,
    count: number,
    options: { readonly mainThread?: boolean; readonly rows?: number } = {},
  ): Promise<TaskResult<Task>[]> {
    if (count === 0) return [];
    const wanted = Math.min(count, this.threads);
    const { mainThread = false, rows = Number.POSITIVE_INFINITY } = options;
    const threads = await this.#threadsFor(wanted, mainThread || this.#isTiny(rows));
    const replies = await this.#round(threads, { kind: 'tasks', task, count }, 0);
    const results = new Array<TaskResult<Task>>(count);
    for (const reply of replies as (readonly [number, TaskResult<Task>])[][]) {
      for (const [number, result] of reply) results[number] = result;
    }
    return results;
  }

  /** Stops all threads; whoever waits for a round gets `error`, or `cancelled`. */
  stop(error: SqlError = cancelledError()): void {
    this.#failure ??= error;
    this.#control.stop();
    for (const part of this.#parts) part.stop(error);
  }

  /** Waits for all threads to stop, then frees the query's memory. */
  async close(): Promise<void> {
    this.stop();
    await this.#running.catch(() => undefined);
    const workers = (await this.#workers?.catch(() => [])) ?? [];
    await Promise.all([this.#main, ...workers].map((thread) => thread?.close()));
    const owners = [this.owner, ...this.#kept.filter((owner) => owner !== NO_OWNER)];
    const { memory } = this;
    this.stats.noteMemory(owners.reduce((sum, owner) => sum + memory.ownedBytes(owner), 0));
    for (const owner of owners) memory.freeOwner(owner);
    if (!this.#isPart && this.spill !== undefined) removeFiles(this.spill.directory);
  }

  get progress(): Progress {
    const { total, rounds } = this.#progress;
    return { claimed: Math.min(this.#control.claimed, total), total, rounds };
  }

  /** Are rows so few that waking a worker takes longer than what is done to them? */
  #isTiny(rows: number): boolean {
    return rows < Math.min(TINY_ROWS, this.#options.minParallelRows);
  }

  async #threadsFor(wanted: number, mainThread: boolean): Promise<readonly ThreadHandle[]> {
    const { pool, environment } = this.#options;
    if (pool === undefined || mainThread) {
      this.#main ??= createMainThread(environment, { ...this.#setup, threads: 1 });
      return [this.#main];
    }
    this.#workers ??= Promise.all(
      Array.from({ length: pool.threads }, (_, thread) => pool.join({ ...this.#setup, thread })),
    );
    return (await this.#workers).slice(0, wanted);
  }

  async #windMemory(action: MemoryAction): Promise<void> {
    this.#windKept(action);
    const workers = (await this.#workers) ?? [];
    const threads = this.#main === undefined ? workers : [this.#main, ...workers];
    await Promise.all(threads.map((thread) => thread.send({ kind: 'memory', action })));
  }

  /** Kept rows follow the threads' arenas. */
  #windKept(action: MemoryAction): void {
    if (action === 'mark') this.#keptMarks.push(this.#kept.length);
    else if (action === 'unmark') this.#keptMarks.pop();
    else {
      const forgotten = this.#kept.splice(this.#keptMarks.at(-1) ?? this.#kept.length);
      for (const owner of forgotten) if (owner !== NO_OWNER) this.memory.freeOwner(owner);
    }
  }

  async #round(
    threads: readonly ThreadHandle[],
    command: Exclude<ThreadCommand, { readonly kind: 'memory' }>,
    firstClaim: number,
  ): Promise<readonly unknown[]> {
    if (this.#failure !== undefined) throw this.#failure;
    this.#control.restart(firstClaim);
    const total = command.kind === 'pipeline' ? command.morselEnd : command.count;
    this.#progress = { total, rounds: this.#progress.rounds + 1 };
    const sent = Promise.all(threads.map((thread) => thread.send(command)));
    this.#running = sent;
    const replies = await sent;
    const failures = replies.flatMap((reply) => (reply.kind === 'failed' ? [reply.error] : []));
    // Threads that were stopped because of another one's failure reply `cancelled`.
    const failure = failures.find((error) => error.code !== 'cancelled') ?? failures[0];
    if (failure !== undefined) this.stop(failure);
    if (this.#failure !== undefined) throw this.#failure;
    return replies.map((reply, thread) => {
      assert(reply.kind === 'done', 'a reply that is not a failure is a result');
      this.stats.add(thread, reply.profile);
      return reply.result;
    });
  }
}

const spillOf = ({ spill }: QueryOptions, owner: OwnerId): SpillSetup | undefined =>
  spill && { directory: join(spill.directory, String(owner)), forced: spill.forced, level: 0 };

/** Parts of parts are cut otherwise, and so on for a while. */
const partOf = (spill: SpillSetup | undefined, mayCut: boolean): SpillSetup | undefined =>
  spill && { ...spill, forced: false, level: mayCut ? spill.level + 1 : MAX_SPILL_LEVEL };

function roundBoundaries(branches: readonly Branch[]): readonly number[] {
  const boundaries: number[] = [];
  branches.forEach((branch, index) => {
    if (branch.afterEarlier === true) boundaries.push(morselCount(branches.slice(0, index)));
  });
  return [...new Set([...boundaries, morselCount(branches)])];
}
