import type { Address, SharedMemory, SqlType } from '@windrow/core';
import { Arena, VARCHAR } from '@windrow/core';
import { kernels } from '@windrow/kernels';
import type { ByteInput } from '../input/byte-input.ts';
import {
  type InferredType,
  inferType,
  type ShapeCounts,
  typeOfShapes,
} from '../text/infer-type.ts';
import type { TimeFormat } from '../text/time-format.ts';
import { textAt } from '../text/typed-column.ts';
import { type DialectEvidence, detectDialect } from './detect-dialect.ts';
import { type CsvDialect, type CsvOptions, DEFAULT_SAMPLE_ROWS } from './options.ts';
import { ScanJob, type TextRange } from './scan-job.ts';

/** A column as found in a file. */
export interface SniffedColumn {
  readonly name: string;
  readonly type: SqlType;
  /** Of dates or timestamps that are not written as ISO 8601 has it. */
  readonly format: TimeFormat | undefined;
  /** The evidence for the type. */
  readonly shapes: ShapeCounts;
}

/** What a file's beginning tells about it. */
export interface SniffedCsv {
  readonly dialect: CsvDialect;
  readonly evidence: DialectEvidence;
  readonly hasHeader: boolean;
  readonly columns: readonly SniffedColumn[];
  /** Where the first row begins, in bytes from the file's start. */
  readonly dataStart: number;
  /** The byte that ends lines: LF (also of CR LF), or CR. */
  readonly lineEnd: number;
  readonly sampledRows: number;
  readonly sampledBytes: number;
  /** Was the sample the whole file? */
  readonly complete: boolean;
}

const SAMPLE_BYTES = 4194304;
/** The readable and writable room that the scanner needs behind the text. */
const SENTINEL_BYTES = 64;
const LF = 10;
const CR = 13;

/** Finds out dialect, header and types from the beginning of a file. */
export function sniffCsv(input: ByteInput, options: CsvOptions, memory: SharedMemory): SniffedCsv {
  const arena = new Arena(memory, memory.newOwner());
  try {
    return new Sniffer(input, options, arena).sniff();
  } finally {
    arena.release();
  }
}

interface Sample {
  readonly range: TextRange;
  /** Offset in the file of the byte at `range.start`. */
  readonly offset: number;
}

class Sniffer {
  readonly #input: ByteInput;
  readonly #options: CsvOptions;
  readonly #arena: Arena;

  constructor(input: ByteInput, options: CsvOptions, arena: Arena) {
    this.#input = input;
    this.#options = options;
    this.#arena = arena;
  }

