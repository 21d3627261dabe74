import { defineConfig } from 'vitest/config';

// The main thread runs the sources of every package; worker threads run the built JavaScript.
const conditions = ['windrow-source', 'node', 'import', 'module', 'default'];
const slow = process.env['WINDROW_SLOW_TESTS'] === '1';
const slowTests = ['packages/*/src/**/*.slow.test.ts', 'test/**/*.slow.test.ts'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: slow ? slowTests : ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', ...(slow ? [] : slowTests)],
    setupFiles: ['./test/setup.ts'],
    reporters: ['default', './scripts/summary-reporter.mjs'],
    testTimeout: slow ? 600_000 : 60_000,
  },
});
