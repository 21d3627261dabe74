import type { AliasColumn, TableAlias } from '../ast/table-reference.ts';
import type { Cursor } from './cursor.ts';
import { atImplicitAlias } from './select-item.ts';
import { typeName } from './type-name.ts';

/** `[AS] t [(a, b)]`, if an alias stands here. */
export function tableAlias(cursor: Cursor): TableAlias | null {
  const startIndex = cursor.index;
  const isExplicit = cursor.accept('as');
  if (!isExplicit && !atTableAlias(cursor)) return null;
  const name = isExplicit ? cursor.label() : cursor.name();
  const columns = cursor.at('(') ? aliasColumns(cursor) : [];
  return { kind: 'tableAlias', name, columns, span: cursor.span(startIndex) };
}

/** `(a, b INTEGER)`. */
export function aliasColumns(cursor: Cursor): readonly AliasColumn[] {
  const open = cursor.index;
  const columns = cursor.parenthesized((): AliasColumn => {
    const startIndex = cursor.index;
    const name = cursor.name('a column name');
    const type = cursor.at(',') || cursor.at(')') ? null : typeName(cursor);
    return { kind: 'aliasColumn', name, type, span: cursor.span(startIndex) };
  });
  cursor.limitColumns(columns.length, open);
  return columns;
}

/** Is the name under the cursor an alias, and no join, sample or other clause? */
function atTableAlias(cursor: Cursor): boolean {
  if (!atImplicitAlias(cursor)) return false;
  const next = cursor.tagAhead(1);
  switch (cursor.tag) {
    case 'left':
    case 'right':
    case 'full':
      return next !== 'join' && next !== 'outer' && next !== 'semi' && next !== 'anti';
    case 'semi':
    case 'anti':
    case 'positional':
      return next !== 'join';
    case 'asof':
      return next !== 'join' && !cursor.isName(1) && next !== 'inner';
    case 'match_recognize':
      return next !== '(';
    case 'at':
      return next !== '(';
    case 'version':
    case 'timestamp':
      return next !== 'as' || cursor.tagAhead(2) !== 'of';
    case 'include':
    case 'exclude':
      return next !== 'nulls';
    case 'tablesample':
    case 'set':
      return false;
    default:
      return true;
  }
}
