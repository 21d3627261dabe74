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
import { assert, typesEqual } from '@windrow/core';
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
import { commonJsonType, settledJsonType } from '../text/json-value.ts';
import { elementStarts } from './element-pieces.ts';
import { DEFAULT_MAX_OBJECT_BYTES, type JsonOptions } from './options.ts';
import {
  JSON_SOURCE,
  type JsonCell,
  type JsonFile,
  type JsonPiece,
  type JsonScan,
} from './scan-spec.ts';
import { type SniffedColumn, type SniffedJson, sniffJson } from './sniff.ts';

interface OpenFile {
  readonly file: DataFile;
  readonly input: InputDescription;
  readonly sniffed: SniffedJson;
  readonly pieceBytes: number;
  /** Where elements begin at which the file is cut; undefined for one record a line. */
  readonly starts: readonly number[] | undefined;
}

type TableColumn = FileColumn<SniffedColumn>;

/** Rows that a partition is to have, about. */
const PARTITION_ROWS = 65536;
const MIN_PIECE_BYTES = 65536;
const MAX_PIECE_BYTES = 16777216;

/** A table over JSON files, read in parallel by byte ranges. */
export class JsonTable implements TableProvider {
  readonly schema: Schema;
  readonly #files: readonly OpenFile[];
  readonly #columns: readonly TableColumn[];
  readonly #options: JsonOptions;

  private constructor(
    files: readonly OpenFile[],
    columns: readonly TableColumn[],
    options: JsonOptions,
  ) {
    this.#files = files;
    this.#columns = columns;
    this.#options = options;
    this.schema = { fields: columns.map((column) => column.field) };
  }

  /**
   * Opens files, patterns and directories, and finds out from each file's beginning what the options do
   * not say; keys of any file are columns. `pieceBytes` is the size of the ranges read at a time.
   * @throws SqlError `io` for missing (58P01) or malformed files.
   */
  static async open(
    paths: readonly string[],
    options: JsonOptions & { readonly pieceBytes?: number },
    memory: SharedMemory,
  ): Promise<JsonTable> {
    const found = findDataFiles(paths, [
      ...['.json', '.ndjson', '.jsonl'],
      ...['.json.gz', '.ndjson.gz', '.jsonl.gz'],
    ]);
    const files: OpenFile[] = [];
    for (const file of found) {
      const compression = options.compression ?? compressionOf(file.path);
      const input = await textInput(file, { compression, encoding: 'utf-8' });
      files.push(openFile(file, input, options, memory));
    }
    const columns = withPathColumns(keyColumns(files), found, options);
    return new JsonTable(files, columns, options);
  }

