import {
  type CatalogEntry,
  type Field,
  SqlError,
  type TableProvider,
  toSqlError,
  withStatement,
} from '@windrow/core';
import { parseStatement, parseStatements } from '@windrow/parser';
import { tableFromArrow, tableFromRows } from '@windrow/sources';
import { type RecordBatch, RecordBatchStreamWriter, Table } from 'apache-arrow';
import { typeNamed } from './constants.ts';
import { Database, type DatabaseOptions, type StatementContext } from './database.ts';
import type { Execution, Stats } from './execution.ts';
import { type Column, columnsOf, QueryResult, rowsOf } from './result.ts';
import { freeEntry } from './statements/drop.ts';
import { executeStatement } from './statements/execute.ts';
import { composeTemplate, type Fragment } from './tag.ts';
import { type ScalarFunctionOptions, type UserFunction, userFunction } from './udf.ts';
import {
  type AggregateFunctionOptions,
  type UserAggregate,
  userAggregate,
} from './udf-aggregate.ts';
import {
  literalOf,
  type Params,
  type Row,
  type TypedLiteral,
  type Value,
  type ValueOptions,
} from './values.ts';

/** Options of one statement. */
export interface QueryOptions extends ValueOptions {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
}

/** `` db.sql`select ${value}` ``: values are bound, never spliced. */
export interface SqlTag {
  <T = Row>(
    strings: TemplateStringsArray,
    ...values: (Value | Fragment)[]
  ): Promise<QueryResult<T>>;
  stream(strings: TemplateStringsArray, ...values: (Value | Fragment)[]): BatchStream;
}

/** User functions of a session. */
export interface UdfRegistry {
  /**
   * Makes a JavaScript function callable in SQL. It runs on the main thread.
   * @throws SqlError `bind` 42704 for an unknown type name.
   */
  scalar(name: string, apply: UserFunction, options: ScalarFunctionOptions): void;
  /**
   * Makes an aggregate of JavaScript functions, also for windows. It runs on the main thread, over the
   * collected rows of each group in their order.
   * @throws SqlError `bind` 42704 for an unknown type name.
   */
  aggregate<S>(name: string, aggregate: UserAggregate<S>, options: AggregateFunctionOptions): void;
  drop(name: string): void;
}

/** What can be made a table: plain objects, or an Arrow table. */
export type TableData = Iterable<Row> | Table;

/** A statement that was parsed once and may run many times. */
export interface PreparedQuery<T = Row> {
  query(params?: Params, options?: QueryOptions): Promise<QueryResult<T>>;
  stream(params?: Params, options?: QueryOptions): BatchStream;
}

/**
 * A connection to a database in this process: SQL in, rows or Arrow out.
 *
 * Statements of one session may run at the same time. Errors are {@link SqlError}s that know their
 * position in the text.
 */
export class Session {
  readonly sql: SqlTag;
  readonly udf: UdfRegistry;
  readonly #database: Database;
  #statements = 0;
  #closed = false;

  constructor(options: DatabaseOptions) {
    this.#database = new Database(options);
    const tag = <T>(strings: TemplateStringsArray, ...values: (Value | Fragment)[]) => {
      const { text, params } = composeTemplate(strings, values);
      return this.query<T>(text, params);
    };
    this.sql = Object.assign(tag, {
      stream: (strings: TemplateStringsArray, ...values: (Value | Fragment)[]) => {
        const { text, params } = composeTemplate(strings, values);
        return this.stream(text, params);
      },
    }) as SqlTag;
    this.udf = {
      scalar: (name, apply, functionOptions) => this.#registerScalar(name, apply, functionOptions),
      aggregate: (name, aggregate, functionOptions) =>
        this.#registerAggregate(name, aggregate, functionOptions),
      drop: (name) => {
        this.#database.functions.drop(name);
      },
    };
  }

