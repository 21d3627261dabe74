import type { Identifier } from '../ast/name.ts';
import type { With } from '../ast/query.ts';
import type { Delete, Update } from '../ast/row-change.ts';
import { assignment } from './assignment.ts';
import type { Cursor } from './cursor.ts';
import { returningClause } from './insert.ts';

/** `UPDATE t [AS x] SET … [FROM …] [WHERE …] [RETURNING …]`. */
export function update(cursor: Cursor, list: With | null, startIndex: number): Update {
  cursor.expect('update');
  const table = cursor.qualifiedName('a table');
  const alias = targetAlias(cursor);
  cursor.expect('set');
  const assignments = cursor.listWithTrailingComma(assignment);
  const from = cursor.accept('from')
    ? cursor.list(() => cursor.grammar.tableReference(cursor))
    : [];
  const where = cursor.accept('where') ? cursor.grammar.expression(cursor) : null;
  const returning = returningClause(cursor);
  const span = cursor.span(startIndex);
  return { kind: 'update', with: list, table, alias, assignments, from, where, returning, span };
}

/** `DELETE FROM t [AS x] [USING …] [WHERE …] [RETURNING …]`. */
export function deleteFrom(cursor: Cursor, list: With | null, startIndex: number): Delete {
  cursor.expectWords('delete', 'from');
  const table = cursor.qualifiedName('a table');
  const alias = targetAlias(cursor);
  const using = cursor.accept('using')
    ? cursor.list(() => cursor.grammar.tableReference(cursor))
    : [];
  const where = cursor.accept('where') ? cursor.grammar.expression(cursor) : null;
  const returning = returningClause(cursor);
  const span = cursor.span(startIndex);
  return { kind: 'delete', with: list, table, alias, using, where, returning, span };
}

/** The alias of a table that is changed. */
export function targetAlias(cursor: Cursor): Identifier | null {
  if (cursor.accept('as')) return cursor.label();
  return cursor.atName && cursor.tag !== 'set' ? cursor.name() : null;
}
