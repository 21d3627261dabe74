import type { Address, Arena } from '@windrow/core';
import { textBytes, writeText } from '@windrow/core';
import { CSV_JOB, CSV_OPTIONS, CSV_PROBLEMS, kernels } from '@windrow/kernels';
import type { CsvDialect } from './options.ts';

/** How records are to be scanned. */
export interface ScanSettings {
  readonly dialect: CsvDialect;
  readonly fieldCount: number;
  readonly nullTexts: readonly string[];
  readonly quotedNulls: boolean;
  readonly pad: boolean;
  readonly skipBad: boolean;
}

/** A range of text in memory: records that begin before `limit` are scanned, at most to `end`. */
export interface TextRange {
  readonly start: Address;
  readonly limit: Address;
  readonly end: Address;
  /** Does the text go on behind `end`? */
  readonly moreFollows: boolean;
}

export interface ScanOutcome {
  readonly rows: number;
  /** Records left out for their problems. */
  readonly leftOut: number;
  /** Start of the first record not scanned. */
  readonly next: Address;
  readonly problem:
    | {
        readonly kind: (typeof CSV_PROBLEMS)[number];
        /** Start of the record. */
        readonly at: Address;
        /** Fields before the problem. */
        readonly fields: number;
      }
    | undefined;
}

/** A job of the CSV kernels in memory: its settings, and slots for the fields that are wanted. */
export class ScanJob {
  readonly #arena: Arena;
  readonly #address: Address;
  readonly #slots: Address;
  readonly #settings: ScanSettings;

  constructor(settings: ScanSettings, arena: Arena) {
    this.#arena = arena;
    this.#settings = settings;
    this.#address = arena.allocateZeroed(64);
    this.#slots = arena.allocateZeroed(settings.fieldCount * 4);
    const { dialect } = settings;
    for (const word of ['delimiter', 'quote', 'escape', 'comment'] as const) {
      this.#set(CSV_JOB[word], dialect[word]);
    }
    this.#set(CSV_JOB.fieldCount, settings.fieldCount);
    this.#set(CSV_JOB.slots, this.#slots);
    this.#set(CSV_JOB.nulls, this.#writeNulls(settings.nullTexts));
    this.#set(CSV_JOB.nullCount, settings.nullTexts.length);
  }

  /** The job's record, for kernels that take one. */
  get address(): Address {
    return this.#address;
  }

  /**
   * Scans records and returns the references of the wanted fields, each `maxRows` long. Overwrites 64
   * bytes behind the range's end.
   */
  scan(
    range: TextRange,
    fields: readonly number[],
    maxRows: number,
  ): { readonly refs: readonly Address[]; readonly outcome: ScanOutcome } {
    const { memory } = this.#arena;
    memory.u32.fill(0, this.#slots >>> 2, (this.#slots >>> 2) + this.#settings.fieldCount);
    const byField = new Map<number, Address>();
    for (const field of fields) {
      if (byField.has(field)) continue;
      const refs = this.#arena.allocate(maxRows * 8);
      byField.set(field, refs);
      memory.u32[(this.#slots >>> 2) + field] = refs;
    }
    this.#set(CSV_JOB.maxRows, maxRows);
    this.#set(CSV_JOB.options, this.#options(range.moreFollows));
    kernels(memory).csvScan(this.#address, range.start, range.limit, range.end);
    return { refs: fields.map((field) => byField.get(field) ?? 0), outcome: this.#outcome() };
  }

  #outcome(): ScanOutcome {
    const kind = CSV_PROBLEMS[this.#get(CSV_JOB.problem)] ?? 'none';
    return {
      rows: this.#get(CSV_JOB.rows),
      leftOut: this.#get(CSV_JOB.leftOut),
      next: this.#get(CSV_JOB.next),
      problem:
        kind === 'none'
          ? undefined
          : {
              kind,
              at: this.#get(CSV_JOB.problemAt),
              fields: this.#get(CSV_JOB.problemField),
            },
    };
  }

  #options(moreFollows: boolean): number {
    const { pad, skipBad, quotedNulls } = this.#settings;
    return (
      (pad ? CSV_OPTIONS.pad : 0) |
      (skipBad ? CSV_OPTIONS.skipBad : 0) |
      (quotedNulls ? CSV_OPTIONS.quotedNulls : 0) |
      (moreFollows ? CSV_OPTIONS.moreFollows : 0)
    );
  }

  #writeNulls(texts: readonly string[]): Address {
    const { memory } = this.#arena;
    const refs = this.#arena.allocate(texts.length * 8);
    for (const [index, text] of texts.entries()) {
      const bytes = textBytes(text);
      const address = this.#arena.allocate(bytes);
      writeText(memory, address, text, bytes);
      memory.u32[(refs >>> 2) + index * 2] = address;
      memory.u32[(refs >>> 2) + index * 2 + 1] = bytes;
    }
    return refs;
  }

  #get(word: number): number {
    return this.#arena.memory.u32[(this.#address >>> 2) + word] ?? 0;
  }

  #set(word: number, value: number): void {
    this.#arena.memory.u32[(this.#address >>> 2) + word] = value;
  }
}
