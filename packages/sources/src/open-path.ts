import type { SharedMemory, TableProvider } from '@windrow/core';
import { SqlError } from '@windrow/core';
import { ArrowTable } from './arrow/table.ts';
import { CsvTable } from './csv/table.ts';
import { expandGlob, isDirectory, isFile, isGlob, noSuchFile } from './files/glob.ts';
import { JsonTable } from './json/table.ts';
import { ParquetTable } from './parquet/table.ts';

/** Formats of files by the ending of their names. */
export type FileFormat = 'parquet' | 'csv' | 'json' | 'arrow';

const ENDINGS: readonly (readonly [RegExp, FileFormat])[] = [
  [/\.(parquet|parq|pq)$/i, 'parquet'],
  [/\.(csv|tsv)(\.gz)?$/i, 'csv'],
  [/\.(json|ndjson|jsonl)(\.gz)?$/i, 'json'],
  [/\.(arrow|arrows|feather|ipc)$/i, 'arrow'],
];

/** The format that a path's ending says; undefined: none. */
export const formatOfPath = (path: string): FileFormat | undefined =>
  ENDINGS.find(([ending]) => ending.test(path))?.[1];

/**
 * The table that `FROM 'path'` means: a file, a pattern or a directory of files, read in the format that
 * their names end in, with all that can be found out found out.
 * @throws SqlError `io` 58P01 when there is no file, 42P01 when nothing tells the format.
 */
export async function openPath(path: string, memory: SharedMemory): Promise<TableProvider> {
  const format = formatOfPath(path) ?? formatOfPath(firstFile(path));
  switch (format) {
    case 'parquet':
      return ParquetTable.open([path]);
    case 'csv':
      return CsvTable.open([path], {}, memory);
    case 'json':
      return JsonTable.open([path], {}, memory);
    case 'arrow':
      return ArrowTable.open([path]);
    case undefined:
      throw new SqlError('bind', `nothing tells the format of "${path}"`, {
        sqlState: '42P01',
        hint: 'Call the reader by name, as in read_csv(…), read_json(…) or read_parquet(…).',
      });
  }
}

/** A file of the path, whose name may tell the format that a directory's or pattern's does not. */
function firstFile(path: string): string {
  if (isFile(path)) return path;
  const files = isDirectory(path)
    ? expandGlob(`${path.replaceAll(/[*?[{]/g, '[$&]')}/**/*`)
    : isGlob(path)
      ? expandGlob(path)
      : [];
  const known = files.find((file) => formatOfPath(file) !== undefined) ?? files[0];
  if (known === undefined) throw noSuchFile(path);
  return known;
}
