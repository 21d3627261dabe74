import type { Address, Arena } from '@windrow/core';
import { readText, textBytes, writeText } from '@windrow/core';
import {
  JSON_COLUMN,
  JSON_COLUMN_BYTES,
  JSON_JOB,
  JSON_JOB_BYTES,
  JSON_KINDS,
  JSON_OPTIONS,
  JSON_PROBLEMS,
  type JsonKind,
  kernels,
} from '@windrow/kernels';

/** A key whose values are wanted. */
export interface JobColumn {
  readonly key: string;
  /** Is the JSON text itself wanted, quotes and all? */
  readonly raw: boolean;
  /** Where references go, one a row, zero bytes at first; 0: the column is only known. */
  readonly slot: Address;
}

export interface JobOptions {
  readonly array: boolean;
  readonly skipBad: boolean;
  readonly knownKeysOnly: boolean;
  readonly wholeRecords: boolean;
}

export interface JsonOutcome {
  readonly rows: number;
  /** Behind the last record, or the record with the problem. */
  readonly next: Address;
  readonly problem:
    | {
        readonly kind: (typeof JSON_PROBLEMS)[number];
        readonly at: Address;
        readonly recordAt: Address;
        /** The key that is not known. */
        readonly key: string;
      }
    | undefined;
}

/** A job of the JSON kernels in memory. */
export class JsonScanJob {
  readonly #arena: Arena;
  readonly #address: Address;
  readonly #columns: Address;
  readonly #count: number;

  constructor(columns: readonly JobColumn[], options: JobOptions, arena: Arena) {
    this.#arena = arena;
    this.#count = columns.length;
    this.#address = arena.allocateZeroed(JSON_JOB_BYTES);
    this.#columns = arena.allocateZeroed(columns.length * JSON_COLUMN_BYTES);
    const { memory } = arena;
    columns.forEach(({ key, raw, slot }, index) => {
      const word = (this.#columns + index * JSON_COLUMN_BYTES) >>> 2;
      const bytes = textBytes(key);
      const address = arena.allocate(bytes);
      writeText(memory, address, key, bytes);
      memory.u32[word + JSON_COLUMN.key] = address;
      memory.u32[word + JSON_COLUMN.keyLength] = bytes;
      memory.u32[word + JSON_COLUMN.slot] = slot;
      memory.u32[word + JSON_COLUMN.raw] = raw ? 1 : 0;
    });
    this.#set(JSON_JOB.columns, this.#columns);
    this.#set(JSON_JOB.columnCount, columns.length);
    this.#set(JSON_JOB.options, optionBits(options));
  }

  /** Scans the records that begin before `limit`; overwrites 64 bytes behind `end`. */
  scan(
    range: { readonly start: Address; readonly limit: Address; readonly end: Address },
    maxRows: number,
  ): JsonOutcome {
    const { memory } = this.#arena;
    this.#set(JSON_JOB.maxRows, maxRows);
    kernels(memory).jsonScan(this.#address, range.start, range.limit, range.end);
    const kind = JSON_PROBLEMS[this.#get(JSON_JOB.problem)] ?? 'none';
    const at = this.#get(JSON_JOB.problemAt);
    const key = kind === 'unknownKey' ? readText(memory, at, this.#get(JSON_JOB.keyLength)) : '';
    const recordAt = this.#get(JSON_JOB.recordAt);
    return {
      rows: this.#get(JSON_JOB.rows),
      next: this.#get(JSON_JOB.next),
      problem: kind === 'none' ? undefined : { kind, at, recordAt, key },
    };
  }

  /** Kinds of the values that each column has had. */
  kinds(): ReadonlySet<JsonKind>[] {
    return Array.from({ length: this.#count }, (_, index) => {
      const word = (this.#columns + index * JSON_COLUMN_BYTES) >>> 2;
      const bits = this.#arena.memory.u32[word + JSON_COLUMN.kinds] ?? 0;
      return new Set(JSON_KINDS.filter((_, kind) => ((bits >> kind) & 1) === 1));
    });
  }

  #get(word: number): number {
    return this.#arena.memory.u32[(this.#address >>> 2) + word] ?? 0;
  }

  #set(word: number, value: number): void {
    this.#arena.memory.u32[(this.#address >>> 2) + word] = value;
  }
}

function optionBits({ array, skipBad, knownKeysOnly, wholeRecords }: JobOptions): number {
  return (
    (array ? JSON_OPTIONS.array : 0) |
    (skipBad ? JSON_OPTIONS.skipBad : 0) |
    (knownKeysOnly ? JSON_OPTIONS.knownKeysOnly : 0) |
    (wholeRecords ? JSON_OPTIONS.wholeRecords : 0)
  );
}

/** What a problem is, in words. */
export const PROBLEM_TEXTS: Readonly<Record<(typeof JSON_PROBLEMS)[number], string>> = {
  none: '',
  syntax: 'the JSON is malformed',
  unknownKey: 'the object has a key that was not in the sample',
  incomplete: 'the JSON ends within a value',
  notAnObject: 'a record is not an object',
  tooDeep: 'values are nested more than 64 levels deep',
};
