import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Reply, Request } from './engine-process.ts';
import type { Cell } from './engines/engine.ts';
import type { BenchCase, BenchSuite } from './suite.ts';
import { core } from './suites/core.ts';

const SUITES: ReadonlyMap<string, BenchSuite> = new Map([[core.name, core]]);

/** One line of the report; `ratio` is Windrow's time over DuckDB's, `spread` its interquartile range. */
interface Outcome {
  readonly case: string;
  readonly windrowMs: number;
  readonly duckdbMs: number;
  readonly ratio: number;
  readonly spread: number;
  readonly rows: number;
  readonly peakMb: number;
  readonly duckdbPeakMb: number;
  readonly ok: boolean;
  readonly note: string;
}

class EngineProcess {
  readonly #child: ChildProcess;

  constructor() {
    this.#child = fork(fileURLToPath(new URL('./engine-process.js', import.meta.url)));
  }

  async ask(request: Request): Promise<Reply> {
    const reply = new Promise<Reply>((resolve, reject) => {
      this.#child.once('message', (message) => resolve(message as Reply));
      this.#child.once('exit', (code) =>
        reject(new Error(`the engine's process ended with ${code}`)),
      );
    });
    this.#child.send(request);
    const answer = await reply;
    this.#child.removeAllListeners('exit');
    this.#child.removeAllListeners('message');
    return answer;
  }

  async must(request: Request): Promise<Reply> {
    const reply = await this.ask(request);
    if (reply.error !== undefined) throw new Error(`${request.kind}: ${reply.error}`);
    return reply;
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: 'string', default: String(Math.min(2, availableParallelism())) },
    json: { type: 'string' },
    rows: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    cases: { type: 'string', default: '' },
  },
});

const suite = SUITES.get(positionals[0] ?? 'core');
if (suite === undefined) {
  process.stderr.write(`unknown suite; there are: ${[...SUITES.keys()].join(', ')}\n`);
  process.exit(2);
}
await measure(suite, Number(values.rows ?? suite.rows), Number(values.threads));

async function measure(chosen: BenchSuite, rowCount: number, threads: number): Promise<void> {
  const files = await generate(chosen, rowCount);
  const windrow = new EngineProcess();
  const duckdb = new EngineProcess();
  const versions = [];
  for (const [name, engine] of [
    ['windrow', windrow],
    ['duckdb', duckdb],
  ] as const) {
    const { text } = await engine.must({ kind: 'open', engine: name, threads });
    versions.push(text);
    for (const [table, file] of files) await engine.must({ kind: 'load', table, file });
    for (const definition of chosen.functions) await engine.must({ kind: 'register', definition });
  }
  print(
    `${chosen.name}: ${rowCount} rows, ${threads} threads, ${versions.join(', ')}, Node ${process.version}\n`,
  );
  print(
    `${'case'.padEnd(34)}${'windrow ms'.padStart(11)}${'duckdb ms'.padStart(11)}${'ratio'.padStart(8)}  spread\n`,
  );
  const outcomes: Outcome[] = [];
  for (const item of chosen.cases) {
    if (!item.name.includes(values.cases)) continue;
    const outcome = await compare(item, windrow, duckdb);
    outcomes.push(outcome);
    print(
      `${outcome.case.padEnd(34)}${outcome.windrowMs.toFixed(1).padStart(11)}${outcome.duckdbMs.toFixed(1).padStart(11)}` +
        `${outcome.ratio.toFixed(2).padStart(8)}  ±${outcome.spread.toFixed(2)}${outcome.ok ? '' : `  FAILED: ${outcome.note}`}\n`,
    );
  }
  await windrow.must({ kind: 'close' });
  await duckdb.must({ kind: 'close' });
  const ratios = outcomes.filter((outcome) => outcome.ok).map((outcome) => outcome.ratio);
  const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
  const failures = outcomes.length - ratios.length;
  print(
    `geometric mean ${mean.toFixed(2)}, worst ${Math.max(...ratios).toFixed(2)}, ${failures} failed\n`,
  );
  if (values.json !== undefined)
    writeFileSync(values.json, `${JSON.stringify(outcomes, null, 2)}\n`);
  if (failures > 0) process.exitCode = 1;
}

/** The suite's tables as Parquet files, written once per scale. */
async function generate(chosen: BenchSuite, rowCount: number): Promise<[string, string][]> {
  const directory = fileURLToPath(new URL(`../data/${chosen.name}-${rowCount}/`, import.meta.url));
  mkdirSync(directory, { recursive: true });
  const files: [string, string][] = [];
  for (const { name, generator } of chosen.tables) {
    const file = `${directory}${name}.parquet`;
    if (!existsSync(file)) {
      const instance = await DuckDBInstance.create(':memory:');
      const connection = await instance.connect();
      const query = generator.replaceAll('{rows}', String(rowCount));
      await connection.run(`copy (${query}) to '${file}' (format parquet, compression snappy)`);
      connection.closeSync();
    }
    files.push([name, file]);
  }
  return files;
}

/** Answers first, then times, the engines in alternation. */
async function compare(
  item: BenchCase,
  windrow: EngineProcess,
  duckdb: EngineProcess,
): Promise<Outcome> {
  const request: Request = { kind: 'run', sql: item.sql };
  const expected = await duckdb.must(request);
  const actual = await windrow.ask(request);
  const difference =
    actual.error ?? differenceOf(actual.rows, expected.rows, item.ordered ?? false);
  const rounds = difference === undefined ? Number(values.rounds) : 0;
  const times: { windrow: number; duckdb: number }[] = [];
  let last = actual;
  let other = expected;
  for (let round = 0; round < rounds; round++) {
    last = await windrow.must(request);
    other = await duckdb.must(request);
    times.push({ windrow: last.wallMs, duckdb: other.wallMs });
  }
  const ratios = times.map((time) => time.windrow / time.duckdb).sort((a, b) => a - b);
  return {
    case: item.name,
    windrowMs: median(times.map((time) => time.windrow)),
    duckdbMs: median(times.map((time) => time.duckdb)),
    ratio: median(ratios),
    spread: quantile(ratios, 0.75) - quantile(ratios, 0.25),
    rows: expected.rows.length,
    peakMb: last.peakBytes / 1e6,
    duckdbPeakMb: other.peakBytes / 1e6,
    ok: difference === undefined,
    note: difference ?? '',
  };
}

function median(numbers: readonly number[]): number {
  return quantile(
    [...numbers].sort((a, b) => a - b),
    0.5,
  );
}

function quantile(sorted: readonly number[], p: number): number {
  const at = (sorted.length - 1) * p;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

/** What differs first, or undefined. Floats may differ by summation order, 1e-9 relative. */
function differenceOf(actual: Cell[][], expected: Cell[][], ordered: boolean): string | undefined {
  if (actual.length !== expected.length) {
    return `${actual.length} rows instead of ${expected.length}`;
  }
  const key = (row: Cell[]): string => JSON.stringify(row);
  const left = ordered ? actual : [...actual].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const right = ordered ? expected : [...expected].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  for (const [index, row] of left.entries()) {
    const wanted = right[index] ?? [];
    const same =
      row.length === wanted.length && row.every((cell, i) => sameCell(cell, wanted[i] ?? null));
    if (!same) return `row ${index}: ${key(row)} instead of ${key(wanted)}`;
  }
  return undefined;
}

function sameCell(a: Cell, b: Cell): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return a === b;
  if (Object.is(a, b)) return true;
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
}

function print(text: string): void {
  process.stdout.write(text);
}
