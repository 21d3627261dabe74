import { didYouMean, SqlError } from '@windrow/core';
import type { QualifiedName } from '@windrow/parser';
import type { WriteTarget } from '@windrow/planner';
import type { StoredEntry } from '../catalog.ts';
import type { Database } from '../database.ts';

/** The parts of a written name, in their own case. */
export const pathOf = (name: QualifiedName): string[] => name.parts.map((part) => part.name);

/** A name as messages show it. */
export const shownName = (name: QualifiedName): string => pathOf(name).join('.');

/**
 * Makes way for a new relation: false when it exists and IF NOT EXISTS was said.
 * @throws SqlError `bind` 42P07 when it exists and nothing was said.
 */
export function mayCreate(
  db: Database,
  name: QualifiedName,
  options: { readonly orReplace: boolean; readonly ifNotExists: boolean },
): boolean {
  const existing = db.catalog.lookup(pathOf(name));
  if (existing === undefined || options.orReplace) return true;
  if (options.ifNotExists) return false;
  throw new SqlError('bind', `${existing.kind} "${shownName(name)}" exists already`, {
    span: name.span,
    sqlState: '42P07',
    hint: 'CREATE OR REPLACE replaces it; IF NOT EXISTS leaves it.',
  });
}

/** @throws SqlError `bind` 42P01 with near names. */
export function existing(db: Database, name: QualifiedName): StoredEntry {
  const entry = db.catalog.lookup(pathOf(name));
  if (entry === undefined) throw unknownRelation(db, name, 'table');
  return entry;
}

export function unknownRelation(db: Database, name: QualifiedName, what: string): SqlError {
  return new SqlError('bind', `${what} "${shownName(name)}" does not exist`, {
    span: name.span,
    sqlState: '42P01',
    hint: didYouMean(shownName(name), db.catalog.names()),
  });
}

/** The table as something to write into. Columns of a table made from a query have no defaults. */
export const writeTargetOf = (entry: StoredEntry & { kind: 'table' }): WriteTarget => ({
  name: entry.name,
  columns:
    entry.columns ??
    entry.provider.schema.fields.map((field) => ({ ...field, defaultValue: undefined })),
});
