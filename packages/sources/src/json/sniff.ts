import type { Address, SharedMemory, SqlType } from '@windrow/core';
import { Arena, BOOLEAN, JSON_TYPE, NULL_TYPE, SqlError, VARCHAR } from '@windrow/core';
import { type JsonKind, kernels } from '@windrow/kernels';
import { damagedFile } from '../errors.ts';
import type { ByteInput } from '../input/byte-input.ts';
import { countShapes, inferType, typeOfShapes } from '../text/infer-type.ts';
import { commonJsonType, settledJsonType, typeOfJson } from '../text/json-value.ts';
import { lineNumberAt } from '../text/line-numbers.ts';
import { SENTINEL_BYTES } from '../text/line-pieces.ts';
import { textAt } from '../text/typed-column.ts';
import { DEFAULT_JSON_SAMPLE_ROWS, type JsonLayout, type JsonOptions } from './options.ts';
import { type JobOptions, type JsonOutcome, JsonScanJob, PROBLEM_TEXTS } from './scan-job.ts';

export interface SniffedColumn {
  /** Key of the objects, and name of the column. */
  readonly name: string;
  readonly type: SqlType;
}

/** What a JSON file's beginning tells about it. */
export interface SniffedJson {
  readonly layout: JsonLayout;
  readonly records: boolean;
  readonly columns: readonly SniffedColumn[];
  /** Where the first record begins, in bytes from the file's start. */
  readonly dataStart: number;
  readonly sampledRows: number;
  readonly sampledBytes: number;
  readonly complete: boolean;
}

const SAMPLE_BYTES = 4194304;
/** Nested values that decide about a type; each is parsed. */
const NESTED_SAMPLE_ROWS = 1024;
const MAX_COLUMNS = 4096;
const OPEN_BRACE = 123;
const OPEN_BRACKET = 91;

/** Finds out layout, keys and types from the beginning of a file. */
export function sniffJson(
  input: ByteInput,
  options: JsonOptions,
  memory: SharedMemory,
): SniffedJson {
  const arena = new Arena(memory, memory.newOwner());
  try {
    return new Sniffer(input, options, arena).sniff();
  } finally {
    arena.release();
  }
}

interface FoundColumn {
  readonly key: string;
  readonly refs: Address;
  kinds: ReadonlySet<JsonKind>;
}

class Sniffer {
  readonly #input: ByteInput;
  readonly #options: JsonOptions;
  readonly #arena: Arena;
  /** The sample twice: scanning rewrites escapes in place, and records may be scanned again. */
  readonly #pristine: Address;
  readonly #base: Address;
  readonly #bytes: number;

