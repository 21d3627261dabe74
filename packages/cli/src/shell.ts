import { readFile } from 'node:fs/promises';
import {
  formatSqlError,
  literalRows,
  nextStatement,
  placedInScript,
  type Session,
  type SqlError,
  toSqlError,
} from '@windrow/engine';
import { runDotCommand } from './dot-commands.ts';
import { type Mode, openWriter, type Write } from './writers.ts';

/** What the dot commands change. */
export interface ShellState {
  mode: Mode;
  timer: boolean;
  maxRows: number;
  maxWidth: number;
}

export interface ShellIo {
  readonly out: Write;
  readonly error: Write;
  /** Errors as one JSON object a line. */
  readonly jsonErrors: boolean;
}

/** Exit status of a failed statement: 4 for memory and disk budgets, 130 when interrupted, else 1. */
const statusOf = (error: SqlError): number =>
  error.code === 'resource' ? 4 : error.code === 'cancelled' ? 130 : 1;

/** Runs statements and dot commands, and writes what they give. A client of the public API only. */
export class Shell {
  readonly db: Session;
  readonly state: ShellState;
  readonly io: ShellIo;
  readonly #params: Readonly<Record<string, string>>;
  #running: AbortController | undefined;
  #statements = 0;

  constructor(
    db: Session,
    state: ShellState,
    io: ShellIo,
    params: Readonly<Record<string, string>> = {},
  ) {
    this.db = db;
    this.state = state;
    this.io = io;
    this.#params = params;
  }

  /** Cancels the statement that runs; false when none does. */
  interrupt(): boolean {
    if (this.#running === undefined) return false;
    this.#running.abort();
    return true;
  }

  /**
   * Runs a script: statements, and lines that begin with a dot where a statement could begin.
   * @returns the first failure's exit status, 0 when there is none, 'quit' after `.quit`.
   */
  async run(text: string, options: { readonly keepGoing: boolean }): Promise<number | 'quit'> {
    let status = 0;
    let offset = 0;
    for (;;) {
      offset += leadingBlank(text.slice(offset));
      if (offset >= text.length) return status;
      const rest = text.slice(offset);
      if (rest.startsWith('.')) {
        const line = rest.split('\n', 1)[0] ?? '';
        offset += line.length;
        const outcome = await runDotCommand(this, line.trim());
        if (outcome === 'quit') return 'quit';
        if (outcome !== 0) status ||= outcome;
      } else {
        const outcome = await this.#next(text, offset);
        if (outcome === undefined) return status;
        if (outcome.status !== 0) status ||= outcome.status;
        if (outcome.status !== 0 && (!options.keepGoing || outcome.end === undefined))
          return status;
        offset = outcome.end ?? text.length;
      }
      if (status !== 0 && !options.keepGoing) return status;
    }
  }

  /** Runs a file. @returns as {@link run}; 2 when it cannot be read. */
  async runFile(path: string, options: { readonly keepGoing: boolean }): Promise<number | 'quit'> {
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      this.io.error(`cannot read "${path}": ${error instanceof Error ? error.message : error}\n`);
      return 2;
    }
    return this.run(text, options);
  }

  /** The statement at an offset; undefined at the end of the text. */
  async #next(
    text: string,
    offset: number,
  ): Promise<{ status: number; end: number | undefined } | undefined> {
    let end: number | undefined;
    let start = 0;
    this.#statements += 1;
    try {
      const statement = nextStatement(text, offset);
      if (statement === null) return undefined;
      ({ start, end } = statement);
      await this.#execute(statement.text);
      return { status: 0, end };
    } catch (thrown) {
      const error = placedInScript(toSqlError(thrown), text, start);
      this.#report(error);
      return { status: statusOf(error), end };
    }
  }

  async #execute(sql: string): Promise<void> {
    const controller = new AbortController();
    this.#running = controller;
    try {
      const params = namedIn(sql, this.#params);
      const stream = this.db.stream(sql, params, { signal: controller.signal });
      const fields = await stream.fields;
      const writer = openWriter(this.state.mode, fields, this.io.out, this.state);
      for await (const batch of stream) writer.rows(literalRows(batch, fields));
      writer.end();
      if (this.state.timer) {
        const { wallMs, cpuMs, rows, threads } = await stream.stats;
        this.io.error(
          `${wallMs.toFixed(1)} ms (${cpuMs.toFixed(1)} ms CPU, ${threads} threads), ${rows} rows read\n`,
        );
      }
    } finally {
      this.#running = undefined;
    }
  }

  #report(error: SqlError): void {
    if (!this.io.jsonErrors) {
      this.io.error(`${formatSqlError(error)}\n`);
      return;
    }
    const { code, message, sqlState, hint, position } = error;
    const { line, column } = position ?? {};
    const report = {
      code,
      message,
      sqlState,
      hint,
      line,
      column,
      statementIndex: this.#statements,
    };
    this.io.error(`${JSON.stringify(report)}\n`);
  }
}

/** Only the parameters that the statement names, since unused ones are errors. */
function namedIn(
  sql: string,
  params: Readonly<Record<string, string>>,
): Record<string, string> | undefined {
  const used = Object.entries(params).filter(([name]) => new RegExp(`[:$@]${name}\\b`).test(sql));
  return used.length === 0 ? undefined : Object.fromEntries(used);
}

/** Blanks, comments and empty statements before something begins. */
function leadingBlank(text: string): number {
  return /^(?:\s|;|--[^\n]*(?:\n|$))*/.exec(text)?.[0].length ?? 0;
}
