import type { ColumnPredicate, Field, LiteralValue, SqlType } from '@windrow/core';
import { SqlError, VARCHAR } from '@windrow/core';
import { matchesValue } from '../pruning.ts';
import type { DataFile } from './data-files.ts';
import { hiveColumns } from './hive.ts';

/**
 * A column of a table over files: stored in them (`T` tells where, undefined in a file that lacks it),
 * constant within each file, or the number of the row within its file.
 */
export type FileColumn<T> = { readonly field: Field } & (
  | { readonly kind: 'stored'; readonly byFile: readonly (T | undefined)[] }
  | { readonly kind: 'constant'; readonly byFile: readonly LiteralValue[] }
  | { readonly kind: 'rowNumber' }
);

/** What the paths of files say, and whether it is wanted. */
export interface PathOptions {
  /** Are `name=value` directories columns? By default when all files have the same ones. */
  readonly hivePartitioning?: boolean | undefined;
  /** Types of partition columns by lower-case name, instead of the inferred ones. */
  readonly hiveTypes?: ReadonlyMap<string, SqlType> | undefined;
  /** Adds the column `filename`. */
  readonly filename?: boolean | undefined;
}

/**
 * The columns of all files by name, without case: those of the first file, which all others must have,
 * or with `union` those of any file.
 * @throws SqlError `type` 42804 naming the file that lacks a column.
 */
export function columnsByName<T extends { readonly name: string }>(
  files: readonly { readonly path: string; readonly columns: readonly T[] }[],
  union: boolean,
): { readonly name: string; readonly byFile: readonly (T | undefined)[] }[] {
  const names = new Map<string, string>();
  for (const { columns } of union ? files : files.slice(0, 1)) {
    for (const { name } of columns) {
      if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), name);
    }
  }
  const lookups = files.map(
    ({ columns }) => new Map(columns.map((column) => [column.name.toLowerCase(), column])),
  );
  return [...names].map(([key, name]) => ({
    name,
    byFile: files.map(({ path }, file) => {
      const found = lookups[file]?.get(key);
      if (found === undefined && !union) {
        throw new SqlError('type', `file "${path}" has no column "${name}"`, {
          hint: 'The files have different columns; union_by_name := true reads them together.',
        });
      }
      return found;
    }),
  }));
}

/** Adds what the paths say: partition columns, which take the place of stored ones, and the file name. */
export function withPathColumns<T>(
  columns: readonly FileColumn<T>[],
  files: readonly DataFile[],
  options: PathOptions,
): FileColumn<T>[] {
  const hive =
    options.hivePartitioning === false ? [] : (hiveColumns(files, options.hiveTypes) ?? []);
  const names = new Set(hive.map(({ name }) => name.toLowerCase()));
  const all = columns.filter(({ field }) => !names.has(field.name.toLowerCase()));
  for (const { name, type, values } of hive) {
    const field = { name, type, nullable: values.includes(null) };
    all.push({ kind: 'constant', byFile: values, field });
  }
  if (options.filename === true) {
    const field = { name: 'filename', type: VARCHAR, nullable: false };
    all.push({ kind: 'constant', byFile: files.map(({ path }) => path), field });
  }
  return all;
}

/** May a file hold rows that pass, as far as its constant columns tell? */
export function fileMayMatch<T>(
  columns: readonly FileColumn<T>[],
  predicates: readonly ColumnPredicate[],
  file: number,
): boolean {
  return predicates.every((predicate) => {
    const column = columns[predicate.column];
    if (column?.kind !== 'constant') return true;
    return matchesValue(predicate, column.byFile[file] ?? null);
  });
}
