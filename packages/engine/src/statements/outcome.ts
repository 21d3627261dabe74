import { BIGINT, type Field } from '@windrow/core';
import type { Database, StatementContext } from '../database.ts';
import type { Execution } from '../execution.ts';

const COUNT_FIELD: Field = { name: 'Count', type: BIGINT, nullable: false };

/** The result of a statement that changes the catalog: no columns, no rows. */
export function changed(db: Database, updateType: string, context: StatementContext): Execution {
  return { ...db.rows([], [], context), updateType };
}

/** The result of a statement that wrote rows: one row with their number. */
export function counted(
  db: Database,
  updateType: string,
  count: bigint,
  context: StatementContext,
): Execution {
  return { ...db.rows([COUNT_FIELD], [[count]], context), updateType, updateCount: count };
}