  /**
   * Runs one or more statements, separated by semicolons, and resolves to the last one's result.
   * @throws SqlError with the position of what is wrong; earlier statements stay done.
   */
  async query<T = Row>(
    text: string,
    params?: Params,
    options: QueryOptions = {},
  ): Promise<QueryResult<T>> {
    this.#checkOpen();
    let result: QueryResult<T> | undefined;
    const context = this.#context(text, params, options);
    await located(text, async () => {
      for (const statement of parseStatements(text)) {
        const execution = await executeStatement(this.#database, statement, context());
        result = await QueryResult.collect<T>(this.#nextId(), execution, options);
      }
    });
    if (result === undefined) {
      throw new SqlError('syntax', 'there is no statement in the text', { statement: text });
    }
    return result;
  }

  /** Record batches of the last statement of the text, as they are made; it starts at the first pull. */
  stream(text: string, params?: Params, options: QueryOptions = {}): BatchStream {
    this.#checkOpen();
    const controller = new AbortController();
    const signal =
      options.signal === undefined
        ? controller.signal
        : AbortSignal.any([options.signal, controller.signal]);
    const context = this.#context(text, params, { ...options, signal });
    const start = (): Promise<Execution> =>
      located(text, async () => {
        const statements = parseStatements(text);
        const last = statements.pop();
        if (last === undefined) throw new SqlError('syntax', 'there is no statement in the text');
        for (const statement of statements) {
          await drain(await executeStatement(this.#database, statement, context()));
        }
        return executeStatement(this.#database, last, context());
      });
    return new BatchStream({ id: this.#nextId(), text, start, controller, options });
  }

  /** Runs a script for its effects; results are dropped. */
  async exec(script: string, params?: Params, options: QueryOptions = {}): Promise<void> {
    this.#checkOpen();
    const context = this.#context(script, params, options);
    await located(script, async () => {
      for (const statement of parseStatements(script)) {
        await drain(await executeStatement(this.#database, statement, context()));
      }
    });
  }

  /** Parses a statement now, to run it with different parameters. */
  prepare<T = Row>(text: string): PreparedQuery<T> {
    parseStatement(text);
    return {
      query: (params, options) => this.query<T>(text, params, options),
      stream: (params, options) => this.stream(text, params, options),
    };
  }

  /**
   * Makes rows a table under a name, replacing what had it. The data is copied.
   * @throws SqlError `type` when values of a column have no common type.
   */
  register(name: string, data: TableData): void {
    this.#checkOpen();
    const { catalog, memory } = this.#database;
    const provider: TableProvider =
      data instanceof Table ? tableFromArrow(memory, data) : tableFromRows(memory, data);
    const old = catalog.lookup([name]);
    catalog.put([name], { kind: 'table', name, provider });
    if (old !== undefined) freeEntry(this.#database, old);
  }

  /** Relations, by schema and name, with their columns. */
  async tables(): Promise<readonly { schema: string; name: string; kind: CatalogEntry['kind'] }[]> {
    return this.#database.catalog
      .entries()
      .map(({ schema, entry }) => ({ schema, name: entry.name, kind: entry.kind }));
  }

  /** The columns that a query would return, without running it. */
  async describe(text: string): Promise<readonly Field[]> {
    const context = this.#context(text, undefined, {});
    return located(text, async () => {
      const statement = parseStatement(text);
      if (statement.kind !== 'query') {
        throw new SqlError('bind', 'only queries have columns', { span: statement.span });
      }
      return (await this.#database.bind(statement, context())).columns;
    });
  }

  /** Names that completion offers. */
  names(): { readonly relations: readonly string[]; readonly functions: readonly string[] } {
    const { catalog, functions } = this.#database;
    return {
      relations: [...catalog.names()],
      functions: [...functions.all()].map((definition) => definition.name),
    };
  }

  /** Cancels what runs, stops the threads and frees all memory. Closing twice is allowed. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#database.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #registerScalar(name: string, apply: UserFunction, options: ScalarFunctionOptions): void {
    const { functions } = this.#database;
    const args = options.args.map((name) => typeNamed(this.#database, name));
    const returns = typeNamed(this.#database, options.returns);
    functions.drop(name);
    functions.register(userFunction({ name, args, returns, options }, apply));
  }

  #registerAggregate<S>(
    name: string,
    aggregate: UserAggregate<S>,
    options: AggregateFunctionOptions,
  ): void {
    const { functions } = this.#database;
    const args = options.args.map((name) => typeNamed(this.#database, name));
    const returns = typeNamed(this.#database, options.returns);
    functions.drop(name);
    functions.register(userAggregate({ name, args, returns }, aggregate, options.nulls));
  }

  /** Makes the context of each statement of a text: one clock and one set of parameters. */
  #context(
    text: string,
    params: Params | undefined,
    options: QueryOptions,
  ): () => StatementContext {
    const parameters = parameterValues(params);
    const signal = signalOf(options);
    return () => ({ text, parameters, signal, startedAt: performance.now() });
  }

  #nextId(): string {
    this.#statements += 1;
    return `q${this.#statements}`;
  }

  #checkOpen(): void {
    if (!this.#closed) return;
    throw new SqlError('execution', 'the session is closed', { sqlState: '08003' });
  }
}

/** The batches of one statement under way. Leaving the loop cancels it. */
export class BatchStream implements AsyncIterable<RecordBatch> {
  readonly id: string;
  readonly #text: string;
  readonly #start: () => Promise<Execution>;
  readonly #controller: AbortController;
  readonly #options: ValueOptions;
  #execution: Promise<Execution> | undefined;

  constructor(parts: {
    readonly id: string;
    readonly text: string;
    readonly start: () => Promise<Execution>;
    readonly controller: AbortController;
    readonly options: ValueOptions;
  }) {
    this.id = parts.id;
    this.#text = parts.text;
    this.#start = parts.start;
    this.#controller = parts.controller;
    this.#options = parts.options;
  }

  /** The columns; asking for them starts the statement. */
  get columns(): Promise<readonly Column[]> {
    return this.fields.then(columnsOf);
  }

  get fields(): Promise<readonly Field[]> {
    return this.#started().then((execution) => execution.fields);
  }

  /** Settles when the last batch has been taken. */
  get stats(): Promise<Stats> {
    return this.#started().then((execution) => execution.stats);
  }

  /** 'INSERT', 'CREATE TABLE' …; undefined for queries. */
  get updateType(): Promise<string | undefined> {
    return this.#started().then((execution) => execution.updateType);
  }

  get updateCount(): Promise<bigint | undefined> {
    return this.#started().then((execution) => execution.updateCount);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<RecordBatch> {
    const { batches } = await this.#started();
    try {
      yield* batches;
    } catch (error) {
      throw withStatement(toSqlError(error), this.#text);
    }
  }

  async *rows<T = Row>(): AsyncGenerator<T> {
    const fields = await this.fields;
    for await (const batch of this) yield* rowsOf<T>(batch, fields, this.#options);
  }

  /** The batches in the Arrow IPC streaming format. */
  ipc(): ReadableStream<Uint8Array> {
    const writer = new RecordBatchStreamWriter();
    const stream = writer.toDOMStream();
    writer.writeAll(this).catch((error: unknown) => writer.abort(error));
    return stream as ReadableStream<Uint8Array>;
  }

  async cancel(): Promise<void> {
    this.#controller.abort();
  }

  #started(): Promise<Execution> {
    this.#execution ??= this.#start();
    return this.#execution;
  }
}

async function drain(execution: Execution): Promise<void> {
  for await (const _ of execution.batches);
  await execution.stats;
}

/** Runs `f`; what it throws becomes a SqlError that knows its statement. */
async function located<T>(text: string, f: () => Promise<T>): Promise<T> {
  try {
    return await f();
  } catch (error) {
    throw withStatement(toSqlError(error), text);
  }
}

function parameterValues(params: Params | undefined): Map<string, TypedLiteral> {
  if (params === undefined) return new Map();
  const entries = Array.isArray(params)
    ? params.map((value: Value, index) => [String(index + 1), value] as const)
    : Object.entries(params as Readonly<Record<string, Value>>);
  return new Map(
    entries.map(([name, value]) => [name, literalOf(value, `parameter ${JSON.stringify(name)}`)]),
  );
}

function signalOf({ signal, timeoutMs }: QueryOptions): AbortSignal | undefined {
  if (timeoutMs === undefined) return signal;
  const timeout = AbortSignal.timeout(timeoutMs);
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
}
