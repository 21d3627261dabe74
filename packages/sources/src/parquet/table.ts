import type {
  ColumnPredicate,
  ColumnStatistics,
  Field,
  FilterSupport,
  LiteralValue,
  ScanDescription,
  ScanPartition,
  ScanRequest,
  Schema,
  SqlType,
  TableProvider,
  TableStatistics,
} from '@windrow/core';
import { assert, BIGINT, SqlError, typeName, typesEqual, unreachable } from '@windrow/core';
import { type DataFile, findDataFiles } from '../files/data-files.ts';
import {
  columnsByName,
  type FileColumn,
  fileMayMatch,
  type PathOptions,
  withPathColumns,
} from '../files/file-columns.ts';
import { isOrdered, mayMatch, mergeStatistics } from '../pruning.ts';
import type { ParquetColumn } from './columns.ts';
import { type FileMetadata, fileMetadata } from './file-metadata.ts';
import type { ColumnChunk, ParquetFooter, RowGroup } from './footer.ts';
import { chunkStatistics } from './statistics.ts';

/** Name of the scan source that reads Parquet row groups. */
export const PARQUET_SOURCE = 'parquet';

export interface ParquetOptions extends PathOptions {
  /** Columns of all files together, NULL where a file lacks one; otherwise those of the first file. */
  readonly unionByName?: boolean | undefined;
  /** Adds the column `file_row_number`, counted from 0 within each file. */
  readonly fileRowNumber?: boolean | undefined;
}

/** How one column of a row group comes about; plain data. */
export type ParquetCell =
  | { readonly kind: 'chunk'; readonly column: ParquetColumn; readonly chunk: ColumnChunk }
  | { readonly kind: 'constant'; readonly value: LiteralValue }
  | { readonly kind: 'rowNumber'; readonly first: number };

/** A row group to read; `cells` are in the order of the scan's columns. */
export interface ParquetPiece {
  readonly path: string;
  readonly rowGroup: number;
  readonly rowCount: number;
  readonly cells: readonly ParquetCell[];
}

/** What a Parquet scan tells its readers; one piece a partition. */
export interface ParquetScan {
  readonly types: readonly SqlType[];
  readonly pieces: readonly ParquetPiece[];
}

interface OpenFile extends FileMetadata {
  readonly file: DataFile;
}

type TableColumn = FileColumn<ParquetColumn>;

/** A table over Parquet files, pruned by partition values and row-group statistics. */
export class ParquetTable implements TableProvider {
  readonly schema: Schema;
  readonly #files: readonly OpenFile[];
  readonly #columns: readonly TableColumn[];
  #statistics: TableStatistics | undefined;

  private constructor(files: readonly OpenFile[], columns: readonly TableColumn[]) {
    this.#files = files;
    this.#columns = columns;
    this.schema = { fields: columns.map((column) => column.field) };
  }

  /**
   * Opens files, patterns and directories by reading the footers of all files.
   * @throws SqlError `io` for missing (58P01) or damaged files, `type` 42804 when schemas differ.
   */
  static open(paths: readonly string[], options: ParquetOptions = {}): ParquetTable {
    const files = findDataFiles(paths, ['.parquet', '.parq', '.pq']).map(
      (file): OpenFile => ({ file, ...fileMetadata(file.path) }),
    );
    const stored = storedColumns(files, options.unionByName ?? false);
    const columns = withPathColumns(
      stored,
      files.map(({ file }) => file),
      options,
    );
    if (options.fileRowNumber === true) {
      columns.push({ kind: 'rowNumber', field: field('file_row_number', BIGINT, false) });
    }
    return new ParquetTable(files, columns);
  }

