import { mkdirSync } from 'node:fs';
import { fileOf } from './data.ts';
import { type EngineClient, failedReply, startEngine } from './engine-client.ts';
import { startPolars } from './polars-client.ts';
import type { Reply, Request } from './protocol.ts';
import type { BenchSuite, EngineName, QueryCase } from './suite.ts';

/** What a seat needs to open its engine, again and again if need be. */
export interface SeatOptions {
  readonly suite: BenchSuite;
  readonly threads: number;
  readonly rows: number;
  /** Directory of the suite's files. */
  readonly data: string;
}

/**
 * An engine at work on one suite: its process, with the suite's tables and functions. A process that a
 * case brought down is replaced before the next one.
 */
export class Seat {
  readonly engine: EngineName;
  readonly #options: SeatOptions;
  #client: EngineClient | undefined;
  #version = '';

  constructor(engine: EngineName, options: SeatOptions) {
    this.engine = engine;
    this.#options = options;
  }

  /** The engine's name and version, once it is open. */
  get version(): string {
    return this.#version;
  }

  /** Opens the engine unless it runs. @returns what went wrong, or undefined. */
  async open(): Promise<string | undefined> {
    if (this.#client?.alive === true) return undefined;
    const { suite, threads, data } = this.#options;
    this.#client = this.engine === 'polars' ? startPolars(threads) : startEngine();
    const opened = await this.#client.ask({ kind: 'open', engine: this.engine, threads });
    if (opened.error !== undefined) return opened.error;
    this.#version = opened.text;
    const requests: Request[] = suite.tables
      .filter((table) => table.storage !== 'unloaded')
      .map((table) => ({
        kind: 'load',
        table: table.name,
        file: fileOf(table, data),
        storage: table.storage ?? 'memory',
      }));
    for (const definition of suite.functions ?? []) requests.push({ kind: 'register', definition });
    for (const sql of suite.setup ?? []) requests.push({ kind: 'run', sql: this.filled(sql) });
    for (const request of requests) {
      const { error } = await this.#client.ask(request);
      if (error !== undefined) return `${request.kind}: ${error}`;
    }
    return undefined;
  }

  /** Runs statements for their effect. @returns what went wrong, or undefined. */
  async runAll(statements: readonly string[] | undefined): Promise<string | undefined> {
    for (const sql of statements ?? []) {
      const { error } = await this.#ask({ kind: 'run', sql: this.filled(sql) });
      if (error !== undefined) return error;
    }
    return undefined;
  }

  /** Runs a case's statement, after what has to run before it. The reading is the statement's. */
  async run(item: QueryCase): Promise<Reply> {
    const obstacle = await this.runAll(item.before);
    if (obstacle !== undefined) return failedReply(obstacle);
    const sql = this.filled(item.sqlFor?.[this.engine] ?? item.sql);
    const fold = item.foldFor?.[this.engine];
    return this.#ask(fold === undefined ? { kind: 'run', sql } : { kind: 'run', sql, fold });
  }

  /** As {@link run}, with the rows that the case wants compared. */
  async answer(item: QueryCase): Promise<Reply> {
    const reply = await this.run(item);
    if (reply.error !== undefined || item.check === undefined) return reply;
    const { rows, error } = await this.#ask({ kind: 'run', sql: this.filled(item.check) });
    return { ...reply, rows, error };
  }

  /** A text with the suite's directories and scale filled in. */
  filled(text: string): string {
    const { data, rows } = this.#options;
    const scratch = `${data}/scratch-${this.engine}`;
    if (text.includes('{scratch}')) mkdirSync(scratch, { recursive: true });
    return text
      .replaceAll('{data}', data)
      .replaceAll('{scratch}', scratch)
      .replaceAll('{rows}', String(rows));
  }

  async close(): Promise<void> {
    if (this.#client?.alive === true) await this.#client.ask({ kind: 'close' });
    this.#client?.kill();
  }

  async #ask(request: Request): Promise<Reply> {
    const obstacle = await this.open();
    if (obstacle !== undefined || this.#client === undefined) return failedReply(obstacle ?? '');
    return this.#client.ask(request);
  }
}
