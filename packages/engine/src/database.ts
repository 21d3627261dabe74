import {
  type Expr,
  type Field,
  type LiteralValue,
  type SessionValues,
  SharedMemory,
  type SinkDescription,
  SqlError,
  type WriteReport,
} from '@windrow/core';
import {
  createExecutor,
  DEFAULT_BATCH_ROWS,
  type Executor,
  evaluateConstant,
  TemporaryFiles,
} from '@windrow/executor';
import { createRegistry, type MutableFunctionRegistry } from '@windrow/functions';
import { parseStatement, type Query, type Statement } from '@windrow/parser';
import {
  type BindContext,
  type BoundQuery,
  bindQuery,
  DEFAULT_BIND_DIALECT,
  type PlanContext,
  type PlannedQuery,
  planQuery,
  planWrite,
  schemaOf,
} from '@windrow/planner';
import { createSourceRegistry, type MemoryTable, openPath, tableFunctions } from '@windrow/sources';
import { MemoryCatalog } from './catalog.ts';
import { type Execution, startExecution } from './execution.ts';
import type { Settings } from './settings.ts';
import type { TypedLiteral } from './values.ts';

/** What one statement is run with. */
export interface StatementContext {
  /** The text that the statement's spans point into. */
  readonly text: string;
  /** Values by position (`1`, `2` …) or name. */
  readonly parameters: ReadonlyMap<string, TypedLiteral>;
  readonly signal: AbortSignal | undefined;
  /** `performance.now()` when the statement was handed in. */
  readonly startedAt: number;
}

export interface DatabaseOptions {
  readonly threads: number;
  /** undefined: the address space is the limit. */
  readonly memoryLimitBytes: number | undefined;
  /** In which the database makes a directory for temporary files. */
  readonly tempDirectory: string;
}

/** A statement that PREPARE keeps, with the text its spans point into. */
export interface PreparedStatement {
  readonly statement: Statement;
  readonly text: string;
}

/** A database: tables, functions, settings and threads over one shared WebAssembly memory. */
export class Database {
  readonly memory: SharedMemory;
  readonly functions: MutableFunctionRegistry = createRegistry();
  readonly catalog: MemoryCatalog = new MemoryCatalog();
  readonly defaults: Readonly<Settings>;
  readonly settings: Settings;
  readonly prepared: Map<string, PreparedStatement> = new Map();
  readonly #executor: Executor;
  readonly #temporaryFiles = new TemporaryFiles();
  readonly #discarded: MemoryTable[] = [];
  #running = 0;

