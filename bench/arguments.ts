import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type { EngineName } from './suite.ts';

/** What the command line asked for. */
export interface BenchOptions {
  /** Names of suites or groups, 'all', or 'report'. */
  readonly target: string;
  readonly threads: number;
  readonly against: readonly Exclude<EngineName, 'windrow'>[];
  /** Scale instead of the suite's own. */
  readonly rows: number | undefined;
  readonly rounds: number;
  /** Only cases whose name contains this. */
  readonly cases: string;
  /** File for the outcomes as JSON. */
  readonly json: string | undefined;
  /** Keep the outcomes in bench/results/, for the report. */
  readonly record: boolean;
  /** Directory that already has the suite's files. */
  readonly data: string | undefined;
}

export const USAGE =
  'pnpm bench <suite>|all|report [--json FILE] [--threads N] [--against duckdb,polars]\n' +
  '           [--rows N] [--rounds N] [--cases SUBSTRING] [--data DIRECTORY] [--record]\n';

/** Reads the command line. @throws Error whose message says what is wrong with it. */
export function benchOptions(args: readonly string[]): BenchOptions {
  const { values, positionals } = parseArgs({
    args: [...args].filter((arg) => arg !== '--'),
    allowPositionals: true,
    options: {
      threads: { type: 'string' },
      against: { type: 'string', default: 'duckdb' },
      rows: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      cases: { type: 'string', default: '' },
      json: { type: 'string' },
      record: { type: 'boolean', default: false },
      data: { type: 'string' },
    },
  });
  return {
    target: positionals[0] ?? 'core',
    threads: count('threads', values.threads ?? String(Math.min(2, availableParallelism()))),
    against: values.against.split(',').map(rival),
    rows: values.rows === undefined ? undefined : count('rows', values.rows),
    rounds: count('rounds', values.rounds),
    cases: values.cases,
    json: values.json,
    record: values.record,
    data: values.data,
  };
}

function count(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new Error(`--${name} takes a positive number, not '${text}'`);
}

function rival(name: string): Exclude<EngineName, 'windrow'> {
  if (name === 'duckdb' || name === 'polars') return name;
  throw new Error(`--against knows duckdb and polars, not '${name}'`);
}
