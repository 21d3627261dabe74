import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Outcome } from './outcome.ts';
import { benchDirectory } from './paths.ts';
import { ascending, median, quantile } from './statistics.ts';
import type { EngineName, ProcessCase } from './suite.ts';

/** Where a process case finds its files, and how often it runs. */
export interface ProcessOptions {
  readonly suite: string;
  /** Directory of the suite's files. */
  readonly data: string;
  readonly rounds: number;
}

interface Run {
  readonly wallMs: number;
  /** What the process said it holds; NaN when it said nothing. */
  readonly memoryBytes: number;
}

/** Starts each engine's command in turn; one untimed start of each fills the system's file cache. */
export async function measureProcess(item: ProcessCase, options: ProcessOptions): Promise<Outcome> {
  const rounds: { readonly windrow: Run; readonly duckdb: Run }[] = [];
  let note = '';
  try {
    for (let round = -1; round < options.rounds; round++) {
      const windrow = await runCommand(item, 'windrow', options.data);
      const duckdb = await runCommand(item, 'duckdb', options.data);
      if (round >= 0) rounds.push({ windrow, duckdb });
    }
  } catch (error) {
    note = error instanceof Error ? error.message : String(error);
  }
  const figure = (run: Run): number => (item.metric === 'time' ? run.wallMs : run.memoryBytes);
  const ratios = ascending(rounds.map(({ windrow, duckdb }) => figure(windrow) / figure(duckdb)));
  return {
    suite: options.suite,
    case: item.name,
    windrowMs: median(rounds.map(({ windrow }) => windrow.wallMs)),
    duckdbMs: median(rounds.map(({ duckdb }) => duckdb.wallMs)),
    ratio: median(ratios),
    spread: quantile(ratios, 0.75) - quantile(ratios, 0.25),
    rounds: rounds.length,
    rows: 1,
    cpuMs: Number.NaN,
    duckdbCpuMs: Number.NaN,
    peakMb: median(rounds.map(({ windrow }) => windrow.memoryBytes)) / 1e6,
    duckdbPeakMb: median(rounds.map(({ duckdb }) => duckdb.memoryBytes)) / 1e6,
    peakScope: 'process',
    metric: item.metric,
    ok: note === '',
    note,
    others: [],
  };
}

async function runCommand(item: ProcessCase, engine: EngineName, data: string): Promise<Run> {
  const manifest = fileURLToPath(import.meta.resolve('windrow/package.json'));
  const [program = '', ...args] = (item.command[engine] ?? []).map((word) =>
    word
      .replaceAll('{node}', process.execPath)
      .replaceAll('{bench}', benchDirectory.slice(0, -1))
      .replaceAll('{windrow}', manifest.replace('package.json', 'bin/windrow.js'))
      .replaceAll('{data}', data),
  );
  const startedAt = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const wallMs = performance.now() - startedAt;
  if (code !== 0 || !item.expect.test(output)) {
    throw new Error(`${engine}: exit status ${code}, printed ${JSON.stringify(output)}`);
  }
  return { wallMs, memoryBytes: Number(/memory-bytes: (\d+)/.exec(output)?.[1] ?? Number.NaN) };
}
