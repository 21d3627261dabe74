import { MessageChannel } from 'node:worker_threads';
import type { SharedMemory } from '@windrow/core';
import { SqlError, type SqlErrorData } from '@windrow/core';
import type { Piscina } from 'piscina';
import type { NodeProfile } from './profile.ts';
import type { ThreadCommand, ThreadReply, ThreadSetup } from './query-thread.ts';
import type { ThreadHandle } from './thread-handle.ts';

/** Given to every worker at its start. */
export interface WorkerData {
  readonly memory: WebAssembly.Memory;
}

/** The one task of the pool: serve a query through a port until told to end. */
export interface WorkerTask {
  readonly port: MessagePort;
  readonly setup: ThreadSetup;
}

export type WorkerMessage = ThreadCommand | { readonly kind: 'end' };

export type WorkerReply =
  | { readonly kind: 'done'; readonly result: unknown; readonly profile: readonly NodeProfile[] }
  | { readonly kind: 'failed'; readonly error: SqlErrorData };

type MessagePort = MessageChannel['port1'];

/** Name under which the worker entry exports what `startWorker` returns. */
const HANDLER = 'queryThread';

/**
 * More queries than anybody runs at once: a query occupies a place on every worker until its last row
 * has been taken, and must not keep the next one waiting for that.
 */
const QUERIES_PER_WORKER = 4096;

/** The worker threads of a database, started with the first query that needs them. */
export class WorkerPool {
  readonly threads: number;
  readonly #memory: SharedMemory;
  readonly #entry: URL;
  #piscina: Promise<Piscina> | undefined;
  /** What the last worker died of. */
  #cause: unknown;

  constructor(memory: SharedMemory, options: { readonly threads: number; readonly entry: URL }) {
    this.#memory = memory;
    this.threads = options.threads;
    this.#entry = options.entry;
  }

  /**
   * A worker's part of a query. The pool gives each task to the worker with the fewest, so the
   * threads of a query are spread over all workers.
   */
  async join(setup: ThreadSetup): Promise<ThreadHandle> {
    this.#piscina ??= this.#start();
    const piscina = await this.#piscina;
    const { port1, port2 } = new MessageChannel();
    const task: WorkerTask = { port: port2, setup };
    const served: Promise<void> = piscina.run(task, { transferList: [port2] });
    return new WorkerThread(port1, served, () => this.#cause);
  }

  /** Stops all workers. Queries that still run fail. */
  async close(): Promise<void> {
    const piscina = await this.#piscina;
    this.#piscina = undefined;
    await piscina?.destroy();
  }

  async #start(): Promise<Piscina> {
    // Most processes never need it, and those should not wait for it to load.
    const { Piscina } = await import('piscina');
    const workerData: WorkerData = { memory: this.#memory.memory };
    const piscina = new Piscina({
      filename: this.#entry.href,
      name: HANDLER,
      minThreads: this.threads,
      maxThreads: this.threads,
      concurrentTasksPerWorker: QUERIES_PER_WORKER,
      ...workerArguments(process.execArgv),
      workerData,
    });
    // A worker that dies without a query, in particular while it starts: fail what waits for one, and
    // let the next query try with fresh workers.
    piscina.on('error', (cause) => {
      this.#cause = cause;
      this.#piscina = undefined;
      piscina.destroy().catch(() => undefined);
    });
    return piscina;
  }
}

class WorkerThread implements ThreadHandle {
  readonly #port: MessagePort;
  readonly #served: Promise<void>;
  /** Settles only when the worker leaves without having been told to. */
  readonly #died: Promise<ThreadReply>;
  #receive: ((reply: ThreadReply) => void) | undefined;

  constructor(port: MessagePort, served: Promise<void>, causeOfDeath: () => unknown) {
    this.#port = port;
    this.#served = served;
    this.#died = new Promise((resolve) => {
      served.catch((cause: unknown) =>
        resolve({ kind: 'failed', error: workerDied(causeOfDeath() ?? cause) }),
      );
    });
    port.on('message', (reply: WorkerReply) => {
      const receive = this.#receive;
      this.#receive = undefined;
      receive?.(
        reply.kind === 'done' ? reply : { kind: 'failed', error: SqlError.fromData(reply.error) },
      );
    });
  }

  send(command: ThreadCommand): Promise<ThreadReply> {
    const reply = new Promise<ThreadReply>((resolve) => {
      this.#receive = resolve;
    });
    this.#port.postMessage(command satisfies WorkerMessage);
    return Promise.race([reply, this.#died]);
  }

  async close(): Promise<void> {
    this.#port.postMessage({ kind: 'end' } satisfies WorkerMessage);
    await this.#served.catch(() => undefined);
    this.#port.close();
  }
}

/** The condition under which packages resolve to their TypeScript sources, which workers cannot load. */
const SOURCE_CONDITION = 'windrow-source';

/**
 * The process's Node options without the source condition: workers run built JavaScript. Where it is not
 * among them, workers inherit the options by themselves, those of V8 included, which may not be named.
 */
function workerArguments(options: readonly string[]): { readonly execArgv?: string[] } {
  const isSource = (index: number): boolean => {
    const [option, value] = [options[index] ?? '', options[index + 1]];
    const isBare = option === '--conditions' || option === '-C';
    return (isBare && value === SOURCE_CONDITION) || option === `--conditions=${SOURCE_CONDITION}`;
  };
  const execArgv = options.filter((option, index) => {
    const isValueOfSource = option === SOURCE_CONDITION && index > 0 && isSource(index - 1);
    return !isSource(index) && !isValueOfSource;
  });
  return execArgv.length === options.length ? {} : { execArgv };
}

const workerDied = (cause: unknown): SqlError =>
  new SqlError('internal', `a worker thread ended: ${String(cause)}`, {
    cause,
    hint: 'The database stays usable; run the statement again.',
  });
