import { fileURLToPath } from 'node:url';

/** The folder of the benchmarks, seen from the built file; ends with a slash. */
export const benchDirectory: string = fileURLToPath(new URL('../', import.meta.url)).replaceAll(
  '\\',
  '/',
);

/** Generated data and what tools need to make it; outside version control. */
export const dataDirectory = `${benchDirectory}data`;

/** Where optional Python packages are looked for before the interpreter's own. */
export const pythonDirectory = `${dataDirectory}/python`;
