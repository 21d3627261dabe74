import { SqlError } from '@windrow/core';
import type { Insert } from '@windrow/parser';
import { bindInsert } from '@windrow/planner';
import { MemoryTable } from '@windrow/sources';
import type { Handler } from './execute.ts';
import { existing, shownName, writeTargetOf } from './names.ts';
import { counted } from './outcome.ts';

export const insert: Handler<Insert> = async (db, statement, context) => {
  const entry = existing(db, statement.table);
  if (entry.kind !== 'table' || !(entry.provider instanceof MemoryTable)) {
    throw new SqlError('bind', `"${shownName(statement.table)}" cannot be inserted into`, {
      span: statement.table.span,
      sqlState: '42809',
      hint: 'Only tables made by CREATE TABLE can; COPY … TO writes files.',
    });
  }
  const bound = await bindInsert(statement, writeTargetOf(entry), db.bindContext(context));
  const count = await db.fill(entry.provider, bound, context);
  return counted(db, 'INSERT', count, context);
};