  sniff(): SniffedCsv {
    const { range, offset } = this.#sample();
    const { memory } = this.#arena;
    const { findByte } = kernels(memory);
    const hasLf = findByte(range.start, range.end, LF) >>> 0 !== range.end;
    const hasCr = findByte(range.start, range.end, CR) >>> 0 !== range.end;
    const evidence = detectDialect(this.#options, range, this.#arena);
    const { columns: declared } = this.#options;
    const fieldCount = declared?.length ?? evidence.fieldCount;
    const job = new ScanJob(this.#settings(evidence.dialect, fieldCount), this.#arena);
    const fields = Array.from({ length: fieldCount }, (_, field) => field);
    const first = job.scan(range, fields, 1);
    const wanted = this.#options.sampleRows ?? DEFAULT_SAMPLE_ROWS;
    const maxRows = wanted < 0 ? countLines(this.#arena, range) : wanted;
    const rest = job.scan({ ...range, start: first.outcome.next }, fields, Math.max(1, maxRows));
    const rows: SampledRows = {
      head: first.outcome.rows === 0 ? undefined : first.refs,
      body: rest.refs,
      bodyRows: rest.outcome.rows,
    };
    const { columns, hasHeader } = this.#columns(rows, fieldCount);
    const headEnd = first.outcome.next - range.start;
    return {
      dialect: evidence.dialect,
      evidence,
      hasHeader,
      columns,
      dataStart: offset + (hasHeader ? headEnd : 0),
      lineEnd: hasCr && !hasLf ? CR : LF,
      sampledRows: rest.outcome.rows + (hasHeader || rows.head === undefined ? 0 : 1),
      sampledBytes: rest.outcome.next - range.start - (hasHeader ? headEnd : 0),
      complete: !range.moreFollows && rest.outcome.next >= range.end,
    };
  }

  /** The beginning of the file behind byte-order mark and skipped lines. */
  #sample(): Sample {
    const { sizeBytes } = this.#input;
    const all = (this.#options.sampleRows ?? 0) < 0;
    const bytes = all ? sizeBytes : Math.min(sizeBytes, SAMPLE_BYTES);
    const address = this.#arena.allocate(bytes + SENTINEL_BYTES);
    const { u8 } = this.#arena.memory;
    this.#input.readInto(u8.subarray(address, address + bytes), 0);
    const end = address + bytes;
    const hasMark =
      bytes >= 3 && u8[address] === 0xef && u8[address + 1] === 0xbb && u8[address + 2] === 0xbf;
    let start = hasMark ? address + 3 : address;
    const { findByte } = kernels(this.#arena.memory);
    for (let line = 0; line < (this.#options.skipLines ?? 0) && start < end; line++) {
      start = Math.min(end, (findByte(start, end, LF) >>> 0) + 1);
    }
    const moreFollows = bytes < sizeBytes;
    return { range: { start, limit: end, end, moreFollows }, offset: start - address };
  }

  #settings(dialect: CsvDialect, fieldCount: number) {
    const { nullTexts = [''], quotedNulls = true } = this.#options;
    return { dialect, fieldCount, nullTexts, quotedNulls, pad: true, skipBad: true };
  }

  #columns(
    rows: SampledRows,
    fieldCount: number,
  ): { readonly columns: SniffedColumn[]; readonly hasHeader: boolean } {
    const body = rows.body.map((refs) => this.#infer(refs, rows.bodyRows));
    const hasHeader = this.#options.header ?? this.#looksLikeHeader(rows, body);
    const names = this.#names(hasHeader ? rows.head : undefined, fieldCount);
    const columns = names.map((name, field): SniffedColumn => {
      const declared = this.#declaredType(name, field);
      const inferred = body[field];
      if (declared !== undefined || inferred === undefined) {
        const shapes = inferred?.shapes ?? new Map();
        return { name, type: declared ?? VARCHAR, format: undefined, shapes };
      }
      if (hasHeader || rows.head === undefined) return { name, ...inferred };
      return { name, ...this.#withHead(inferred, rows.head[field] ?? 0) };
    });
    return { columns, hasHeader };
  }

  #infer(refs: Address, length: number): InferredType {
    const { dateFormat: date, timestampFormat: timestamp } = this.#options;
    return inferType(refs, length, this.#arena, { date, timestamp });
  }

  /** The first row is a row like the others: its values count too. */
  #withHead(inferred: InferredType, head: Address): InferredType {
    const own = this.#infer(head, 1);
    const shapes = new Map(inferred.shapes);
    for (const [shape, count] of own.shapes) shapes.set(shape, (shapes.get(shape) ?? 0) + count);
    const sameFormat = own.shapes.size === 0 || own.format?.text === inferred.format?.text;
    if (inferred.format !== undefined && sameFormat) return { ...inferred, shapes };
    return { type: typeOfShapes(shapes), format: undefined, shapes };
  }

  #declaredType(name: string, field: number): SqlType | undefined {
    const { columns, types, allVarchar } = this.#options;
    if (columns !== undefined) return columns[field]?.type;
    const declared = types instanceof Map ? types.get(name.toLowerCase()) : undefined;
    const byPosition = Array.isArray(types) ? (types[field] as SqlType | undefined) : undefined;
    return declared ?? byPosition ?? (allVarchar === true ? VARCHAR : undefined);
  }

  /**
   * The first row is a header when one of its values is not of its column's type. When all columns are
   * text nothing tells them apart; then text in every field, no two alike, is taken for a header.
   */
  #looksLikeHeader({ head, bodyRows }: SampledRows, body: readonly InferredType[]): boolean {
    const types = body.map((column) => column.type);
    if (head === undefined) return false;
    const { columns, names } = this.#options;
    const { memory } = this.#arena;
    const texts = head.map((refs) =>
      memory.u32[refs >>> 2] === 0 ? undefined : textAt(memory, refs, 0),
    );
    const own = head.map((refs) => this.#infer(refs, 1));
    const declaredNames = columns?.map((column) => column.name) ?? names;
    if (declaredNames !== undefined) {
      return declaredNames.every((name, i) => name.toLowerCase() === texts[i]?.toLowerCase());
    }
    if (bodyRows > 0 && types.some((type) => type.kind !== 'varchar')) {
      return own.some((value, field) => {
        const column = body[field];
        if (column === undefined || column.type.kind === 'varchar' || value.shapes.size === 0)
          return false;
        if (column.format !== undefined) return value.format?.text !== column.format.text;
        return typeOfShapes(new Map([...value.shapes, ...column.shapes])).kind === 'varchar';
      });
    }
    const isText = own.map(({ type, shapes }) => type.kind === 'varchar' && shapes.size > 0);
    return isText.every((text) => text) && new Set(texts).size === texts.length;
  }

  #names(head: readonly Address[] | undefined, fieldCount: number): string[] {
    const { columns, names } = this.#options;
    const { memory } = this.#arena;
    const found = Array.from({ length: fieldCount }, (_, field) => {
      const refs = head?.[field] ?? 0;
      const text = refs === 0 || memory.u32[refs >>> 2] === 0 ? '' : textAt(memory, refs, 0).trim();
      return columns?.[field]?.name ?? names?.[field] ?? (text === '' ? `column${field}` : text);
    });
    return distinctNames(found);
  }
}

interface SampledRows {
  /** References of the first record, one a field. */
  readonly head: readonly Address[] | undefined;
  readonly body: readonly Address[];
  readonly bodyRows: number;
}

/** Names that occur again get a number: `a`, `a_1`. Names compare without case. */
function distinctNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let candidate = name;
    for (let number = 1; taken.has(candidate.toLowerCase()); number++)
      candidate = `${name}_${number}`;
    taken.add(candidate.toLowerCase());
    return candidate;
  });
}

function countLines(arena: Arena, { start, end }: TextRange): number {
  const { countByte } = kernels(arena.memory);
  return countByte(start, end, LF) + countByte(start, end, CR) + 1;
}
