import { randomBytes } from 'node:crypto';
import {
  type BatchStream,
  type Field,
  literalRows,
  type Session,
  SqlError,
  toSqlError,
} from '@windrow/engine';
import {
  columnOf,
  type TrinoColumn,
  type TrinoError,
  trinoError,
  valueText,
} from './trino-types.ts';

/** One statement of a client: it runs while its pages are fetched. */
export interface TrinoQuery {
  readonly id: string;
  /** Makes the query's addresses unguessable. */
  readonly slug: string;
  readonly text: string;
  /** When somebody last asked for it, `performance.now()`. */
  readonly lastPolledAt: number;
  state(): QueryState;
  error(): TrinoError | undefined;
  /**
   * The page of a token, as the body of the reply without its links. The same token gives the same page
   * again; an older one is `gone`, a later one `unknown`.
   */
  page(token: number): Promise<Page | 'gone' | 'unknown'>;
  cancel(error?: SqlError): void;
}

export type QueryState = 'QUEUED' | 'RUNNING' | 'FINISHED' | 'FAILED';

/** JSON text of a page's members, and whether another one follows. */
export interface Page {
  readonly members: readonly string[];
  readonly hasNext: boolean;
  readonly state: QueryState;
}

/** A page ends after so many rows or about so many bytes. */
const PAGE_ROWS = 5000;
const PAGE_BYTES = 1_000_000;

/** A request waits so long for rows before it is answered without. */
const POLL_MS = 1000;

let queries = 0;

/** `20261121_211920_00001_abcde` */
function newQueryId(): string {
  queries += 1;
  const [date = '', time = ''] = new Date().toISOString().split('T');
  const number = String(queries).padStart(5, '0');
  const suffix = randomBytes(3).toString('hex').slice(0, 5);
  return `${date.replaceAll('-', '')}_${time.slice(0, 8).replaceAll(':', '')}_${number}_${suffix}`;
}

/** Starts a statement; nothing runs before the first page is asked for. */
export function startQuery(db: Session, text: string, precision: number): TrinoQuery {
  const id = newQueryId();
  const stream = db.stream(text);
  const pages = new Pages(stream, precision);
  let lastPolledAt = performance.now();
  return {
    id,
    slug: randomBytes(16).toString('hex'),
    text,
    get lastPolledAt() {
      return lastPolledAt;
    },
    state: () => pages.state,
    error: () => pages.error,
    page(token) {
      lastPolledAt = performance.now();
      return pages.page(token);
    },
    cancel: (error) => pages.cancel(error),
  };
}

/** Cuts a stream into pages. The stream advances only when a new page is asked for. */
class Pages {
  state: QueryState = 'QUEUED';
  error: TrinoError | undefined;
  readonly #stream: BatchStream;
  readonly #precision: number;
  readonly #rows: AsyncGenerator<string>;
  #fields: readonly Field[] = [];
  #header: readonly string[] | undefined;
  #pending: Promise<void> | undefined;
  #current: { readonly token: number; readonly page: Promise<Page> } | undefined;
  #buffer: string[] = [];
  #bufferBytes = 0;
  #isDone = false;

  constructor(stream: BatchStream, precision: number) {
    this.#stream = stream;
    this.#precision = precision;
    this.#rows = this.#rowTexts();
  }

  page(token: number): Promise<Page | 'gone' | 'unknown'> {
    const current = this.#current?.token ?? -1;
    if (token < current) return Promise.resolve('gone');
    if (token > current + 1) return Promise.resolve('unknown');
    if (this.#current === undefined || token === current + 1) {
      this.#current = { token, page: this.#nextPage() };
    }
    return this.#current.page;
  }

  cancel(error = new SqlError('cancelled', 'the query was cancelled by the client')): void {
    if (this.#isDone) return;
    this.#fail(error);
    this.#stream.cancel().catch(() => undefined);
  }

  /** Waits up to a second for rows; what was planned is shown even when no row is there yet. */
  async #nextPage(): Promise<Page> {
    this.state = this.#isDone ? this.state : 'RUNNING';
    this.#pending ??= this.#fill();
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, POLL_MS);
    });
    await Promise.race([this.#pending, timeout]);
    clearTimeout(timer);
    if (this.error !== undefined) {
      return {
        members: [`"error":${JSON.stringify(this.error)}`],
        hasNext: false,
        state: 'FAILED',
      };
    }
    const rows = this.#buffer;
    this.#buffer = [];
    this.#bufferBytes = 0;
    const members = [...(this.#header ?? [])];
    if (rows.length > 0) members.push(`"data":[${rows.join(',')}]`);
    if (this.#isDone) this.state = 'FINISHED';
    return { members, hasNext: !this.#isDone, state: this.state };
  }

  /** Reads until a page is full or the stream ends. */
  async #fill(): Promise<void> {
    try {
      while (this.#buffer.length < PAGE_ROWS && this.#bufferBytes < PAGE_BYTES) {
        const { value, done } = await this.#rows.next();
        if (done === true) {
          this.#isDone = true;
          return;
        }
        this.#buffer.push(value);
        this.#bufferBytes += value.length;
      }
    } catch (error) {
      this.#fail(toSqlError(error));
    } finally {
      this.#pending = undefined;
    }
  }

  #fail(error: SqlError): void {
    this.error ??= trinoError(error);
    this.state = 'FAILED';
    this.#isDone = true;
  }

  /** Rows as JSON arrays. A change has one row of its own: its count, or true. */
  async *#rowTexts(): AsyncGenerator<string> {
    const updateType = await this.#stream.updateType;
    const updateCount = await this.#stream.updateCount;
    if (updateType === undefined) {
      this.#fields = await this.#stream.fields;
      this.#header = [this.#columns(this.#fields.map((field) => columnOf(field, this.#precision)))];
      for await (const batch of this.#stream) {
        for (const row of literalRows(batch, this.#fields)) yield this.#rowText(row);
      }
      return;
    }
    for await (const _ of this.#stream);
    const type = `"updateType":${JSON.stringify(updateType)}`;
    const isCounted = updateCount !== undefined;
    const rawType = isCounted ? 'bigint' : 'boolean';
    const typeSignature = { rawType, arguments: [] };
    const column = { name: isCounted ? 'rows' : 'result', type: rawType, typeSignature };
    const count = isCounted ? [`"updateCount":${updateCount}`] : [];
    this.#header = [this.#columns([column]), type, ...count];
    yield isCounted ? `[${updateCount}]` : '[true]';
  }

  #columns(columns: readonly TrinoColumn[]): string {
    return `"columns":${JSON.stringify(columns)}`;
  }

  #rowText(row: readonly Parameters<typeof valueText>[0][]): string {
    const cells = this.#fields.map(({ type }, i) =>
      valueText(row[i] ?? null, type, this.#precision),
    );
    return `[${cells.join(',')}]`;
  }
}
