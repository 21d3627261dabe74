import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Outcome } from './outcome.ts';
import { benchDirectory } from './paths.ts';
import { recordedGroups, type SuiteResult } from './results.ts';
import { geometricMean } from './statistics.ts';
import { SUITES } from './suites/index.ts';

const PAGE = `${benchDirectory}../docs/benchmarks.md`;

const HEAD = `# Benchmarks

This page is made by \`pnpm bench report\` out of \`bench/results/\`; the remarks come from \`bench/notes/\`.
\`pnpm bench <suite> --record\` measures a suite anew.

Each engine runs in a process of its own, with the same number of threads, on the same files. A case runs once
in each engine untimed; their answers are compared, and an answer that differs fails the case. Then the engines
take turns. The ratio is Windrow's time over DuckDB's, the median of the rounds (below 1 Windrow is faster); the
spread is the rounds' interquartile range. Times are of the statement with its rows in JavaScript. Rounds that
other processes disturbed, or in which an engine used more processor time than its threads can, are taken again;
where that did not help, the case says so. Peak memory is the high-water mark of the engine's whole process
during the case, with everything it held before: for tables in memory, those too.
`;

/** Writes the page from the recorded results. */
export function writeReport(): void {
  const groups = recordedGroups();
  const results = groups.flatMap(([, ofGroup]) => ofGroup);
  const sections = groups.map(([group, ofGroup]) => section(group, ofGroup));
  writeFileSync(PAGE, [HEAD, overview(results), ...sections].join('\n'));
}

function overview(results: readonly SuiteResult[]): string {
  const lines = results.map((result) => {
    const ratios = measured(result.outcomes).map(({ ratio }) => ratio);
    const worst = measured(result.outcomes).reduce<Outcome | undefined>(
      (found, outcome) => (found !== undefined && found.ratio >= outcome.ratio ? found : outcome),
      undefined,
    );
    const { cores, threads, date } = result.environment;
    return row([
      result.suite,
      String(result.outcomes.length),
      ratios.length === 0 ? '' : geometricMean(ratios).toFixed(2),
      worst === undefined ? '' : `${worst.ratio.toFixed(2)} (${worst.case})`,
      String(result.outcomes.filter(({ ok }) => !ok).length),
      `${threads} of ${cores}`,
      date,
    ]);
  });
  const head = ['suite', 'cases', 'geometric mean', 'worst', 'failed', 'threads of cores', 'date'];
  const recorded = results.map(({ suite }) => suite);
  const missing = SUITES.map(({ name }) => name).filter((name) => !recorded.includes(name));
  const remainder = missing.length === 0 ? [] : ['', `Not recorded yet: ${missing.join(', ')}.`];
  return [row(head), row(head.map(() => '---')), ...lines, ...remainder, ''].join('\n');
}

const measured = (outcomes: readonly Outcome[]): readonly Outcome[] =>
  outcomes.filter(({ ok, ratio }) => ok && Number.isFinite(ratio));

function section(group: string, results: readonly SuiteResult[]): string {
  const notes = `${benchDirectory}notes/${group}.md`;
  const remarks = existsSync(notes) ? [readFileSync(notes, 'utf8').trim(), ''] : [];
  return [`## ${group}`, '', ...remarks, ...results.flatMap(suiteLines)].join('\n');
}

function suiteLines(result: SuiteResult): readonly string[] {
  const { environment: on, versions, rows, outcomes } = result;
  const head = ['case', 'Windrow ms', 'DuckDB ms', 'ratio', 'spread', 'peak MB', 'DuckDB peak MB'];
  const others = [...new Set(outcomes.flatMap((outcome) => outcome.others.map((o) => o.engine)))];
  const columns = [...head, ...others.map((engine) => `${engine} ms`), ''];
  const slower = measured(outcomes)
    .filter(({ ratio }) => ratio > 1)
    .sort((a, b) => b.ratio - a.ratio)
    .map(({ case: name, ratio }) => `${name} (${ratio.toFixed(2)})`);
  const losses =
    slower.length === 0
      ? 'Slower than DuckDB: no case.'
      : `Slower than DuckDB: ${slower.join(', ')}.`;
  return [
    `### ${result.suite}`,
    '',
    `Scale ${rows.toLocaleString('en')} rows. ${versions.join(', ')}, Node ${on.node}, ${on.threads} threads; ` +
      `${on.processor}, ${on.cores} cores, ${on.memoryGb} GB, ${on.system}; ${on.date}.`,
    '',
    row(columns),
    row(columns.map((name, index) => (index === 0 || name === '' ? '---' : '---:'))),
    ...outcomes.map((outcome) => outcomeRow(outcome, others)),
    '',
    losses,
    '',
  ];
}

function outcomeRow(outcome: Outcome, others: readonly string[]): string {
  const rivals = others.map((engine) => {
    const found = outcome.others.find((other) => other.engine === engine);
    return found?.ok === true ? figure(found.ms, 1) : '';
  });
  return row([
    outcome.case,
    figure(outcome.windrowMs, 1),
    figure(outcome.duckdbMs, 1),
    figure(outcome.ratio, 2),
    figure(outcome.spread, 2),
    figure(outcome.peakMb, 0),
    figure(outcome.duckdbPeakMb, 0),
    ...rivals,
    remark(outcome),
  ]);
}

function remark({ ok, note, metric }: Outcome): string {
  const text = note.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').slice(0, 160);
  if (!ok) return `failed: ${text}`;
  return metric === 'memory' ? `ratio of memory${text === '' ? '' : `; ${text}`}` : text;
}

/** A figure; JSON keeps one that does not exist as null. */
const figure = (value: number | null, digits: number): string =>
  value === null || !Number.isFinite(value) ? '' : value.toFixed(digits);

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
