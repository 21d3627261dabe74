import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem, type } from 'node:os';
import type { Outcome } from './outcome.ts';
import { benchDirectory } from './paths.ts';
import type { SuiteRun } from './run-suite.ts';
import { type BenchSuite, suiteGroup } from './suite.ts';

/** What a suite was measured on. */
export interface Environment {
  /** Day of the last measurement, as YYYY-MM-DD in UTC. */
  readonly date: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  readonly threads: number;
}

/** Results of one suite as they are kept under version control. */
export interface SuiteResult {
  readonly suite: string;
  readonly rows: number;
  readonly versions: readonly string[];
  readonly environment: Environment;
  readonly outcomes: readonly Outcome[];
}

const RESULTS = `${benchDirectory}results`;

const fileOf = (group: string): string => `${RESULTS}/${group}.json`;

/** Keeps a run. Cases that it left out stay as they were measured before. */
export function record(suite: BenchSuite, run: SuiteRun, threads: number): void {
  const group = suiteGroup(suite);
  const kept = existsSync(fileOf(group)) ? readGroup(group) : [];
  const earlier = kept.find((result) => result.suite === suite.name)?.outcomes ?? [];
  const known = new Map([...earlier, ...run.outcomes].map((outcome) => [outcome.case, outcome]));
  const outcomes = suite.cases.flatMap(({ name }) => known.get(name) ?? []);
  const result: SuiteResult = {
    suite: suite.name,
    rows: run.rows,
    versions: run.versions,
    environment: environment(threads),
    outcomes: outcomes.map(rounded),
  };
  const others = kept.filter((other) => other.suite !== suite.name);
  const results = [...others, result].sort((a, b) => (a.suite < b.suite ? -1 : 1));
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(fileOf(group), `${JSON.stringify(results, null, 2)}\n`);
}

/** The groups that have results, each with its suites', by name. */
export function recordedGroups(): readonly (readonly [string, readonly SuiteResult[]])[] {
  if (!existsSync(RESULTS)) return [];
  const groups = readdirSync(RESULTS).filter((file) => file.endsWith('.json'));
  return groups.sort().map((file) => {
    const group = file.replace('.json', '');
    return [group, readGroup(group)];
  });
}

const readGroup = (group: string): readonly SuiteResult[] =>
  JSON.parse(readFileSync(fileOf(group), 'utf8')) as SuiteResult[];

function environment(threads: number): Environment {
  return {
    date: new Date().toISOString().slice(0, 10),
    processor: cpus()[0]?.model ?? 'unknown processor',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${process.arch}`,
    node: process.version,
    threads,
  };
}

/** Figures with as many digits as they deserve: a file that people compare. */
function rounded(outcome: Outcome): Outcome {
  const entries = Object.entries(outcome).map(([key, value]) => [
    key,
    typeof value === 'number' && Number.isFinite(value) ? Number(value.toPrecision(4)) : value,
  ]);
  return { ...Object.fromEntries(entries), rows: outcome.rows };
}
