import type { Alter, AlterAction } from '../ast/alter.ts';
import type { Identifier, QualifiedName } from '../ast/name.ts';
import type { Statement } from '../ast/statement.ts';
import { atTableConstraint, columnNamed, tableConstraint } from './column-definition.ts';
import type { Cursor } from './cursor.ts';
import { dropBehavior } from './drop.ts';
import { options, partitionValues } from './option.ts';
import { atQuery } from './query-start.ts';
import { typeName } from './type-name.ts';
import { unsupported } from './unsupported.ts';

const OBJECTS: ReadonlySet<Alter['object']> = new Set([
  'table',
  'view',
  'schema',
  'sequence',
  'type',
  'index',
  'macro',
]);

/** `ALTER TABLE | VIEW | … [IF EXISTS] name action, …`. */
export function alter(cursor: Cursor): Statement {
  const startIndex = cursor.index;
  cursor.expect('alter');
  const object = cursor.atAny(OBJECTS);
  if (object === undefined) return unsupported(cursor, startIndex);
  cursor.skip();
  const ifExists = cursor.acceptWords('if', 'exists');
  const name = cursor.qualifiedName();
  const actions: [AlterAction, ...AlterAction[]] =
    object === 'view' && (cursor.at('as') || atQuery(cursor))
      ? [setQuery(cursor)]
      : cursor.list(alterAction);
  return { kind: 'alter', object, name, ifExists, actions, span: cursor.span(startIndex) };
}

function setQuery(cursor: Cursor): AlterAction {
  const startIndex = cursor.index;
  cursor.accept('as');
  const query = cursor.grammar.query(cursor);
  return { kind: 'setQuery', query, span: cursor.span(startIndex) };
}

function alterAction(cursor: Cursor): AlterAction {
  const startIndex = cursor.index;
  if (cursor.accept('add')) return add(cursor, startIndex);
  if (cursor.accept('drop')) return dropAction(cursor, startIndex);
  if (cursor.accept('rename')) return rename(cursor, startIndex);
  if (cursor.accept('alter')) {
    cursor.accept('column');
    return alterColumn(cursor, startIndex, columnPath(cursor));
  }
  if (cursor.accept('set')) return set(cursor, startIndex);
  return cursor.fail('ADD, DROP, RENAME, ALTER or SET');
}

function columnPath(cursor: Cursor): QualifiedName {
  return cursor.qualifiedName('a column name', 'column');
}

function add(cursor: Cursor, startIndex: number): AlterAction {
  if (atTableConstraint(cursor)) {
    const constraint = tableConstraint(cursor);
    return { kind: 'addConstraint', constraint, span: cursor.span(startIndex) };
  }
  cursor.accept('column');
  const ifNotExists = cursor.acceptWords('if', 'not', 'exists');
  if (cursor.at('partition') && cursor.tagAhead(1) === '(') {
    cursor.skip();
    const values = partitionValues(cursor);
    const location = cursor.accept('location') ? cursor.string().value : null;
    const span = cursor.span(startIndex);
    return { kind: 'addPartition', ifNotExists, values, location, span };
  }
  const columnIndex = cursor.index;
  const path = columnPath(cursor).parts;
  const name: Identifier = path[path.length - 1]!;
  const column = columnNamed(cursor, name, columnIndex);
  const parents = path.slice(0, -1);
  return { kind: 'addColumn', ifNotExists, parents, column, span: cursor.span(startIndex) };
}

function dropAction(cursor: Cursor, startIndex: number): AlterAction {
  if (cursor.at('constraint') && cursor.isName(1)) {
    cursor.skip();
    const ifExists = cursor.acceptWords('if', 'exists');
    const name = cursor.name('a constraint');
    const behavior = dropBehavior(cursor);
    const span = cursor.span(startIndex);
    return { kind: 'dropConstraint', ifExists, name, behavior, span };
  }
  cursor.accept('column');
  const ifExists = cursor.acceptWords('if', 'exists');
  if (cursor.at('partition') && cursor.tagAhead(1) === '(') {
    cursor.skip();
    const values = partitionValues(cursor);
    return { kind: 'dropPartition', ifExists, values, span: cursor.span(startIndex) };
  }
  const column = columnPath(cursor);
  const behavior = dropBehavior(cursor);
  return { kind: 'dropColumn', ifExists, column, behavior, span: cursor.span(startIndex) };
}

function rename(cursor: Cursor, startIndex: number): AlterAction {
  if (cursor.accept('to')) {
    const to = cursor.name('a new name');
    return { kind: 'renameTo', to, span: cursor.span(startIndex) };
  }
  cursor.accept('column');
  const column = columnPath(cursor);
  cursor.expect('to');
  const to = cursor.name('a new name');
  return { kind: 'renameColumn', column, to, span: cursor.span(startIndex) };
}

/** What follows `ALTER [COLUMN] c`. */
function alterColumn(cursor: Cursor, startIndex: number, column: QualifiedName): AlterAction {
  if (cursor.acceptWords('drop', 'default'))
    return { kind: 'dropDefault', column, span: cursor.span(startIndex) };
  if (cursor.acceptWords('drop', 'not', 'null'))
    return { kind: 'dropNotNull', column, span: cursor.span(startIndex) };
  if (cursor.acceptWords('set', 'not', 'null'))
    return { kind: 'setNotNull', column, span: cursor.span(startIndex) };
  if (cursor.acceptWords('set', 'default')) {
    const expression = cursor.grammar.expression(cursor);
    return { kind: 'setDefault', column, expression, span: cursor.span(startIndex) };
  }
  if (cursor.accept('comment')) {
    const comment = cursor.string().value;
    return { kind: 'setColumnComment', column, comment, span: cursor.span(startIndex) };
  }
  cursor.acceptWords('set', 'data');
  cursor.accept('set');
  cursor.expect('type');
  const type = typeName(cursor);
  const using = cursor.accept('using') ? cursor.grammar.expression(cursor) : null;
  return { kind: 'setType', column, type, using, span: cursor.span(startIndex) };
}

function set(cursor: Cursor, startIndex: number): AlterAction {
  if (cursor.accept('schema')) {
    const schema = cursor.name('a schema', 'schema');
    return { kind: 'setSchema', schema, span: cursor.span(startIndex) };
  }
  cursor.accept('tblproperties');
  return { kind: 'setOptions', options: options(cursor), span: cursor.span(startIndex) };
}
