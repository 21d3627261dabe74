import type { Statement } from '@windrow/parser';
import type { Database, StatementContext } from '../database.ts';
import type { Execution } from '../execution.ts';

/** Runs one kind of statement. */
export type Handler<S extends Statement> = (
  db: Database,
  statement: S,
  context: StatementContext,
) => Promise<Execution>;
