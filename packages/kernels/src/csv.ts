import type { Address } from '@windrow/core';

/**
 * Scanning of delimiter-separated text. `job` is a record of 16 u32 words whose layout is drawn in
 * assembly/csv.ts ({@link CSV_JOB} names the words); positions are addresses.
 */
export interface CsvKernels {
  /**
   * Scans the records that begin in `at` … `limit`, each to its end, at most `end`; overwrites 64 bytes
   * behind `end`. The outcome is in the job's words.
   */
  csvScan(job: Address, at: Address, limit: Address, end: Address): void;
  /** 1 when a quoted field is open at `end`, for text that begins inside one (`inQuotes` 1) or not. */
  csvQuoteState(job: Address, at: Address, end: Address, inQuotes: number): number;
  /** Start of the record after the one that `at` lies inside a quoted field of; 0: the field stays open. */
  csvRecordAfterQuote(job: Address, at: Address, end: Address): Address;
  /**
   * Stores the number of fields (u32) of up to `maxRecords` records, the top bit set where quotes are
   * wrong; blank lines and comments are left out. Returns how many, and puts the number of well-formed
   * quoted fields into word 15 of the job. Overwrites 64 bytes behind `end`.
   */
  csvFieldCounts(job: Address, at: Address, end: Address, maxRecords: number, out: Address): number;
  /** How many bytes of the range are `byte`. */
  countByte(at: Address, end: Address, byte: number): number;
  /** Position of the first such byte, or `end`. */
  findByte(at: Address, end: Address, byte: number): Address;
  /** Validity of rows whose references are 0 where NULL; returns the number of NULLs. */
  validityFromRefs(refs: Address, count: number, validity: Address): number;
}

/** Words of a job. */
export const CSV_JOB = {
  delimiter: 0,
  quote: 1,
  escape: 2,
  comment: 3,
  fieldCount: 4,
  slots: 5,
  nulls: 6,
  nullCount: 7,
  maxRows: 8,
  options: 9,
  next: 10,
  rows: 11,
  problem: 12,
  problemAt: 13,
  problemField: 14,
  leftOut: 15,
  quotedFields: 15,
} as const;

/** Bits of a job's options. */
export const CSV_OPTIONS = { pad: 1, skipBad: 2, quotedNulls: 4, moreFollows: 8 } as const;

/** What a job's problem number says. */
export const CSV_PROBLEMS = [
  'none',
  'tooFew',
  'tooMany',
  'openQuote',
  'afterQuote',
  'incomplete',
] as const;
