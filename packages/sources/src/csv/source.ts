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
import { assert, type SqlError, typeName } from '@windrow/core';
import { kernels } from '@windrow/kernels';
import { encodeDictionary } from '../dictionary-encoding.ts';
import { damagedFile } from '../errors.ts';
import { type ByteInput, openInput } from '../input/byte-input.ts';
import { constantVector } from '../literal-vector.ts';
import { dropRows } from '../text/drop-rows.ts';
import { excerpt, lineNumberAt } from '../text/line-numbers.ts';
import { FIRST_MARGIN_BYTES, type LoadedPiece, loadPiece } from '../text/line-pieces.ts';
import type { TextFormats } from '../text/parse-text.ts';
import { timeFormat } from '../text/time-format.ts';
import { typedColumn } from '../text/typed-column.ts';
import { QuoteStates } from './quote-states.ts';
import { ScanJob, type ScanOutcome } from './scan-job.ts';
import { CSV_SOURCE, type CsvColumn, type CsvFile, type CsvScan } from './scan-spec.ts';

/** Reads pieces of delimiter-separated files. */
export const csvSource: ScanSource = {
  name: CSV_SOURCE,
  open: (description: ScanDescription): PartitionReader => {
    const scan = description.spec as CsvScan;
    let open: { readonly index: number; readonly reader: FileReader } | undefined;
    return {
      read: (partition: number, arena: Arena): Chunk => {
        const piece = scan.pieces[partition];
        assert(piece !== undefined, `partition ${partition} is one of the scan's`);
        if (open?.index !== piece.file) {
          open?.reader.close();
          const file = scan.files[piece.file] as CsvFile;
          open = { index: piece.file, reader: new FileReader(scan, file) };
        }
        return open.reader.read(piece.piece, arena);
      },
      close: () => {
        open?.reader.close();
        open = undefined;
      },
    };
  },
};

/** Scanned text of a piece: one array of references a field, in the order of `fields`. */
interface ScannedPiece {
  readonly piece: LoadedPiece;
  readonly fields: readonly number[];
  readonly refs: readonly Address[];
  readonly rows: number;
  /** Where scanned text ends. */
  readonly end: Address;
}

const LF = 10;
const CR = 13;

class FileReader {
  readonly #scan: CsvScan;
  readonly #file: CsvFile;
  readonly #input: ByteInput;
  readonly #quotes: QuoteStates;
  readonly #formats: readonly TextFormats[];

