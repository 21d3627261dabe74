import { statSync } from 'node:fs';
import { join } from 'node:path';
import { SqlError } from '@windrow/core';
import { expandGlob, isDirectory, isFile, isGlob, noSuchFile } from './glob.ts';
import { type HiveKey, hiveKeys } from './hive.ts';

/** A file of a table, with what its path says. */
export interface DataFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** `name=value` directories on its path, outermost first. */
  readonly keys: readonly HiveKey[];
}

/**
 * The files that paths name: files, patterns, and directories, which stand for all files below them
 * with one of the `extensions`. Within a pattern or directory the order is that of the paths; names
 * that begin with `_` or `.` below a directory are not data.
 * @throws SqlError `io` 58P01 when a path leads to no file.
 */
export function findDataFiles(paths: readonly string[], extensions: readonly string[]): DataFile[] {
  if (paths.length === 0) {
    throw new SqlError('bind', 'the list of files is empty', { sqlState: '22023' });
  }
  return paths.flatMap((path) => filesOf(path, extensions)).map(dataFile);
}

function filesOf(path: string, extensions: readonly string[]): string[] {
  if (isFile(path)) return [path];
  if (isDirectory(path)) {
    const below = expandGlob(join(escapeGlob(path), '**', '*')).filter(
      (file) =>
        extensions.some((extension) => file.toLowerCase().endsWith(extension)) &&
        !/[\\/][_.][^\\/=]*([\\/]|$)/.test(file.slice(path.length)),
    );
    if (below.length > 0) return below;
    throw new SqlError('io', `the directory "${path}" holds no ${extensions.join(' or ')} file`, {
      sqlState: '58P01',
    });
  }
  const files = isGlob(path) ? expandGlob(path) : [];
  if (files.length === 0) throw noSuchFile(path);
  return files;
}

/** The path as a pattern that matches only itself. */
const escapeGlob = (path: string): string => path.replaceAll(/[*?[{]/g, '[$&]');

function dataFile(path: string): DataFile {
  return { path, sizeBytes: statSync(path).size, keys: hiveKeys(path) };
}