  statistics(): TableStatistics {
    this.#statistics ??= {
      rowCount: this.#files.reduce((rows, { footer }) => rows + footer.rowCount, 0),
      exact: true,
      columns: this.#columns.map((column) => this.#columnStatistics(column)),
    };
    return this.#statistics;
  }

  supports(predicate: ColumnPredicate): FilterSupport {
    const column = this.#column(predicate.column);
    const comparesValues = predicate.kind === 'compare' || predicate.kind === 'in';
    if (column.kind === 'rowNumber') return 'no';
    if (comparesValues && !isOrdered(column.field.type)) return 'no';
    return column.kind === 'constant' ? 'exact' : 'inexact';
  }

  scan(request: ScanRequest): ScanDescription {
    const columns = request.columns.map((ordinal) => this.#column(ordinal));
    const pieces: ParquetPiece[] = [];
    const partitions: ScanPartition[] = [];
    let rowGroupsTotal = 0;
    for (const [index, { file, footer }] of this.#files.entries()) {
      rowGroupsTotal += footer.rowGroups.length;
      if (!fileMayMatch(this.#columns, request.predicates, index)) continue;
      let firstRow = 0;
      for (const [rowGroup, group] of footer.rowGroups.entries()) {
        if (group.rowCount > 0 && this.#groupMayMatch(request.predicates, index, group)) {
          const cells = columns.map((column) => this.#cell(column, index, group, firstRow));
          pieces.push({ path: file.path, rowGroup, rowCount: group.rowCount, cells });
          partitions.push({ rows: group.rowCount, bytes: bytesOf(cells) });
        }
        firstRow += group.rowCount;
      }
    }
    const spec: ParquetScan = { types: columns.map(({ field }) => field.type), pieces };
    return {
      source: PARQUET_SOURCE,
      spec,
      partitions,
      totals: {
        files: new Set(pieces.map((piece) => piece.path)).size,
        filesTotal: this.#files.length,
        rowGroups: pieces.length,
        rowGroupsTotal,
        bytes: partitions.reduce((sum, { bytes }) => sum + bytes, 0),
        bytesTotal: this.#files.reduce((sum, { file }) => sum + file.sizeBytes, 0),
      },
    };
  }

  #column(ordinal: number): TableColumn {
    const column = this.#columns[ordinal];
    assert(column !== undefined, `column ${ordinal} is one of the table's`);
    return column;
  }

  #groupMayMatch(predicates: readonly ColumnPredicate[], file: number, group: RowGroup): boolean {
    return predicates.every((predicate) => {
      const column = this.#column(predicate.column);
      if (column.kind !== 'stored') return true;
      const statistics = groupStatistics(column.byFile[file], group);
      return mayMatch(predicate, column.field.type, statistics, group.rowCount);
    });
  }

  #cell(column: TableColumn, file: number, group: RowGroup, firstRow: number): ParquetCell {
    switch (column.kind) {
      case 'constant':
        return { kind: 'constant', value: column.byFile[file] ?? null };
      case 'rowNumber':
        return { kind: 'rowNumber', first: firstRow };
      case 'stored': {
        const stored = column.byFile[file];
        if (stored === undefined) return { kind: 'constant', value: null };
        const chunk = stored.leaf === undefined ? undefined : group.columns[stored.leaf];
        if (chunk === undefined)
          throw unsupportedColumn(stored, this.#files[file]?.file.path ?? '');
        return { kind: 'chunk', column: stored, chunk: { ...chunk, statistics: undefined } };
      }
    }
  }

  #columnStatistics(column: TableColumn): ColumnStatistics {
    const pieces = this.#files.flatMap(({ footer }, file) => fileStatistics(column, footer, file));
    return pieces.length === 0 ? {} : pieces.reduce(mergeStatistics);
  }
}

/** The statistics of a column in each of a file's row groups, or in the file as a whole. */
function fileStatistics(
  column: TableColumn,
  { rowCount, rowGroups }: ParquetFooter,
  file: number,
): ColumnStatistics[] {
  switch (column.kind) {
    case 'rowNumber':
      return [{ min: 0n, max: BigInt(Math.max(0, rowCount - 1)), nullCount: 0 }];
    case 'constant': {
      const value = column.byFile[file] ?? null;
      return [value === null ? { nullCount: rowCount } : { min: value, max: value, nullCount: 0 }];
    }
    case 'stored': {
      if (rowCount === 0) return [];
      const stored = column.byFile[file];
      return stored === undefined
        ? [{ nullCount: rowCount }]
        : [storedStatistics(stored, rowGroups)];
    }
    default:
      return unreachable(column);
  }
}

const summaries = new WeakMap<ParquetColumn, ColumnStatistics>();

/** The statistics of a column in a whole file, which has rows; worked out once for as long as its footer is remembered. */
function storedStatistics(stored: ParquetColumn, rowGroups: readonly RowGroup[]): ColumnStatistics {
  let summary = summaries.get(stored);
  if (summary === undefined) {
    const groups = rowGroups.filter((group) => group.rowCount > 0);
    const pieces = groups.map((group) => groupStatistics(stored, group));
    summary = pieces.reduce(mergeStatistics);
    summaries.set(stored, summary);
  }
  return summary;
}

/** The statistics of a stored column in a row group; a column that the file lacks is all NULL. */
function groupStatistics(stored: ParquetColumn | undefined, group: RowGroup): ColumnStatistics {
  if (stored === undefined) return { nullCount: group.rowCount };
  const chunk = stored.leaf === undefined ? undefined : group.columns[stored.leaf];
  return chunk === undefined ? {} : chunkStatistics(chunk, stored);
}

const bytesOf = (cells: readonly ParquetCell[]): number =>
  cells.reduce((sum, cell) => sum + (cell.kind === 'chunk' ? cell.chunk.compressedBytes : 0), 0);

const field = (name: string, type: SqlType, nullable: boolean): Field => ({ name, type, nullable });

function unsupportedColumn({ name, type }: ParquetColumn, path: string): SqlError {
  return new SqlError(
    'unsupported',
    `column "${name}" of Parquet file "${path}" has type ${typeName(type)}, which cannot be read`,
    { hint: 'Select the other columns.' },
  );
}

function storedColumns(files: readonly OpenFile[], union: boolean): TableColumn[] {
  const named = files.map(({ file, columns }) => ({ path: file.path, columns }));
  return columnsByName(named, union).map(({ name, byFile }) => {
    const first = byFile.find((column) => column !== undefined);
    assert(first !== undefined, 'a column comes from a file');
    for (const [file, column] of byFile.entries()) {
      checkType(first, column, files[file]?.file.path ?? '');
    }
    const nullable = byFile.some((column) => column === undefined || column.nullable);
    return { kind: 'stored', byFile, field: field(name, first.type, nullable) };
  });
}

function checkType(expected: ParquetColumn, found: ParquetColumn | undefined, path: string): void {
  if (found === undefined || typesEqual(expected.type, found.type)) return;
  const types = `${typeName(found.type)}, other files ${typeName(expected.type)}`;
  throw new SqlError('type', `column "${found.name}" of file "${path}" has type ${types}`, {
    hint: 'Read the files apart and cast the column.',
  });
}
