/** Category of an error; each has a default SQLSTATE. */
export type ErrorCode =
  | 'syntax'
  | 'bind'
  | 'type'
  | 'unsupported'
  | 'execution'
  | 'resource'
  | 'cancelled'
  | 'io'
  | 'internal';

/** Half-open range of UTF-16 offsets into the statement's text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const DEFAULT_SQL_STATES = {
  syntax: '42601',
  bind: '42703',
  type: '42804',
  unsupported: '0A000',
  execution: '22000',
  resource: '53200',
  cancelled: '57014',
  io: '58030',
  internal: 'XX000',
} as const satisfies Record<ErrorCode, string>;

/** What an error knows besides its message. */
export interface SqlErrorDetails {
  readonly span?: Span | undefined;
  /** One sentence that tells the reader what to do next. */
  readonly hint?: string | undefined;
  readonly sqlState?: string | undefined;
  readonly cause?: unknown;
  /** The statement's text, once somebody who holds it has attached it (see {@link withStatement}). */
  readonly statement?: string | undefined;
}

/** Plain data form of a {@link SqlError}; it crosses worker threads and the wire. */
export interface SqlErrorData {
  readonly code: ErrorCode;
  readonly message: string;
  readonly sqlState: string;
  readonly span?: Span | undefined;
  readonly hint?: string | undefined;
}

/**
 * The one error class of Windrow: everything a user can cause, and `internal` for what he cannot.
 *
 * `code` is the category, `sqlState` the SQLSTATE, `span` the smallest piece of text at fault.
 */
export class SqlError extends Error {
  override readonly name = 'SqlError';
  readonly code: ErrorCode;
  readonly sqlState: string;
  readonly span: Span | undefined;
  readonly hint: string | undefined;
  readonly statement: string | undefined;

  constructor(code: ErrorCode, message: string, details: SqlErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.sqlState = details.sqlState ?? DEFAULT_SQL_STATES[code];
    this.span = details.span;
    this.hint = details.hint;
    this.statement = details.statement;
  }

  /** Where the error lies in its statement, 1-based; undefined without span or statement. */
  get position(): { line: number; column: number; length: number } | undefined {
    if (this.span === undefined || this.statement === undefined) return undefined;
    const { line, column } = lineColumn(this.statement, this.span.start);
    return { line, column, length: Math.max(1, this.span.end - this.span.start) };
  }

  /** May the same statement succeed when tried again? */
  get retryable(): boolean {
    return this.sqlState === '40001' || this.sqlState === '53300';
  }

  toData(): SqlErrorData {
    const { code, message, sqlState, span, hint } = this;
    return { code, message, sqlState, span, hint };
  }

  static fromData(data: SqlErrorData): SqlError {
    return new SqlError(data.code, data.message, data);
  }
}

/** Wraps whatever was thrown: a SqlError stays, anything else becomes `internal` with its cause. */
export function toSqlError(thrown: unknown): SqlError {
  if (thrown instanceof SqlError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new SqlError('internal', `internal error: ${message}`, {
    cause: thrown,
    hint: 'This is a bug in Windrow; please report it with the statement.',
  });
}

/** The same error, knowing the text its span points into; an error that knows one is returned as is. */
export function withStatement(error: SqlError, statement: string): SqlError {
  if (error.statement !== undefined) return error;
  const { code, message, span, hint, sqlState, cause } = error;
  const located = new SqlError(code, message, { span, hint, sqlState, cause, statement });
  if (error.stack !== undefined) located.stack = error.stack;
  return located;
}

/** Line and column, 1-based, of an offset. `\n` ends a line. */
export function lineColumn(text: string, offset: number): { line: number; column: number } {
  const end = Math.min(offset, text.length);
  let line = 1;
  let lineStart = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) {
    line += 1;
    lineStart = at + 1;
  }
  return { line, column: end - lineStart + 1 };
}

/**
 * The error as a reader sees it: message, position, the source line, a caret under the token, a hint.
 *
 * @example
 * ```
 * bind error: column "amout" does not exist
 *   line 1, column 8
 *   select amout from t
 *          ^~~~~
 *   hint: did you mean "amount"?
 * ```
 */
export function formatSqlError(
  error: SqlError,
  statement: string | undefined = error.statement,
): string {
  const lines = [`${error.code} error: ${error.message}`];
  if (error.span !== undefined && statement !== undefined) {
    const { line, column } = lineColumn(statement, error.span.start);
    const source = statement.split('\n')[line - 1] ?? '';
    const length = Math.max(
      1,
      Math.min(error.span.end - error.span.start, source.length - column + 1),
    );
    const from = Math.max(0, column - 1 - 60);
    const shown = source.slice(from, from + 120).replaceAll('\t', ' ');
    lines.push(
      `  line ${line}, column ${column}`,
      `  ${shown}`,
      `  ${' '.repeat(column - 1 - from)}^${'~'.repeat(Math.max(0, Math.min(length, 120) - 1))}`,
    );
  }
  if (error.hint !== undefined) lines.push(`  hint: ${error.hint}`);
  return lines.join('\n');
}

/** Throws `internal` when an invariant of our own does not hold. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new SqlError('internal', `broken invariant: ${message}`);
}

/** The end of a `switch` over a union: the compiler proves that nothing arrives here. */
export function unreachable(value: never): never {
  throw new SqlError('internal', `unexpected variant: ${JSON.stringify(value)}`);
}

/**
 * The candidates nearest to a misspelt name, best first, at most `limit`, by edit distance.
 *
 * A candidate counts when its distance is at most a third of the name's length plus one, and when it
 * shares a character: every one-letter name is one change away from every other.
 * Cost: O(candidates × length²).
 */
export function nearestNames(name: string, candidates: Iterable<string>, limit = 3): string[] {
  const wanted = name.toLowerCase();
  const scored: { candidate: string; distance: number }[] = [];
  for (const candidate of new Set(candidates)) {
    const distance = editDistance(wanted, candidate.toLowerCase());
    const startsAlike = candidate.length > 2 && candidate.toLowerCase().startsWith(wanted);
    const isNear =
      distance <= Math.floor(wanted.length / 3) + 1 && distance < Math.max(1, wanted.length);
    if (isNear || startsAlike) scored.push({ candidate, distance });
  }
  scored.sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1));
  return scored.slice(0, limit).map((entry) => entry.candidate);
}

/** `did you mean "a", "b"?`, or undefined when nothing is near. */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  const near = nearestNames(name, candidates);
  return near.length === 0 ? undefined : `did you mean ${near.map((n) => `"${n}"`).join(', ')}?`;
}

/**
 * Levenshtein distance with adjacent transposition (optimal string alignment), case-sensitive.
 * Infinite when the lengths differ by more than eight. Cost: O(product of the lengths).
 */
export function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 8) return Number.POSITIVE_INFINITY;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, substitution);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (beforePrevious[j - 2] ?? 0) + 1);
      }
      current.push(best);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}
