import { writeFileSync } from 'node:fs';
import { type BenchOptions, benchOptions, USAGE } from './arguments.ts';
import type { Outcome } from './outcome.ts';
import { runSuite } from './run-suite.ts';
import { suitesNamed } from './suites/index.ts';

try {
  await run(benchOptions(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  process.exitCode = 2;
}

async function run(options: BenchOptions): Promise<void> {
  const outcomes: Outcome[] = [];
  for (const suite of suitesNamed(options.target)) {
    const { outcomes: ofSuite } = await runSuite(suite, options, (text) => {
      process.stdout.write(text);
    });
    outcomes.push(...ofSuite);
    if (options.json !== undefined) {
      writeFileSync(options.json, `${JSON.stringify(outcomes, null, 2)}\n`);
    }
  }
  if (outcomes.some(({ ok }) => !ok)) process.exitCode = 1;
}
