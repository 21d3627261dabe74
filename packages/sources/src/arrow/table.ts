import type {
  Arena,
  Chunk,
  ColumnPredicate,
  FilterSupport,
  LiteralValue,
  PartitionReader,
  ScanDescription,
  ScanPartition,
  ScanRequest,
  ScanSource,
  Schema,
  SqlType,
  TableProvider,
  TableStatistics,
  Vector,
} from '@windrow/core';
import { assert, SqlError, typeName, typesEqual } from '@windrow/core';
import { damagedFile } from '../errors.ts';
import { type DataFile, findDataFiles } from '../files/data-files.ts';
import {
  columnsByName,
  type FileColumn,
  fileMayMatch,
  type PathOptions,
  withPathColumns,
} from '../files/file-columns.ts';
import { RandomAccessFile } from '../input/random-access-file.ts';
import { constantVector } from '../literal-vector.ts';
import { isOrdered } from '../pruning.ts';
import { columnOfBatch, schemaFromArrow } from './from-arrow.ts';
import {
  fileOfBatch,
  fileOfSchema,
  type IpcLayout,
  type IpcMessage,
  ipcLayout,
  streamOf,
} from './ipc-messages.ts';
import { arrowLibrary } from './library.ts';

/** Name of the scan source that reads Arrow IPC files. */
export const ARROW_SOURCE = 'arrow';

export interface ArrowOptions extends PathOptions {
  /** Columns of all files together, NULL where a file lacks one; otherwise those of the first file. */
  readonly unionByName?: boolean | undefined;
}

interface StoredColumn {
  readonly name: string;
  readonly index: number;
  readonly type: SqlType;
  readonly nullable: boolean;
}

interface OpenFile {
  readonly file: DataFile;
  readonly layout: IpcLayout;
  readonly columns: readonly StoredColumn[];
}

type ArrowCell =
  | { readonly kind: 'column'; readonly index: number }
  | { readonly kind: 'constant'; readonly value: LiteralValue };

/** What an Arrow scan tells its readers; a partition is a record batch. */
interface ArrowScan {
  readonly types: readonly SqlType[];
  readonly pieces: readonly {
    readonly path: string;
    readonly rowCount: number;
    readonly batch: IpcMessage;
    /** Messages that the batch cannot be read without. */
    readonly needs: readonly IpcMessage[];
    /** Of an IPC file, which has no schema message. */
    readonly footer: Uint8Array | undefined;
    readonly cells: readonly ArrowCell[];
  }[];
}

/** A table over Arrow IPC files or streams. */
export class ArrowTable implements TableProvider {
  readonly schema: Schema;
  readonly #files: readonly OpenFile[];
  readonly #columns: readonly FileColumn<StoredColumn>[];

  private constructor(files: readonly OpenFile[], columns: readonly FileColumn<StoredColumn>[]) {
    this.#files = files;
    this.#columns = columns;
    this.schema = { fields: columns.map((column) => column.field) };
  }

  /** @throws SqlError `io` for missing (58P01) or damaged files, `type` 42804 when schemas differ. */
  static open(paths: readonly string[], options: ArrowOptions = {}): ArrowTable {
    const found = findDataFiles(paths, ['.arrow', '.arrows', '.feather', '.ipc']);
    const files = found.map(openFile);
    const named = files.map(({ file, columns }) => ({ path: file.path, columns }));
    const stored = columnsByName(named, options.unionByName ?? false).map(
      ({ name, byFile }): FileColumn<StoredColumn> => {
        const { type } = byFile.find((column) => column !== undefined) as StoredColumn;
        byFile.forEach((column, file) => {
          if (column === undefined || typesEqual(column.type, type)) return;
          const types = `${typeName(column.type)}, other files ${typeName(type)}`;
          throw new SqlError(
            'type',
            `column "${name}" of file "${files[file]?.file.path}" has type ${types}`,
          );
        });
        const nullable = byFile.some((column) => column === undefined || column.nullable);
        return { kind: 'stored', byFile, field: { name, type, nullable } };
      },
    );
    return new ArrowTable(files, withPathColumns(stored, found, options));
  }

  statistics(): TableStatistics {
    const batches = this.#files.flatMap(({ layout }) => layout.batches);
    return {
      rowCount: batches.reduce((rows, { message }) => rows + message.rowCount, 0),
      exact: true,
      columns: this.#columns.map(() => ({})),
    };
  }

  supports(predicate: ColumnPredicate): FilterSupport {
    const column = this.#columns[predicate.column];
    return column?.kind === 'constant' && isOrdered(column.field.type) ? 'exact' : 'no';
  }

