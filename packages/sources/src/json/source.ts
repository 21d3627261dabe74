import { isUtf8 } from 'node:buffer';
import type {
  Address,
  Arena,
  Chunk,
  PartitionReader,
  ScanDescription,
  ScanSource,
  Vector,
} from '@windrow/core';
import { assert, typeName } from '@windrow/core';
import { kernels } from '@windrow/kernels';
import { encodeDictionary } from '../dictionary-encoding.ts';
import { damagedFile } from '../errors.ts';
import { type ByteInput, openInput } from '../input/byte-input.ts';
import { constantVector } from '../literal-vector.ts';
import { dropRows } from '../text/drop-rows.ts';
import { excerpt, lineNumberAt } from '../text/line-numbers.ts';
import {
  FIRST_MARGIN_BYTES,
  type LoadedPiece,
  loadPiece,
  SENTINEL_BYTES,
} from '../text/line-pieces.ts';
import type { TextFormats } from '../text/parse-text.ts';
import { timeFormat } from '../text/time-format.ts';
import { typedColumn } from '../text/typed-column.ts';
import { type JobColumn, type JsonOutcome, JsonScanJob, PROBLEM_TEXTS } from './scan-job.ts';
import {
  JSON_SOURCE,
  type JsonColumn,
  type JsonFile,
  type JsonPiece,
  type JsonScan,
} from './scan-spec.ts';

/** Reads pieces of JSON files. */
export const jsonSource: ScanSource = {
  name: JSON_SOURCE,
  open: (description: ScanDescription): PartitionReader => {
    const scan = description.spec as JsonScan;
    let open: { readonly index: number; readonly reader: FileReader } | undefined;
    return {
      read: (partition: number, arena: Arena): Chunk => {
        const piece = scan.pieces[partition];
        assert(piece !== undefined, `partition ${partition} is one of the scan's`);
        if (open?.index !== piece.file) {
          open?.reader.close();
          const file = scan.files[piece.file] as JsonFile;
          open = { index: piece.file, reader: new FileReader(scan, file) };
        }
        return open.reader.read(piece, arena);
      },
      close: () => {
        open?.reader.close();
        open = undefined;
      },
    };
  },
};

interface ScannedPiece {
  readonly piece: LoadedPiece;
  /** References by column of the scan; 0 for constants. */
  readonly refs: readonly Address[];
  readonly rows: number;
}

class FileReader {
  readonly #scan: JsonScan;
  readonly #file: JsonFile;
  readonly #input: ByteInput;
  readonly #formats: TextFormats;

