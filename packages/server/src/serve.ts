import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Session, SqlError, VERSION_TEXT } from '@windrow/engine';
import { type Page, startQuery, type TrinoQuery } from './query-results.ts';

export interface ServeOptions {
  /** 0 takes any free port. Default 8080. */
  readonly port?: number;
  /** Default 127.0.0.1: nobody else can connect. */
  readonly host?: string;
  /** A query that nobody polls for so long is cancelled. Default five minutes. */
  readonly abandonAfterMs?: number;
}

/** A running endpoint. */
export interface Server extends AsyncDisposable {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  /** Stops listening and cancels what runs. */
  close(): Promise<void>;
}

const ABANDON_AFTER_MS = 300_000;

/** A statement longer than the parser takes is not even read. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/**
 * Serves a session to Trino clients: JDBC, Python, Go, npm `trino-client`, BI tools.
 * @throws Error when the port cannot be taken.
 */
export async function serve(db: Session, options: ServeOptions = {}): Promise<Server> {
  const startedAt = performance.now();
  const queries = new Map<string, TrinoQuery>();
  const endpoint: Endpoint = { db, queries, startedAt };
  const http = createServer((request, response) => {
    answer(endpoint, request)
      .catch(
        (error: unknown): Reply => ({
          status: 500,
          text: error instanceof Error ? error.message : String(error),
        }),
      )
      .then((reply) => send(response, reply));
  });
  const abandonAfterMs = options.abandonAfterMs ?? ABANDON_AFTER_MS;
  const reaper = setInterval(() => reap(queries, abandonAfterMs), Math.min(abandonAfterMs, 30_000));
  reaper.unref();
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(options.port ?? 8080, options.host ?? '127.0.0.1', resolve);
  });
  const { address, port, family } = http.address() as AddressInfo;
  const close = async (): Promise<void> => {
    clearInterval(reaper);
    for (const query of queries.values()) query.cancel();
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  };
  const host = family === 'IPv6' ? `[${address}]` : address;
  return { url: `http://${host}:${port}`, close, [Symbol.asyncDispose]: close };
}

interface Endpoint {
  readonly db: Session;
  readonly queries: Map<string, TrinoQuery>;
  readonly startedAt: number;
}

type Reply =
  | { readonly status: number; readonly json: string }
  | { readonly status: number; readonly text: string }
  | { readonly status: 204 };

const notFound: Reply = { status: 404, text: 'not found' };

/** The routes of the protocol; clients follow `nextUri`, so its path is ours to choose. */
async function answer(endpoint: Endpoint, request: IncomingMessage): Promise<Reply> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const [, version, resource, ...rest] = pathname.split('/');
  if (version !== 'v1') return notFound;
  const { method } = request;
  if (resource === 'info' && method === 'GET') return info(endpoint);
  if (resource === 'query' && rest.length === 1) return queryRoute(endpoint, method, rest[0] ?? '');
  if (resource !== 'statement') return notFound;
  if (rest.length === 0) {
    if (method === 'HEAD') return { status: 200, text: '' };
    if (method === 'POST') return submit(endpoint, request);
    return { status: 405, text: 'POST a statement' };
  }
  const [state, id = '', slug, token] = rest;
  const query = endpoint.queries.get(id);
  if (state !== 'executing' || query === undefined || query.slug !== slug) return notFound;
  if (method === 'DELETE') {
    query.cancel();
    return { status: 204 };
  }
  if (method !== 'GET') return { status: 405, text: 'GET or DELETE' };
  const page = await query.page(Number(token));
  if (page === 'unknown') return notFound;
  if (page === 'gone') return { status: 410, text: 'this page has been passed' };
  return { status: 200, json: results(request, query, page, Number(token) + 1) };
}

