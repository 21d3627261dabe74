import type { Statement } from '../ast/statement.ts';
import type { Tag } from '../lexer/token.ts';
import { alter } from './alter.ts';
import { copy, exportDatabase, importDatabase } from './copy.ts';
import { create } from './create.ts';
import type { Cursor } from './cursor.ts';
import { commentOn, drop, truncate } from './drop.ts';
import { insert } from './insert.ts';
import {
  analyze,
  attach,
  cacheTable,
  callStatement,
  checkpoint,
  clearCache,
  detach,
  killQuery,
  refresh,
  uncacheTable,
  vacuum,
} from './maintenance.ts';
import { merge } from './merge.ts';
import { deallocate, execute, explain, prepare } from './prepare.ts';
import { query, queryAfterWith, withClause } from './query.ts';
import { declareVariable, pragma, reset, set, use } from './setting.ts';
import { describe, show, summarize } from './show.ts';
import { begin, commit, releaseSavepoint, rollback, savepoint } from './transaction.ts';
import { unsupported } from './unsupported.ts';
import { deleteFrom, update } from './update.ts';

type StatementRule = (cursor: Cursor) => Statement;

/** Every statement by its first word. */
const RULES: ReadonlyMap<Tag, StatementRule> = new Map<Tag, StatementRule>([
  ['select', query],
  ['from', query],
  ['values', query],
  ['table', query],
  ['pivot', query],
  ['unpivot', query],
  ['(', query],
  ['with', withStatement],
  ['insert', (cursor) => insert(cursor, null, cursor.index)],
  ['update', (cursor) => update(cursor, null, cursor.index)],
  ['delete', (cursor) => deleteFrom(cursor, null, cursor.index)],
  ['merge', (cursor) => merge(cursor, null, cursor.index)],
  ['create', create],
  ['drop', drop],
  ['truncate', truncate],
  ['alter', alter],
  ['comment', commentOn],
  ['copy', copy],
  ['export', exportDatabase],
  ['import', importDatabase],
  ['explain', explain],
  ['describe', describe],
  ['desc', describe],
  ['summarize', summarize],
  ['show', show],
  ['set', set],
  ['reset', reset],
  ['declare', declareVariable],
  ['pragma', pragma],
  ['use', use],
  ['prepare', prepare],
  ['execute', execute],
  ['deallocate', deallocate],
  ['begin', begin],
  ['start', begin],
  ['commit', commit],
  ['end', commit],
  ['rollback', rollback],
  ['abort', rollback],
  ['savepoint', savepoint],
  ['release', releaseSavepoint],
  ['attach', attach],
  ['detach', detach],
  ['analyze', analyze],
  ['vacuum', vacuum],
  ['checkpoint', checkpoint],
  ['force', checkpoint],
  ['cache', cacheTable],
  ['uncache', uncacheTable],
  ['clear', clearCache],
  ['refresh', refresh],
  ['kill', killQuery],
  ['call', callStatement],
]);

/** One statement, up to its end but not over it. */
export function statement(cursor: Cursor): Statement {
  const word = cursor.atAny(RULES);
  return word === undefined ? unsupported(cursor, cursor.index) : RULES.get(word)!(cursor);
}

/** WITH stands before a query, and before a statement that changes rows. */
function withStatement(cursor: Cursor): Statement {
  const startIndex = cursor.index;
  const list = withClause(cursor);
  switch (cursor.tag) {
    case 'insert':
      return insert(cursor, list, startIndex);
    case 'update':
      return update(cursor, list, startIndex);
    case 'delete':
      return deleteFrom(cursor, list, startIndex);
    case 'merge':
      return merge(cursor, list, startIndex);
    default:
      return queryAfterWith(cursor, list, startIndex);
  }
}
