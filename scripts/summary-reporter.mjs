// A vitest reporter that leaves `N passed, N failed` where .ci/run finds it. A file that cannot be
// loaded, or an error outside any test, counts as a failure of its own.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { testSummaryFile } from './paths.mjs';

export default class SummaryReporter {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly unknown[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    let passed = 0;
    let failed = unhandledErrors.length;
    for (const module of modules) {
      failed += module.errors().length;
      for (const suite of module.children.allSuites()) failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed++;
        else if (state !== 'skipped') failed++;
      }
    }
    mkdirSync(dirname(testSummaryFile), { recursive: true });
    writeFileSync(testSummaryFile, `${passed} passed, ${failed} failed\n`);
  }
}