  constructor(scan: CsvScan, file: CsvFile) {
    this.#scan = scan;
    this.#file = file;
    this.#input = openInput(file.input);
    this.#quotes = new QuoteStates(file.quoteStates, this.#input, this.#layout());
    this.#formats = scan.columns.map(({ format }) => {
      const compiled = format === undefined ? undefined : timeFormat(format);
      return { date: compiled, timestamp: compiled, decimalSeparator: scan.decimalSeparator };
    });
  }

  close(): void {
    this.#input.close();
  }

  read(index: number, arena: Arena): Chunk {
    const scanned = this.#scanPiece(index, arena);
    const bad = new Set<number>();
    this.#checkUtf8(scanned, bad, arena);
    const columns = this.#file.cells.map((cell, column): Vector => {
      const { type } = this.#scan.columns[column] as CsvColumn;
      if (cell.kind === 'constant') return constantVector(cell.value, type, scanned.rows, arena);
      return this.#column(column, cell.field, scanned, bad, arena);
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

  #layout() {
    const { dataStart, pieceBytes, lineEnd } = this.#file;
    return { start: dataStart, pieceBytes, lineEnd };
  }

  /** Loads the piece with as many bytes behind it as its last record needs, and scans it. */
  #scanPiece(index: number, arena: Arena): ScannedPiece {
    const job = new ScanJob(this.#settings(), arena);
    const inQuotes = this.#quotes.stateBefore(index, job, arena);
    const fields = [
      ...new Set(this.#file.cells.flatMap((cell) => (cell.kind === 'field' ? [cell.field] : []))),
    ];
    for (let marginBytes = FIRST_MARGIN_BYTES; ; marginBytes *= 4) {
      const mark = arena.mark();
      const piece = loadPiece(this.#input, this.#layout(), { index, marginBytes }, arena);
      const start = inQuotes === 1 ? this.#afterQuote(piece, job, arena) : piece.start;
      const empty = { piece, fields, refs: [], rows: 0, end: piece.start };
      if (start !== undefined && start >= piece.limit) return empty;
      if (start !== undefined) {
        const range = { start, limit: piece.limit, end: piece.end, moreFollows: piece.moreFollows };
        const { refs, outcome } = job.scan(range, fields, countLines(piece, start, arena));
        if (outcome.problem?.kind !== 'incomplete') {
          this.#checkOutcome(outcome, piece);
          return { piece, fields, refs, rows: outcome.rows, end: outcome.next };
        }
      }
      if (!piece.moreFollows) return empty;
      if (marginBytes > this.#scan.maxLineBytes) throw this.#tooLong(piece);
      arena.rewind(mark);
    }
  }

  /** The first record that begins in a piece that begins inside quotes; undefined: load more to know. */
  #afterQuote({ start, end }: LoadedPiece, job: ScanJob, arena: Arena): Address | undefined {
    const next = kernels(arena.memory).csvRecordAfterQuote(job.address, start, end) >>> 0;
    return next === 0 || next === end ? undefined : next;
  }

  #settings() {
    const { nullTexts, quotedNulls, nullPadding, ignoreErrors } = this.#scan;
    const { dialect, fieldCount } = this.#file;
    return { dialect, fieldCount, nullTexts, quotedNulls, pad: nullPadding, skipBad: ignoreErrors };
  }

  #column(
    column: number,
    field: number,
    scanned: ScannedPiece,
    bad: Set<number>,
    arena: Arena,
  ): Vector {
    const { name, type } = this.#scan.columns[column] as CsvColumn;
    const refs = scanned.refs[scanned.fields.indexOf(field)] ?? 0;
    const formats = this.#formats[column] as TextFormats;
    return typedColumn({ refs, length: scanned.rows }, { type, formats }, arena, (row, text) => {
      if (this.#scan.ignoreErrors) {
        bad.add(row);
        return;
      }
      const address = arena.memory.u32[(refs >>> 2) + row * 2] ?? 0;
      throw damagedFile(this.#input.path, 'CSV', `${excerpt(text)} is not a ${typeName(type)}`, {
        place: `${this.#line(scanned.piece, address)}, column "${name}"`,
        hint:
          `Declare the type, as in types := {'${name}': 'VARCHAR'}, let more rows decide with ` +
          'sample_size := -1, or leave such rows out with ignore_errors := true.',
      });
    });
  }

  #checkOutcome({ problem }: ScanOutcome, piece: LoadedPiece): void {
    if (problem === undefined) return;
    const { fieldCount } = this.#file;
    const place = this.#line(piece, problem.at);
    const raise = (text: string, hint: string): SqlError =>
      damagedFile(this.#input.path, 'CSV', text, { place, hint });
    const counted = (count: number) => (count === 1 ? '1 field' : `${count} fields`);
    const fields = `the row has ${counted(problem.fields)} where ${fieldCount} are expected`;
    switch (problem.kind) {
      case 'tooFew':
        throw raise(
          fields,
          'null_padding := true fills short rows up, ignore_errors := true leaves them out.',
        );
      case 'tooMany':
        throw raise(fields, 'Is the delimiter right? ignore_errors := true leaves such rows out.');
      case 'openQuote':
        throw raise('a quoted field is not closed', "Name the quote character with quote := '…'.");
      case 'afterQuote':
        throw raise(
          `there is text behind the closing quote of field ${problem.fields + 1}`,
          "Name quote and escape characters with quote := '…', escape := '…'.",
        );
      default:
        return;
    }
  }

  #tooLong(piece: LoadedPiece): SqlError {
    const { maxLineBytes } = this.#scan;
    return damagedFile(this.#input.path, 'CSV', `a row is longer than ${maxLineBytes} bytes`, {
      place: this.#line(piece, piece.limit - 1),
      hint: 'A quote may be open. max_line_size := … allows longer rows.',
    });
  }

  /** Malformed text is refused, or its rows are left out. */
  #checkUtf8(scanned: ScannedPiece, bad: Set<number>, arena: Arena): void {
    const { u8, u32 } = arena.memory;
    const { start } = scanned.piece;
    if (scanned.rows === 0 || isUtf8(u8.subarray(start, scanned.end))) return;
    for (let row = 0; row < scanned.rows; row++) {
      for (const refs of scanned.refs) {
        const word = (refs >>> 2) + row * 2;
        const address = u32[word] ?? 0;
        if (isUtf8(u8.subarray(address, address + (u32[word + 1] ?? 0)))) continue;
        if (!this.#scan.ignoreErrors) {
          throw damagedFile(this.#input.path, 'CSV', 'the text is not valid UTF-8', {
            place: this.#line(scanned.piece, address),
            hint: "Other encodings are read with encoding := 'latin-1' or 'utf-16'.",
          });
        }
        bad.add(row);
      }
    }
  }

  #line(piece: LoadedPiece, address: Address): string {
    return `line ${lineNumberAt(this.#input, piece.offset + (address - piece.base))}`;
  }
}

/** At least as many rows as begin in the piece from `start` on. */
function countLines(piece: LoadedPiece, start: Address, arena: Arena): number {
  const { countByte } = kernels(arena.memory);
  const lines = (byte: number): number => countByte(start, piece.limit, byte);
  return lines(LF) + lines(CR) + 1;
}
