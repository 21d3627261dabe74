import { format } from 'node:util';
import { afterAll, afterEach } from 'vitest';

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
