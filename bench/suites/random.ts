/**
 * Deterministic randomness in DuckDB's SQL: expressions over an integer, the row number `i` unless said
 * otherwise, and a salt. DuckDB's `hash` is fixed for a release, so that a suite's data is too.
 */

const hashOf = (salt: number, of: string): string => `hash((${of}) * 1000003 + ${salt})`;

/** A pseudo-random integer in [0, n), uniform. */
export const randomBelow = (n: number | string, salt: number, of = 'i'): string =>
  `(${hashOf(salt, of)} % (${n}))::BIGINT`;

/** A pseudo-random number in [0, 1), uniform. */
export const randomUnit = (salt: number, of = 'i'): string =>
  `((${hashOf(salt, of)} % 4294967296)::DOUBLE / 4294967296)`;

/** A pseudo-random rank in [0, n) that occurs inversely to itself, as Zipf found of words. */
export const zipfBelow = (n: number, salt: number, of = 'i'): string =>
  `(floor(pow(${n}::DOUBLE, ${randomUnit(salt, of)}))::BIGINT - 1)`;

/** One of some literals, each as likely. */
export const randomOf = (texts: readonly string[], salt: number, of = 'i'): string =>
  `[${texts.map((text) => `'${text}'`).join(', ')}][1 + ${randomBelow(texts.length, salt, of)}]`;

/** The i-th of n integers in [0, n), shuffled: each comes once as i runs from 0 to n - 1. */
export const shuffled = (i: string, n: number | string): string =>
  `((${i}) * 1000003 % (${n}))::BIGINT`;