  constructor(scan: JsonScan, file: JsonFile) {
    this.#scan = scan;
    this.#file = file;
    this.#input = openInput(file.input);
    const { dateFormat, timestampFormat } = scan;
    this.#formats = {
      date: dateFormat === undefined ? undefined : timeFormat(dateFormat),
      timestamp: timestampFormat === undefined ? undefined : timeFormat(timestampFormat),
      decimalSeparator: '.',
      jsonIsChecked: true,
    };
  }

  close(): void {
    this.#input.close();
  }

  read(piece: JsonPiece, arena: Arena): Chunk {
    const scanned = this.#scanPiece(piece, arena);
    const bad = new Set<number>();
    const columns = this.#file.cells.map((cell, column): Vector => {
      const { type } = this.#scan.columns[column] as JsonColumn;
      if (cell.kind === 'constant') return constantVector(cell.value, type, scanned.rows, arena);
      return this.#column(column, scanned, bad, arena);
    });
    const kept =
      bad.size === 0
        ? { columns, length: scanned.rows }
        : dropRows(columns, scanned.rows, bad, arena);
    const compact = kept.columns.map((column) =>
      column.kind === 'flat' ? encodeDictionary(column, arena) : column,
    );
    return { length: kept.length, columns: compact };
  }

  #scanPiece(piece: JsonPiece, arena: Arena): ScannedPiece {
    for (let marginBytes = FIRST_MARGIN_BYTES; ; marginBytes *= 4) {
      const mark = arena.mark();
      const loaded = this.#load(piece, marginBytes, arena);
      const { start, limit } = loaded;
      const refs = this.#file.cells.map(() => 0);
      if (start >= limit) return { piece: loaded, refs, rows: 0 };
      this.#checkUtf8(loaded, arena);
      const capacity = countRecords(loaded, piece.kind, arena);
      const columns = this.#jobColumns(capacity, refs, arena);
      const outcome = new JsonScanJob(columns, this.#jobOptions(), arena).scan(loaded, capacity);
      const incomplete = outcome.problem?.kind === 'incomplete' && loaded.moreFollows;
      if (!incomplete) {
        this.#checkOutcome(outcome, loaded);
        return { piece: loaded, refs, rows: outcome.rows };
      }
      if (marginBytes > this.#scan.maxObjectBytes) {
        throw this.#problem(
          `an object is longer than ${this.#scan.maxObjectBytes} bytes`,
          loaded,
          limit - 1,
        );
      }
      arena.rewind(mark);
    }
  }

  #load(piece: JsonPiece, marginBytes: number, arena: Arena): LoadedPiece {
    const { dataStart, pieceBytes } = this.#file;
    if (piece.kind === 'lines') {
      const layout = { start: dataStart, pieceBytes, lineEnd: 10 };
      return loadPiece(this.#input, layout, { index: piece.index, marginBytes }, arena);
    }
    const bytes = piece.end - piece.start;
    const base = arena.allocate(bytes + SENTINEL_BYTES);
    const end = base + bytes;
    this.#input.readInto(arena.memory.u8.subarray(base, end), piece.start);
    return { base, offset: piece.start, start: base, limit: end, end, moreFollows: false };
  }

  /** Allocates the columns' references; the keys that are only known come last. */
  #jobColumns(capacity: number, refs: Address[], arena: Arena): JobColumn[] {
    const byKey = new Map<string, JobColumn>();
    this.#file.cells.forEach((cell, column) => {
      if (cell.kind === 'constant') return;
      const { type } = this.#scan.columns[column] as JsonColumn;
      const raw = type.kind === 'json';
      const known = byKey.get(cell.key);
      const slot = known?.slot ?? arena.allocateZeroed(capacity * 8);
      byKey.set(cell.key, { key: cell.key, raw, slot });
      refs[column] = slot;
    });
    for (const key of this.#file.knownKeys) {
      if (!byKey.has(key)) byKey.set(key, { key, raw: false, slot: 0 });
    }
    return [...byKey.values()];
  }

  #jobOptions() {
    const { layout, records, strictKeys } = this.#file;
    return {
      array: layout === 'array',
      skipBad: this.#scan.ignoreErrors,
      knownKeysOnly: strictKeys && records,
      wholeRecords: !records,
    };
  }

  #column(column: number, scanned: ScannedPiece, bad: Set<number>, arena: Arena): Vector {
    const { name, type } = this.#scan.columns[column] as JsonColumn;
    const refs = scanned.refs[column] ?? 0;
    const wanted = { type, formats: this.#formats };
    return typedColumn({ refs, length: scanned.rows }, wanted, arena, (row, text) => {
      if (this.#scan.ignoreErrors) {
        bad.add(row);
        return;
      }
      const at = arena.memory.u32[(refs >>> 2) + row * 2] ?? 0;
      const problem = `${excerpt(text)} is not a ${typeName(type)}`;
      throw this.#problem(problem, scanned.piece, at, {
        column: name,
        hint:
          `Declare the types, as in columns := {'${name}': 'JSON', …}, let more rows decide with ` +
          'sample_size := -1, or leave such rows out with ignore_errors := true.',
      });
    });
  }

  #checkOutcome({ problem }: JsonOutcome, piece: LoadedPiece): void {
    if (problem === undefined) return;
    if (problem.kind === 'incomplete' && this.#scan.ignoreErrors) return;
    if (problem.kind === 'unknownKey') {
      throw this.#problem(
        `the key ${excerpt(problem.key)} was not in the sample`,
        piece,
        problem.at,
        {
          hint: 'Let more rows decide with sample_size := -1, or name the columns with columns := {…}.',
        },
      );
    }
    throw this.#problem(PROBLEM_TEXTS[problem.kind], piece, problem.at);
  }

  #checkUtf8(piece: LoadedPiece, arena: Arena): void {
    const { u8 } = arena.memory;
    if (isUtf8(u8.subarray(piece.start, piece.limit))) return;
    let at = piece.start;
    const { findByte } = kernels(arena.memory);
    for (;;) {
      const lineEnd = Math.min(piece.limit, (findByte(at, piece.limit, 10) >>> 0) + 1);
      if (!isUtf8(u8.subarray(at, lineEnd)) || lineEnd >= piece.limit) break;
      at = lineEnd;
    }
    throw this.#problem('the text is not valid UTF-8', piece, at);
  }

  #problem(
    text: string,
    piece: LoadedPiece,
    at: Address,
    { column, hint }: { readonly column?: string; readonly hint?: string } = {},
  ) {
    const line = `line ${lineNumberAt(this.#input, piece.offset + (at - piece.base))}`;
    const place = column === undefined ? line : `${line}, column "${column}"`;
    return damagedFile(
      this.#input.path,
      'JSON',
      text,
      hint === undefined ? { place } : { place, hint },
    );
  }
}

/** At least as many records as begin in the piece: lines, or, where lines mean nothing, commas and braces. */
function countRecords(piece: LoadedPiece, kind: JsonPiece['kind'], arena: Arena): number {
  const { countByte } = kernels(arena.memory);
  const count = (byte: number): number => countByte(piece.start, piece.limit, byte);
  const lines = count(10) + 1;
  // Even of one record a line there may be several in one.
  return kind === 'lines'
    ? Math.max(lines, count(123))
    : Math.max(lines, count(123), count(44) + 1);
}
