import type {
  ColumnPredicate,
  FilterSupport,
  ScanDescription,
  ScanPartition,
  ScanRequest,
  Schema,
  SharedMemory,
  SqlType,
  TableProvider,
  TableStatistics,
} from '@windrow/core';
import { assert, typesEqual, VARCHAR } from '@windrow/core';
import { type DataFile, findDataFiles } from '../files/data-files.ts';
import {
  columnsByName,
  type FileColumn,
  fileMayMatch,
  withPathColumns,
} from '../files/file-columns.ts';
import { type InputDescription, inputBytes, openInput } from '../input/byte-input.ts';
import { compressionOf, textInput } from '../input/decode-input.ts';
import { isOrdered } from '../pruning.ts';
import { typeOfShapes } from '../text/infer-type.ts';
import { type CsvOptions, DEFAULT_MAX_LINE_BYTES } from './options.ts';
import {
  CSV_SOURCE,
  type CsvCell,
  type CsvColumn,
  type CsvFile,
  type CsvScan,
} from './scan-spec.ts';
import { type SniffedColumn, type SniffedCsv, sniffCsv } from './sniff.ts';

interface OpenFile {
  readonly file: DataFile;
  readonly input: InputDescription;
  readonly sniffed: SniffedCsv;
}

/** A field of a file, with what its values were found to be. */
interface StoredField extends SniffedColumn {
  readonly field: number;
}

type TableColumn = FileColumn<StoredField> & {
  /** strptime format of dates or timestamps. */
  readonly format?: string | undefined;
};

/** Rows that a partition is to have, about. */
const PARTITION_ROWS = 65536;
const MIN_PIECE_BYTES = 65536;
const MAX_PIECE_BYTES = 16777216;

/** A table over delimiter-separated files, read in parallel by byte ranges. */
export class CsvTable implements TableProvider {
  readonly schema: Schema;
  readonly #files: readonly OpenFile[];
  readonly #columns: readonly TableColumn[];
  readonly #options: CsvOptions;
  readonly #pieceBytes: number | undefined;

  private constructor(
    files: readonly OpenFile[],
    columns: readonly TableColumn[],
    options: CsvOptions & { readonly pieceBytes?: number },
  ) {
    this.#files = files;
    this.#columns = columns;
    this.#options = options;
    this.#pieceBytes = options.pieceBytes;
    this.schema = { fields: columns.map((column) => column.field) };
  }

  /**
   * Opens files, patterns and directories, and finds out from the first file's beginning what the options
   * do not say. `pieceBytes` is the size of the ranges that are read at a time.
   * @throws SqlError `io` for missing (58P01) or undecodable files, `type` 42804 when schemas differ.
   */
  static async open(
    paths: readonly string[],
    options: CsvOptions & { readonly pieceBytes?: number },
    memory: SharedMemory,
  ): Promise<CsvTable> {
    const found = findDataFiles(paths, ['.csv', '.csv.gz', '.tsv', '.tsv.gz']);
    const files: OpenFile[] = [];
    for (const file of found) {
      const compression = options.compression ?? compressionOf(file.path);
      const input = await textInput(file, { compression, encoding: options.encoding ?? 'utf-8' });
      files.push({ file, input, sniffed: sniff(input, likeFirst(options, files[0]), memory) });
    }
    const columns = withPathColumns(fieldColumns(files, options), found, options);
    return new CsvTable(files, columns, options);
  }

  /** What was found out about the first file, with the evidence. */
  get sniffed(): SniffedCsv {
    return (this.#files[0] as OpenFile).sniffed;
  }

  statistics(): TableStatistics {
    const rows = this.#files.map(estimatedRows);
    return {
      rowCount: Math.round(rows.reduce((sum, count) => sum + count, 0)),
      exact: this.#files.every(
        ({ sniffed }) => sniffed.complete && this.#options.ignoreErrors !== true,
      ),
      columns: this.#columns.map(() => ({})),
    };
  }

  supports(predicate: ColumnPredicate): FilterSupport {
    const column = this.#column(predicate.column);
    return column.kind === 'constant' && isOrdered(column.field.type) ? 'exact' : 'no';
  }

  scan({ columns, predicates }: ScanRequest): ScanDescription {
    const wanted = columns.map((ordinal) => this.#column(ordinal));
    const files: CsvFile[] = [];
    const pieces: { file: number; piece: number }[] = [];
    const partitions: ScanPartition[] = [];
    this.#files.forEach((open, index) => {
      if (!fileMayMatch(this.#columns, predicates, index)) return;
      const file = this.#scanFile(open, index, wanted);
      for (let piece = 0; piece < file.pieceCount; piece++) {
        pieces.push({ file: files.length, piece });
        const bytes = Math.min(
          file.pieceBytes,
          inputBytes(open.input) - file.dataStart - piece * file.pieceBytes,
        );
        partitions.push({ rows: Math.round(bytes / rowBytes(open)), bytes });
      }
      files.push(file);
    });
    return {
      source: CSV_SOURCE,
      spec: this.#spec(wanted, files, pieces),
      partitions,
      totals: {
        files: files.length,
        filesTotal: this.#files.length,
        rowGroups: pieces.length,
        rowGroupsTotal: this.#files.reduce((sum, open) => sum + this.#pieces(open).count, 0),
        bytes: partitions.reduce((sum, { bytes }) => sum + bytes, 0),
        bytesTotal: this.#files.reduce((sum, { input }) => sum + inputBytes(input), 0),
      },
    };
  }

  #column(ordinal: number): TableColumn {
    const column = this.#columns[ordinal];
    assert(column !== undefined, `column ${ordinal} is one of the table's`);
    return column;
  }

