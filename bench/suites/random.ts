/**
 * Deterministic randomness in DuckDB's SQL: expressions over the row number `i` and a salt. DuckDB's
 * `hash` is fixed for a release, so that a suite's data is too.
 */

/** A pseudo-random integer in [0, n), uniform. */
export const randomBelow = (n: number | string, salt: number): string =>
  `(hash(i * 1000003 + ${salt}) % (${n}))::BIGINT`;

/** A pseudo-random number in [0, 1) with 53 bits' worth of values. */
export const randomUnit = (salt: number): string =>
  `((hash(i * 1000003 + ${salt}) >> 11)::DOUBLE / 9007199254740992)`;

/** The i-th of n integers in [0, n), shuffled: each comes once as i runs from 0 to n - 1. */
export const shuffled = (i: string, n: number | string): string =>
  `((${i}) * 1000003 % (${n}))::BIGINT`;
