import { format } from 'node:util';
import fc from 'fast-check';
import { afterAll, afterEach } from 'vitest';

/*
 * The same inputs in every run, so that a change is judged by what it changed. WINDROW_SEED explores
 * others: a number, or `random` for a new one each time; a failure prints its seed.
 */
const seed = process.env['WINDROW_SEED'] ?? '1';
if (seed !== 'random') fc.configureGlobal({ seed: Number(seed) });

// A test that prints is a test that nobody reads: console output fails it.
const written: string[] = [];
for (const method of ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const) {
  console[method] = (...args: readonly unknown[]): void => {
    written.push(`console.${method}: ${format(...args)}`);
  };
}

function failOnOutput(): void {
  if (written.length > 0) {
    throw new Error(`console output in a test:\n${written.splice(0).join('\n')}`);
  }
}

afterEach(failOnOutput);
afterAll(failOnOutput);