  #pieces(open: OpenFile): { readonly bytes: number; readonly count: number } {
    const wanted = rowBytes(open) * PARTITION_ROWS;
    const bytes =
      this.#pieceBytes ?? Math.round(Math.min(MAX_PIECE_BYTES, Math.max(MIN_PIECE_BYTES, wanted)));
    const dataBytes = inputBytes(open.input) - open.sniffed.dataStart;
    return { bytes, count: Math.ceil(dataBytes / bytes) };
  }

  #scanFile(open: OpenFile, index: number, wanted: readonly TableColumn[]): CsvFile {
    const { sniffed, input } = open;
    const { bytes: pieceBytes, count: pieceCount } = this.#pieces(open);
    return {
      input,
      dialect: sniffed.dialect,
      fieldCount: sniffed.columns.length,
      cells: wanted.map((column) => cellOf(column, index)),
      dataStart: sniffed.dataStart,
      lineEnd: sniffed.lineEnd,
      pieceBytes,
      pieceCount,
      quoteStates: new SharedArrayBuffer(pieceCount * 4),
    };
  }

  #spec(
    wanted: readonly TableColumn[],
    files: readonly CsvFile[],
    pieces: CsvScan['pieces'],
  ): CsvScan {
    const options = this.#options;
    return {
      columns: wanted.map(
        (column): CsvColumn => ({
          name: column.field.name,
          type: column.field.type,
          format: column.format,
        }),
      ),
      files,
      pieces,
      nullTexts: options.nullTexts ?? [''],
      quotedNulls: options.quotedNulls ?? true,
      decimalSeparator: options.decimalSeparator ?? '.',
      nullPadding: options.nullPadding ?? false,
      ignoreErrors: options.ignoreErrors ?? false,
      maxLineBytes: options.maxLineBytes ?? DEFAULT_MAX_LINE_BYTES,
    };
  }
}

function sniff(input: InputDescription, options: CsvOptions, memory: SharedMemory): SniffedCsv {
  const open = openInput(input);
  try {
    return sniffCsv(open, options, memory);
  } finally {
    open.close();
  }
}

/** Files after the first are read in its dialect; names and types are their own until compared. */
function likeFirst(options: CsvOptions, first: OpenFile | undefined): CsvOptions {
  if (first === undefined) return options;
  const character = (byte: number) => (byte === 0 ? '' : String.fromCharCode(byte));
  const { dialect, hasHeader } = first.sniffed;
  return {
    ...options,
    delimiter: character(dialect.delimiter),
    quote: character(dialect.quote),
    escape: character(dialect.escape),
    comment: character(dialect.comment),
    header: hasHeader,
  };
}

function cellOf(column: TableColumn, file: number): CsvCell {
  if (column.kind === 'constant') return { kind: 'constant', value: column.byFile[file] ?? null };
  const stored = column.kind === 'stored' ? column.byFile[file] : undefined;
  if (stored === undefined) return { kind: 'constant', value: null };
  return { kind: 'field', field: stored.field };
}

const rowBytes = ({ sniffed }: OpenFile): number =>
  sniffed.sampledRows === 0 ? 64 : Math.max(1, sniffed.sampledBytes / sniffed.sampledRows);

function estimatedRows(open: OpenFile): number {
  const { sniffed, input } = open;
  if (sniffed.complete) return sniffed.sampledRows;
  return (inputBytes(input) - sniffed.dataStart) / rowBytes(open);
}

/** The columns of all files; types are what the values of all samples have in common. */
function fieldColumns(files: readonly OpenFile[], options: CsvOptions): TableColumn[] {
  const named = files.map(({ file, sniffed }) => ({
    path: file.path,
    columns: sniffed.columns.map((column, field): StoredField => ({ ...column, field })),
  }));
  return columnsByName(named, options.unionByName ?? false).map(({ name, byFile }): TableColumn => {
    const { type, format } = commonColumn(byFile.filter((column) => column !== undefined));
    const field = { name, type, nullable: true };
    return { kind: 'stored', byFile, format: format ?? optionFormat(options, type), field };
  });
}

function optionFormat(options: CsvOptions, type: SqlType): string | undefined {
  if (type.kind === 'date') return options.dateFormat?.text;
  return type.kind === 'timestamp' ? options.timestampFormat?.text : undefined;
}

function commonColumn(found: readonly SniffedCsv['columns'][number][]): {
  readonly type: SqlType;
  readonly format: string | undefined;
} {
  // A file without values in the column has no say.
  const telling = found.filter((column) => column.shapes.size > 0);
  const [first] = telling.length > 0 ? telling : found;
  assert(first !== undefined, 'a column comes from a file');
  const format = first.format?.text;
  const agree = telling.every(
    (column) => typesEqual(column.type, first.type) && column.format?.text === format,
  );
  if (agree) return { type: first.type, format };
  const shapes = new Map(telling.flatMap((column) => [...column.shapes]));
  const formatted = telling.some((column) => column.format !== undefined);
  return { type: formatted ? VARCHAR : typeOfShapes(shapes), format: undefined };
}