/** Takes a statement in. The reply never has rows: clients drop them here. */
async function submit(endpoint: Endpoint, request: IncomingMessage): Promise<Reply> {
  if (
    header(request, 'x-trino-user') === undefined &&
    request.headers.authorization === undefined
  ) {
    return { status: 401, text: 'a user is needed' };
  }
  const text = await readBody(request);
  if (text === undefined) return { status: 413, text: 'the statement is too long' };
  const isParametric = header(request, 'x-trino-client-capabilities')?.includes(
    'PARAMETRIC_DATETIME',
  );
  const query = startQuery(endpoint.db, text, isParametric === true ? 6 : 3);
  endpoint.queries.set(query.id, query);
  const page: Page = { members: [], hasNext: true, state: 'QUEUED' };
  return { status: 200, json: results(request, query, page, 0) };
}

function info({ startedAt }: Endpoint): Reply {
  const minutes = ((performance.now() - startedAt) / 60_000).toFixed(2);
  const nodeVersion = { version: VERSION_TEXT };
  const body = { nodeVersion, environment: 'windrow', coordinator: true, starting: false };
  return { status: 200, json: JSON.stringify({ ...body, uptime: `${minutes}m` }) };
}

function queryRoute(endpoint: Endpoint, method: string | undefined, id: string): Reply {
  const query = endpoint.queries.get(id);
  if (method === 'DELETE') {
    query?.cancel();
    return { status: 204 };
  }
  if (query === undefined) return { status: 410, text: 'the query is gone' };
  const failure = query.error();
  return {
    status: 200,
    json: JSON.stringify({
      queryId: id,
      state: query.state(),
      query: query.text,
      ...(failure === undefined ? {} : { failureInfo: failure.failureInfo }),
    }),
  };
}

/** The body of a reply about a query. A page with an error has no `nextUri`. */
function results(
  request: IncomingMessage,
  query: TrinoQuery,
  page: Page,
  nextToken: number,
): string {
  const base = baseUri(request);
  const stats = {
    state: page.state,
    queued: page.state === 'QUEUED',
    scheduled: page.state !== 'QUEUED',
    nodes: 1,
    totalSplits: 1,
    queuedSplits: 0,
    runningSplits: page.hasNext ? 1 : 0,
    completedSplits: page.hasNext ? 0 : 1,
    cpuTimeMillis: 0,
    wallTimeMillis: 0,
    queuedTimeMillis: 0,
    elapsedTimeMillis: 0,
    processedRows: 0,
    processedBytes: 0,
    physicalInputBytes: 0,
    peakMemoryBytes: 0,
    spilledBytes: 0,
  };
  const members = [
    `"id":${JSON.stringify(query.id)}`,
    `"infoUri":${JSON.stringify(`${base}/v1/query/${query.id}`)}`,
    ...(page.hasNext
      ? [
          `"nextUri":${JSON.stringify(`${base}/v1/statement/executing/${query.id}/${query.slug}/${nextToken}`)}`,
        ]
      : []),
    ...page.members,
    `"stats":${JSON.stringify(stats)}`,
    '"warnings":[]',
  ];
  return `{${members.join(',')}}`;
}

/** The address that the client used, through a proxy or not. */
function baseUri(request: IncomingMessage): string {
  const protocol = header(request, 'x-forwarded-proto') ?? 'http';
  const host = header(request, 'x-forwarded-host') ?? request.headers.host ?? 'localhost';
  return `${protocol}://${host}`;
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, reply: Reply): void {
  if ('json' in reply) {
    response.writeHead(reply.status, { 'Content-Type': 'application/json' }).end(reply.json);
  } else if ('text' in reply) {
    response.writeHead(reply.status, { 'Content-Type': 'text/plain' }).end(reply.text);
  } else {
    response.writeHead(reply.status).end();
  }
}

/** Cancels queries that nobody polls, and forgets those that ended as long ago. */
function reap(queries: Map<string, TrinoQuery>, abandonAfterMs: number): void {
  const now = performance.now();
  for (const [id, query] of queries) {
    if (now - query.lastPolledAt < abandonAfterMs) continue;
    query.cancel(new SqlError('cancelled', 'the query was abandoned by the client'));
    queries.delete(id);
  }
}
