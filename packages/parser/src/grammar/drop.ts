import type { CatalogObject, CommentOn, Drop, Truncate } from '../ast/definition.ts';
import type { QualifiedName } from '../ast/name.ts';
import type { Statement } from '../ast/statement.ts';
import type { Tag } from '../lexer/token.ts';
import type { Cursor } from './cursor.ts';
import { unsupported } from './unsupported.ts';

/** Kinds of catalog entries in one word. */
const OBJECTS: ReadonlyMap<Tag, CatalogObject> = new Map<Tag, CatalogObject>([
  ['table', 'table'],
  ['view', 'view'],
  ['schema', 'schema'],
  ['sequence', 'sequence'],
  ['type', 'type'],
  ['index', 'index'],
  ['macro', 'macro'],
  ['function', 'function'],
]);

/** Moves over the kind of a catalog entry, of one word or two. */
function catalogObject(cursor: Cursor): CatalogObject | null {
  if (cursor.acceptWords('materialized', 'view')) return 'materializedView';
  if (cursor.acceptWords('macro', 'table')) return 'tableMacro';
  const word = cursor.atAny(OBJECTS);
  if (word === undefined) return null;
  cursor.skip();
  return OBJECTS.get(word)!;
}

/** `DROP TABLE [IF EXISTS] a, b [CASCADE | RESTRICT]`. */
export function drop(cursor: Cursor): Statement {
  const startIndex = cursor.index;
  cursor.expect('drop');
  cursor.acceptIf(cursor.tagAhead(1) === 'variable', 'temporary');
  const object: Drop['object'] | null =
    catalogObject(cursor) ?? (cursor.accept('variable') ? 'variable' : null);
  if (object === null) return unsupported(cursor, startIndex);
  const ifExists = cursor.acceptWords('if', 'exists');
  const names = cursor.list((): QualifiedName => cursor.qualifiedName());
  const behavior = dropBehavior(cursor);
  return { kind: 'drop', object, names, ifExists, behavior, span: cursor.span(startIndex) };
}

/** CASCADE, RESTRICT or nothing. */
export function dropBehavior(cursor: Cursor): Drop['behavior'] {
  if (cursor.accept('cascade')) return 'cascade';
  return cursor.accept('restrict') ? 'restrict' : null;
}

/** `TRUNCATE [TABLE] t [CASCADE | RESTRICT]`. */
export function truncate(cursor: Cursor): Truncate {
  const startIndex = cursor.index;
  cursor.expect('truncate');
  cursor.accept('table');
  const table = cursor.qualifiedName('a table');
  const behavior = dropBehavior(cursor);
  return { kind: 'truncate', table, behavior, span: cursor.span(startIndex) };
}

/** `COMMENT ON TABLE t IS '…'`. */
export function commentOn(cursor: Cursor): CommentOn {
  const startIndex = cursor.index;
  cursor.expectWords('comment', 'on');
  const object: CommentOn['object'] | null =
    catalogObject(cursor) ?? (cursor.accept('column') ? 'column' : null);
  if (object === null) return cursor.fail('the kind of object');
  const name = cursor.qualifiedName();
  cursor.expect('is');
  const comment = cursor.accept('null') ? null : cursor.string('a comment or NULL').value;
  return { kind: 'commentOn', object, name, comment, span: cursor.span(startIndex) };
}
