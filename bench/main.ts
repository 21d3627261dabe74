import { writeFileSync } from 'node:fs';
import { type BenchOptions, benchOptions, USAGE } from './arguments.ts';
import type { Outcome } from './outcome.ts';
import { writeReport } from './report.ts';
import { record } from './results.ts';
import { runSuite } from './run-suite.ts';
import { suitesNamed } from './suites/index.ts';

try {
  await run(benchOptions(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  process.exitCode = 2;
}

async function run(options: BenchOptions): Promise<void> {
  if (options.target === 'report') {
    writeReport();
    return;
  }
  const say = (text: string): void => {
    process.stdout.write(text);
  };
  const outcomes: Outcome[] = [];
  const chosen = suitesNamed(options.target);
  for (const suite of chosen) {
    try {
      const suiteRun = await runSuite(suite, options, say);
      outcomes.push(...suiteRun.outcomes);
      if (options.record) record(suite, suiteRun, options.threads);
    } catch (error) {
      // What one suite lacks, such as a tool for its data, does not keep the others from running.
      if (chosen.length === 1) throw error;
      say(`${suite.name} did not run: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    }
    if (options.json !== undefined) {
      writeFileSync(options.json, `${JSON.stringify(outcomes, null, 2)}\n`);
    }
  }
  if (outcomes.some(({ ok }) => !ok)) process.exitCode = 1;
}
