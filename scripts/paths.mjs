import { fileURLToPath } from 'node:url';

/** The folder of the repository, with a trailing slash. */
export const root = fileURLToPath(new URL('../', import.meta.url));

/** Stamps and reports of the scripts; git ignores it and a fresh install removes it. */
export const cacheDirectory = `${root}node_modules/.cache/windrow/`;

/** The last test run in one line: `N passed, N failed`. */
export const testSummaryFile = `${cacheDirectory}test-summary.txt`;
