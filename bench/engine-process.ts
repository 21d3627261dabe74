import type { BenchEngine, Cell } from './engines/engine.ts';
import type { BenchFunction } from './suite.ts';

/** One engine in its own process: told what to do over IPC, so that neither warms or starves the other. */
export type Request =
  | { readonly kind: 'open'; readonly engine: 'windrow' | 'duckdb'; readonly threads: number }
  | { readonly kind: 'load'; readonly table: string; readonly file: string }
  | { readonly kind: 'register'; readonly definition: BenchFunction }
  | { readonly kind: 'run'; readonly sql: string }
  | { readonly kind: 'close' };

/** Times are of the statement with its rows in JavaScript; `peakBytes` is the process's high-water mark. */
export interface Reply {
  readonly rows: Cell[][];
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakBytes: number;
  readonly text: string;
  readonly error: string | undefined;
}

let engine: BenchEngine | undefined;

async function openEngine(name: 'windrow' | 'duckdb', threads: number): Promise<BenchEngine> {
  if (name === 'windrow') return (await import('./engines/windrow.ts')).openWindrow(threads);
  return (await import('./engines/duckdb.ts')).openDuckdb(threads);
}

async function answer(request: Request): Promise<{ rows: Cell[][]; text: string }> {
  if (request.kind === 'open') {
    engine = await openEngine(request.engine, request.threads);
    return { rows: [], text: await engine.version() };
  }
  if (engine === undefined) throw new Error('no engine is open');
  switch (request.kind) {
    case 'load':
      await engine.load(request.table, request.file);
      return { rows: [], text: '' };
    case 'register':
      await engine.register(request.definition);
      return { rows: [], text: '' };
    case 'run':
      return { rows: await engine.run(request.sql), text: '' };
    case 'close':
      await engine.close();
      return { rows: [], text: '' };
  }
}

process.on('message', (request: Request) => {
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const reply = (rows: Cell[][], text: string, error: string | undefined): void => {
    const wallMs = performance.now() - startedAt;
    const cpu = process.cpuUsage(cpuBefore);
    process.send?.({
      rows,
      wallMs,
      cpuMs: (cpu.user + cpu.system) / 1000,
      peakBytes: process.resourceUsage().maxRSS * 1024,
      text,
      error,
    } satisfies Reply);
    if (request.kind === 'close') process.disconnect();
  };
  answer(request).then(
    ({ rows, text }) => reply(rows, text, undefined),
    (error: unknown) => reply([], '', error instanceof Error ? error.message : String(error)),
  );
});
