import { type CatalogEntry, SqlError } from '@windrow/core';
import type { Drop, Truncate } from '@windrow/parser';
import { MemoryTable } from '@windrow/sources';
import { DEFAULT_SCHEMA } from '../catalog.ts';
import type { Database } from '../database.ts';
import type { Handler } from './handler.ts';
import { existing, pathOf, shownName, unknownRelation } from './names.ts';
import { changed } from './outcome.ts';

export const drop: Handler<Drop> = async (db, statement, context) => {
  const { object, names, ifExists } = statement;
  for (const name of names) {
    switch (object) {
      case 'table':
      case 'view': {
        const entry = db.catalog.lookup(pathOf(name));
        if (entry === undefined) {
          if (!ifExists) throw unknownRelation(db, name, object);
          break;
        }
        if (entry.kind !== object) {
          throw new SqlError('bind', `"${shownName(name)}" is a ${entry.kind}, not a ${object}`, {
            span: name.span,
            sqlState: '42809',
            hint: `DROP ${entry.kind.toUpperCase()} removes it.`,
          });
        }
        db.catalog.remove(pathOf(name));
        freeEntry(db, entry);
        break;
      }
      case 'schema':
        dropSchema(db, statement, shownName(name), name.span);
        break;
      case 'function':
      case 'macro':
        if (!db.functions.drop(shownName(name)) && !ifExists) {
          throw new SqlError('bind', `no user function is named "${shownName(name)}"`, {
            span: name.span,
            sqlState: '42883',
          });
        }
        break;
      default:
        throw new SqlError('unsupported', `DROP ${object.toUpperCase()} is not supported yet`, {
          span: statement.span,
        });
    }
  }
  return changed(db, `DROP ${object.toUpperCase()}`, context);
};

export const truncate: Handler<Truncate> = async (db, statement, context) => {
  const entry = existing(db, statement.table);
  if (entry.kind !== 'table' || !(entry.provider instanceof MemoryTable)) {
    throw new SqlError('bind', `"${shownName(statement.table)}" cannot be truncated`, {
      span: statement.table.span,
      sqlState: '42809',
      hint: 'Only tables made by CREATE TABLE can.',
    });
  }
  const empty = MemoryTable.create(db.memory, entry.provider.schema);
  db.catalog.put(pathOf(statement.table), { ...entry, provider: empty });
  db.discard(entry.provider);
  return changed(db, 'TRUNCATE', context);
};

/** Gives back the memory of a table that nobody can name any more. */
export function freeEntry(db: Database, entry: CatalogEntry): void {
  if (entry.kind === 'table' && entry.provider instanceof MemoryTable) db.discard(entry.provider);
}

function dropSchema(db: Database, statement: Drop, name: string, span: Drop['span']): void {
  if (!db.catalog.hasSchema(name)) {
    if (statement.ifExists) return;
    throw new SqlError('bind', `schema "${name}" does not exist`, { span, sqlState: '3F000' });
  }
  const inside = db.catalog
    .entries()
    .filter(({ schema }) => schema.toLowerCase() === name.toLowerCase());
  if (
    name.toLowerCase() === DEFAULT_SCHEMA ||
    (inside.length > 0 && statement.behavior !== 'cascade')
  ) {
    throw new SqlError(
      'bind',
      `schema "${name}" cannot be dropped: it holds ${inside.length} relations`,
      {
        span,
        sqlState: '2BP01',
        hint: 'DROP SCHEMA … CASCADE drops them too; the schema "main" always stays.',
      },
    );
  }
  for (const entry of db.catalog.removeSchema(name)) freeEntry(db, entry);
}
