import type { QualifiedName } from '../ast/name.ts';
import type { With } from '../ast/query.ts';
import type { Assignment, Insert, OnConflict } from '../ast/row-change.ts';
import type { SelectItem } from '../ast/select.ts';
import { assignment } from './assignment.ts';
import type { Cursor } from './cursor.ts';
import { partitionValues } from './option.ts';
import { atQuery } from './query-start.ts';
import { selectItem } from './select-item.ts';

/** INSERT INTO and INSERT OVERWRITE; `list` is the WITH in front, already passed. */
export function insert(cursor: Cursor, list: With | null, startIndex: number): Insert {
  cursor.expect('insert');
  const orAction = orActionClause(cursor);
  const overwrite = cursor.accept('overwrite');
  if (!overwrite) cursor.expect('into');
  else cursor.accept('into');
  if (cursor.at('table')) cursor.skip();
  const table = cursor.qualifiedName('a table');
  const partition = cursor.accept('partition') ? partitionValues(cursor) : [];
  const alias = cursor.accept('as') ? cursor.label() : null;
  const columns = columnList(cursor);
  const byName = byNameClause(cursor);
  const isDefault = cursor.acceptWords('default', 'values');
  const source = isDefault ? null : cursor.grammar.query(cursor);
  const onConflict = cursor.at('on') ? onConflictClause(cursor) : null;
  const returning = returningClause(cursor);
  return {
    kind: 'insert',
    with: list,
    table,
    alias,
    columns,
    byName,
    overwrite,
    partition,
    source,
    orAction,
    onConflict,
    returning,
    span: cursor.span(startIndex),
  };
}

function orActionClause(cursor: Cursor): Insert['orAction'] {
  if (!cursor.accept('or')) return null;
  if (cursor.accept('replace')) return 'replace';
  cursor.expect('ignore');
  return 'ignore';
}

/** `(a, b)` before the source; a parenthesis may also hold the source itself. */
function columnList(cursor: Cursor): readonly QualifiedName[] {
  if (!cursor.at('(') || atQuery(cursor, 1)) return [];
  return cursor.parenthesized(() => cursor.qualifiedName('a column name', 'column'));
}

function byNameClause(cursor: Cursor): boolean {
  if (cursor.acceptWords('by', 'name')) return true;
  cursor.acceptWords('by', 'position');
  return false;
}

function onConflictClause(cursor: Cursor): OnConflict {
  const startIndex = cursor.index;
  cursor.expectWords('on', 'conflict');
  const { expression } = cursor.grammar;
  const target = cursor.at('(') ? cursor.parenthesized(() => expression(cursor)) : [];
  const targetWhere = cursor.accept('where') ? expression(cursor) : null;
  cursor.expect('do');
  let assignments: readonly Assignment[] | null = null;
  if (!cursor.accept('nothing')) {
    cursor.expectWords('update', 'set');
    assignments = cursor.list(assignment);
  }
  const where = assignments !== null && cursor.accept('where') ? expression(cursor) : null;
  const span = cursor.span(startIndex);
  return { kind: 'onConflict', target, targetWhere, assignments, where, span };
}

/** RETURNING, or nothing. */
export function returningClause(cursor: Cursor): readonly SelectItem[] {
  return cursor.accept('returning') ? cursor.listWithTrailingComma(selectItem) : [];
}
