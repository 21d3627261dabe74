import { SqlError } from '@windrow/core';
import type { Insert, QualifiedName } from '@windrow/parser';
import { type BoundQuery, bindInsert } from '@windrow/planner';
import { MemoryTable } from '@windrow/sources';
import type { Database, StatementContext } from '../database.ts';
import type { Handler } from './handler.ts';
import { existing, pathOf, shownName, writeTargetOf } from './names.ts';
import { counted } from './outcome.ts';

export const insert: Handler<Insert> = async (db, statement, context) => {
  const entry = existing(db, statement.table);
  if (entry.kind !== 'table') throw notWritable(statement.table);
  const bound = await bindInsert(statement, writeTargetOf(entry), db.bindContext(context));
  const count = await appendTo(db, statement.table, bound, context);
  return counted(db, 'INSERT', count, context);
};

/** Appends a query's rows to a table: all of them, or none when the query fails. @returns their number. */
export async function appendTo(
  db: Database,
  name: QualifiedName,
  bound: BoundQuery,
  context: StatementContext,
): Promise<bigint> {
  const entry = existing(db, name);
  if (entry.kind !== 'table' || !(entry.provider instanceof MemoryTable)) {
    throw notWritable(name);
  }
  const next = entry.provider.fork();
  try {
    const count = await db.fill(next, bound, context);
    db.catalog.put(pathOf(name), { ...entry, provider: next });
    db.discard(entry.provider);
    return count;
  } catch (error) {
    next.drop();
    throw error;
  }
}

export const notWritable = (name: QualifiedName): SqlError =>
  new SqlError('bind', `"${shownName(name)}" cannot be written to`, {
    span: name.span,
    sqlState: '42809',
    hint: 'Only tables made by CREATE TABLE can; COPY … TO writes files.',
  });
