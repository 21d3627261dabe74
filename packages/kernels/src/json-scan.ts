import type { Address } from '@windrow/core';

/**
 * Scanning of JSON records. `job` is a record of u32 words whose layout is drawn in
 * assembly/json-scan.ts ({@link JSON_JOB} names the words); positions are addresses.
 */
export interface JsonScanKernels {
  /**
   * Scans the records that begin in `at` … `limit`, each to its end, at most `end`; overwrites 64 bytes
   * behind `end`. The outcome is in the job's words.
   */
  jsonScan(job: Address, at: Address, limit: Address, end: Address): void;
  /**
   * Looks for objects and arrays that begin at bracket depth `top` and stores their positions (u32), at
   * least `spacing` apart; returns how many. `state` is 8 bytes, zero at the start of the text, that
   * carry over from block to block.
   */
  jsonElementStarts(
    at: Address,
    end: Address,
    state: Address,
    top: number,
    spacing: number,
    out: Address,
    maxStarts: number,
  ): number;
}

/** Words of a job. */
export const JSON_JOB = {
  columns: 0,
  columnCount: 1,
  maxRows: 2,
  options: 3,
  leftOut: 4,
  next: 5,
  rows: 6,
  problem: 7,
  problemAt: 8,
  recordAt: 9,
  keyLength: 10,
} as const;

/** Size of a job and of one of its columns, and the words of a column. */
export const JSON_JOB_BYTES = 64;
export const JSON_COLUMN_BYTES = 24;
export const JSON_COLUMN = { key: 0, keyLength: 1, slot: 2, raw: 3, kinds: 4 } as const;

/** Bits of a job's options. */
export const JSON_OPTIONS = { array: 1, skipBad: 2, knownKeysOnly: 4, wholeRecords: 8 } as const;

/** What a job's problem number says. */
export const JSON_PROBLEMS = [
  'none',
  'syntax',
  'unknownKey',
  'incomplete',
  'notAnObject',
  'tooDeep',
] as const;

/** Kinds of values, by their bit in a column's kinds. */
export const JSON_KINDS = ['string', 'number', 'boolean', 'null', 'object', 'array'] as const;
export type JsonKind = (typeof JSON_KINDS)[number];