  constructor(input: ByteInput, options: JsonOptions, arena: Arena) {
    this.#input = input;
    this.#options = options;
    this.#arena = arena;
    const all = (options.sampleRows ?? 0) < 0;
    this.#bytes = all ? input.sizeBytes : Math.min(input.sizeBytes, SAMPLE_BYTES);
    this.#pristine = arena.allocate(this.#bytes);
    this.#base = arena.allocate(this.#bytes + SENTINEL_BYTES);
    const { u8 } = arena.memory;
    input.readInto(u8.subarray(this.#pristine, this.#pristine + this.#bytes), 0);
    this.#restore(this.#base);
  }

  sniff(): SniffedJson {
    const { u8 } = this.#arena.memory;
    const end = this.#base + this.#bytes;
    const marked = this.#bytes >= 3 && u8[this.#base] === 0xef && u8[this.#base + 1] === 0xbb;
    let start = this.#skipBlanks(marked ? this.#base + 3 : this.#base);
    const layout = this.#options.layout ?? this.#layout(start, end);
    if (layout === 'array' && start < end) {
      if (u8[start] !== OPEN_BRACKET) throw this.#problem('the file is not an array', start);
      start = this.#skipBlanks(start + 1);
    }
    const records = this.#options.records ?? (start >= end || u8[start] === OPEN_BRACE);
    const wanted = this.#options.sampleRows ?? DEFAULT_JSON_SAMPLE_ROWS;
    const maxRows = wanted < 0 ? Number.MAX_SAFE_INTEGER : Math.max(1, wanted);
    const options = {
      array: layout === 'array',
      skipBad: this.#options.ignoreErrors ?? false,
      knownKeysOnly: records && this.#options.columns === undefined,
      wholeRecords: !records,
    };
    const found = this.#scan({ start, end, maxRows }, options);
    return {
      layout,
      records,
      columns: this.#columns(found.columns, found.rows, records),
      dataStart: start - this.#base,
      sampledRows: found.rows,
      sampledBytes: found.next - start,
      complete: this.#bytes === this.#input.sizeBytes && found.next >= end,
    };
  }

  /** Scans the sample; each key that comes up for the first time makes a column, and a fresh start. */
  #scan(
    range: { readonly start: Address; readonly end: Address; readonly maxRows: number },
    options: JobOptions,
  ): { readonly columns: readonly FoundColumn[]; readonly rows: number; readonly next: Address } {
    const capacity = Math.min(range.maxRows, this.#records(range));
    const columns: FoundColumn[] = [];
    const add = (key: string): void => {
      if (columns.length === MAX_COLUMNS) {
        throw new SqlError('unsupported', `objects of "${this.#input.path}" have too many keys`, {
          hint: 'Name the columns with columns := {…}, or read whole objects with records := false.',
        });
      }
      columns.push({ key, refs: this.#arena.allocateZeroed(capacity * 8), kinds: new Set() });
    };
    if (options.wholeRecords) add('json');
    for (const { name } of this.#options.columns ?? []) add(name);
    let rows = 0;
    let next = range.start;
    while (rows < capacity) {
      const outcome = this.#scanFrom(next, range.end, { columns, rows, capacity }, options);
      rows += outcome.rows;
      next = outcome.next;
      if (outcome.problem?.kind === 'unknownKey') {
        add(outcome.problem.key);
        this.#restore(outcome.problem.recordAt);
        continue;
      }
      this.#checkOutcome(outcome);
      break;
    }
    return { columns, rows, next };
  }

  #scanFrom(
    start: Address,
    end: Address,
    target: { readonly columns: FoundColumn[]; readonly rows: number; readonly capacity: number },
    options: JobOptions,
  ): JsonOutcome {
    const mark = this.#arena.mark();
    const { columns, rows, capacity } = target;
    const job = new JsonScanJob(
      columns.map(({ key, refs }) => ({ key, raw: false, slot: refs + rows * 8 })),
      options,
      this.#arena,
    );
    const outcome = job.scan({ start, limit: end, end }, capacity - rows);
    job.kinds().forEach((kinds, index) => {
      const column = columns[index] as FoundColumn;
      column.kinds = new Set([...column.kinds, ...kinds]);
    });
    this.#arena.rewind(mark);
    return outcome;
  }

  /** At least as many records as the sample has. */
  #records({ start, end }: { readonly start: Address; readonly end: Address }): number {
    const { countByte } = kernels(this.#arena.memory);
    const lines = countByte(start, end, 10);
    return Math.max(lines, countByte(start, end, OPEN_BRACE), countByte(start, end, 44)) + 1;
  }

  #checkOutcome({ problem, rows }: JsonOutcome): void {
    if (problem === undefined) return;
    // The last record of a cut sample is cut itself; one that is the sample is too long.
    const cut = this.#bytes < this.#input.sizeBytes;
    if (problem.kind === 'incomplete' && cut && rows > 0) return;
    if (this.#options.ignoreErrors === true && problem.kind === 'incomplete') return;
    throw this.#problem(PROBLEM_TEXTS[problem.kind], problem.at);
  }

  #problem(text: string, at: Address): SqlError {
    const line = lineNumberAt(this.#input, at - this.#base);
    return damagedFile(this.#input.path, 'JSON', text, { place: `line ${line}` });
  }

  /** Objects over several lines tell themselves by a first line that does not close. */
  #layout(start: Address, end: Address): JsonLayout {
    const { u8 } = this.#arena.memory;
    if (u8[start] === OPEN_BRACKET) return 'array';
    const line = kernels(this.#arena.memory).findByte(start, end, 10) >>> 0;
    const job = new JsonScanJob(
      [{ key: 'json', raw: true, slot: 0 }],
      { array: false, skipBad: false, knownKeysOnly: false, wholeRecords: true },
      this.#arena,
    );
    const outcome = job.scan({ start, limit: Math.min(line, end), end: Math.min(line, end) }, 1);
    // The scan has put its sentinel into the sample.
    this.#restore(start);
    const open = line < end && outcome.problem?.kind === 'incomplete';
    return open ? 'unstructured' : 'newline_delimited';
  }

  #columns(
    found: readonly FoundColumn[],
    rows: number,
    records: boolean,
  ): readonly SniffedColumn[] {
    if (this.#options.columns !== undefined) return this.#options.columns;
    if (records && found.length > 0) {
      return found.map((column) => ({ name: column.key, type: this.#type(column, rows) }));
    }
    return [{ name: 'json', type: JSON_TYPE }];
  }

  #type({ refs, kinds }: FoundColumn, rows: number): SqlType {
    const values = [...kinds].filter((kind) => kind !== 'null');
    const [only] = values;
    if (only === undefined || values.length > 1) return JSON_TYPE;
    switch (only) {
      case 'boolean':
        return BOOLEAN;
      case 'number':
        return typeOfShapes(countShapes(refs, rows, this.#arena));
      case 'string': {
        const { type, format } = inferType(refs, rows, this.#arena);
        const temporal = type.kind === 'date' || type.kind === 'timestamp' || type.kind === 'time';
        return temporal && format === undefined ? type : VARCHAR;
      }
      default:
        return this.#nestedType(refs, rows);
    }
  }

  #nestedType(refs: Address, rows: number): SqlType {
    const { memory } = this.#arena;
    let type: SqlType = NULL_TYPE;
    for (let row = 0, seen = 0; row < rows && seen < NESTED_SAMPLE_ROWS; row++) {
      if (memory.u32[(refs >>> 2) + row * 2] === 0) continue;
      type = commonJsonType(type, typeOfJson(JSON.parse(textAt(memory, refs, row))));
      seen += 1;
    }
    return settledJsonType(type);
  }

  #skipBlanks(from: Address): Address {
    const { u8 } = this.#arena.memory;
    const end = this.#base + this.#bytes;
    let at = from;
    while (at < end && (u8[at] === 32 || u8[at] === 10 || u8[at] === 13 || u8[at] === 9)) at += 1;
    return at;
  }

  /** Undoes what scanning has changed from `at` on. */
  #restore(at: Address): void {
    const { u8 } = this.#arena.memory;
    const offset = at - this.#base;
    u8.copyWithin(at, this.#pristine + offset, this.#pristine + this.#bytes);
  }
}