  constructor(options: DatabaseOptions) {
    this.memory = SharedMemory.create(options.memoryLimitBytes);
    for (const definition of tableFunctions(this.memory)) this.functions.register(definition);
    this.defaults = {
      timezone: 'UTC',
      default_null_order: 'nulls_last',
      threads: options.threads,
      batch_rows: DEFAULT_BATCH_ROWS,
      inline_rows: 100_000,
      optimizer: true,
      max_recursion: 1_000_000,
      temp_directory: options.tempDirectory,
      force_spill: false,
    };
    // What processes that were killed have left is removed now.
    this.#temporaryFiles.directoryIn(options.tempDirectory);
    this.settings = { ...this.defaults };
    this.#executor = createExecutor({
      memory: this.memory,
      threads: options.threads,
      functions: this.functions,
      sources: createSourceRegistry(),
      workerUrl: new URL('../dist/worker.js', import.meta.url),
    });
  }

  /** The line of a query: syntax tree → bound plan → physical plan → record batches. */
  async query(query: Query, context: StatementContext): Promise<Execution> {
    const bound = await this.bind(query, context);
    return this.run(this.plan(bound, context), context);
  }

  bind(query: Query, context: StatementContext): Promise<BoundQuery> {
    return bindQuery(query, this.bindContext(context));
  }

  plan(bound: BoundQuery, context: StatementContext, options?: { trace: boolean }): PlannedQuery {
    return planQuery(bound, this.planContext(context, options));
  }

  /** Starts a planned query; nothing runs before its first batch is asked for. */
  run(planned: PlannedQuery, context: StatementContext): Execution {
    const { fields } = schemaOf(planned.bound);
    return this.#start(planned, fields, context);
  }

  /** Runs a query into a sink. @returns what the writers report, one a thread that wrote. */
  async write(
    bound: BoundQuery,
    sink: SinkDescription,
    context: StatementContext,
  ): Promise<{ readonly reports: readonly WriteReport[]; readonly execution: Execution }> {
    const planned = planWrite(bound, sink, this.planContext(context));
    const fields = planned.physical.output;
    const execution = this.#start(planned, fields, context);
    const reports = await execution.drain();
    return { reports, execution };
  }

  /** Appends a query's rows to a table. @returns their number. */
  async fill(table: MemoryTable, bound: BoundQuery, context: StatementContext): Promise<bigint> {
    const { reports } = await this.write(bound, table.sink(), context);
    return BigInt(table.attach(reports));
  }

  /** Frees what nobody can name any more, as soon as no statement runs that may still read it. */
  discard(table: MemoryTable): void {
    this.#discarded.push(table);
    this.#freeDiscarded();
  }

  /** Rows that the engine itself knows, as an execution like any other. */
  rows(
    fields: readonly Field[],
    rows: readonly (readonly LiteralValue[])[],
    context: StatementContext,
  ): Execution {
    const output = fields.map((field, index) => ({ ...field, id: index }));
    const bound: BoundQuery = {
      plan: {
        kind: 'values',
        output,
        rows: rows.map((row) =>
          row.map((value, index) => ({
            kind: 'literal',
            value,
            type: output[index]?.type ?? { kind: 'null' },
          })),
        ),
      },
      columns: output,
    };
    return this.run(this.plan(bound, context), context);
  }

  /** The value of a constant expression. @throws SqlError what its evaluation raises. */
  evaluate(expr: Expr, context: StatementContext): LiteralValue {
    const { functions, memory } = this;
    return evaluateConstant(expr, { functions, memory, session: this.session(context) });
  }

  bindContext(context: StatementContext): BindContext {
    const nullsFirst = this.settings.default_null_order === 'nulls_first';
    return {
      functions: this.functions,
      catalog: this.catalog,
      parameters: context.parameters,
      dialect: {
        ...DEFAULT_BIND_DIALECT,
        nullsFirst: { ascending: nullsFirst, descending: nullsFirst },
      },
      text: context.text,
      evaluateConstant: (expr) => this.evaluate(expr, context),
      parseQuery,
      openPath: (path) => openPath(path, this.memory),
    };
  }

  async close(): Promise<void> {
    await this.#executor.close();
    this.#temporaryFiles.close();
  }

  planContext(context: StatementContext, options?: { trace: boolean }): PlanContext {
    return {
      functions: this.functions,
      evaluateConstant: (expr) => this.evaluate(expr, context),
      optimize: this.settings.optimizer,
      trace: options?.trace ?? false,
    };
  }

  /** Fixed when the statement was handed in, so that now() is one instant throughout. */
  session(context: StatementContext): SessionValues {
    const startedMs = performance.timeOrigin + context.startedAt;
    return { nowMicros: BigInt(Math.round(startedMs * 1000)), timeZone: this.settings.timezone };
  }

  #start(planned: PlannedQuery, fields: readonly Field[], context: StatementContext): Execution {
    const { batch_rows: batchRows, inline_rows: minParallelRows } = this.settings;
    const started = this.#executor.execute(planned.physical, {
      session: this.session(context),
      signal: context.signal,
      batchRows,
      minParallelRows,
      spill: {
        directory: this.#temporaryFiles.directoryIn(this.settings.temp_directory),
        forced: this.settings.force_spill,
      },
    });
    this.#running += 1;
    started.stats.then(() => {
      this.#running -= 1;
      this.#freeDiscarded();
    });
    return startExecution({
      memory: this.memory,
      physical: planned.physical,
      started,
      fields,
      startedAt: context.startedAt,
    });
  }

  #freeDiscarded(): void {
    if (this.#running > 0) return;
    for (const table of this.#discarded.splice(0)) table.drop();
  }
}

/** The query that a text is. @throws SqlError `syntax` when it is none. */
export function parseQuery(text: string): Query {
  const statement = parseStatement(text);
  if (statement.kind === 'query') return statement;
  throw new SqlError('syntax', 'expected a query', { span: statement.span });
}