  scan({ columns, predicates }: ScanRequest): ScanDescription {
    const wanted = columns.map((ordinal) => {
      const column = this.#columns[ordinal];
      assert(column !== undefined, `column ${ordinal} is one of the table's`);
      return column;
    });
    const pieces: ArrowScan['pieces'][number][] = [];
    const partitions: ScanPartition[] = [];
    this.#files.forEach(({ file, layout }, index) => {
      if (!fileMayMatch(this.#columns, predicates, index)) return;
      const cells = wanted.map((column) => cellOf(column, index));
      const footer = layout.kind === 'file' ? layout.footer : undefined;
      for (const { message, needs } of layout.batches) {
        if (message.rowCount === 0) continue;
        const all = layout.kind === 'stream' ? [layout.schema, ...needs] : needs;
        const { rowCount, bytes } = message;
        pieces.push({ path: file.path, rowCount, batch: message, needs: all, footer, cells });
        partitions.push({ rows: rowCount, bytes });
      }
    });
    const total = this.#files.reduce((sum, { layout }) => sum + layout.batches.length, 0);
    const spec: ArrowScan = { types: wanted.map(({ field }) => field.type), pieces };
    return {
      source: ARROW_SOURCE,
      spec,
      partitions,
      totals: {
        files: new Set(pieces.map(({ path }) => path)).size,
        filesTotal: this.#files.length,
        rowGroups: pieces.length,
        rowGroupsTotal: total,
        bytes: partitions.reduce((sum, { bytes }) => sum + bytes, 0),
        bytesTotal: this.#files.reduce((sum, { file }) => sum + file.sizeBytes, 0),
      },
    };
  }
}

function cellOf(column: FileColumn<StoredColumn>, file: number): ArrowCell {
  if (column.kind === 'constant') return { kind: 'constant', value: column.byFile[file] ?? null };
  const stored = column.kind === 'stored' ? column.byFile[file] : undefined;
  return stored === undefined
    ? { kind: 'constant', value: null }
    : { kind: 'column', index: stored.index };
}

function openFile(file: DataFile): OpenFile {
  const open = RandomAccessFile.open(file.path);
  try {
    const layout = ipcLayout(open);
    const bytes =
      layout.kind === 'stream' ? streamOf(open, [layout.schema]) : fileOfSchema(layout.footer);
    const columns = reading(file.path, () => {
      const { schema } = arrowLibrary().RecordBatchReader.from(bytes).open();
      return schemaFromArrow(schema).fields.map((field, index) => ({ ...field, index }));
    });
    return { file, layout, columns };
  } finally {
    open.close();
  }
}

/** What apache-arrow throws over malformed input is an `io` error. */
function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof SqlError && thrown.code !== 'io') throw thrown;
    const problem = thrown instanceof Error ? thrown.message : String(thrown);
    throw damagedFile(path, 'Arrow', problem, { cause: thrown });
  }
}

/** Reads record batches of Arrow IPC files. */
export const arrowSource: ScanSource = {
  name: ARROW_SOURCE,
  open: (description: ScanDescription): PartitionReader => {
    const { types, pieces } = description.spec as ArrowScan;
    return {
      read: (partition: number, arena: Arena): Chunk => {
        const piece = pieces[partition];
        assert(piece !== undefined, `partition ${partition} is one of the scan's`);
        const stored = piece.cells.some(({ kind }) => kind === 'column');
        const batch = stored ? readBatch(piece) : undefined;
        const columns = piece.cells.map((cell, index): Vector => {
          const type = types[index] as SqlType;
          if (cell.kind === 'constant')
            return constantVector(cell.value, type, piece.rowCount, arena);
          assert(batch !== undefined, 'a stored column has its batch');
          return reading(piece.path, () => columnOfBatch(batch, cell.index, type, arena));
        });
        return { length: piece.rowCount, columns };
      },
      close: () => undefined,
    };
  },
};

function readBatch({ path, footer, needs, batch }: ArrowScan['pieces'][number]) {
  const file = RandomAccessFile.open(path);
  try {
    const bytes =
      footer === undefined
        ? streamOf(file, [...needs, batch])
        : fileOfBatch(file, footer, needs, batch);
    return reading(path, () => {
      const { done, value } = arrowLibrary().RecordBatchReader.from(bytes).next();
      if (done === true) throw damagedFile(path, 'Arrow', 'a record batch is missing');
      return value;
    });
  } finally {
    file.close();
  }
}
