import { createRequire } from 'node:module';

export type ArrowLibrary = typeof import('apache-arrow');

let library: ArrowLibrary | undefined;

/**
 * apache-arrow for use within this package, loaded when it is first needed: it takes long to load, and
 * most threads never read or write Arrow. What callers get is made with their own instance instead.
 */
export function arrowLibrary(): ArrowLibrary {
  library ??= createRequire(import.meta.url)('apache-arrow') as ArrowLibrary;
  return library;
}
