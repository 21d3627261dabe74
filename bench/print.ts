import type { Outcome } from './outcome.ts';
import { geometricMean } from './statistics.ts';

const NAME_WIDTH = 34;

export const headline = (): string =>
  `${'case'.padEnd(NAME_WIDTH)}${'windrow ms'.padStart(11)}${'duckdb ms'.padStart(11)}` +
  `${'ratio'.padStart(8)}${'spread'.padStart(8)}${'peak MB'.padStart(9)}${'duckdb'.padStart(7)}\n`;

export function outcomeLine(outcome: Outcome): string {
  const figures =
    outcome.case.padEnd(NAME_WIDTH) +
    outcome.windrowMs.toFixed(1).padStart(11) +
    outcome.duckdbMs.toFixed(1).padStart(11) +
    outcome.ratio.toFixed(2).padStart(8) +
    `±${outcome.spread.toFixed(2)}`.padStart(8) +
    outcome.peakMb.toFixed(0).padStart(9) +
    outcome.duckdbPeakMb.toFixed(0).padStart(7);
  const others = outcome.others.map(({ engine, ms, ok, note }) =>
    ok ? `  ${engine} ${ms.toFixed(1)} ms` : `  ${engine}: ${oneLine(note)}`,
  );
  const remark = outcome.ok ? outcome.note : `FAILED: ${outcome.note}`;
  return `${figures}${others.join('')}${remark === '' ? '' : `  ${oneLine(remark)}`}\n`;
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').slice(0, 300);

export function summaryLine(outcomes: readonly Outcome[]): string {
  const ratios = outcomes.filter((outcome) => outcome.ok).map((outcome) => outcome.ratio);
  const failures = outcomes.length - ratios.length;
  return (
    `geometric mean ${geometricMean(ratios).toFixed(2)}, worst ${Math.max(...ratios).toFixed(2)}, ` +
    `${failures} failed\n`
  );
}