  statistics(): TableStatistics {
    const rows = this.#files.map(({ sniffed, input }) =>
      sniffed.complete
        ? sniffed.sampledRows
        : (inputBytes(input) - sniffed.dataStart) / rowBytes(sniffed),
    );
    return {
      rowCount: Math.round(rows.reduce((sum, count) => sum + count, 0)),
      exact:
        this.#options.ignoreErrors !== true && this.#files.every(({ sniffed }) => sniffed.complete),
      columns: this.#columns.map(() => ({})),
    };
  }

  supports(predicate: ColumnPredicate): FilterSupport {
    const column = this.#column(predicate.column);
    return column.kind === 'constant' && isOrdered(column.field.type) ? 'exact' : 'no';
  }

  scan({ columns, predicates }: ScanRequest): ScanDescription {
    const wanted = columns.map((ordinal) => this.#column(ordinal));
    const files: JsonFile[] = [];
    const pieces: JsonPiece[] = [];
    const partitions: ScanPartition[] = [];
    this.#files.forEach((open, index) => {
      if (!fileMayMatch(this.#columns, predicates, index)) return;
      for (const { piece, bytes } of piecesOf(open, files.length)) {
        pieces.push(piece);
        partitions.push({ rows: Math.round(bytes / rowBytes(open.sniffed)), bytes });
      }
      files.push(this.#scanFile(open, index, wanted));
    });
    const spec: JsonScan = {
      columns: wanted.map(({ field }) => ({ name: field.name, type: field.type })),
      files,
      pieces,
      ignoreErrors: this.#options.ignoreErrors ?? false,
      maxObjectBytes: this.#options.maxObjectBytes ?? DEFAULT_MAX_OBJECT_BYTES,
      dateFormat: this.#options.dateFormat?.text,
      timestampFormat: this.#options.timestampFormat?.text,
    };
    return {
      source: JSON_SOURCE,
      spec,
      partitions,
      totals: {
        files: files.length,
        filesTotal: this.#files.length,
        rowGroups: pieces.length,
        rowGroupsTotal: this.#files.reduce((sum, open) => sum + piecesOf(open, 0).length, 0),
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

  #scanFile(open: OpenFile, index: number, wanted: readonly TableColumn[]): JsonFile {
    const { input, sniffed, pieceBytes } = open;
    return {
      input,
      layout: sniffed.layout,
      records: sniffed.records,
      knownKeys: sniffed.columns.map((column) => column.name),
      strictKeys: this.#options.columns === undefined,
      cells: wanted.map((column) => cellOf(column, index)),
      dataStart: sniffed.dataStart,
      pieceBytes,
    };
  }
}

function openFile(
  file: DataFile,
  input: InputDescription,
  options: JsonOptions & { readonly pieceBytes?: number },
  memory: SharedMemory,
): OpenFile {
  const open = openInput(input);
  try {
    const sniffed = sniffJson(open, options, memory);
    const { layout, dataStart } = sniffed;
    const wanted = rowBytes(sniffed) * PARTITION_ROWS;
    const pieceBytes =
      options.pieceBytes ??
      Math.round(Math.min(MAX_PIECE_BYTES, Math.max(MIN_PIECE_BYTES, wanted)));
    const starts =
      layout === 'newline_delimited'
        ? undefined
        : elementStarts(open, { dataStart, pieceBytes, inArray: layout === 'array' }, memory);
    return { file, input, sniffed, pieceBytes, starts };
  } finally {
    open.close();
  }
}

function piecesOf(
  { input, sniffed, pieceBytes, starts }: OpenFile,
  file: number,
): { readonly piece: JsonPiece; readonly bytes: number }[] {
  const size = inputBytes(input);
  if (starts === undefined) {
    const bytes = size - sniffed.dataStart;
    return Array.from({ length: Math.ceil(bytes / pieceBytes) }, (_, index) => ({
      piece: { kind: 'lines', file, index },
      bytes: Math.min(pieceBytes, bytes - index * pieceBytes),
    }));
  }
  return starts.map((start, index) => {
    const end = starts[index + 1] ?? size;
    return { piece: { kind: 'range', file, start, end }, bytes: end - start };
  });
}

function cellOf(column: TableColumn, file: number): JsonCell {
  if (column.kind === 'constant') return { kind: 'constant', value: column.byFile[file] ?? null };
  const stored = column.kind === 'stored' ? column.byFile[file] : undefined;
  return stored === undefined
    ? { kind: 'constant', value: null }
    : { kind: 'key', key: stored.name };
}

const rowBytes = ({ sampledRows, sampledBytes }: SniffedJson): number =>
  sampledRows === 0 ? 64 : Math.max(1, sampledBytes / sampledRows);

/** The keys of all files; a file's objects need not have all of them any more than an object in a file. */
function keyColumns(files: readonly OpenFile[]): TableColumn[] {
  const named = files.map(({ file, sniffed }) => ({ path: file.path, columns: sniffed.columns }));
  return columnsByName(named, true).map(({ name, byFile }): TableColumn => {
    const types = byFile.flatMap((column) => (column === undefined ? [] : [column.type]));
    const type = types.reduce(commonFileType);
    return { kind: 'stored', byFile, field: { name, type: settledJsonType(type), nullable: true } };
  });
}

const commonFileType = (a: SqlType, b: SqlType): SqlType =>
  typesEqual(a, b) ? a : commonJsonType(a, b);
